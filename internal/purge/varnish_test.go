package purge_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/purge"
	"byline/internal/testkit"
	"byline/internal/testkit/webtest"
)

// copies are what a client has of pages, by path and encoding.
type copies map[string]*webtest.Response

// read asks Varnish for pages in every encoding.
func (s *stack) read(t testing.TB, paths []string) copies {
	t.Helper()
	all := copies{}
	for _, path := range paths {
		for _, coding := range slices.Sorted(maps.Keys(codings)) {
			all[path+" "+coding] = s.get(t, path, [2]string{"Accept-Encoding", codings[coding]})
		}
	}
	return all
}

// hit reports whether Varnish answered with what it had: X-Varnish names the
// request that brought it, too.
func hit(r *webtest.Response) bool { return strings.Contains(r.Header.Get("X-Varnish"), " ") }

// TestExactly is the promise of this package, kept with a real cache: after an
// edit the pages that have changed are asked for again, once in each encoding,
// and no other page is.
func TestExactly(t *testing.T) {
	s := newStack(t, nil, 0)
	s.read(t, s.pages())
	for _, edit := range []struct {
		name    string
		make    func()
		changes []string // some of what changes
		stays   []string // some of what does not
	}{
		{"nothing", func() { s.publish(t) }, nil, []string{"/articles", "/articles/note-03"}},
		{"a text", func() { s.edit(t, "note-03.md", text("Note 3", "grace", "gardens")+"More.\n") },
			[]string{"/articles/note-03"}, []string{"/articles/note-04", "/articles/note-06"}},
		{"a title, which stands beside others and in lists", func() { s.edit(t, "note-03.md", text("Renamed", "grace", "gardens")) },
			[]string{"/articles/note-03", "/articles/note-00", "/articles", "/articles/authors/grace", "/articles/tags/gardens"},
			[]string{"/articles/authors/ada", "/articles/tags/engines", "/ads.txt"}},
		{"an author's name", func() { s.edit(t, "site.yaml", strings.Replace(settings, "name: Ada", "name: Augusta", 1)) },
			[]string{"/articles/note-00", "/articles/authors/ada", "/articles"}, []string{"/articles/note-01", "/articles/authors/grace"}},
		{"a file", func() { s.edit(t, "root/ads.txt", "somebody") }, []string{"/ads.txt"}, []string{"/articles"}},
		{"a picture", func() { s.edit(t, "media/photo.png", testkit.PNG(t, 64, 48, 0x81)) }, []string{"/media/photo.png"}, []string{"/articles"}},
		{"a new address", func() {
			testkit.Write(t, s.dir, "moved.md", text("Note 5", "grace", "poems"))
			s.edit(t, "note-05.md", "")
		}, []string{"/articles/note-05", "/articles", "/articles/tags/poems"}, []string{"/articles/authors/ada"}},
		{"a removal", func() { s.edit(t, "note-07.md", "") },
			[]string{"/articles/note-07", "/articles", "/articles/authors/grace"}, []string{"/articles/authors/ada", "/articles/tags/gardens"}},
		{"back again", func() { s.edit(t, "note-07.md", text("Note 7", "grace", "engines")) },
			[]string{"/articles", "/articles/authors/grace"}, []string{"/articles/authors/ada", "/articles/tags/gardens"}},
		{"scheduled", func() {
			s.edit(t, "soon.md", strings.Replace(text("Soon", "ada", "engines"), "2026-01-01", "2026-05-14", 1))
		},
			nil, []string{"/articles", "/articles/authors/ada"}},
		{"its date comes", func() { s.pass(24 * time.Hour); s.publish(t) },
			[]string{"/articles", "/articles/authors/ada", "/articles/tags/engines"}, []string{"/articles/tags/poems"}},
	} {
		t.Run(edit.name, func(t *testing.T) {
			paths := s.pages()
			before := s.read(t, paths)
			s.backend.count()
			edit.make()
			s.settle(t)
			after := s.read(t, paths)
			asked := s.backend.count()
			var want, got []string
			for key, was := range before {
				path, coding, _ := strings.Cut(key, " ")
				now := after[key]
				if now.Status != was.Status || now.Header.Get("ETag") != was.Header.Get("ETag") || string(now.Body) != string(was.Body) {
					want = append(want, key)
				}
				if !hit(now) {
					got = append(got, key)
				}
				// A removed page is not kept: it is asked for every time.
				if n := asked[path+" "+coding]; n > 1 || (n == 1) == hit(now) {
					t.Errorf("%s was asked for %d times", key, n)
				}
				if now.Header.Get("Content-Encoding") != was.Header.Get("Content-Encoding") {
					t.Errorf("%s comes as %q, came as %q", key, now.Header.Get("Content-Encoding"), was.Header.Get("Content-Encoding"))
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("what changed, and what Varnish asked for again (-want +got)\n%s", diff)
			}
			for _, path := range edit.changes {
				if !slices.Contains(got, path+" br") || !slices.Contains(got, path+" gzip") || !slices.Contains(got, path+" ") {
					t.Errorf("%s is not among what was asked for again", path)
				}
			}
			for _, path := range edit.stays {
				if slices.Contains(got, path+" br") {
					t.Errorf("%s was asked for again", path)
				}
			}
			t.Logf("%d of %d were asked for again", len(got), len(before))
		})
	}
}

// What Varnish says to browsers: the page in the encoding that they like, to be
// asked for again, with the entity tag of Byline and without what is for caches.
func TestBehindVarnish(t *testing.T) {
	s := newStack(t, nil, 0)
	for coding, accept := range codings {
		first := s.get(t, "/articles/note-00", [2]string{"Accept-Encoding", accept})
		second := s.get(t, "/articles/note-00", [2]string{"Accept-Encoding", accept})
		if hit(first) || !hit(second) || string(first.Body) != string(second.Body) || second.Header.Get("Age") == "" {
			t.Errorf("%q: %v, then %v", coding, first.Header, second.Header)
		}
		if got := second.Header; got.Get("Content-Encoding") != coding || got.Get("Cache-Control") != "public, no-cache" || !strings.HasPrefix(got.Get("ETag"), `"`) {
			t.Errorf("%q: %v", coding, got)
		}
		for _, name := range []string{"Surrogate-Key", "Cache-Tag", "Xkey", "CDN-Cache-Control"} {
			if second.Header.Get(name) != "" {
				t.Errorf("%q: a browser gets %s", coding, name)
			}
		}
		s.backend.count()
		r := s.get(t, "/articles/note-00", [2]string{"Accept-Encoding", accept}, [2]string{"If-None-Match", second.Header.Get("ETag")})
		if r.Status != http.StatusNotModified || len(s.backend.count()) > 0 {
			t.Errorf("%q: %d to who has it", coding, r.Status)
		}
	}
	if r := s.get(t, "/articles/note-00", [2]string{"Accept-Encoding", "br;q=0, gzip;q=0.5"}); r.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("who refuses br gets %q", r.Header.Get("Content-Encoding"))
	}
	if r := s.get(t, "/articles/note-00?utm=1", [2]string{"Cookie", "a=b"}); r.Status != 200 {
		t.Errorf("with a query: %d", r.Status)
	}
	if r := s.get(t, "/articles/note-00?utm=1", [2]string{"Cookie", "c=d"}); !hit(r) {
		t.Error("a cookie keeps Varnish from keeping")
	}
	// Nothing is kept of what leads elsewhere, is not there, or is Byline's own.
	for _, path := range []string{"/", "/articles/nowhere", "/-/preview/x/", "/healthz", "/readyz"} {
		s.get(t, path)
		if r := s.get(t, path); hit(r) {
			t.Errorf("%s is kept", path)
		}
	}
}

