package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"byline/internal/testkit"
)

// A cache that --purge-varnish names hears, with the secret, of what changes and
// may keep pages for --shared-cache. How it goes with a real Varnish is tested in
// package purge.
func TestServePurges(t *testing.T) {
	purged := make(chan string, 20)
	cache := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != "PURGE" || r.Header.Get("Authorization") != "Bearer sesame" {
			t.Errorf("%s with %q", r.Method, r.Header.Get("Authorization"))
		}
		w.Header().Set("Xkey-Purged", "0")
		w.WriteHeader(http.StatusOK)
		purged <- r.Header.Get("Xkey-Purge")
	}))
	t.Cleanup(cache.Close)
	dir, secrets := t.TempDir(), t.TempDir()
	testkit.Write(t, dir, "site.yaml", "title: T\n")
	testkit.Write(t, dir, "a.md", "---\ntitle: A\ndate: 2026-01-01\n---\n")
	testkit.Write(t, secrets, "secret", "sesame\n")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	_ = listener.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--content", dir, "--addr", addr, "--purge-varnish", cache.URL, "--purge-secret-file", secrets + "/secret", "--shared-cache", "20m"}, io.Discard, io.Discard)
	}()
	if first := <-purged; first != "site" {
		t.Errorf("at the start %q is purged, want the whole site", first)
	}
	want := "max-age=1200, stale-while-revalidate=30"
	for end := time.Now().Add(30 * time.Second); sharedControl(t, addr) != want; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("a page says %q to caches, want %q", sharedControl(t, addr), want)
		}
	}
	testkit.Write(t, dir, "a.md", "---\ntitle: A\ndate: 2026-01-01\n---\nMore.\n")
	for next := range purged { // perhaps the site once more
		if slices.Contains(strings.Fields(next), "/articles/a") {
			break
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
}

// sharedControl is what the page of the article says to caches.
func sharedControl(t *testing.T, addr string) string {
	t.Helper()
	response, err := http.Get("http://" + addr + "/articles/a")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.Header.Get("CDN-Cache-Control")
}
