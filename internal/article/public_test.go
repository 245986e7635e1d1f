package article

import (
	"strings"
	"testing"
)

// TestPublicHides: what no reader of the page meets is not in the text that
// everybody may have, and all else is as it was written. An empty comment stands
// where something was left out.
func TestPublicHides(t *testing.T) {
	for name, c := range map[string]struct{ written, public string }{
		"comment":                    {"a <!-- private --> b", "a <!-- --> b"},
		"comment of many lines":      {"a\n\n<!-- private\n\nprivate -->\n\nb", "a\n\n<!-- -->\n\nb"},
		"comment in code":            {"`<!-- shown -->`", "`<!-- shown -->`"},
		"definition":                 {"[a][b]\n\n[b]: /b\n[c]: /private\n", "[a][b]\n\n[b]: /b\n<!-- -->\n"},
		"footnote":                   {"a[^b]\n\n[^b]: shown\n[^c]: private\n\nd", "a[^b]\n\n[^b]: shown\n<!-- -->\n\nd"},
		"footnote of many blocks":    {"[^c]: private\n\n    private\n\n    ```\n    private\n    ```\n\nd", "<!-- -->\n\nd"},
		"footnote that ends in HTML": {"[^c]: private\n\n    <!-- private\n    private -->\n\nd", "<!-- -->\n\nd"},
		"footnote of a lazy writer":  {"[^c]: private\nprivate\n\nd", "<!-- -->\n\nd"},
		"footnote without a text":    {"[^private]:\n\nd", "<!-- -->\n\nd"},
		"footnote in a quote":        {"> a\n>\n> [^c]: private\n\nd", "> a\n>\n> <!-- -->\n\nd"},
		"footnote in a list":         {"- a\n\n  [^c]: private\n\n- d", "- a\n\n  <!-- -->\n\n- d"},
		"link in such a footnote":    {"[^c]: [x](private.md)\n\n[x](y.md)", "<!-- -->\n\n[x](y.md)"},
	} {
		a, found := Parse("a.md", "hash", []byte("---\ntitle: T\ndate: 2026-01-01\n---\n"+c.written))
		if found.HasErrors() {
			t.Fatal(found)
		}
		got := a.Public(func(r Reference) string { return r.Written })
		if got != c.public {
			t.Errorf("%s: %q, want %q", name, got, c.public)
		}
		again, _ := Parse("a.md", "hash", []byte("---\ntitle: T\ndate: 2026-01-01\n---\n"+got))
		if strings.Contains(a.Text(), "private") || again.Text() != a.Text() {
			t.Errorf("%s: readers meet %q, and of what they may have %q", name, a.Text(), again.Text())
		}
	}
}
