package render_test

import (
	"fmt"
	"strings"
	"testing"

	"byline/internal/article"
	"byline/internal/picture"
	"byline/internal/render"
	model "byline/internal/site"
)

// large is a site of that many articles, each of some paragraphs and a block of
// code, and what it is shown with.
func large(t testing.TB, articles int) (*model.Site, render.Options) {
	t.Helper()
	settings, found := model.ReadSettings([]byte("title: Large\nurl: https://example.org\npath: /articles\nauthors: {ada: {name: Ada}, grace: {name: Grace}}\ncategories: {craft: {name: Craft}}\n"))
	if found.HasErrors() {
		t.Fatal(found)
	}
	in := model.Input{Settings: settings, Revision: "r1", Time: now, Now: now}
	for n := range articles {
		path := fmt.Sprintf("a-%d.md", n)
		text := strings.Repeat(fmt.Sprintf("Words of the article %d, which are [many](a-%d.md).\n\n", n, (n+1)%articles), 12)
		text += "```go\nfunc main() { println(\"" + path + "\") }\n```\n"
		a, found := article.Parse(path, fmt.Sprintf("hash-%d", n), fmt.Appendf(nil, "---\ntitle: Article %d\ndate: 2026-01-0%d\nauthor: %s\ncategory: craft\ntags: [t%d]\n---\n\n%s", n, n%9+1, []string{"ada", "grace"}[n%2], n%20, text))
		if found.HasErrors() {
			t.Fatal(found)
		}
		in.Candidates = append(in.Candidates, model.Candidate{New: a})
	}
	maker := picture.NewMaker(picture.MakerOptions{})
	named := func(d picture.Drawing) ([]byte, error) { return []byte(d.Key), nil } // to draw a card takes long
	return (&model.Builder{}).Build(in).Site, render.Options{Assets: assets(t), Program: "test", Size: noSize, Pictures: render.Pictures{Plan: maker.Plan, Draw: named}}
}

func newBundle(t testing.TB, s *model.Site, options render.Options) *render.Bundle {
	b, err := render.New(s, options)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Making a bundle costs the same however many articles and pictures there are.
func TestNewCostsTheSame(t *testing.T) {
	cost := func(articles int) float64 {
		s, options := large(t, articles)
		for n := range articles {
			name := fmt.Sprintf("a-%d/cover.jpg", n)
			s.Files[name] = model.File{Path: name, Hash: fmt.Sprintf("%040x", n)}
		}
		return testing.AllocsPerRun(20, func() { newBundle(t, s, options) })
	}
	few, many := cost(100), cost(2000)
	if many > few*1.05+5 {
		t.Errorf("%.0f allocations with 100 articles, %.0f with 2000", few, many)
	}
	t.Logf("%.0f and %.0f allocations", few, many)
}

func BenchmarkNew(b *testing.B) {
	s, options := large(b, 10_000)
	options.Cache = render.NewCache(render.DefaultBudget)
	b.ReportAllocs()
	for b.Loop() {
		newBundle(b, s, options)
	}
}

// A page that was asked for before.
func BenchmarkFind(b *testing.B) {
	s, options := large(b, 1000)
	bundle := newBundle(b, s, options)
	b.ReportAllocs()
	for b.Loop() {
		bundle.Find("/articles/a-500", "", "")
	}
}

// Bytes that were asked for before.
func BenchmarkBody(b *testing.B) {
	s, options := large(b, 1000)
	r := newBundle(b, s, options).Find("/articles/a-500", "", "")
	body(b, r, render.Brotli)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Body(render.Brotli); err != nil {
			b.Fatal(err)
		}
	}
}

// A page that nobody has asked for: its view, its key and its bytes.
func BenchmarkPage(b *testing.B) {
	s, options := large(b, 1000)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%1000 == 0 {
			b.StopTimer()
			options.Cache = nil
			bundle = newBundle(b, s, options)
			b.StartTimer()
		}
		body(b, bundle.Find(fmt.Sprintf("/articles/a-%d", n%1000), "", ""), render.Identity)
	}
}

// The same page in the next bundle: its view and its key.
func BenchmarkPageAgain(b *testing.B) {
	s, options := large(b, 1000)
	options.Cache = render.NewCache(render.DefaultBudget)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%1000 == 0 {
			b.StopTimer()
			bundle = newBundle(b, s, options)
			b.StartTimer()
		}
		body(b, bundle.Find(fmt.Sprintf("/articles/a-%d", n%1000), "", ""), render.Identity)
	}
}

// bundle is that of a benchmark whose site is shown again and again.
var bundle *render.Bundle

func BenchmarkCompress(b *testing.B) {
	s, options := large(b, 1000)
	for _, e := range []render.Encoding{render.Gzip, render.Brotli} {
		b.Run(e.String(), func(b *testing.B) {
			options.Cache = render.NewCache(0) // nothing is kept
			r := newBundle(b, s, options).Find("/articles/a-500", "", "")
			b.SetBytes(int64(len(body(b, r, render.Identity))))
			b.ReportAllocs()
			for b.Loop() {
				body(b, r, e)
			}
		})
	}
}

// The page of a search, for as many different queries as come in: its view, its key
// and its bytes as they are sent.
func BenchmarkSearchPage(b *testing.B) {
	s, options := large(b, 10_000)
	options.Cache = render.NewCache(render.DefaultBudget)
	bundle := newBundle(b, s, options)
	for _, kind := range []struct{ name, query string }{
		{"a common word", "q=words"}, {"three words", "q=words+of+the+article+%d+many"}, {"a misspelt word", "q=artcle+%d"},
		{"a word that is begun", "q=artic"}, {"a phrase", "q=%%22article+%d%%22"}, {"no result", "q=xqxyzzy%d"},
	} {
		for _, e := range []render.Encoding{render.Identity, render.Gzip, render.Brotli} {
			b.Run(kind.name+"/"+e.String(), func(b *testing.B) {
				b.ReportAllocs()
				for n := 0; b.Loop(); n++ {
					query := kind.query
					if strings.Contains(query, "%d") {
						query = fmt.Sprintf(query, n%10_000)
					}
					body(b, bundle.Find("/articles/search", "/articles/search", query), e)
				}
			})
		}
	}
}
