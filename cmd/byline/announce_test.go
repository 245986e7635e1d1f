package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"byline/internal/testkit"
)

// engine is a search engine and a hub, which are busy or broken when they are asked
// first. What they are told comes out of the channel.
func engine(t *testing.T) (address string, heard chan string) {
	t.Helper()
	heard = make(chan string, 20)
	var mu sync.Mutex
	asked := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if asked[r.URL.Path]++; asked[r.URL.Path] == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(map[string]int{"/indexnow": http.StatusTooManyRequests, "/hub": http.StatusInternalServerError}[r.URL.Path])
			return
		}
		if r.URL.Path == "/hub" {
			heard <- r.PostFormValue("hub.mode") + " " + r.PostFormValue("hub.url")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		var said struct {
			Host, Key, KeyLocation string
			URLList                []string
		}
		if err := json.NewDecoder(r.Body).Decode(&said); err != nil {
			t.Errorf("what was told is no JSON: %v", err)
		}
		heard <- said.Host + " " + said.KeyLocation + " " + strings.Join(said.URLList, " ")
	}))
	t.Cleanup(server.Close)
	return server.URL, heard
}

// serving is a server of a folder that announces what changes.
func serving(t *testing.T, args ...string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	up := make(chan bool, 1)
	logged, log := io.Pipe()
	go func() {
		ended <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...), io.Discard, log)
		log.Close()
	}()
	go func() {
		var all strings.Builder
		buffer := make([]byte, 4096)
		for {
			n, err := logged.Read(buffer)
			all.Write(buffer[:n])
			if strings.Contains(all.String(), `"listening"`) {
				select {
				case up <- true:
				default:
				}
			}
			if err != nil {
				return
			}
		}
	}()
	<-up
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	}
}

// TestServeAnnounces: of a site for everybody a search engine and the hub hear what
// has changed, once they have time for it, also of what changed while the server
// was down; and nobody hears of the first edition, nor under --no-announce.
func TestServeAnnounces(t *testing.T) {
	address, heard := engine(t)
	dir, data := t.TempDir(), t.TempDir()
	testkit.Write(t, dir, "site.yaml", "title: T\nindexnow: 0123456789abcdef\nhub: "+address+"/hub\n")
	testkit.Write(t, dir, "a.md", "---\ntitle: A\ndate: 2026-01-01\n---\n\nThe text.\n")
	args := []string{"--content", dir, "--data", data, "--base-url", "https://www.site.net", "--indexnow-url", address + "/indexnow"}
	stop := serving(t, args...)
	testkit.Write(t, dir, "a.md", "---\ntitle: A\ndate: 2026-01-01\n---\n\nThe text, edited.\n")
	var got []string
	for range 4 {
		got = append(got, <-heard)
	}
	slices.Sort(got)
	want := []string{
		"publish https://www.site.net/articles/atom.xml", "publish https://www.site.net/articles/feed.json", "publish https://www.site.net/articles/feed.xml",
		"www.site.net https://www.site.net/0123456789abcdef.txt https://www.site.net/articles/a",
	}
	if !slices.Equal(want, got) {
		t.Errorf("heard %q", got)
	}
	stop()
	stop = serving(t, append(args, "--no-announce")...)
	testkit.Write(t, dir, "b.md", "---\ntitle: B\ndate: 2026-01-01\n---\n\nWritten.\n")
	stop()
	stop = serving(t, args...)
	for told := false; !told; {
		told = <-heard == "www.site.net https://www.site.net/0123456789abcdef.txt https://www.site.net/articles/b"
	}
	stop()
}

// TestServeAnnouncesNothing: of a site on this machine nobody hears.
func TestServeAnnouncesNothing(t *testing.T) {
	address, heard := engine(t)
	for _, more := range [][]string{nil, {"--base-url", "https://site.internal"}, {"--base-url", "https://www.site.net", "--dev"}} {
		dir, data := t.TempDir(), t.TempDir()
		testkit.Write(t, dir, "site.yaml", "title: T\nindexnow: 0123456789abcdef\n")
		testkit.Write(t, dir, "a.md", "---\ntitle: A\ndate: 2026-01-01\n---\n\nThe text.\n")
		args := append([]string{"--content", dir, "--data", data, "--indexnow-url", address + "/indexnow"}, more...)
		serving(t, args...)()
		testkit.Write(t, dir, "a.md", "---\ntitle: A\ndate: 2026-01-01\n---\n\nThe text, edited.\n")
		serving(t, args...)() // which tries what is left before it ends
	}
	if len(heard) > 0 {
		t.Errorf("heard %q", <-heard)
	}
}

// TestServeRefusesAnEngine: what is no address is said before anything is served.
func TestServeRefusesAnEngine(t *testing.T) {
	err := run(t.Context(), []string{"serve", "--content", t.TempDir(), "--addr", "127.0.0.1:0", "--indexnow-url", "engine.example"}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "the address of IndexNow: it is not an http or https address; write one like https://api.indexnow.org/indexnow") {
		t.Error(err)
	}
}
