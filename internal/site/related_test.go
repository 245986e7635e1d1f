package site

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"byline/internal/article"
	"byline/internal/testkit"
)

// TestRelatedFindsWhatEditorsLinked: on the blog of a real project, with the
// links between its articles taken out of the text, the four related articles
// name what its editors had linked far more often than the newest of the
// category do, and those more often than chance. Run with -v for the figures.
func TestRelatedFindsWhatEditorsLinked(t *testing.T) {
	dir := filepath.Join(testkit.Shared(t), "sites", "swift")
	for _, words := range []struct {
		name string
		keep bool
		want float64
	}{{"the links' words kept", true, 0.40}, {"the links' words dropped too", false, 0.35}} {
		in, linked := withoutLinks(t, dir, words.keep)
		s := (&Builder{}).Build(in).Site
		related := hits(s, linked, func(p *Page) []*Page { return pagesOf(s.Suggestions(p)) })
		newest := hits(s, linked, newestOfCategory)
		random := 0.0
		for seed := range uint64(100) {
			dice := rand.New(rand.NewPCG(seed, 3))
			random += hits(s, linked, func(p *Page) []*Page { return anyFour(s, p, dice) }) / 100
		}
		t.Logf("%d links between articles (four a page could name %d), %s: %.1f%% among the related, %.1f%% among the newest of the category, %.1f%% among any four",
			pairs(linked), reachable(linked), words.name, 100*related, 100*newest, 100*random)
		if related < words.want || related < 2*newest || newest < random {
			t.Errorf("related articles find %.2f of the links, want %.2f or more, and twice what the newest find", related, words.want)
		}
	}
}

func pairs(linked map[string]map[string]bool) int {
	n := 0
	for _, to := range linked {
		n += len(to)
	}
	return n
}

// reachable is how many of the pairs fit when every page names four.
func reachable(linked map[string]map[string]bool) int {
	n := 0
	for _, to := range linked {
		n += min(len(to), relatedCount)
	}
	return n
}

// hits is the share of the linked pairs whose second is in the first's list.
func hits(s *Site, linked map[string]map[string]bool, list func(*Page) []*Page) float64 {
	found := 0
	for _, p := range s.Pages {
		for _, other := range list(p) {
			if linked[p.Slug][other.Slug] {
				found++
			}
		}
	}
	return float64(found) / float64(pairs(linked))
}

func pagesOf(related, _ []Suggestion) []*Page {
	var pages []*Page
	for _, s := range related {
		pages = append(pages, s.Page)
	}
	return pages
}

func newestOfCategory(p *Page) []*Page {
	var four []*Page
	if p.Category == nil {
		return nil
	}
	for _, other := range p.Category.Pages {
		if other != p && len(four) < relatedCount {
			four = append(four, other)
		}
	}
	return four
}

func anyFour(s *Site, p *Page, dice *rand.Rand) []*Page {
	var four []*Page
	for _, i := range dice.Perm(len(s.Pages)) {
		if s.Pages[i] != p && len(four) < relatedCount {
			four = append(four, s.Pages[i])
		}
	}
	return four
}

var (
	markdownLink = regexp.MustCompile(`\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?([^)\s>]+)[^)]*\)`)
	definition   = regexp.MustCompile(`(?m)^ {0,3}\[([^\]]+)\]:\s*<?(\S+?)>?(?:\s.*)?$`)
	elsewhere    = regexp.MustCompile(`<?(https?://(?:www\.)?swift\.org/blog/[^\s>)]+)>?`)
	articleLink  = regexp.MustCompile(`^(?:(?:https?://(?:www\.)?swift\.org)?/(?:blog|articles)/([^/#?]+)/?|([^/:#?]+)\.md)(?:[#?].*)?$`)
)

// withoutLinks reads the articles of a folder without the links between them,
// and tells which there were.
func withoutLinks(t *testing.T, dir string, keepWords bool) (Input, map[string]map[string]bool) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(dir, SettingsFile))
	if err != nil {
		t.Fatal(err)
	}
	settings, found := ReadSettings(src)
	if found.HasErrors() {
		t.Fatal(found)
	}
	in := Input{Settings: settings, Now: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
	files, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	slugs := map[string]bool{}
	for _, file := range files {
		slugs[article.FileSlug(filepath.ToSlash(file))] = true
	}
	linked := map[string]map[string]bool{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		cut := cutLinks{from: strings.TrimSuffix(name, ".md"), slugs: slugs, keepWords: keepWords, to: map[string]bool{}}
		a, _ := article.Parse(name, name, []byte(cut.all(string(src))))
		linked[cut.from] = cut.to
		in.Candidates = append(in.Candidates, Candidate{New: a})
	}
	return in, linked
}

// cutLinks takes the links of one article to others out of its text.
type cutLinks struct {
	from      string
	slugs     map[string]bool
	keepWords bool
	to        map[string]bool // the articles that it linked to
}

// other is the article of the site that an address names.
func (c *cutLinks) other(address string) (string, bool) {
	m := articleLink.FindStringSubmatch(address)
	if m == nil {
		return "", false
	}
	slug := strings.TrimSuffix(m[1]+m[2], ".html")
	if !c.slugs[slug] || slug == c.from {
		return "", false
	}
	c.to[slug] = true
	return slug, true
}

func (c *cutLinks) all(text string) string {
	words := func(s string) string {
		if c.keepWords {
			return s
		}
		return ""
	}
	for _, m := range definition.FindAllStringSubmatch(text, -1) {
		if _, ok := c.other(m[2]); ok {
			use := regexp.MustCompile(`(?i)\[([^\]]+)\]\[` + regexp.QuoteMeta(m[1]) + `\]|\[(` + regexp.QuoteMeta(m[1]) + `)\](?:\[\])?`)
			text = strings.ReplaceAll(text, m[0], "")
			text = use.ReplaceAllStringFunc(text, func(s string) string { return words(strings.Join(use.FindStringSubmatch(s)[1:], "")) })
		}
	}
	text = markdownLink.ReplaceAllStringFunc(text, func(s string) string {
		m := markdownLink.FindStringSubmatch(s)
		if _, ok := c.other(m[2]); ok {
			return words(m[1])
		}
		return s
	})
	return elsewhere.ReplaceAllStringFunc(text, func(s string) string {
		if _, ok := c.other(strings.Trim(s, "<>")); ok {
			return "" // an address has the title's words in it
		}
		return s
	})
}
