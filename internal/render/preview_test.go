package render_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/testkit"
)

// prefix is what the tests' previews stand below.
const prefix = "/-/preview/SECRET"

// preview is a bundle of a later revision, shown beside the live one.
type preview struct {
	live, bundle *render.Bundle
	dir          string
}

// newPreview publishes the site of the tests; then an editor writes, changes,
// moves and removes, and looks at the preview.
func newPreview(t testing.TB) *preview {
	t.Helper()
	s := newSite(t)
	testkit.Write(t, s.dir, "fifth.md", "---\ntitle: The fifth\ndate: 2025-05-05\n---\n\nFifth text.\n")
	testkit.Write(t, s.dir, "sixth.md", "---\ntitle: The sixth\ndate: 2025-05-06\n---\n\nSixth text.\n")
	testkit.Write(t, s.dir, "seventh.md", "---\ntitle: The seventh\ndate: 2025-05-07\n---\n\nSeventh text.\n")
	testkit.Write(t, s.dir, "media/old.png", testkit.PNG(t, 10, 10, 0x20))
	p := &preview{live: s.bundle(t), dir: s.dir}
	edit := func(file, old, new string) {
		text := s.read(t, file)
		if !strings.Contains(text, old) {
			t.Fatalf("%s has no %q", file, old)
		}
		testkit.Write(t, s.dir, file, strings.Replace(text, old, new, 1))
	}
	edit("second.md", "The guide comes first", "[A link](/articles/../articles/tags/notes?a=1#b), and [one to a list](/articles). The guide comes first")
	edit("third.md", "title: The third", "title: The third\nslug: third-time")
	edit("fifth.md", "title: The fifth", "title: The fifth\ndraft: true")
	edit("sixth.md", "date: 2025-05-06", "date: yesterday")
	edit("site.yaml", "url: /about", "url: /articles/../about/?a=1#top")
	edit("site.yaml", "tagline: What we learned", "tagline: What we know")
	testkit.Write(t, s.dir, "craft/fourth-again.md", strings.Replace(s.read(t, "fourth.md"), "noindex: true", "noindex: true\naliases: [/articles/fourth]", 1))
	testkit.Write(t, s.dir, "new.md", "---\ntitle: A new one\ndate: 2026-03-01\n---\n\nNew text.\n")
	testkit.Write(t, s.dir, "idea.md", "---\ntitle: An idea\ndate: 2026-03-02\ndraft: true\n---\n\nNot yet.\n")
	testkit.Write(t, s.dir, "later.md", "---\ntitle: Later\ndate: 2027-03-02\n---\n\nSee [the idea](idea.md).\n")
	testkit.Write(t, s.dir, "media/new.png", testkit.PNG(t, 10, 10, 0x21))
	for _, file := range []string{"fourth.md", "seventh.md", "media/old.png"} {
		if err := os.Remove(filepath.Join(s.dir, file)); err != nil {
			t.Fatal(err)
		}
	}
	s.options.Dev, s.options.Source = true, source.NewDirectory(s.dir)
	publisher, err := publish.New(s.options)
	if err != nil {
		t.Fatal(err)
	}
	if err := publisher.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.bundle = p.of(t, publisher.Live(), publisher.Status())
	return p
}

