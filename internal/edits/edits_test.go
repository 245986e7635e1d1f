package edits

import "testing"

// FuzzDistance: the number of edits is the same both ways, none for equal words,
// and never more than the longer word has characters; and sketches never deny it.
func FuzzDistance(f *testing.F) {
	f.Add("title", "titel")
	f.Add("", "ü")
	f.Fuzz(func(t *testing.T, a, b string) {
		longer := max(len([]rune(a)), len([]rune(b)))
		there, back := distance(a, b, longer), distance(b, a, longer)
		if limit := there - 1; limit >= 0 && distance(a, b, limit) != there {
			t.Errorf("%q to %q: %d edits, but not more than %d", a, b, there, limit)
		}
		if there != back || there > longer || (there == 0) != (string([]rune(a)) == string([]rune(b))) {
			t.Errorf("%q to %q: %d and %d edits", a, b, there, back)
		}
		if !SketchOf(a).Within(SketchOf(b), there) {
			t.Errorf("%q and %q are %d edits apart, which their sketches deny", a, b, there)
		}
	})
}

func distance(a, b string, limit int) int {
	return From(a).Distance(b, limit)
}
