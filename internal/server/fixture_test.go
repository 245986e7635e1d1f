package server

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/testkit"
)

// site is the small site of testdata/site.txtar behind a listener.
type site struct {
	dir       string
	publisher *publish.Publisher
	bundle    *render.Bundle
	addr      string // of the listener
	css       string // path of an asset
	font      string
	png       string // content-addressed path of a picture
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// newSite publishes the small site; change edits the options of its server.
func newSite(t testing.TB, change ...func(*Options)) *site {
	t.Helper()
	dir := testkit.Tree(t, "testdata/site.txtar")
	testkit.Write(t, dir, "media/photo.png", testkit.PNG(t, 64, 48, 0x80))
	wide := testkit.Photo(t, 900, 600)
	testkit.Write(t, dir, "media/wide.jpg", wide)
	testkit.Write(t, dir, "media/torn.jpg", wide[:len(wide)/2]+"\xff\xd9") // half of its pixels, in a structure that is whole
	for n := range 12 {
		testkit.Write(t, dir, fmt.Sprintf("note-%02d.md", n), fmt.Sprintf("---\ntitle: Note %d\ndate: 2025-02-%02d\nauthor: ada\ncategory: craft\ntags: [Notes]\n---\n\nText of note %d.\n", n, n+1, n))
	}
	s := &site{dir: dir}
	var err error
	if s.publisher, err = publish.New(publish.Options{Source: source.NewDirectory(dir), Program: "test", Log: quiet()}); err != nil {
		t.Fatal(err)
	}
	if err := s.publisher.Publish(t.Context()); err != nil {
		t.Fatal(err, s.publisher.Status().Findings)
	}
	s.bundle = s.publisher.Live()
	options := Options{Bundles: s.publisher, Log: quiet()}
	for _, c := range change {
		c(&options)
	}
	s.addr = overWire(t, New(options), nil)
	s.css = s.find(t, "/static/site.*.css")
	s.font = s.find(t, "/static/source-serif-4.*.woff2")
	s.png = s.find(t, "/media/photo.*.png")
	return s
}

// overWire serves a handler as Serve does; change edits the server.
func overWire(t testing.TB, handler http.Handler, change func(*http.Server)) (addr string) {
	t.Helper()
	listener := httptest.NewUnstartedServer(nil)
	listener.Listener = wires{listener.Listener}
	listener.Config = newHTTP(handler, new(atomic.Bool), quiet())
	if change != nil {
		change(listener.Config)
	}
	listener.Start()
	t.Cleanup(listener.Close)
	return listener.Listener.Addr().String()
}

// deadline is generous: no test passes or fails by how fast the machine is.
const deadline = 30 * time.Second

// newDevSite is the small site as --dev shows it.
func newDevSite(t testing.TB) *site {
	t.Helper()
	s := &site{dir: testkit.Tree(t, "testdata/site.txtar")}
	testkit.Write(t, s.dir, "media/photo.png", testkit.PNG(t, 64, 48, 0x80))
	var err error
	if s.publisher, err = publish.New(publish.Options{Source: source.NewDirectory(s.dir), Program: "test", Log: quiet(), Dev: true}); err != nil {
		t.Fatal(err)
	}
	if err := s.publisher.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// publish writes a file and publishes; a revision that is held is no fault here.
func (s *site) publish(t testing.TB, name, content string) {
	t.Helper()
	testkit.Write(t, s.dir, name, content)
	if err := s.publisher.Publish(t.Context()); err != nil && !errors.Is(err, publish.ErrHeld) {
		t.Fatal(err)
	}
}
