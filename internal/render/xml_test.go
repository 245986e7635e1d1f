package render

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

// FuzzXML: whatever stands in titles and texts, the document is well formed, and
// is read as what was written but for the characters that XML does not have.
func FuzzXML(f *testing.F) {
	for _, seed := range []string{"", "a & b < c > \"d\" 'e'", "]]>", "<!--", "\x00\x1f\x7f\ufffe\uffff\ufffd", "a\r\nb\rc\td", "\xff\xfe", "🎉 \u2028 \u0085", "&amp;#38;", "\ud7ff"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, text, attribute string) {
		w := newXML()
		w.start("feed", "xmlns:a", "urn:a", "title", attribute)
		w.text("a:entry", text)
		w.empty("link", "href", attribute)
		gotText, gotAttribute := readXML(t, w.bytes())
		if want := legal(text); gotText != want {
			t.Errorf("text %q is read as %q", want, gotText)
		}
		if want := legal(attribute); gotAttribute != want {
			t.Errorf("attribute %q is read as %q", want, gotAttribute)
		}
	})
}

// readXML returns the text of the entry and the title of the feed.
func readXML(t *testing.T, document []byte) (text, title string) {
	t.Helper()
	var out strings.Builder
	inside := false
	for d := xml.NewDecoder(strings.NewReader(string(document))); ; {
		token, err := d.Token()
		if err == io.EOF {
			return out.String(), title
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inside = token.Name.Local == "entry"
			for _, a := range token.Attr {
				if a.Name.Local == "title" {
					title = a.Value
				}
			}
		case xml.EndElement:
			inside = false
		case xml.CharData:
			if inside {
				out.Write(token)
			}
		}
	}
}
