package article

import (
	"strings"
	"testing"
)

// TestSubstance: two texts are of one substance when a reader reads the same
// words in the same order.
func TestSubstance(t *testing.T) {
	const base = "## A part\n\nThe *quick* brown [fox](http://example.org/a \"Vulpes\") jumps.\n\nIt didn't stop.\n\n```go {1}\nfmt.Println(1)\n```\n\n![A fence](fence.png)\n"
	same := map[string]string{
		"itself":             base,
		"wrapped anew":       strings.Replace(base, "brown [fox]", "brown\n[fox]", 1),
		"other emphasis":     strings.Replace(base, "*quick*", "__quick__", 1),
		"another link":       strings.Replace(base, "http://example.org/a", "<https://example.org/b c>", 1),
		"a reference":        strings.Replace(base, "](fence.png)", "][1]", 1) + "\n[1]: https://example.org/elsewhere.png\n",
		"curled quotes":      strings.Replace(base, "didn't", "didn’t", 1),
		"other punctuation":  strings.Replace(base, "jumps.", "jumps!", 1),
		"trailing spaces":    strings.ReplaceAll(base, ".\n", ".  \n"),
		"an anchor":          strings.Replace(base, "## A part", "## A part {#here}", 1),
		"another heading":    strings.Replace(base, "## A part", "A part\n------", 1),
		"a tag":              strings.Replace(base, "brown", "<em class=\"x\">brown</em>", 1),
		"another picture":    strings.Replace(base, "fence.png", "/media/fence.webp", 1),
		"a line in brackets": strings.Replace(base, "It didn't stop.", "> It didn't stop.", 1),
	}
	for name, body := range same {
		if Substance("A title", "", body) != Substance("A title", "", base) {
			t.Errorf("%s: counts as a change", name)
		}
	}
	for name, body := range map[string]string{
		"a word":            strings.Replace(base, "quick", "slow", 1),
		"a letter":          strings.Replace(base, "jumps", "jumped", 1),
		"a word less":       strings.Replace(base, "brown ", "", 1),
		"another order":     strings.Replace(base, "*quick* brown", "brown *quick*", 1),
		"code":              strings.Replace(base, "Println(1)", "Println(2)", 1),
		"an alt text":       strings.Replace(base, "A fence", "A wall", 1),
		"an accent":         strings.Replace(base, "fox", "föx", 1),
		"case":              strings.Replace(base, "The", "THE", 1),
		"other script":      base + "語",
		"a tag's alt text":  base + `<img src="x.png" alt="More">`,
		"two words for one": strings.Replace(base, "jumps", "jum ps", 1),
	} {
		if Substance("A title", "", body) == Substance("A title", "", base) {
			t.Errorf("%s: does not count as a change", name)
		}
	}
	if Substance("A title", "", base) == Substance("Another title", "", base) || Substance("A", "deck", base) == Substance("A", "", base) {
		t.Error("title and subtitle do not count")
	}
}

// FuzzLook: whatever stands in a file, the survey ends, and agrees with the parser
// on whether the article is sound and what its slug is.
func FuzzLook(f *testing.F) {
	f.Add([]byte("---\ntitle: A\ndate: 2026-01-01\n---\n\nText [a](b 'c').\n"))
	f.Add([]byte("---\ntitle: A\ndate: 2026-01-01\nslug: x y\n---\n[a]: b\n<img alt='x'>"))
	f.Add([]byte("no front matter"))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, ok := Look("some-file.md", src)
		a, found := Parse("some-file.md", "hash", src)
		if ok && (a == nil || a.Slug != s.Slug) {
			t.Errorf("the survey has slug %q, the parser %+v", s.Slug, a)
		}
		if sound := a != nil && !found.HasErrors(); sound && !ok {
			t.Errorf("the parser finds no error, the survey does:\n%v", found)
		}
	})
}
