package browser

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"byline/internal/picture"
	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/testkit"
	"byline/static"
)

// previewed is a Bundles that shows one preview to everybody.
type previewed struct {
	*publish.Publisher
	preview *render.Bundle
}

func (p previewed) Preview(context.Context, string) (*render.Bundle, error) { return p.preview, nil }

// previewPath is what the preview stands below.
const previewPath = "/-/preview/AcOBo9gGbWFpbm4ycDp9ZfloaEV9wX6lcqk"

// previewOf is a later revision of a folder, with something of everything that
// can differ.
func previewOf(t *testing.T, dir string, live *publish.Publisher) *render.Bundle {
	t.Helper()
	next := t.TempDir()
	if err := os.CopyFS(next, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	read := func(file string) string {
		text, err := os.ReadFile(filepath.Join(next, file))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	testkit.Write(t, next, "python-backend.md", read("python-backend.md")+"\nOne more word, and [a link](nowhere.md).\n")
	testkit.Write(t, next, "sql-indexes.md", strings.Replace(read("sql-indexes.md"), "title:", "slug: indexes-in-sql\ntitle:", 1))
	testkit.Write(t, next, "http-caching.md", strings.Replace(read("http-caching.md"), "title:", "draft: true\ntitle:", 1))
	testkit.Write(t, next, "python-web-frameworks-in-twenty-words.md", "---\ntitle: A new article\ndate: 2026-05-01\n---\n\nNew text.\n")
	testkit.Write(t, next, "idea.md", "---\ntitle: An idea whose title goes on for so long that it does not fit into one line of a phone\ndate: 2026-05-02\ndraft: true\n---\n\nNot yet.\n")
	testkit.Write(t, next, "later.md", "---\ntitle: Later\ndate: 2999-05-02\nauther: me\n---\n\nNot yet.\n")
	if err := os.Remove(filepath.Join(next, "shell-that-fails-loudly.md")); err != nil {
		t.Fatal(err)
	}
	p, err := publish.New(publish.Options{Source: source.NewDirectory(next), Dev: true, Program: "test", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	assets, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	b, err := render.New(p.Live().Site(), render.Options{
		Assets: assets, Program: "test", Findings: p.Status().Findings, Prefix: previewPath,
		Size:    func(string) (picture.Size, bool) { return picture.Size{}, false },
		Open:    func(file string) ([]byte, error) { return os.ReadFile(filepath.Join(next, file)) },
		Preview: &render.Preview{Name: "feature/a-branch-whose-name-is-long-enough-to-break", Commit: "4b9c109", Live: live.Live().Site()},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// previews are the pages of the preview that differ from those of the site.
func previews() []page {
	return []page{
		{"preview", previewPath + "/articles/python-backend", 200},
		{"draft", previewPath + "/articles/idea", 200},
		{"differences", previewPath + "/-/changes", 200},
	}
}
