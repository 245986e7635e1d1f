package render_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/render"
	"byline/internal/testkit"
)

// TestGoldenDocuments shows whole documents as they are sent. Read the
// difference; then run the test with -update.
func TestGoldenDocuments(t *testing.T) {
	b := newSite(t).bundle(t)
	for file, path := range map[string]string{
		"guide.md":             "/articles/guide.md",
		"fourth.md":            "/articles/fourth.md",
		"feed.xml":             "/articles/feed.xml",
		"atom.xml":             "/articles/atom.xml",
		"feed.json":            "/articles/feed.json",
		"category-atom.xml":    "/articles/categories/craft/atom.xml",
		"sitemap.xml":          "/sitemap.xml",
		"sitemap-articles.xml": "/sitemap-articles-1.xml",
		"sitemap-lists.xml":    "/sitemap-lists-1.xml",
		"robots.txt":           "/robots.txt",
		"llms.txt":             "/llms.txt",
		"manifest.json":        "/manifest.webmanifest",
		"opensearch.xml":       "/opensearch.xml",
	} {
		r := b.Find(path, "", "")
		if r.Status != 200 {
			t.Errorf("%s: %d", path, r.Status)
			continue
		}
		golden(t, file, string(body(t, r, render.Identity)))
	}
}

// with is the site of the tests with more in its site.yaml, and with files.
func with(t *testing.T, yaml string, files ...string) *render.Bundle {
	t.Helper()
	s := newSite(t)
	testkit.Write(t, s.dir, "site.yaml", s.read(t, "site.yaml")+yaml)
	for i := 0; i+1 < len(files); i += 2 {
		testkit.Write(t, s.dir, files[i], files[i+1])
	}
	return s.bundle(t)
}

// at is what a bundle answers at a path that must be there.
func at(t *testing.T, b *render.Bundle, path string) string {
	t.Helper()
	r := b.Find(path, "", "")
	if r.Status != 200 {
		t.Fatalf("%s: %d", path, r.Status)
	}
	return string(body(t, r, render.Identity))
}

// TestRobots: who is asked to stay away, in each of the policies. A group that
// names a crawler is all that it follows, so that an exception is one by not
// being named.
func TestRobots(t *testing.T) {
	for name, yaml := range map[string]string{
		"robots-allow.txt":       "robots: {ai: allow, disallow: [/articles/tags/, '/*.pdf$']}\n",
		"robots-search-only.txt": "robots: {ai: search-only, crawlers: {Claudebot: allow, PerplexityBot: deny, SomeBot: deny}}\n",
		"robots-deny.txt":        "robots: {ai: deny, crawlers: {ChatGPT-User: allow}, disallow: [/x]}\n",
	} {
		golden(t, name, at(t, with(t, yaml), "/robots.txt"))
	}
	if got := at(t, with(t, "robots: {ai: deny}\n", "root/robots.txt", "User-agent: *\n"), "/robots.txt"); got != "User-agent: *\n" {
		t.Errorf("a file of the owner's does not take its place: %q", got)
	}
}

// TestBlockedIsNotMapped: what crawlers are asked to stay away from is not in the
// sitemap.
func TestBlockedIsNotMapped(t *testing.T) {
	b := with(t, "robots: {disallow: [/articles/tags/, '/articles/guide$']}\n")
	lists, articles := at(t, b, "/sitemap-lists-1.xml"), at(t, b, "/sitemap-articles-1.xml")
	if strings.Contains(lists, "/tags/") || strings.Contains(articles, "/guide<") || !strings.Contains(lists, "/authors/ada<") || !strings.Contains(articles, "/third<") {
		t.Errorf("the sitemaps:\n%s%s", lists, articles)
	}
}

// TestSecurityTxt: what site.yaml says, or the owner's own file.
func TestSecurityTxt(t *testing.T) {
	const yaml = `security:
  contact: [mailto:security@example.org, "https://example.org/report", "tel:+34-600-000-000"]
  expires: 2027-01-01
  encryption: https://example.org/key.asc
  policy: https://example.org/policy
  acknowledgments: https://example.org/thanks
  hiring: https://example.org/jobs
  preferred_languages: [en, es]
`
	golden(t, "security.txt", at(t, with(t, yaml), "/.well-known/security.txt"))
	if got := at(t, with(t, yaml, "root/.well-known/security.txt", "Contact: x\n"), "/.well-known/security.txt"); got != "Contact: x\n" {
		t.Errorf("a file of the owner's does not take its place: %q", got)
	}
	if got := newSite(t).bundle(t).Find("/.well-known/security.txt", "", "").Status; got != 404 {
		t.Errorf("without the key: %d", got)
	}
}

// TestFeedSettings: how many, how much of each, and the hub that tells of new ones.
func TestFeedSettings(t *testing.T) {
	b := with(t, "feed: {items: 2, text: summary}\nhub: https://hub.example/\n")
	for file, path := range map[string]string{"summary-feed.xml": "/articles/feed.xml", "summary-atom.xml": "/articles/atom.xml", "summary-feed.json": "/articles/feed.json"} {
		golden(t, file, at(t, b, path))
		want := `<https://hub.example/>; rel="hub", <https://example.org` + path + `>; rel="self"`
		if got := b.Find(path, "", "").Fields["Link"]; got != want {
			t.Errorf("%s: Link: %s, want %s", path, got, want)
		}
	}
}

