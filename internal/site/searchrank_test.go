package site

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"byline/internal/testkit"
)

// TestTitlesAreFound: on the blogs of real projects, who types a title finds that
// article first, and nearly always also with a slip in it. The figure is the mean
// of 1/rank. Run with -v for the figures.
func TestTitlesAreFound(t *testing.T) {
	for _, name := range []string{"swift", "18f"} {
		in, _ := withoutLinks(t, filepath.Join(testkit.Shared(t), "sites", name), true)
		s := (&Builder{}).Build(in).Site
		dice := rand.New(rand.NewPCG(7, 7))
		exact, slip, n := 0.0, 0.0, 0
		for _, p := range s.Pages {
			if p.State == Public {
				exact += found(s, p.Title, p)
				slip += found(s, slipped(p.Title, dice), p)
				n++
			}
		}
		exact, slip = exact/float64(n), slip/float64(n)
		t.Logf("%s, %d titles: %.3f as they are, %.3f with a slip", name, n, exact, slip)
		if exact < 0.95 || slip < 0.9 {
			t.Errorf("%s: titles are found at %.3f, want 0.95; with a slip at %.3f, want 0.9", name, exact, slip)
		}
	}
}

// found is 1/rank of the page with a title, of those with that title the first.
func found(s *Site, query string, want *Page) float64 {
	for i, hit := range s.Search(query, 0, 30).Pages {
		if hit.Title == want.Title {
			return 1 / float64(i+1)
		}
	}
	return 0
}

// slipped is a title with one letter left out, doubled, wrong, or swapped with
// the next.
func slipped(title string, dice *rand.Rand) string {
	runes := []rune(title)
	if len(runes) < 2 {
		return title
	}
	at := dice.IntN(len(runes) - 1)
	switch dice.IntN(4) {
	case 0:
		runes = append(runes[:at], runes[at+1:]...)
	case 1:
		runes = append(runes[:at+1], runes[at:]...)
	case 2:
		runes[at] = 'a' + rune(dice.IntN(26))
	default:
		runes[at], runes[at+1] = runes[at+1], runes[at]
	}
	return string(runes)
}
