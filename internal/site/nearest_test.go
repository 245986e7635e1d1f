package site

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"byline/internal/article"
	"byline/internal/finding"
)

// TestNothingNearIsPassedOver: what is not compared with a slug that is not there
// is further away than asked for, in whatever script.
func TestNothingNearIsPassedOver(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	letters := []rune("abcdefg-123éßяжか漢🙂")
	random := func() string {
		var b strings.Builder
		for range 1 + dice.IntN(9) {
			b.WriteRune(letters[dice.IntN(len(letters))])
		}
		return b.String()
	}
	for range 300 {
		var pages []*Page
		for range 20 {
			pages = append(pages, &Page{Article: &article.Article{Slug: random()}})
		}
		slices.SortFunc(pages, func(a, b *Page) int { return strings.Compare(a.Slug, b.Slug) })
		var n *names
		n = n.among(pages)
		slug := random()
		for limit := range 4 {
			want, ok := finding.Nearest(slug, n.slugs, limit)
			if got, found := finding.Nearest(slug, n.like(slug, limit), limit); got != want || found != ok {
				t.Fatalf("%q within %d of %q: %q, want %q", slug, limit, n.slugs, got, want)
			}
		}
	}
}
