package render

import (
	"maps"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
)

// lines are fields of a header as they stand on the wire: for each its name in
// canonical form, a colon, a space, its value and a line's end.
type lines []byte

// add appends a field. What would end its line is a space there, as net/http makes it
// of the fields that it writes (RFC 9110, section 5.5).
func (l lines) add(name, value string) lines {
	value = textproto.TrimString(oneLine.Replace(value))
	l = append(append(l, http.CanonicalHeaderKey(name)...), ": "...)
	return append(append(l, value...), "\r\n"...)
}

var oneLine = strings.NewReplacer("\r", " ", "\n", " ")

// addAll appends fields in the order of their names.
func (l lines) addAll(fields map[string]string) lines {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		l = l.add(name, fields[name])
	}
	return l
}

// writeTo sets the fields in a header. Nothing can be appended to their values in place.
func (l lines) writeTo(h http.Header) {
	rest := string(l)
	values := make([]string, strings.Count(rest, "\r\n"))
	for i := range values {
		line, after, _ := strings.Cut(rest, "\r\n")
		name, value, _ := strings.Cut(line, ": ")
		values[i], rest = value, after
		h[name] = values[i : i+1 : i+1]
	}
}
