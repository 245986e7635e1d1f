package render_test

import (
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"byline/internal/article"
	"byline/internal/publish"
	"byline/internal/render"
	model "byline/internal/site"
	"byline/internal/source"
	"byline/internal/testkit"
)

// TestMarkdownAddresses: every address of a text leads from anywhere to where
// the page's own leads, in every form in which it can be written; what stands in
// code, what leads elsewhere and a picture that is not there stay; a link that leads
// nowhere does not say where it was to lead; what no reader of the page meets is not
// there.
func TestMarkdownAddresses(t *testing.T) {
	s := newSite(t)
	testkit.Write(t, s.dir, "notes/forms.md", `---
title: "Forms: of \"links\""
date: 2026-01-04
---

[a](../second.md) [b](<../second.md#a-part> "title") [c][ref] [ref] ![d](drawing (1).png) [d](<drawing (1).png>) ![e](/media/grey.png)
[f](/articles/guide.md?x=1&copy;=2) [g](#forms) [h](https://other.example/a?b=c) <https://other.example/d> www.other.example [i](mailto:a@b.example)
[j](nowhere.md) ![k](missing.png) [l](../clip.mp4) [m](javascript:alert(1)) `+"`[n](../second.md)`"+` [o](/articles/tags/notes) [s](//other.example/e)

<a href="../second.md?a=1&amp;b=2">p</a> <img src='/media/grey.png' alt=""> <video src="../clip.mp4"></video>

<video><source src="../none.webm"><source src="../clip.mp4"></video>

> [q](../third.md)

    [r](../second.md)

[ref]: ../second.md "The second"
[unused]: ../third.md "a private note"
[//]: # (another private note)

<!-- a private
note --> and text <!-- private --> between

## Forms
`)
	testkit.Write(t, s.dir, "notes/drawing (1).png", testkit.PNG(t, 4, 4, 0x10))
	b := s.bundle(t)
	got := string(body(t, b.Find("/articles/forms.md", "", ""), render.Identity))
	golden(t, "forms.md", got)
	if strings.Contains(got, "private") {
		t.Errorf("what is not on the page is in the Markdown:\n%s", got)
	}
}

// TestMarkdownOfRealSites: what is sent is the text that was written: read
// again, it says the same words under the same headings, and every address in it
// that leads anywhere is whole.
func TestMarkdownOfRealSites(t *testing.T) {
	for _, name := range []string{"swift", "18f"} {
		dir := filepath.Join(testkit.Shared(t), "sites", name)
		p, err := publish.New(publish.Options{Source: source.NewDirectory(dir), Origin: "https://example.org", Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		b, whole, left := p.Live(), 0, 0
		for _, page := range b.Site().Pages {
			text := body(t, b.Find(b.Site().Path+"/"+page.Slug+".md", "", ""), render.Identity)
			again, found := article.Parse(page.Path, "", text)
			if again == nil {
				t.Fatalf("%s: %v", page.Path, found)
			}
			if again.Text() != page.Text() || len(again.Headings) != len(page.Headings) || again.Meta.Title != article.Plain(page.Title) {
				t.Errorf("%s: the Markdown says something else than the page", page.Path)
			}
			leads := map[string]bool{}
			for i, target := range page.Targets() {
				if target.Kind != model.ToNothing {
					leads[page.Slots[i].Target] = true
				}
			}
			for _, ref := range again.References() {
				u, err := url.Parse(ref.Target)
				switch {
				case err == nil && u.Scheme != "":
					whole++
				case leads[ref.Target]:
					t.Errorf("%s: %q leads somewhere from the page and nowhere from here", page.Path, ref.Target)
				default:
					left++
				}
			}
		}
		t.Logf("%s: %d whole addresses, %d that lead nowhere left as they were", name, whole, left)
		if whole < 800 {
			t.Errorf("%s: %d whole addresses", name, whole)
		}
	}
}

// A page that is shown in its last good version has the Markdown of that version,
// not of the file.
func TestMarkdownIsOfTheVersionShown(t *testing.T) {
	s := newSite(t)
	s.options.Source = source.NewDirectory(s.dir)
	p, err := publish.New(s.options)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	was := string(body(t, p.Live().Find("/articles/third.md", "", ""), render.Identity))
	broken := strings.Replace(s.read(t, "third.md"), "date: 2025-12-31T23:30:00Z", "date: soon", 1)
	testkit.Write(t, s.dir, "third.md", strings.Replace(broken, "Third text", "Broken text", 1))
	if err := os.WriteFile(filepath.Join(s.dir, "second.md"), []byte(strings.Replace(s.read(t, "second.md"), "The guide comes", "A guide comes", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := p.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := string(body(t, p.Live().Find("/articles/second.md", "", ""), render.Identity)); !strings.Contains(got, "A guide comes") {
		t.Fatal("the second revision is not live")
	}
	if got := string(body(t, p.Live().Find("/articles/third.md", "", ""), render.Identity)); got != was || !strings.Contains(got, "Third text") {
		t.Errorf("the Markdown of an article that is held back:\n%s", got)
	}
}
