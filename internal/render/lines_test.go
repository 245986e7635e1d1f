package render

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Lines are, byte for byte, what net/http writes of the same fields, and nothing in a
// value begins a line of its own; read back they are those fields.
func FuzzLines(f *testing.F) {
	for _, value := range []string{"", "plain", " around ", "a: b", "two\r\nX-Injected: lines", "\n", "é", "\x00\x7f", "\ttab\t"} {
		f.Add(value, value+"!")
	}
	f.Fuzz(func(t *testing.T, etag, link string) {
		fields := map[string]string{"etag": etag, "Link": link, "X-Robots-Tag": "noindex"}
		h := http.Header{}
		for name, value := range fields {
			h.Set(name, value)
		}
		var want bytes.Buffer
		if err := h.Write(&want); err != nil {
			t.Fatal(err)
		}
		got := lines(nil).addAll(map[string]string{"Etag": etag, "Link": link, "X-Robots-Tag": "noindex"})
		if diff := cmp.Diff(want.String(), string(got)); diff != "" {
			t.Errorf("(-net/http +lines)\n%s", diff)
		}
		back := http.Header{}
		got.writeTo(back)
		var again bytes.Buffer
		if err := back.Write(&again); err != nil || again.String() != want.String() || strings.Count(string(got), "\r\n") != len(back) {
			t.Errorf("%q is read as %q, %v", got, back, err)
		}
	})
}
