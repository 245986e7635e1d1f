package browser

import (
	"slices"
	"strings"
	"testing"
)

// The design's numbers for all text of the shipped site.
const (
	leastContrast = 7  // to one; WCAG 2.2, 1.4.6, level AAA
	leastSize     = 14 // px
	longestLine   = 80 // characters
)

// everyPage keeps what is promised of every page of the shipped site: it is
// quiet, its text stands out and is large enough, its lines are not too long,
// and on the narrowest screen it does not scroll sideways.
func everyPage(t *testing.T, s suite) {
	tab := s.open(t, s.site)
	tab.before(`document.addEventListener("securitypolicyviolation", e => console.error("policy: " + e.violatedDirective + " " + e.blockedURI));`)
	pages := s.site.pages()
	texts, worst := 0, 21.0
	for _, p := range pages {
		tab.size(1280, 800)
		tab.visit(p)
		quiet(tab, p)
		if lines := ask[[][]int](tab, "lines", 6); len(lines) > 0 {
			if _, longest := perLine(lines); longest > longestLine {
				t.Errorf("%s: a line has %d characters, want %d at most", p.path, longest, longestLine)
			}
		}
		n, least := contrast(tab, p)
		texts, worst = texts+n, min(worst, least)
		for _, width := range []int64{1280, 320} {
			tab.size(width, 800)
			for _, text := range ask[[]string](tab, "small", leastSize) {
				t.Errorf("%s at %d px: text under %d px: %s", p.path, width, leastSize, text)
			}
			wantNoOverflow(tab, p, "as it is", width)
		}
	}
	t.Logf("%d pages, %d texts in two schemes; the least contrast is %.2f:1", len(pages), texts, worst)
}

// quiet: the page writes nothing to the console, keeps its own policy, and asks
// nobody else for anything nor anybody for what is not there.
func quiet(t *tab, p page) {
	t.Helper()
	requests, trouble := t.taken()
	if len(requests) < 2 {
		t.Errorf("%s: heard of no requests: %v", p.path, requests)
	}
	for _, address := range requests {
		if !strings.HasPrefix(address, t.site.origin+"/") {
			t.Errorf("%s: asks for %s", p.path, address)
		}
	}
	for _, what := range trouble {
		// Chromium says of a 404 page that it is one.
		if p.status != 404 || !strings.HasSuffix(what, " "+t.site.origin+p.path) {
			t.Errorf("%s: %s", p.path, what)
		}
	}
}

// contrast: every text stands out from what is behind it, light and dark.
func contrast(t *tab, p page) (seen int, worst float64) {
	t.Helper()
	grounds := map[string]bool{}
	worst = 21
	for _, scheme := range []string{"light", "dark"} {
		t.scheme(scheme)
		r := ask[struct {
			Seen   int
			Worst  float64
			Ground string
			Fails  []string
		}](t, "contrast", leastContrast)
		for _, fail := range r.Fails {
			t.Errorf("%s %s: contrast %s", p.path, scheme, fail)
		}
		seen, worst = seen+r.Seen, min(worst, r.Worst)
		grounds[r.Ground] = true
	}
	if seen < 20 || len(grounds) != 2 {
		t.Errorf("%s: saw %d texts on %v, want light and dark", p.path, seen, grounds)
	}
	return seen, worst
}

type overflow struct {
	By  int      // px that the page scrolls sideways
	Out []string // what sticks out
}

func wantNoOverflow(t *tab, p page, way string, width int64) {
	t.Helper()
	if r := ask[overflow](t, "overflow"); r.By > 0 || len(r.Out) > 0 {
		t.Errorf("%s, %s, %d px: scrolls sideways by %d px\n\t%s", p.path, way, width, r.By, strings.Join(slices.Compact(r.Out), "\n\t"))
	}
}
