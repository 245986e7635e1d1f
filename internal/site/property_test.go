package site

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/article"
)

// TestSuggestionsHold: whatever the site, no page suggests itself or one page
// twice; with two others or more each list has at least one; never more than
// four and three; pins come first. The order of the input changes nothing.
func TestSuggestionsHold(t *testing.T) {
	for seed := range uint64(400) {
		random := rand.New(rand.NewPCG(seed, 1))
		in := randomSite(t, random, int(seed%13))
		s := (&Builder{}).Build(in).Site
		for _, p := range s.Pages {
			if fault := suggestionFault(s, p); fault != "" {
				t.Fatalf("seed %d, page %s: %s\n%s", seed, p.Slug, fault, dump(s, nil))
			}
		}
		for i := 1; i < len(s.Pages); i++ {
			a, b := s.Pages[i-1], s.Pages[i]
			if a.Date.Before(b.Date) || a.Date.Equal(b.Date) && a.Slug > b.Slug {
				t.Fatalf("seed %d: %s stands before %s", seed, a.Slug, b.Slug)
			}
		}
		want := dump(s, nil)
		random.Shuffle(len(in.Candidates), func(i, j int) {
			in.Candidates[i], in.Candidates[j] = in.Candidates[j], in.Candidates[i]
		})
		if diff := cmp.Diff(want, dump((&Builder{}).Build(in).Site, nil)); diff != "" {
			t.Fatalf("seed %d: another order of the input makes another site:\n%s", seed, diff)
		}
	}
}

func suggestionFault(s *Site, p *Page) string {
	others := len(s.Pages) - 1
	beside, more := s.Suggestions(p)
	seen := map[*Page]bool{p: true}
	for _, s := range slices.Concat(beside, more) {
		if seen[s.Page] {
			return s.Slug + " stands there twice, or is the page itself"
		}
		seen[s.Page] = true
	}
	related, recommended := len(beside), len(more)
	switch {
	case related > 4 || recommended > 3:
		return fmt.Sprintf("%d related, %d recommended", related, recommended)
	case others >= 2 && (related == 0 || recommended == 0):
		return fmt.Sprintf("%d others, but %d related, %d recommended", others, related, recommended)
	case others == 1 && related+recommended != 1:
		return "the one other is not suggested"
	case others >= 7 && recommended < 3:
		return fmt.Sprintf("%d others, but only %d recommended", others, recommended)
	}
	for i, pin := range p.Meta.Related[:min(len(p.Meta.Related), related)] {
		if beside[i].Slug != pin.Value {
			return fmt.Sprintf("pin %d is %s, but %s stands there", i, pin.Value, beside[i].Slug)
		}
	}
	return ""
}

// randomSite has n articles of few words, on few dates, some with authors,
// categories and pins.
func randomSite(t *testing.T, random *rand.Rand, n int) Input {
	t.Helper()
	settings, found := ReadSettings([]byte("title: T\nauthors: {a: {name: A}, b: {name: B}}\ncategories: {c: {name: C}, d: {name: D}}\n"))
	if len(found) > 0 {
		t.Fatal(found)
	}
	in := Input{Settings: settings, Revision: "r", Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	words := strings.Fields("queue index cache socket schema thread kernel parser")
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	for i := range n {
		var src strings.Builder
		fmt.Fprintf(&src, "---\ntitle: Article %d\ndate: 2026-05-0%d\n", i, 1+random.IntN(4))
		src.WriteString(pick("", "author: a\n", "author: b\n", "authors: [a, b]\n"))
		src.WriteString(pick("", "category: c\n", "category: d\n"))
		if random.IntN(4) == 0 {
			first := (i + 1) % n
			pins := []string{fmt.Sprint("p", first)}
			if second := (i + 2) % n; second != i && second != first {
				pins = append(pins, fmt.Sprint("p", second))
			}
			if first != i {
				fmt.Fprintf(&src, "related: [%s]\n", strings.Join(pins, ", "))
			}
		}
		src.WriteString("---\n")
		for range random.IntN(6) {
			src.WriteString(pick(words...) + " ")
		}
		path := fmt.Sprintf("p%d.md", i)
		a, faults := article.Parse(path, path, []byte(src.String()))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		in.Candidates = append(in.Candidates, Candidate{New: a})
	}
	return in
}

// TestDatesNeverSlip: a date without a time of day is that day in the site's
// zone, wherever that is and whatever its clocks do then.
func TestDatesNeverSlip(t *testing.T) {
	zones := []string{"UTC", "Europe/Madrid", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Sao_Paulo", "Asia/Beirut", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu"}
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for day := time.Date(2009, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2027; day = day.AddDate(0, 0, 1) {
			var d article.Date
			text := day.Format(time.DateOnly)
			if err := d.DecodeScalar(text); err != nil {
				t.Fatal(err)
			}
			at := d.In(zone)
			if at.Format(time.DateOnly) != text || at.Add(-time.Second).Format(time.DateOnly) == text {
				t.Fatalf("%s: %s becomes %s, which is not the start of that day", name, text, at)
			}
		}
	}
}

// TestNearestIsBounded: what is asked for may be of any length; only its
// beginning is compared.
func TestNearestIsBounded(t *testing.T) {
	s := (&Builder{}).Build(generated(t, 5)).Site
	if near := s.Nearest(strings.Repeat("x-", 20)+"number", 4); len(near) != 4 {
		t.Errorf("a word in common finds %d", len(near))
	}
	if near := s.Nearest(strings.Repeat("x-", longestAsked)+"number", 4); len(near) != 0 {
		t.Errorf("a word behind %d bytes finds %d", 2*longestAsked, len(near))
	}
}
