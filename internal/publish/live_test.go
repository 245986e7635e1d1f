package publish_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"byline/internal/article"
	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/testkit"
)

// large is the content of a site of 250 articles with links, code and pictures.
func large(t testing.TB) tree {
	t.Helper()
	content := tree{"site.yaml": settings, "media/grey.png": testkit.PNG(t, 64, 48, 0x80)}
	paragraph := strings.Repeat("Readers come back to a page that loads before they have lost the thread. ", 12)
	for n := range 250 {
		body := fmt.Sprintf("Number %d. See [the next](a%03d.md).\n\n## A part\n\n%s\n\n```go\nfmt.Println(%d)\n```\n\n![Grey](media/grey.png)\n\n## Another\n\n%s", n, (n+1)%250, paragraph, n, paragraph)
		content[fmt.Sprintf("a%03d.md", n)] = text(fmt.Sprintf("Article %d", n), fmt.Sprintf("2025-%02d-%02d", 1+n%12, 1+n%28), body)
	}
	return content
}

// articles are the parsed articles that a bundle is made of, by slug.
func articles(b *render.Bundle) map[string]*article.Article {
	all := map[string]*article.Article{}
	for _, p := range b.Site().Pages {
		all[p.Slug] = p.Article
	}
	return all
}

// The edit of one article of 250 parses one file.
func TestWorkIsKept(t *testing.T) {
	p := newPress(t, nil)
	content := large(t)
	before := articles(p.publish(content))
	after := articles(p.publish(content.with("a007.md", text("Article 7", "2025-08-08", "Short now."))))
	if len(before) != 250 || len(after) != 250 {
		t.Fatalf("%d and %d articles", len(before), len(after))
	}
	var parsed []string
	for slug, a := range after {
		if before[slug] != a {
			parsed = append(parsed, slug)
		}
	}
	if len(parsed) != 1 || parsed[0] != "a007" {
		t.Errorf("parsed anew: %v, want a007 only", parsed)
	}
}

// Readers see one whole revision each while 200 are swapped in: the list, the
// page and the revision's name go together.
func TestReadersDuringSwaps(t *testing.T) {
	p := newPress(t, nil)
	const swaps = 200
	edition := func(n int) tree {
		return start().with("one.md", text(fmt.Sprintf("Edition %d.", n), "2026-01-01", fmt.Sprintf("Body %d.", n)))
	}
	p.publish(edition(0))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				b := p.Live()
				title := b.Site().Pages[1].Title
				number := strings.TrimSuffix(strings.TrimPrefix(title, "Edition "), ".")
				answers(t, b, "/articles/one", 200, ">Body "+number+".<")
				answers(t, b, "/articles", 200, ">"+title+"<")
				answers(t, b, "/articles/two", 200, ">"+title+"<")
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for n := range swaps {
		p.publish(edition(n + 1))
	}
	close(done)
	readers.Wait()
}

// folder is a publisher that watches a real folder.
type folder struct {
	*publish.Publisher
	dir string
}

func watched(t testing.TB, content tree) *folder {
	t.Helper()
	f := &folder{dir: t.TempDir()}
	for name, text := range content {
		testkit.Write(t, f.dir, name, text)
	}
	var err error
	if f.Publisher, err = publish.New(publish.Options{Source: source.NewDirectory(f.dir), Program: "test", Log: quiet()}); err != nil {
		t.Fatal(err)
	}
	if err := f.Publish(context.Background()); err != nil {
		t.Fatal(err, f.Status().Findings)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return f
}

// served waits until a page has a part, and returns how long that took.
func (f *folder) served(t testing.TB, path, part string) time.Duration {
	t.Helper()
	start := time.Now()
	timeout := time.After(deadline)
	for {
		changed := f.Changed()
		body, err := f.Live().Find(path, "", "").Body(render.Brotli)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := f.Live().Find(path, "", "").Body(render.Identity)
		if err == nil && strings.Contains(string(plain), part) && len(body) > 0 {
			return time.Since(start)
		}
		select {
		case <-changed:
		case <-timeout:
			t.Fatalf("%s does not show %q", path, part)
		}
	}
}

// deadline is generous: no test passes or fails by how fast the machine is.
const deadline = 30 * time.Second

// A saved file is live: written in place, replaced as editors do it, new, in a
// new folder, renamed and removed.
func TestSaveIsLive(t *testing.T) {
	f := watched(t, large(t))
	save := func(name, mark string) {
		testkit.Write(t, f.dir, name, text("Article", "2026-02-02", mark))
	}
	save("a001.md", "Written in place.")
	t.Logf("written in place: %v", f.served(t, "/articles/a001", "Written in place."))
	save(".a002.md.tmp", "Replaced.")
	if err := os.Rename(filepath.Join(f.dir, ".a002.md.tmp"), filepath.Join(f.dir, "a002.md")); err != nil {
		t.Fatal(err)
	}
	t.Logf("replaced: %v", f.served(t, "/articles/a002", "Replaced."))
	save("deep/er/brand-new/index.md", "In a new folder.")
	t.Logf("in a new folder: %v", f.served(t, "/articles/brand-new", "In a new folder."))
	save("deep/er/brand-new/index.md", "And there again.")
	t.Logf("there again: %v", f.served(t, "/articles/brand-new", "And there again."))
	if err := os.Rename(filepath.Join(f.dir, "a003.md"), filepath.Join(f.dir, "renamed.md")); err != nil {
		t.Fatal(err)
	}
	f.served(t, "/articles/renamed", "Number 3.")
	answers(t, f.Live(), "/articles/a003", 404, "")
	if err := os.Remove(filepath.Join(f.dir, "a004.md")); err != nil {
		t.Fatal(err)
	}
	f.served(t, "/articles/a004", "There is no page at this address")
}

// BenchmarkSaveToServed is the time from the save of an article, in a site of
// 250, until its page is served in brotli.
func BenchmarkSaveToServed(b *testing.B) {
	f := watched(b, large(b))
	for n := 0; b.Loop(); n++ {
		mark := fmt.Sprintf("Save number %d.", n)
		testkit.Write(b, f.dir, "a001.md", text("Article 1", "2026-02-02", mark))
		f.served(b, "/articles/a001", mark)
	}
}
