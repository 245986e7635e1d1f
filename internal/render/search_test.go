package render_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"byline/internal/render"
)

// The pages of searches take no room of those that are asked for again; they are the
// same each time in each encoding, and say the same in all.
func TestSearchesAreNotKept(t *testing.T) {
	s, options := large(t, 50)
	options.Cache = render.NewCache(render.DefaultBudget)
	b := newBundle(t, s, options)
	b.Find("/articles/search", "/articles/search", "") // what is at the address is remembered
	before := options.Cache.Held()
	first := map[render.Encoding][]byte{}
	for round := range 2 {
		for _, e := range []render.Encoding{render.Identity, render.Gzip, render.Brotli} {
			got := body(t, b.Find("/articles/search", "/articles/search", "q=article"), e)
			if round == 0 {
				first[e] = got
			}
			if !bytes.Equal(got, first[e]) || !bytes.Equal(decoded(t, got, e), first[render.Identity]) {
				t.Errorf("%q: another page in round %d", e, round)
			}
		}
	}
	if rows := strings.Count(string(first[render.Identity]), "<h2>"); rows != 12 {
		t.Errorf("%d results are shown, want as many as a list has, 12", rows)
	}
	if held := options.Cache.Held(); held != before {
		t.Errorf("%+v is held, was %+v", held, before)
	}
	body(t, b.Find("/articles/search", "/articles/search", ""), render.Gzip)
	if held := options.Cache.Held(); held.Entries == before.Entries {
		t.Error("the page without a query is not kept")
	}
}

// decoded is a body without its encoding.
func decoded(t *testing.T, body []byte, e render.Encoding) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	var err error
	switch e {
	case render.Gzip:
		r, err = gzip.NewReader(r)
	case render.Brotli:
		r = brotli.NewReader(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// What is allocated for a page of results does not grow with the site.
func TestASearchPageCostsTheSame(t *testing.T) {
	cost := func(articles int) float64 {
		s, options := large(t, articles)
		options.Cache = render.NewCache(render.DefaultBudget)
		b := newBundle(t, s, options)
		n := 0
		return testing.AllocsPerRun(20, func() {
			n++
			body(t, b.Find("/articles/search", "/articles/search", fmt.Sprintf("q=words+article+a%d", n)), render.Gzip)
		})
	}
	few, many := cost(60), cost(1500)
	if many > 1.1*few+20 || few < 100 {
		t.Errorf("%.0f allocations with 60 articles, %.0f with 1500", few, many)
	}
	t.Logf("%.0f and %.0f allocations", few, many)
}