// An operator can drop a page, a kind and all, with all that a query makes of it.
func TestByHand(t *testing.T) {
	s := newStack(t, nil, 0)
	paths := []string{"/articles", "/articles/note-00", "/articles/note-00?utm=1", "/articles/note-01", "/ads.txt"}
	for keys, want := range map[string][]string{
		"/articles/note-00": {"/articles/note-00", "/articles/note-00?utm=1"},
		"article":           {"/articles/note-00", "/articles/note-00?utm=1", "/articles/note-01"},
		"list /ads.txt":     {"/ads.txt", "/articles"},
		"site":              {"/ads.txt", "/articles", "/articles/note-00", "/articles/note-00?utm=1", "/articles/note-01"},
		"nobody":            nil,
	} {
		for _, path := range paths {
			s.get(t, path)
		}
		r, err := webtest.Do(s.addr, "PURGE", "/", [2]string{"Xkey-Purge", keys})
		if err != nil || r.Status != 200 || r.Header.Get("Xkey-Purged") == "" {
			t.Fatal(r, err)
		}
		var dropped []string
		for _, path := range paths {
			if !hit(s.get(t, path)) {
				dropped = append(dropped, path)
			}
		}
		slices.Sort(dropped)
		if diff := cmp.Diff(want, dropped); diff != "" {
			t.Errorf("%s (-want +got)\n%s", keys, diff)
		}
	}
	if r, err := webtest.Do(s.addr, "PURGE", "/"); err != nil || r.Status != 400 {
		t.Errorf("without a key: %v %v", r, err)
	}
}

// gate stands before Varnish for who tells it of changes.
type gate struct {
	closed atomic.Bool
	passes chan struct{} // when not nil, one purge passes for each
	purges atomic.Int32  // that have passed
}

