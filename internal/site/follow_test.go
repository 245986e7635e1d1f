package site

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/article"
	"byline/internal/redirect"
	"byline/internal/search"
	"byline/internal/strict"
)

// TestBuilderKeepsNothingWrong: however articles, files, settings and the time
// come, change and go, what a builder keeps from one build to the next never shows
// in a site or its findings, and a site handed out before stays as it was.
func TestBuilderKeepsNothingWrong(t *testing.T) {
	for seed := range uint64(60) {
		dice := rand.New(rand.NewPCG(seed, 2))
		var builder Builder
		shown, good := map[string]*article.Article{}, Versions(nil)
		sites, wants := []*Site{}, []string{}
		in := siteOf(t, shown)
		for step := range 12 {
			for range 1 + dice.IntN(3) {
				path := fmt.Sprintf([]string{"p%d.md", "p%d.md", "g/p%d.md", "p%d/index.md"}[dice.IntN(4)], dice.IntN(12))
				if shown[path] != nil && dice.IntN(3) == 0 {
					delete(shown, path)
				} else {
					shown[path] = randomArticle(t, dice, path)
				}
			}
			randomSurroundings(dice, &in)
			in.Candidates = nil
			for _, path := range keys(shown) {
				in.Candidates = append(in.Candidates, Candidate{Path: path, New: shown[path], Faulty: dice.IntN(12) == 0, Good: good.Find(path)})
			}
			fresh, kept := (&Builder{}).Build(in), builder.Build(in)
			want := dump(fresh.Site, fresh.Findings)
			if diff := cmp.Diff(want, dump(kept.Site, kept.Findings)); diff != "" {
				t.Fatalf("seed %d, step %d: a builder that was used before makes another site:\n%s", seed, step, diff)
			}
			if !slices.Equal(fresh.Accepted, kept.Accepted) {
				t.Fatalf("seed %d, step %d: other versions are accepted", seed, step)
			}
			good = kept.Accepted
			sites, wants = append(sites, kept.Site), append(wants, dump(fresh.Site, nil))
		}
		for step, s := range sites {
			if diff := cmp.Diff(wants[step], dump(s, nil)); diff != "" {
				t.Fatalf("seed %d: what came later changed the site of step %d:\n%s", seed, step, diff)
			}
		}
	}
}

// randomSurroundings changes now and then what is not an article: the files, the
// time, the settings, whether drafts are shown.
func randomSurroundings(dice *rand.Rand, in *Input) {
	if dice.IntN(3) == 0 {
		in.Files = nil
		for _, name := range []string{"media/a.png", "media/b.png", "c.png", "root/articles"} {
			if dice.IntN(2) == 0 {
				in.Files = append(in.Files, File{Path: name, Hash: name, Size: 1})
			}
		}
	}
	if dice.IntN(4) == 0 {
		in.Now = in.Now.AddDate(0, 0, dice.IntN(40)-20)
	}
	if dice.IntN(8) == 0 {
		in.Drafts = !in.Drafts
	}
	if dice.IntN(8) == 0 {
		in.Settings.CTA = &CallToAction{Heading: fmt.Sprint("Join ", dice.IntN(3)), URL: strict.Text{Value: "/articles/p1"}}
	}
	if dice.IntN(8) == 0 {
		in.Redirects = []redirect.Row{{File: "r.csv", From: strict.Text{Value: "/articles/p1"}, To: strict.Text{Value: fmt.Sprintf("/articles/p%d", dice.IntN(12))}}}
	}
	if dice.IntN(6) == 0 {
		in.Held = []string{fmt.Sprintf("p1%d.md", dice.IntN(9))}
	}
}

// randomArticle has a few words, tags, links, a picture and a pin, which may lead
// nowhere; some are drafts, and some have an end.
func randomArticle(t testing.TB, dice *rand.Rand, path string) *article.Article {
	t.Helper()
	words := strings.Fields("queue index cache socket schema thread kernel parser")
	var src strings.Builder
	fmt.Fprintf(&src, "---\ntitle: Article %d\ndate: 2026-05-0%d\nrelated: [p%d]\n", dice.IntN(9), 1+dice.IntN(4), dice.IntN(13))
	for _, line := range []string{
		"draft: true", "expires: 2026-05-2" + fmt.Sprint(dice.IntN(9)), "tags: [Go, " + words[dice.IntN(3)] + "]", "author: " + string("ab"[dice.IntN(2)]), "category: c",
		fmt.Sprintf("aliases: [/old/%d]", dice.IntN(5)), fmt.Sprintf("slug: p%d", dice.IntN(14)), "image: {src: media/a.png, alt: A}", "description: The same",
		fmt.Sprintf("cta: {heading: Own, url: /articles/p%d}", dice.IntN(13)), "updated: 2026-06-1" + fmt.Sprint(dice.IntN(9)),
	} {
		if dice.IntN(5) == 0 {
			src.WriteString(line + "\n")
		}
	}
	fmt.Fprintf(&src, "---\n## %s\n\nOn the", words[dice.IntN(3)])
	for range dice.IntN(8) {
		src.WriteString(" " + words[dice.IntN(len(words))])
	}
	src.WriteString("\n\n")
	links := []string{"[see](p%d.md)", "[see](p%d.md)", "[this](p1%d.md)", "[part](p%d.md#%s)", "![](media/%c.png)", "[old](/old/%d)", "[tag](/articles/tags/go)", "[list](/articles/page/2)",
		"[there](/articles/p%d)", "[there](/articles/p%d.md)", "[near](p%d)", "[below](g/p%d.md)", "[above](../p%d.md)", "[file](media/a.png)"}
	for range dice.IntN(4) {
		link := links[dice.IntN(len(links))]
		switch {
		case strings.Contains(link, "%s"):
			link = fmt.Sprintf(link, dice.IntN(12), words[dice.IntN(3)])
		case strings.Contains(link, "%c"):
			link = fmt.Sprintf(link, "abc"[dice.IntN(3)])
		case strings.Contains(link, "%d"):
			link = fmt.Sprintf(link, dice.IntN(12))
		}
		src.WriteString(link + "\n")
	}
	a, faults := article.Parse(path, path+src.String(), []byte(src.String()))
	if faults.HasErrors() {
		t.Fatal(faults)
	}
	return a
}

