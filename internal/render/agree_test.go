package render_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"byline/internal/render"
	"byline/internal/testkit"
)

// told finds what a document says, as the first group.
var told = struct{ canonical, shared, data, main, modified, meta, front, entry, mapped *regexp.Regexp }{
	canonical: regexp.MustCompile(`<link rel="canonical" href="([^"]*)"`),
	shared:    regexp.MustCompile(`<meta property="og:url" content="([^"]*)"`),
	data:      regexp.MustCompile(`"@type":"BlogPosting","@id":"[^"]*","url":"([^"]*)"`),
	main:      regexp.MustCompile(`"mainEntityOfPage":"([^"]*)"`),
	modified:  regexp.MustCompile(`"dateModified":"([^"]*)"`),
	meta:      regexp.MustCompile(`<meta property="article:modified_time" content="([^"]*)"`),
	front:     regexp.MustCompile(`(?m)^updated: (.*)$`),
	entry:     regexp.MustCompile(`<updated>([^<]*)</updated>`),
	mapped:    regexp.MustCompile(`<lastmod>([^<]*)</lastmod>`),
}

func first(pattern *regexp.Regexp, text string) string {
	if m := pattern.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// part is what of a document begins with an address and reaches to the end of its
// entry there.
func part(document, from, to string) string {
	_, rest, _ := strings.Cut(document, from)
	text, _, _ := strings.Cut(rest, to)
	return text
}

// TestDocumentsAgree: the page, its linked data, its Markdown, the feeds, the
// sitemap and the change feed tell the same of when an article changed last and
// where it is at home, whatever its editor has written. The time is 13 May 2026, 14:00 in
// Madrid.
func TestDocumentsAgree(t *testing.T) {
	for name, c := range map[string]struct{ front, changed, home string }{
		"never updated":         {"date: 2026-05-01", "2026-05-01T00:00:00+02:00", ""},
		"updated":               {"date: 2026-05-01\nupdated: 2026-05-02", "2026-05-02T00:00:00+02:00", ""},
		"before it was there":   {"date: 2026-05-01\nupdated: 2026-04-02", "2026-05-01T00:00:00+02:00", ""},
		"on the day, it says":   {"date: 2026-05-01T10:00\nupdated: 2026-05-01", "2026-05-01T10:00:00+02:00", ""},
		"just now":              {"date: 2026-05-01\nupdated: 2026-05-13T14:00", "2026-05-13T14:00:00+02:00", ""},
		"still to come":         {"date: 2026-05-01\nupdated: 2026-05-13T14:00:01", "2026-05-01T00:00:00+02:00", ""},
		"across the clocks":     {"date: 2026-03-29\nupdated: 2026-03-30", "2026-03-30T00:00:00+02:00", ""},
		"zone of its own":       {"date: 2026-05-01\nupdated: 2026-05-01T23:30:00-05:00", "2026-05-02T06:30:00+02:00", ""},
		"at home elsewhere":     {"date: 2026-05-01\ncanonical: https://other.example/it", "2026-05-01T00:00:00+02:00", "https://other.example/it"},
		"nothing for searchers": {"date: 2026-05-01\nupdated: 2026-05-02\nnoindex: true", "2026-05-02T00:00:00+02:00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			testkit.Write(t, s.dir, "site.yaml", "title: Notes\nurl: https://example.org\ntimezone: Europe/Madrid\n")
			testkit.Write(t, s.dir, "subject.md", "---\ntitle: Subject\n"+c.front+"\n---\n\nText.\n")
			b := s.bundle(t)
			own := "https://example.org/articles/subject"
			home := own
			if c.home != "" {
				home = c.home
			}
			page, markdown := at(t, b, "/articles/subject"), at(t, b, "/articles/subject.md")
			for _, pattern := range []*regexp.Regexp{told.canonical, told.shared, told.data, told.main} {
				if got := first(pattern, page); got != home {
					t.Errorf("%s tells %q, want %q", pattern, got, home)
				}
			}
			if !strings.Contains(markdown, "\ncanonical: \""+home+"\"\n") {
				t.Errorf("the Markdown is at home elsewhere:\n%s", markdown)
			}
			agree(t, b, own, c.changed, page, markdown)
			if listed := strings.Contains(string(body(t, b.Find("/sitemap-articles-1.xml", "", ""), render.Identity)), own+"<"); listed == (c.home != "" || strings.Contains(c.front, "noindex")) {
				t.Errorf("in the sitemap: %t", listed)
			}
		})
	}
}

// agree holds every document's time of the last change of the article at own
// against the one that is wanted.
func agree(t *testing.T, b *render.Bundle, own, want, page, markdown string) {
	t.Helper()
	updated := want
	if strings.Contains(markdown, "\ndate: "+want+"\n") {
		updated = "" // nothing is said beside the date
	}
	at, _ := time.Parse(time.RFC3339, want)
	atom, rss := body(t, b.Find("/articles/atom.xml", "", ""), render.Identity), body(t, b.Find("/articles/feed.xml", "", ""), render.Identity)
	changes := body(t, b.Find("/changes.json", "", ""), render.Identity)
	sitemap := string(body(t, b.Find("/sitemap-articles-1.xml", "", ""), render.Identity))
	for document, c := range map[string]struct{ got, want string }{
		"linked data": {first(told.modified, page), want},
		"head":        {first(told.meta, page), updated},
		"Markdown":    {first(told.front, markdown), updated},
		"Atom":        {first(told.entry, part(string(atom), own+`"`, "</entry>")), want},
		"RSS":         {first(regexp.MustCompile(`<atom:updated>([^<]*)<`), part(string(rss), own+"<", "</item>")), updated},
		"change feed": {first(regexp.MustCompile(`"time": "([^"]*)"`), part(string(changes), own+`"`, "}")), at.UTC().Format(time.RFC3339)},
	} {
		if c.got != c.want {
			t.Errorf("%s: changed %q, want %q", document, c.got, c.want)
		}
	}
	if entry := part(sitemap, own+"<", "</url>"); entry != "" && first(told.mapped, entry) != want {
		t.Errorf("sitemap: %s, want %q", entry, want)
	}
}

// TestNothingIsPublic: of a site whose only article is a draft the documents are
// valid and empty. The sitemap protocol has no empty ones: there is none, and none is
// spoken of.
func TestNothingIsPublic(t *testing.T) {
	s := newSite(t)
	s.dir = t.TempDir()
	testkit.Write(t, s.dir, "site.yaml", "title: Notes\nurl: https://example.org\n")
	testkit.Write(t, s.dir, "idea.md", "---\ntitle: Idea\ndate: 2026-05-01\ndraft: true\n---\n\nIdeas.\n")
	b := s.bundle(t)
	if got := b.Find("/sitemap.xml", "", "").Status; got != 404 {
		t.Errorf("there is a sitemap of nothing: %d", got)
	}
	for path, want := range map[string]string{
		"/articles":           `"numberOfItems":0}`,
		"/articles/feed.xml":  "</generator>",
		"/articles/atom.xml":  "</generator>",
		"/articles/feed.json": `"items": []`,
		"/changes.json":       `"changes": []`,
		"/llms.txt":           "## Optional",
		"/robots.txt":         "Disallow:",
	} {
		text := at(t, b, path)
		if !strings.Contains(text, want) || strings.Contains(strings.ToLower(text), "sitemap") || strings.Contains(text, "dea") {
			t.Errorf("%s: wants %q, no sitemap and no draft:\n%s", path, want, text)
		}
	}
}
