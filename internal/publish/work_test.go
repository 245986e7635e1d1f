package publish

import (
	"fmt"
	"testing"

	"byline/internal/source"
)

// TestWorkIsBounded: however many previews are built while the live site stays as
// it is, the work that is kept does not grow, and that of the live site stays.
func TestWorkIsBounded(t *testing.T) {
	w := newWork()
	parseAll := func(texts ...string) source.Tree {
		tree := source.Tree{}
		for i, text := range texts {
			tree.Files = append(tree.Files, source.NewFile(fmt.Sprintf("%d.md", i), []byte(text)))
		}
		w.begin()
		w.parse(tree.Files, nil)
		return tree
	}
	live := parseAll("one", "two", "three")
	for i := range 100 {
		parseAll(fmt.Sprint("one ", i), fmt.Sprint("two ", i))
		w.sweep(live)
	}
	if n, most := len(w.parsed), len(live.Files)+2*(2*patience+1); n > most {
		t.Errorf("%d articles are kept, %d may be", n, most)
	}
	for _, f := range live.Files {
		if w.parsed[content{f.Path, f.Hash}] == nil {
			t.Errorf("the work on %s of the live site is not kept", f.Path)
		}
	}
}