// of is the preview of a bundle.
func (p *preview) of(t testing.TB, next *render.Bundle, status publish.Status) *render.Bundle {
	t.Helper()
	b, err := render.New(next.Site(), render.Options{
		Assets: assets(t), Program: "test", Size: noSize, Findings: status.Findings, HSTS: true,
		Open:    func(file string) ([]byte, error) { return os.ReadFile(filepath.Join(p.dir, file)) },
		Prefix:  prefix,
		Preview: &render.Preview{Name: "feature/größe", Commit: "4b9c109", Live: p.live.Site()},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// same is a preview of what is live.
func (p *preview) same(t testing.TB) *render.Bundle { return p.of(t, p.live, publish.Status{}) }

// link is an address on a page.
type link struct {
	attribute, address string
	live               bool // meant for the live site
}

// links are all addresses on a page, in whatever attribute they stand.
func links(t testing.TB, page []byte) []link {
	t.Helper()
	var all []link
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return all
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			live := false
			for _, a := range token.Attr {
				live = live || a.Key == "class" && a.Val == "live"
			}
			for _, a := range token.Attr {
				switch a.Key {
				case "href", "src", "action", "formaction", "poster", "data", "data-embed":
					all = append(all, link{a.Key, a.Val, live})
				case "srcset":
					for part := range strings.SplitSeq(a.Val, ",") {
						address, _, _ := strings.Cut(strings.TrimSpace(part), " ")
						all = append(all, link{a.Key, address, live})
					}
				}
			}
		}
	}
}

// Every address on every page of a preview stays in it, but for the assets and
// what is meant for the live site, and no page says that it is one to be found.
func TestPreviewKeepsToItself(t *testing.T) {
	p := newPreview(t)
	pages, addresses := 0, 0
	for _, path := range append(p.bundle.Paths(), "/articles/secnd", "/articles/over", "/nowhere", "/articles/Second/", "/old/guide") {
		r := p.bundle.Find(path, "", "a=b")
		if r.Location != "" && !strings.HasPrefix(r.Location, prefix+"/") {
			t.Errorf("%s leads to %s", path, r.Location)
		}
		if !strings.HasPrefix(r.Type, "text/html") {
			continue
		}
		pages++
		page := body(t, r, render.Identity)
		for _, l := range links(t, page) {
			addresses++
			switch {
			case !strings.HasPrefix(l.address, "/") || strings.HasPrefix(l.address, "//"), strings.HasPrefix(l.address, "/static/"):
			case l.live:
				if there := p.live.Find(l.address, "", ""); there.Status != 200 {
					t.Errorf("%s: the live version is said to be at %s, which answers %d", path, l.address, there.Status)
				}
			case !strings.HasPrefix(l.address, prefix+"/") || strings.Contains(l.address, "/../"):
				t.Errorf("%s: %s=%q leads out of the preview", path, l.attribute, l.address)
			}
		}
		for _, no := range []string{`rel="canonical"`, "og:url", `rel="next"`, "https://example.org/articles"} {
			if bytes.Contains(page, []byte(no)) {
				t.Errorf("%s has %s", path, no)
			}
		}
		for _, yes := range []string{`<meta name="robots" content="noindex">`, "feature/größe", "4b9c109", prefix + "/-/changes"} {
			if !bytes.Contains(page, []byte(yes)) {
				t.Errorf("%s has no %s", path, yes)
			}
		}
		if skip := bytes.Index(page, []byte(`class="skip"`)); skip < 0 || skip > bytes.Index(page, []byte(`class="preview"`)) {
			t.Errorf("%s: the banner stands before the link to the content", path)
		}
	}
	if pages < 15 || addresses < 300 {
		t.Errorf("saw %d addresses on %d pages", addresses, pages)
	}
	t.Logf("%d addresses on %d pages", addresses, pages)
}

// Nothing of a preview is kept where others could find it.
func TestPreviewIsNotKept(t *testing.T) {
	p := newPreview(t)
	kept := 0
	for _, path := range append(p.bundle.Paths(), "/nowhere", "/articles/over", "/old/guide") {
		r := p.bundle.Find(path, "", "")
		addressed := strings.HasPrefix(path, "/static/") || p.live.Find(path, "", "").CacheControl == "public, max-age=31536000, immutable" || strings.HasPrefix(path, "/media/new.") && path != "/media/new.png"
		want := "no-store"
		if addressed {
			want, kept = "private, max-age=31536000, immutable", kept+1
		}
		if r.CacheControl != want {
			t.Errorf("%s: Cache-Control %q, want %q", path, r.CacheControl, want)
		}
	}
	if kept < 8 {
		t.Errorf("saw %d content-addressed files", kept)
	}
	header := p.bundle.Header()
	for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Strict-Transport-Security": ""} {
		if header[name] != want {
			t.Errorf("%s: %q, want %q", name, header[name], want)
		}
	}
}

// A live bundle knows nothing of previews.
func TestLiveHasNoChanges(t *testing.T) {
	p := newPreview(t)
	if r := p.live.Find("/-/changes", "", ""); r.Status != 404 {
		t.Errorf("/-/changes answers %d", r.Status)
	}
	if tag := p.live.Header()["X-Robots-Tag"]; tag != "" {
		t.Errorf("X-Robots-Tag: %s", tag)
	}
}

// What a preview is told by its link is part of every entity tag: two answers
// of one page with one tag are one sequence of bytes.
func TestPreviewKeys(t *testing.T) {
	p := newPreview(t)
	bodies, tags := map[string]string{}, map[string]bool{}
	variants := []render.Options{
		{},
		{Prefix: prefix, Preview: &render.Preview{Name: "one", Commit: "1", Live: p.live.Site()}},
		{Prefix: prefix + "2", Preview: &render.Preview{Name: "one", Commit: "1", Live: p.live.Site()}},
		{Prefix: prefix, Preview: &render.Preview{Name: "two", Commit: "1", Live: p.live.Site()}},
		{Prefix: prefix, Preview: &render.Preview{Name: "one", Commit: "2", Live: p.live.Site()}},
	}
	for _, options := range variants {
		options.Assets, options.Program, options.Size = assets(t), "test", noSize
		options.Open = func(file string) ([]byte, error) { return os.ReadFile(filepath.Join(p.dir, file)) }
		b, err := render.New(p.bundle.Site(), options)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range b.Paths() {
			r := b.Find(path, "", "")
			if r.Location != "" {
				continue
			}
			key, content := path+" "+r.ETag(render.Identity), string(body(t, r, render.Identity))
			if before, ok := bodies[key]; ok && before != content {
				t.Errorf("%s is another page under the same tag", path)
			}
			bodies[key] = content
			if path == "/articles/guide" {
				tags[key] = true
			}
		}
	}
	if len(tags) != len(variants) {
		t.Errorf("one article has %d tags in %d bundles", len(tags), len(variants))
	}
}
