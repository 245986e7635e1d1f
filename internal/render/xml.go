package render

import (
	"bytes"
	"strings"
)

// xmlWriter writes an XML document, one element a line. encoding/xml would do it
// too, but writes every line break of a text as an escape and every prefix as a
// declaration of its own.
type xmlWriter struct {
	out  bytes.Buffer
	open []string // names of the elements that are not closed yet
}

// newXML begins a document.
func newXML() *xmlWriter {
	w := &xmlWriter{}
	w.out.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	return w
}

// start opens an element. Attributes are names and values by turns; those with
// an empty value are left out.
func (w *xmlWriter) start(name string, attributes ...string) {
	w.tag(name, attributes, ">\n")
	w.open = append(w.open, name)
}

// empty writes an element with nothing in it.
func (w *xmlWriter) empty(name string, attributes ...string) { w.tag(name, attributes, "/>\n") }

// text writes an element with a text in it, or nothing for an empty text.
func (w *xmlWriter) text(name, text string, attributes ...string) {
	if text == "" {
		return
	}
	w.tag(name, attributes, ">")
	w.out.WriteString(inText.Replace(legal(text)))
	w.out.WriteString("</" + name + ">\n")
}

func (w *xmlWriter) tag(name string, attributes []string, end string) {
	w.indent()
	w.out.WriteString("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		if value := attributes[i+1]; value != "" {
			w.out.WriteString(" " + attributes[i] + `="` + inAttribute.Replace(legal(value)) + `"`)
		}
	}
	w.out.WriteString(end)
}

// end closes the element that was opened last.
func (w *xmlWriter) end() {
	last := len(w.open) - 1
	name := w.open[last]
	w.open = w.open[:last]
	w.indent()
	w.out.WriteString("</" + name + ">\n")
}

func (w *xmlWriter) indent() {
	for range w.open {
		w.out.WriteString("  ")
	}
}

// bytes closes what is open and returns the document.
func (w *xmlWriter) bytes() []byte {
	for len(w.open) > 0 {
		w.end()
	}
	return w.out.Bytes()
}

// A carriage return that is not written as an escape is read as a line feed, and
// white space in an attribute as spaces (XML 1.0, sections 2.11 and 3.3.3).
var (
	inText      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")
	inAttribute = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#13;", "\n", "&#10;", "\t", "&#9;")
)

// legal drops the characters that XML cannot hold in any form (XML 1.0, section
// 2.2), and bytes that are no characters.
func legal(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r', r >= 0x20 && r <= 0xd7ff, r >= 0xe000 && r <= 0xfffd, r >= 0x10000 && r <= 0x10ffff:
			return r
		}
		return -1
	}, strings.ToValidUTF8(text, ""))
}
