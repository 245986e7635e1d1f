package render_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"byline/internal/article"
	"byline/internal/history"
	"byline/internal/redirect"
	"byline/internal/render"
	model "byline/internal/site"
	"byline/internal/source"
)

// TestNoLinkDies: however a site is edited, whatever its form of addresses, where
// it hangs and what redirects it has, an address at which a page was answers: it is
// a page, it leads in one step to one, or away, or it is gone.
func TestNoLinkDies(t *testing.T) {
	answers := map[int]int{}
	for seed := range uint64(150) {
		w := &world{dice: rand.New(rand.NewPCG(seed, 3)), dated: seed%2 == 0, known: map[string]string{}, blobs: map[string]string{}, files: map[string]string{}, past: history.New()}
		w.write("site.yaml", w.settings())
		for step := range 14 {
			w.edit(step)
			b := w.bundle(t, step)
			for _, p := range b.Site().Pages {
				w.known[p.Address] = p.Title
				if r := b.Find(p.Address, "", ""); r.Status != 200 {
					t.Errorf("seed %d, step %d: %s answers %d at %s", seed, step, p.Path, r.Status, p.Address)
				}
			}
			for _, r := range b.Site().Redirects() {
				if r.Rule == nil && !strings.Contains(r.From, "{") {
					w.known[r.From] = ""
				}
			}
			for address, title := range w.known {
				answers[w.ends(t, b, address, false)]++
				w.same(t, b, address, title)
			}
			for _, row := range w.rows {
				from := strings.Replace(row.From.Value, "*", "x/Y z", 1)
				w.ends(t, b, from, true)
			}
			if t.Failed() {
				t.Fatalf("seed %d, step %d:\n%s", seed, step, w)
			}
		}
	}
	t.Logf("answers: %v", answers)
	for _, status := range []int{200, 301, 302, 308, 410} {
		if answers[status] == 0 {
			t.Errorf("no known address ever answered %d: the worlds are too small", status)
		}
	}
}

// world is a site that is edited, with all that was published of it.
type world struct {
	dice  *rand.Rand
	dated bool              // every address has a date, and the site stays where it is
	files map[string]string // by path
	blobs map[string]string // by id
	rows  []redirect.Row
	past  *history.State
	known map[string]string // addresses at which a page was, and its title
	now   []source.Change   // since the last commit
	names int
}

func (w *world) String() string {
	var out strings.Builder
	for name, text := range w.files {
		fmt.Fprintf(&out, "-- %s --\n%s", name, text)
	}
	for _, row := range w.rows {
		fmt.Fprintf(&out, "%s → %s %s\n", row.From.Value, row.To.Value, row.Status.Value)
	}
	return out.String()
}

func (w *world) pick(from ...string) string { return from[w.dice.IntN(len(from))] }

func (w *world) settings() string {
	forms := []string{"/{slug}", "/{year}/{month}/{slug}", "/posts/{day}/{slug}", "/{category}/{slug}", "/{year}/{category}/{slug}"}
	paths := []string{"/articles", "/articles", "/blog", "/", "/articles/new"}
	if w.dated {
		forms, paths = forms[1:3], paths[:1]
	}
	return "title: T\nurl: https://example.org\ncategories: {web: {name: Web}, data: {name: Data}}\npath: " + w.pick(paths...) +
		"\npermalink: " + w.pick(forms...) + "\n"
}

func (w *world) text(title string) string {
	text := fmt.Sprintf("---\ntitle: %s\ndate: 20%02d-0%d-0%d\n", title, 10+w.dice.IntN(4), 1+w.dice.IntN(3), 1+w.dice.IntN(3))
	text += w.pick("", "category: web\n", "category: data\n") + w.pick("", "", "", "aliases: [/old/x, /articles/a1]\n", "aliases: [/articles/2099/01/a2]\n")
	return text + "---\n\nThe text of " + title + ".\n"
}

func (w *world) write(file, text string) {
	kind := source.Added
	if _, there := w.files[file]; there {
		kind = source.Modified
	}
	id := fmt.Sprintf("%s %d", file, len(w.blobs))
	w.files[file], w.blobs[id] = text, text
	w.now = append(w.now, source.Change{Kind: kind, Path: file, Blob: id})
}

// edit changes one thing, and the table of redirects.
func (w *world) edit(step int) {
	var articles []string
	for file := range w.files {
		if article.IsArticle(file) {
			articles = append(articles, file)
		}
	}
	slices.Sort(articles)
	one := ""
	if len(articles) > 0 {
		one = w.pick(articles...)
	}
	free := fmt.Sprintf("a%d.md", w.dice.IntN(6))
	_, taken := w.files[free]
	switch what := w.dice.IntN(6); {
	case one == "" || what == 0 && !taken:
		w.names++
		w.write(free, w.text(fmt.Sprint("Number ", w.names)))
	case what == 1 && len(articles) > 1:
		delete(w.files, one)
		w.now = append(w.now, source.Change{Kind: source.Deleted, Path: one})
	case what == 2 && !taken:
		w.files[free] = w.files[one]
		delete(w.files, one)
		id := fmt.Sprintf("%s %d", free, len(w.blobs))
		w.blobs[id] = w.files[free]
		w.now = append(w.now, source.Change{Kind: source.Renamed, Path: free, From: one, Blob: id})
	case what == 3:
		w.write("site.yaml", w.settings())
	default:
		_, title, _ := strings.Cut(w.files[one], "title: ")
		title, _, _ = strings.Cut(title, "\n")
		w.write(one, w.text(title))
	}
	w.rows = nil
	known := append([]string{"/old/x", "/none", "/"}, slices.Sorted(func(yield func(string) bool) {
		for address := range w.known {
			if !yield(address) {
				return
			}
		}
	})...)
	src := "from,to,status\n"
	for range max(0, w.dice.IntN(8)-3) {
		from, to := w.pick(known...), w.pick(append(known, one, "https://elsewhere.example/x", "/articles")...)
		switch w.dice.IntN(4) {
		case 0:
			from = strings.TrimSuffix(from[:strings.LastIndex(from, "/")+1], "/") + "/*"
		case 1:
			from, to = "/old/*", w.pick("/articles/*", "/blog/*", "/old/*", "/old/more/*", "https://elsewhere.example/*")
		}
		src += from + "," + to + "," + w.pick("", "301", "302") + "\n"
	}
	if w.dice.IntN(4) == 0 {
		src += w.pick(known...) + ",,410\n"
	}
	w.rows, _ = redirect.Read("redirects.csv", []byte(src))
}

