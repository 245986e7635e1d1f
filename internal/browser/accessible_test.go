package browser

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
)

//go:embed testdata/axe/axe.min.js
var axe string

// accessible: axe-core finds no violation of WCAG 2.2 A and AA and of its best
// practices on any kind of page, on a phone, a tablet and a desk, light and dark.
func accessible(t *testing.T, s suite) {
	type report struct {
		Rules              int
		Violations, Unsure []string
	}
	tab := s.open(t, s.site)
	seen := 0
	var unsure []string
	for _, p := range kinds() {
		tab.visit(p)
		eval[any](tab, axe+";true")
		for _, scheme := range []string{"light", "dark"} {
			tab.scheme(scheme)
			for _, width := range []int64{360, 768, 1280} {
				tab.size(width, 800)
				r := ask[report](tab, "axe")
				if r.Rules < 10 {
					t.Fatalf("%s: axe-core judged by only %d rules", p.path, r.Rules)
				}
				for _, v := range r.Violations {
					t.Errorf("%s %s %d px: %s", p.path, scheme, width, v)
				}
				seen++
				unsure = append(unsure, r.Unsure...)
			}
		}
	}
	slices.Sort(unsure)
	t.Logf("axe-core saw %d pages in %d settings each, %d in all; it could not decide: %s",
		len(kinds()), seen/len(kinds()), seen, strings.Join(slices.Compact(unsure), ", "))
}
