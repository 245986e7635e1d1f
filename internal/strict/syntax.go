package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"byline/internal/finding"
)

// parse reads the one document of the source.
func (d *decoder) parse() (doc yaml.Node, ok bool) {
	if i := invalidUTF8(d.src.YAML); i >= 0 {
		before := d.src.YAML[:i]
		at := &yaml.Node{Line: 1 + bytes.Count(before, []byte("\n")), Column: 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])}
		d.add(at, finding.NotText, fmt.Sprintf("byte 0x%02x is not UTF-8 text", d.src.YAML[i]), "save the file as UTF-8")
		return doc, false
	}
	decoder := yaml.NewDecoder(bytes.NewReader(d.src.YAML))
	if err := decoder.Decode(&doc); errors.Is(err, io.EOF) {
		return doc, true
	} else if err != nil {
		d.syntax(err)
		return doc, false
	}
	var second yaml.Node
	if err := decoder.Decode(&second); errors.Is(err, io.EOF) {
		return doc, true
	} else if err != nil {
		d.syntax(err)
	} else {
		d.add(&second, finding.FrontMatter, "a second YAML document begins here", "remove the line ---")
	}
	return doc, false
}

func invalidUTF8(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// syntax reports what the YAML parser could not read.
func (d *decoder) syntax(err error) {
	at, message := yaml.Mark{}, strings.TrimPrefix(err.Error(), "yaml: ")
	var load *yaml.LoadError
	if errors.As(err, &load) {
		at, message = load.Mark, load.Message
		if strings.Contains(message, "expected ','") || strings.Contains(message, "end of stream") {
			at = load.ContextMark // where the thing begins that is not closed
		}
	}
	node := &yaml.Node{Line: max(at.Line, 1), Column: max(at.Column, 1)}
	found, hint := d.explain(message, node.Line)
	d.add(node, finding.FrontMatter, "not readable as YAML: "+found, hint)
}

// sayings put what the YAML parser says into words that help.
var sayings = []struct{ theirs, ours, hint string }{
	{"expected ',' or ']'", "the list that begins here with [ is not closed", "write ] where it ends"},
	{"expected ',' or '}'", "the mapping that begins here with { is not closed", "write } where it ends"},
	{"unexpected end of stream", "the text in quotes that begins here is not closed", "write the closing quote"},
	{"unknown escape character", "no escape begins with a backslash and this character", "write the text in single quotes, or two backslashes for one"},
	{"unknown anchor", "text that begins with * must be in quotes", "put the value in quotes"},
	{"block sequence entries are not allowed", "a list begins on the line after its key", "begin each item on a line of its own with \"- \""},
	{"could not find expected ':'", "a line without \"key: value\"", "write a colon and a space after the key, and indent the further lines of a text"},
	{"cannot start any token", "a value cannot begin with this character", "put the value in quotes"},
}

// explain says what is wrong on a line, and what to write instead.
func (d *decoder) explain(message string, line int) (found, hint string) {
	text := ""
	plain := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(d.src.YAML))
	if lines := strings.Split(plain, "\n"); line <= len(lines) {
		text = lines[line-1]
	}
	key, value, ok := strings.Cut(text, ":")
	switch indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]; {
	case strings.Contains(indent, "\t"):
		return "a tab in the indentation", "indent with spaces, not tabs"
	case strings.Contains(message, "mapping values are not allowed") && ok && strings.Contains(value, ": "):
		return "a colon and a space within a value", fmt.Sprintf("put the value in quotes: %s: \"%s\"", strings.TrimSpace(key), strings.ReplaceAll(strings.TrimSpace(value), `"`, `\"`))
	case strings.Contains(message, "mapping values are not allowed"):
		return "a key where none can be", "begin the line as far left as the key above it; a key has a colon, and a value or keys of its own, not both"
	}
	for _, s := range sayings {
		if strings.Contains(message, s.theirs) {
			return s.ours, s.hint
		}
	}
	return message, "put text with : # [ ] { } & * ! | > ' \" or % in quotes"
}
