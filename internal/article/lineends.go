package article

import (
	"bytes"
	"fmt"

	"byline/internal/finding"
)

// Mark is the byte order mark that some editors put before UTF-8 text.
const Mark = "\xef\xbb\xbf"

// lineEnds reports what normalise takes away, and what other programs that read
// the file stumble over.
func (p *parser) lineEnds(src []byte) {
	if bytes.HasPrefix(src, []byte(Mark)) {
		p.add(finding.ByteOrderMark, 1, 1, "an invisible byte order mark stands before the text", "save the file as UTF-8 without one")
	}
	if bytes.IndexByte(src, '\r') < 0 {
		return
	}
	first := ""
	for line, rest := 1, src; ; line++ {
		i := bytes.IndexAny(rest, "\r\n")
		if i < 0 {
			return
		}
		end := endAt(rest[i:])
		if first == "" {
			first = end
		} else if end != first {
			p.add(finding.MixedLineEnds, line, 1, fmt.Sprintf("this line ends in %s, the first one in %s", endNames[end], endNames[first]), "save the file with one kind, best LF")
			return
		}
		rest = rest[i+len(end):]
	}
}

var endNames = map[string]string{"\n": "LF", "\r\n": "CR LF", "\r": "CR"}

func endAt(text []byte) string {
	switch {
	case text[0] == '\n':
		return "\n"
	case len(text) > 1 && text[1] == '\n':
		return "\r\n"
	}
	return "\r"
}