// bundle commits what changed and publishes it.
func (w *world) bundle(t *testing.T, n int) *render.Bundle {
	t.Helper()
	at := time.Date(2026, 1, 1, n, 0, 0, 0, time.UTC)
	settings, found := model.ReadSettings([]byte(w.files["site.yaml"]))
	if found.HasErrors() {
		t.Fatal(found)
	}
	id := fmt.Sprintf("%040x", n) // of the commit
	next, err := w.past.Advance(t.Context(), id, []source.Step{{Commit: id, Time: at, Changes: w.now}}, history.Reader{
		Blob: func(_ context.Context, id string) ([]byte, error) { return []byte(w.blobs[id]), nil },
		Settings: func(src []byte) (history.Settings, bool) {
			s, found := model.ReadSettings(src)
			return history.Settings{Path: s.Path.Value, Permalink: s.Permalink.Value, Zone: time.UTC}, !found.HasErrors()
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.past, w.now = next, nil
	in := model.Input{Settings: settings, Redirects: w.rows, History: next.Facts(), Revision: "r", Now: at}
	for file, text := range w.files {
		if article.IsArticle(file) {
			a, faults := article.Parse(file, file, []byte(text))
			if faults.HasErrors() {
				t.Fatal(faults)
			}
			in.Candidates = append(in.Candidates, model.Candidate{New: a})
		}
	}
	slices.SortFunc(in.Candidates, func(a, b model.Candidate) int { return strings.Compare(a.New.Path, b.New.Path) })
	b, err := render.New((&model.Builder{}).Build(in).Site, render.Options{Assets: assets(t), Program: "test", Size: noSize})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// ends asks for an address, and follows where it leads; only a redirect may lead
// nowhere.
func (w *world) ends(t *testing.T, b *render.Bundle, address string, mayFail bool) int {
	t.Helper()
	r := b.Find(address, "", "q=1")
	switch {
	case strings.HasPrefix(r.Location, "https://elsewhere.example/"), r.Status == 200, r.Status == 410, mayFail && r.Status == 404:
	case r.Status == 302 && redirect.Fold(address) == "/":
	case r.Location == "" || strings.HasPrefix(r.Location, "//"):
		t.Errorf("%s answers %d %q", address, r.Status, r.Location)
	default:
		u, err := url.ParseRequestURI(r.Location)
		if err != nil {
			t.Fatal(err)
		}
		if end := b.Find(u.Path, u.RawPath, u.RawQuery); end.Status != 200 {
			t.Errorf("%s leads to %s, which answers %d %s", address, r.Location, end.Status, end.Location)
		}
	}
	return r.Status
}

// same asks that an address with a date leads to the page that was there last, as
// long as that is a page, whoever has its name now.
func (w *world) same(t *testing.T, b *render.Bundle, address, title string) {
	t.Helper()
	if len(w.rows) > 0 || title == "" || !w.dated {
		return
	}
	r := b.Find(address, "", "")
	for _, p := range b.Site().Pages {
		if p.Title == title && r.Location != p.Address && r.Status != 200 {
			t.Errorf("%s was of %q, which is at %s, and leads to %d %s", address, title, p.Address, r.Status, r.Location)
		}
	}
}

// TestPreviewRedirects: in a preview a redirect stays below the prefix, unless it
// leads away.
func TestPreviewRedirects(t *testing.T) {
	w := &world{files: map[string]string{}, blobs: map[string]string{}, past: history.New()}
	w.write("site.yaml", "title: T\npermalink: /{year}/{slug}\n")
	w.write("a.md", "---\ntitle: A\ndate: 2025-01-01\n---\n\nText.\n")
	w.rows, _ = redirect.Read("redirects.csv", []byte("/old/*,/articles/*\n/?p=1,a.md#x\n/away/*,https://elsewhere.example/*,302\n/none,,410\n"))
	s := w.bundle(t, 1).Site()
	b, err := render.New(s, render.Options{Assets: assets(t), Program: "test", Size: noSize, Prefix: prefix, Preview: &render.Preview{Name: "draft"}})
	if err != nil {
		t.Fatal(err)
	}
	for request, want := range map[string]string{
		"/old/a": "308 " + prefix + "/articles/2025/a", "/articles/1999/a?x=1": "308 " + prefix + "/articles/2025/a?x=1", "/?p=1": "308 " + prefix + "/articles/2025/a#x",
		"/away/x": "302 https://elsewhere.example/x", "/none": "410 ", "/old/none": "404 ",
	} {
		path, query, _ := strings.Cut(request, "?")
		r := b.Find(path, "", query)
		if got := fmt.Sprint(r.Status, " ", r.Location); got != want || r.CacheControl != "no-store" {
			t.Errorf("%s: %s (%s), want %s", request, got, r.CacheControl, want)
		}
	}
}