func siteOf(t testing.TB, shown map[string]*article.Article) Input {
	t.Helper()
	settings, found := ReadSettings([]byte("title: T\nauthors: {a: {name: A}, b: {name: B}}\ncategories: {c: {name: C}, d: {name: D}}\n"))
	if len(found) > 0 {
		t.Fatal(found)
	}
	in := Input{Settings: settings, Revision: "r", Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	for _, path := range keys(shown) {
		in.Candidates = append(in.Candidates, Candidate{New: shown[path]})
	}
	return in
}

// TestAnEditIsOneArticle: of a site of many articles the next build analyses the
// text of the one that was edited, and nothing at all when only a date moves
// what comes first.
func TestAnEditIsOneArticle(t *testing.T) {
	var builder Builder
	in := generated(t, 60)
	builder.Build(in)
	before := builder.analysis
	in.Candidates[7].New = edited(t, in.Candidates[7].New, "A sentence more.")
	builder.Build(in)
	analysed := 0
	for _, bag := range builder.analysis.bags {
		if !slices.Contains(before.bags, bag) {
			analysed++
		}
	}
	if analysed != 1 || len(builder.analysis.bags) != 60 {
		t.Errorf("%d of %d texts were analysed, want the one that was edited of 60", analysed, len(builder.analysis.bags))
	}
	for _, p := range builder.Build(in).Site.Pages {
		if p.beside.related != nil || p.beside.recommended != nil {
			t.Fatalf("what stands beside %s is made before anybody asks", p.Slug)
		}
	}
}

// TestANewArticleIsNoNewsToMost: when an article comes and goes, only the links to
// it are looked at again, and those that led nowhere or round a corner.
func TestANewArticleIsNoNewsToMost(t *testing.T) {
	var builder Builder
	shown := map[string]*article.Article{}
	add := func(path, text string) {
		shown[path], _ = article.Parse(path, path+text, []byte("---\ntitle: "+path+"\ndate: 2026-01-01\n---\n"+text))
	}
	for i := range 50 {
		add(fmt.Sprintf("p%d.md", i), fmt.Sprintf("[one](p%d.md) and [another](/articles/p%d)\n", (i+1)%50, (i+2)%50))
	}
	add("waits.md", "[for](new.md)\n")
	add("round.md", "[by its name](elsewhere/p3.md)\n")
	seen := &Picture{}
	looked := func() (paths []string) {
		builder.Build(siteOf(t, shown))
		for path, a := range shown {
			links := &builder.all[a].links
			if links.image != seen {
				paths = append(paths, path)
			}
			links.image = seen // it stays for as long as nobody looks again
		}
		slices.Sort(paths)
		return paths
	}
	if first := looked(); len(first) != len(shown) {
		t.Fatalf("the first build looks at the links of %d articles, want %d", len(first), len(shown))
	}
	if again := looked(); len(again) != 0 {
		t.Errorf("a build of the same looks at %v", again)
	}
	add("new.md", "[back](p1.md)\n")
	if diff := cmp.Diff([]string{"new.md", "round.md", "waits.md"}, looked()); diff != "" {
		t.Errorf("a new article: %s", diff)
	}
	delete(shown, "new.md")
	if diff := cmp.Diff([]string{"round.md", "waits.md"}, looked()); diff != "" {
		t.Errorf("it is gone: %s", diff)
	}
	delete(shown, "p7.md")
	if diff := cmp.Diff([]string{"p5.md", "p6.md", "round.md", "waits.md"}, looked()); diff != "" {
		t.Errorf("one is gone that others lead to: %s", diff)
	}
}

// TestSuggestionsAreMadeOnce: all who ask at once are given the same lists.
func TestSuggestionsAreMadeOnce(t *testing.T) {
	s := (&Builder{}).Build(generated(t, 40)).Site
	lists := make([][][]Suggestion, 8)
	var group sync.WaitGroup
	for i := range lists {
		group.Go(func() {
			for _, p := range s.Pages {
				related, recommended := s.Suggestions(p)
				lists[i] = append(lists[i], related, recommended)
			}
		})
	}
	group.Wait()
	for i := range lists {
		for n, list := range lists[i] {
			if first := lists[0][n]; len(list) == 0 || len(list) != len(first) || &list[0] != &first[0] {
				t.Fatalf("asker %d was given another list %d than asker 0", i, n)
			}
		}
	}
}

// TestResembling: the text of an article that was removed finds the public pages
// that are like it.
func TestResembling(t *testing.T) {
	sources := map[string]string{
		"queues.md":  "title: Queues\ndate: 2026-01-01\ntags: [messaging]\n---\nA broker holds messages in a queue until a worker takes them.\n",
		"broker.md":  "title: Choosing a broker\ndate: 2026-01-02\n---\nA broker passes messages on. Each worker has a queue.\n",
		"draft.md":   "title: Queues and workers\ndate: 2026-01-03\ndraft: true\n---\nThe broker holds messages in a queue for a worker.\n",
		"gardens.md": "title: Gardens\ndate: 2026-01-04\n---\nRoses and tulips want water and soil.\n",
		"soil.md":    "title: Soil\ndate: 2026-01-05\n---\nTulips want light soil.\n",
		"bread.md":   "title: Bread\ndate: 2026-01-06\n---\nFlour and yeast rise in an oven.\n",
		"stars.md":   "title: Stars\ndate: 2026-01-07\n---\nA telescope shows the moons of Jupiter.\n",
	}
	shown := map[string]*article.Article{}
	for path, src := range sources {
		shown[path], _ = article.Parse(path, path, []byte("---\n"+src))
	}
	in := siteOf(t, shown)
	in.Drafts = true
	s := (&Builder{}).Build(in).Site
	for _, c := range []struct {
		text search.Document
		n    int
		want string
	}{
		{search.Document{Title: "Workers and queues", Tags: []string{"messaging"}}, 4, "queues broker"},
		{search.Document{Title: "Workers and queues"}, 1, "queues"},
		{search.Document{Title: "Water for tulips"}, 4, "gardens soil"},
		{search.Document{Title: "Chess"}, 4, ""},
		{search.Document{}, 4, ""},
		{search.Document{Title: "Water for tulips"}, 0, ""},
	} {
		if diff := cmp.Diff(c.want, slugs(s.Resembling(c.text, c.n))); diff != "" {
			t.Errorf("%d like %q: %s", c.n, c.text.Title, diff)
		}
	}
}

// BenchmarkEdit is the cost of the next site after an edit of one article.
func BenchmarkEdit(b *testing.B) {
	for _, n := range []int{250, 10000} {
		if n > 1000 && testing.Short() {
			continue
		}
		in := generated(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var builder Builder
			builder.Build(in)
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				in.Candidates = slices.Clone(in.Candidates)
				in.Candidates[i%n].New = edited(b, in.Candidates[i%n].New, fmt.Sprintf("A sentence on word7 and new%d.", i))
				b.StartTimer()
				builder.Build(in)
			}
		})
	}
}

