package server

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"byline/internal/render"
)

// shared is what an answer says to caches that answer many.
func shared(t *testing.T, bundles Bundles, keep time.Duration, target string, header ...string) string {
	t.Helper()
	handler := New(Options{Bundles: bundles, Log: quiet(), SharedFor: func() time.Duration { return keep }})
	return get(handler, target, header...).Header().Get("CDN-Cache-Control")
}

// Caches may keep pages for as long as whoever tells them of changes says, and
// nothing else without asking.
func TestSharedFor(t *testing.T) {
	s := newSite(t)
	kept := "max-age=3600, stale-while-revalidate=30"
	for target, want := range map[string]string{
		"/articles/guide": kept, "/articles": kept, "/ads.txt": kept, "/media/photo.png": kept,
		"/articles/over": "", "/articles/nowhere": "", "/": "", "/old/guide": "", s.css: "", s.png: "", "/healthz": "",
	} {
		if got := shared(t, s.publisher, time.Hour, target); got != want {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
	if got := shared(t, s.publisher, time.Hour, "/articles/guide", "If-None-Match", "*"); got != kept {
		t.Errorf("with 304: %q", got)
	}
	if got := shared(t, s.publisher, time.Hour, "/media/photo.png", "Range", "bytes=0-3"); got != kept {
		t.Errorf("with 206: %q", got)
	}
}

// An answer that was begun before a swap and goes out after it is not kept:
// caches have been told of the change already.
func TestOvertakenIsNotKept(t *testing.T) {
	s := newSite(t)
	before := s.bundle
	s.publish(t, "guide.md", "---\ntitle: Another\ndate: 2026-01-01\nauthor: ada\n---\n\nOther text.\n")
	for _, header := range [][]string{nil, {"If-None-Match", "*"}} {
		var asked atomic.Int32
		bundles := stage{func() *render.Bundle {
			if asked.Add(1) == 1 {
				return before
			}
			return s.publisher.Live()
		}}
		if got := shared(t, bundles, time.Hour, "/articles/guide", header...); got != "max-age=0" {
			t.Errorf("%v: %q, want max-age=0", header, got)
		}
	}
}

// An answer that could not be made is not kept either.
func TestFailureIsNotShared(t *testing.T) {
	s := newSite(t)
	if err := os.Remove(filepath.Join(s.dir, "media/photo.png")); err != nil {
		t.Fatal(err)
	}
	w := get(New(Options{Bundles: s.publisher, Log: quiet(), SharedFor: func() time.Duration { return time.Hour }}), "/media/photo.png")
	if h := w.Header(); w.Code != 500 || h.Get("CDN-Cache-Control") != "" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", w.Code, h)
	}
}
