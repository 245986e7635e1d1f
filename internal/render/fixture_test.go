package render_test

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"byline/internal/picture"
	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/testkit"
	"byline/static"
)

// site is a content folder of the tests and how it is published.
type site struct {
	dir     string
	options publish.Options
}

// newSite writes the site of testdata/site.txtar.
func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{dir: testkit.Tree(t, "testdata/site.txtar")}
	testkit.Write(t, s.dir, "media/lead.png", testkit.PNG(t, 120, 60, 0x40))
	testkit.Write(t, s.dir, "media/ada.png", testkit.PNG(t, 64, 64, 0x60))
	testkit.Write(t, s.dir, "media/grey.png", testkit.PNG(t, 64, 48, 0x80))
	s.options = publish.Options{Program: "test", Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: func() time.Time { return now }}
	return s
}

// now is the time at which the tests publish.
var now = time.Date(2026, 5, 13, 12, 0, 0, 0, time.UTC)

// bundle publishes the folder as it is, from the start.
func (s *site) bundle(t testing.TB) *render.Bundle {
	t.Helper()
	s.options.Source = source.NewDirectory(s.dir)
	p, err := publish.New(s.options)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Publish(t.Context()); err != nil {
		t.Fatal(err, p.Status().Findings)
	}
	return p.Live()
}

func (s *site) read(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func body(t testing.TB, r *render.Resource, e render.Encoding) []byte {
	t.Helper()
	content, err := r.Body(e)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// codings are the encodings of a resource.
func codings(r *render.Resource) []render.Encoding {
	if r.Compress {
		return []render.Encoding{render.Identity, render.Gzip, render.Brotli}
	}
	return []render.Encoding{render.Identity}
}

func assets(t testing.TB) *static.Assets {
	t.Helper()
	all, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func noSize(string) (picture.Size, bool) { return picture.Size{}, false }

// opens counts how often a file is read; the first fail times go wrong.
type opens struct {
	count  atomic.Int32
	fail   int32
	panics atomic.Bool
}

func (o *opens) open(file string) ([]byte, error) {
	if o.panics.Load() {
		panic("a fault while " + file + " is read")
	}
	if o.count.Add(1) <= o.fail {
		return nil, io.ErrUnexpectedEOF
	}
	return bytes.Repeat([]byte(file), 100), nil
}