func edited(t testing.TB, a *article.Article, sentence string) *article.Article {
	t.Helper()
	src := fmt.Sprintf("---\ntitle: %s\ndate: 2026-01-01\n---\n%s\n\n%s\n", a.Meta.Title, a.Source(), sentence)
	next, faults := article.Parse(a.Path, a.Hash+" edited", []byte(src))
	if faults.HasErrors() {
		t.Fatal(faults)
	}
	return next
}

// generated is a site of n articles of some three hundred words, as unevenly
// used as real ones, with links to each other; one in a hundred leads nowhere.
func generated(t testing.TB, n int) Input {
	t.Helper()
	dice := rand.New(rand.NewPCG(5, uint64(n)))
	zipf := rand.NewZipf(dice, 1.1, 4, 20000)
	shown := map[string]*article.Article{}
	for i := range n {
		var src strings.Builder
		topic := dice.IntN(1 + n/20)
		fmt.Fprintf(&src, "---\ntitle: Subject%d by number %d\ndate: 20%02d-0%d-11\nauthor: %s\ncategory: %s\ntags: [subject%d, word%d]\n---\n",
			topic, i, 10+dice.IntN(15), 1+dice.IntN(9), []string{"a", "b"}[i%2], []string{"c", "d"}[i%3%2], topic, dice.IntN(40))
		for range 10 {
			for range 30 {
				fmt.Fprintf(&src, "word%d ", zipf.Uint64())
			}
			fmt.Fprintf(&src, "subject%dx%d. See [that](number-%d.md).\n\n", topic, dice.IntN(12), dice.IntN(n+1+n/100))
		}
		path := fmt.Sprintf("number-%d.md", i)
		a, faults := article.Parse(path, fmt.Sprint("hash ", i), []byte(src.String()))
		if faults.HasErrors() {
			t.Fatal(faults)
		}
		shown[path] = a
	}
	return siteOf(t, shown)
}