// before returns the address of a gate before an address.
func (g *gate) before(t testing.TB, addr string) string {
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: addr})
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.closed.Load() {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		if g.passes != nil {
			<-g.passes
		}
		proxy.ServeHTTP(w, r)
		g.purges.Add(1)
	}))
	t.Cleanup(listener.Close)
	return listener.Listener.Addr().String()
}

// A purge that fails is tried until it is confirmed. Until then nothing is kept
// without asking, so that no more pages grow old.
func TestRetried(t *testing.T) {
	var g gate
	s := newStack(t, func(addr string) string { return g.before(t, addr) }, 0)
	before := s.read(t, []string{"/articles/note-00", "/articles/note-01"})
	if keep := s.worker.KeepFor(); keep != time.Hour {
		t.Errorf("pages are kept for %v", keep)
	}
	g.closed.Store(true)
	s.edit(t, "note-00.md", text("Another", "ada", "gardens"))
	until(t, "two tries have failed", func() bool { return s.worker.Status()[0].Failures >= 2 })
	status := s.worker.Status()[0]
	if status.Pending == 0 || status.Failing.IsZero() || !strings.Contains(status.Fault, "503") || s.worker.KeepFor() != 0 {
		t.Errorf("while it fails: %+v, kept for %v", status, s.worker.KeepFor())
	}
	if r := s.get(t, "/articles/note-00"); !hit(r) || r.Header.Get("ETag") != before["/articles/note-00 "].Header.Get("ETag") {
		t.Errorf("the purge has reached Varnish by another way: %v", r.Header)
	}
	if r := s.get(t, "/articles/note-02"); hit(r) || s.worker.KeepFor() != 0 {
		t.Errorf("%v", r.Header)
	}
	g.closed.Store(false)
	s.settle(t)
	if r := s.get(t, "/articles/note-00"); hit(r) || !strings.Contains(string(r.Body), "Another") {
		t.Errorf("after the purge: %v", r.Header)
	}
	if r := s.get(t, "/articles/note-01"); !hit(r) {
		t.Error("another page was dropped")
	}
	if status := s.worker.Status()[0]; !status.Failing.IsZero() || status.Fault != "" || s.worker.KeepFor() != time.Hour {
		t.Errorf("after the purge: %+v", status)
	}
}

// An answer that was on its way while its page was purged comes into the cache
// behind the purge; the second purge finds it there.
func TestOnItsWay(t *testing.T) {
	g := gate{passes: make(chan struct{}, 100)}
	g.passes <- struct{}{} // of the start
	g.passes <- struct{}{}
	s := newStack(t, func(addr string) string { return g.before(t, addr) }, 5*time.Second)
	began := g.purges.Load()
	for len(g.passes) > 0 { // the start may have needed one only
		<-g.passes
	}
	underWay, arrive := make(chan struct{}), make(chan struct{})
	var once sync.Once
	s.backend.mu.Lock()
	s.backend.hold = func(path string) {
		once.Do(func() { close(underWay); <-arrive })
	}
	s.backend.mu.Unlock()
	var late *webtest.Response
	var reader sync.WaitGroup
	reader.Go(func() { late, _ = webtest.Do(s.addr, "GET", "/articles/note-00") })
	<-underWay // made of the old bundle, and not yet with Varnish
	s.edit(t, "note-00.md", text("Another", "ada", "gardens"))
	g.passes <- struct{}{}
	until(t, "the first purge is confirmed", func() bool { return g.purges.Load() > began })
	close(arrive)
	reader.Wait()
	if late == nil || strings.Contains(string(late.Body), "Another") {
		t.Fatal("the answer was not on its way")
	}
	if r := s.get(t, "/articles/note-00"); !hit(r) || strings.Contains(string(r.Body), "Another") {
		t.Fatalf("the old page is not in the cache, as this test needs it to be: %v", r.Header)
	}
	close(g.passes)
	s.settle(t)
	if r := s.get(t, "/articles/note-00"); !strings.Contains(string(r.Body), "Another") {
		t.Error("the old page is still in the cache")
	}
}

// A program that starts with other content than all caches have confirmed has
// them drop what an earlier one gave out.
func TestAfterARestart(t *testing.T) {
	s := newStack(t, nil, 0)
	s.read(t, []string{"/articles/note-00"})
	cache, err := purge.NewVarnish("http://"+s.addr, "")
	if err != nil {
		t.Fatal(err)
	}
	next := purge.New(purge.Options{Caches: []purge.Purger{cache}, Keep: time.Hour, Log: quiet(), Settle: time.Nanosecond})
	restarted := newSite(t, next)
	s.backend.mu.Lock()
	s.backend.handler = restarted.handler
	s.backend.mu.Unlock()
	runs(t, next)
	until(t, "the caches have confirmed", next.Settled)
	if r := s.get(t, "/articles/note-00"); hit(r) {
		t.Error("the page of the program before is still in the cache")
	}
}
