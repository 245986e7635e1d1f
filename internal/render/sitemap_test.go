package render

import (
	"fmt"
	"slices"
	"testing"
)

// A new article, which is the last, changes no part of the sitemap but the last.
func TestSitemapPartsStay(t *testing.T) {
	var all []found
	for n := range 2*sitemapSize + 5000 {
		all = append(all, found{path: fmt.Sprintf("/articles/%d", n)})
	}
	cut := func(all []found) []sitemapPart {
		return cutSitemap("/s-", len(all), func(from, to int) []found { return all[from:to] })
	}
	before, after := cut(all), cut(append(slices.Clone(all), found{path: "/articles/new"}))
	if len(before) != 3 || len(after) != 3 || before[2].path != "/s-3.xml" {
		t.Fatalf("%d and %d parts, the last at %s", len(before), len(after), before[len(before)-1].path)
	}
	for n := range before {
		same := slices.EqualFunc(before[n].urls(), after[n].urls(), func(a, b found) bool { return a.path == b.path })
		if want := n < 2; same != want || len(before[n].urls()) > sitemapSize {
			t.Errorf("part %d: the same: %t, want %t; %d addresses", n+1, same, want, len(before[n].urls()))
		}
	}
	if cut(nil) != nil {
		t.Error("a part of nothing")
	}
}