// TestIcons: a site that has an icon of its own shows no other; where a device
// shows PNG alone and it is none, it has none there.
func TestIcons(t *testing.T) {
	const own = "root/apple-touch-icon.png"
	for _, c := range []struct{ favicon, file, touch, manifest string }{
		{"", "", "/static/apple-touch-icon.", "/static/icon-512."},
		{"media/grey.png", "", "/media/grey.", "/media/grey."},
		{"media/square.svg", "", "", "/media/square."},
		{"media/square.svg", own, "/apple-touch-icon.png", `"sizes": "64x48"`},
	} {
		yaml := ""
		if c.favicon != "" {
			yaml = "favicon: " + c.favicon + "\n"
		}
		s := newSite(t)
		testkit.Write(t, s.dir, "site.yaml", s.read(t, "site.yaml")+yaml)
		if c.file != "" {
			testkit.Write(t, s.dir, c.file, s.read(t, "media/grey.png"))
		}
		b := s.bundle(t)
		home, manifest := at(t, b, "/articles"), at(t, b, "/manifest.webmanifest")
		if got := strings.Contains(home, `rel="apple-touch-icon" href="`+c.touch); got != (c.touch != "") {
			t.Errorf("%q: apple-touch-icon on the page: %t", c.favicon, got)
		}
		if got := b.Find("/apple-touch-icon.png", "", "").Status == 200; got != (c.touch != "") {
			t.Errorf("%q: /apple-touch-icon.png is there: %t", c.favicon, got)
		}
		if !strings.Contains(manifest, c.manifest) || c.favicon != "" && strings.Contains(manifest, "/static/") {
			t.Errorf("%q: the manifest is\n%s", c.favicon, manifest)
		}
	}
}

// TestUnknownOrigin: a site that does not know its address, and a preview, which
// nobody should know, tell the world nothing.
func TestUnknownOrigin(t *testing.T) {
	s := newSite(t)
	replace("site.yaml", "url: https://example.org\n", "").make(t, s)
	for name, b := range map[string]*render.Bundle{"unknown": s.bundle(t), "preview": newPreview(t).bundle} {
		for _, path := range []string{"/articles/feed.xml", "/articles/atom.xml", "/articles/feed.json", "/articles/tags/notes/atom.xml", "/sitemap.xml", "/sitemap-articles-1.xml", "/llms.txt", "/opensearch.xml"} {
			if got := b.Find(path, "", "").Status; got != 404 {
				t.Errorf("%s: %s: %d", name, path, got)
			}
		}
		for _, word := range []string{"application/rss+xml", "application/atom+xml", "application/feed+json", "opensearchdescription"} {
			if strings.Contains(at(t, b, "/articles"), word) {
				t.Errorf("%s: the home page announces %s", name, word)
			}
		}
	}
	if got := newPreview(t).bundle.Find("/robots.txt", "", "").Status; got != 404 {
		t.Errorf("a preview has a robots.txt: %d", got)
	}
	markdown := newPreview(t).bundle.Find("/articles/second.md", "", "")
	if text := string(body(t, markdown, render.Identity)); strings.Contains(text, "https://example.org/articles") || !strings.Contains(text, prefix+"/articles/tags/notes") || markdown.Fields["Link"] != "" {
		t.Errorf("the Markdown of a preview:\n%s", text)
	}
}

// TestDraftsAreInNoDocument: under --dev pages show what is not public yet;
// documents never do.
func TestDraftsAreInNoDocument(t *testing.T) {
	s := newSite(t)
	testkit.Write(t, s.dir, "idea.md", "---\ntitle: An idea\ndate: 2026-01-01\ndraft: true\nauthor: ada\ncategory: craft\ntags: [secretive]\n---\n\nIdeas.\n")
	testkit.Write(t, s.dir, "soon.md", "---\ntitle: Coming soon\ndate: 2027-01-01\nauthor: ada\ncategory: craft\n---\n\nSoon.\n")
	s.options.Dev = true
	b := s.bundle(t)
	if !strings.Contains(at(t, b, "/articles"), "An idea") {
		t.Fatal("the draft is not shown under Dev")
	}
	for _, path := range b.Paths() {
		if !strings.HasSuffix(path, ".xml") && !strings.HasSuffix(path, ".json") && !strings.HasSuffix(path, ".txt") {
			continue
		}
		if text := at(t, b, path); strings.Contains(text, "idea") || strings.Contains(text, "soon") || strings.Contains(text, "secretive") {
			t.Errorf("%s tells of what is not public:\n%s", path, text)
		}
	}
	if b.Find("/articles/tags/secretive/atom.xml", "", "").Status != 404 {
		t.Error("a list of drafts alone has a feed")
	}
}

// TestEntryIDs: an article keeps its id through every new name, title and date
// of change.
func TestEntryIDs(t *testing.T) {
	id := regexp.MustCompile(`<id>(tag:[^<]*)</id>`)
	s := newSite(t)
	before := id.FindAllString(at(t, s.bundle(t), "/articles/atom.xml"), -1)
	for _, e := range []edit{replace("guide.md", "title: The guide", "title: A guide"), replace("guide.md", "2026-02-03", "2026-03-03"), replace("site.yaml", "title: Field Notes", "title: Notes")} {
		e.make(t, s)
	}
	if diff := cmp.Diff(before, id.FindAllString(at(t, s.bundle(t), "/articles/atom.xml"), -1)); diff != "" || len(before) != 4 {
		t.Errorf("ids (-before +after):\n%s", diff)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	got = assetHash.ReplaceAllString(got, "$1.HASH.")
	file := filepath.Join("testdata/golden/documents", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
