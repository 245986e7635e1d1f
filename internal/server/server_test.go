package server

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"byline/internal/render"
	"byline/internal/testkit"
	"byline/internal/testkit/webtest"
)

// stage is a Bundles whose answers a test sets.
type stage struct {
	live func() *render.Bundle
}

func (s stage) Live() *render.Bundle     { return s.live() }
func (s stage) Changed() <-chan struct{} { return nil }
func (s stage) Preview(context.Context, string) (*render.Bundle, error) {
	return nil, nil
}

func empty() *render.Bundle { return nil }

// get asks a handler without a network.
func get(handler http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// Before the first bundle the process is up, but not ready, and says so with all
// the headers of a response.
func TestBeforeTheFirstBundle(t *testing.T) {
	handler := New(Options{Bundles: stage{empty}, Log: quiet()})
	for target, status := range map[string]int{"/healthz": 200, "/readyz": 503, "/": 503, "/articles": 503} {
		w := get(handler, target)
		if w.Code != status {
			t.Errorf("%s: %d, want %d", target, w.Code, status)
		}
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "X-Request-Id", "Content-Length"} {
			if w.Header().Get(name) == "" {
				t.Errorf("%s: no %s", target, name)
			}
		}
	}
	if got := get(handler, "/").Header().Get("Retry-After"); got != "5" {
		t.Errorf("Retry-After %q", got)
	}
}

// A server that is going down is not ready, but still answers.
func TestDraining(t *testing.T) {
	draining := make(chan struct{})
	s := newSite(t, func(o *Options) { o.Draining = draining })
	before, err := webtest.Do(s.addr, "GET", "/readyz")
	if err != nil || before.Status != 200 {
		t.Fatal(before, err)
	}
	close(draining)
	for target, status := range map[string]int{"/readyz": 503, "/healthz": 200, "/articles": 200} {
		if r, err := webtest.Do(s.addr, "GET", target); err != nil || r.Status != status {
			t.Errorf("%s while draining: %v %v, want %d", target, r, err, status)
		}
	}
}

// A panic in a handler is a 500 page with the headers of every page, and the
// next request is answered.
func TestPanic(t *testing.T) {
	s := newSite(t)
	var calls atomic.Int32
	handler := New(Options{Log: quiet(), Bundles: stage{func() *render.Bundle {
		if calls.Add(1) == 1 {
			panic("a fault in the program")
		}
		return s.bundle
	}}})
	w := get(handler, "/articles/guide")
	if w.Code != 500 || !strings.Contains(w.Body.String(), "<h1>") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v\n%s", w.Code, w.Header(), w.Body)
	}
	for name := range headerOf(s.bundle) {
		if got, want := w.Header().Get(name), headerOf(s.bundle).Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if w := get(handler, "/articles/guide"); w.Code != 200 {
		t.Errorf("after the panic: %d", w.Code)
	}
}

// A panic behind the first byte ends the connection: half a page with a second
// one behind it would be worse.
func TestPanicTooLate(t *testing.T) {
	s := newSite(t)
	handler := New(Options{Bundles: s.publisher, Log: quiet()}).(*server)
	handler.inner = func(e *exchange, _ *http.Request) {
		e.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(e, "half a page")
		panic("too late")
	}
	listener := httptest.NewServer(handler)
	defer listener.Close()
	if r, err := webtest.Do(listener.Listener.Addr().String(), "GET", "/"); err == nil {
		t.Errorf("a response cut short is whole: %d %q", r.Status, r.Body)
	}
}

// A file that is no longer what the revision says gives the page of an error,
// with the page's policy, not the file's, and nothing that a cache would keep.
func TestBrokenFile(t *testing.T) {
	s := newSite(t)
	if err := os.Remove(filepath.Join(s.dir, "media/photo.png")); err != nil {
		t.Fatal(err)
	}
	r, err := webtest.Do(s.addr, "GET", s.png)
	if err != nil || r.Status != 500 {
		t.Fatal(r, err)
	}
	want := headerOf(s.bundle).Get("Content-Security-Policy")
	if r.Header.Get("Content-Security-Policy") != want || r.Header.Get("ETag") != "" || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", r.Header)
	}
}

// Long and broken requests cost little and break nothing.
func TestHostileRequests(t *testing.T) {
	s := newSite(t)
	long := strings.Repeat("a-b/", 2500)
	for _, target := range []string{"/" + long, "/articles/" + strings.ReplaceAll(long, "/", "-"), "/articles/guide?" + long} {
		want := 404
		if strings.Contains(target, "?") {
			want = 200
		}
		if r, err := webtest.Do(s.addr, "GET", target); err != nil || r.Status != want {
			t.Errorf("a target of %d bytes: %v %v", len(target), r, err)
		}
	}
	for name, request := range map[string]string{
		"line break in the target": "GET /articles\r\n/x HTTP/1.1\r\nHost: a\r\n\r\n",
		"NUL in the target":        "GET /articles\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
		"no HTTP at all":           "\x16\x03\x01\x02\x00\r\n\r\n",
		"bad escape":               "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
		"line break in a field":    "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\rSet-Cookie: c\r\n\r\n",
	} {
		if status := rawStatus(t, s.addr, request); status != "400" {
			t.Errorf("%s: %s, want 400", name, status)
		}
	}
}

func rawStatus(t *testing.T, addr, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(line, " ")
	return rest[:min(3, len(rest))]
}

// Every request has an id of its own. One that came with the request is kept
// only from a trusted proxy, and only when it is sound.
func TestRequestIDs(t *testing.T) {
	s := newSite(t)
	plain := New(Options{Bundles: s.publisher, Log: quiet()})
	behind := New(Options{Bundles: s.publisher, Log: quiet(), TrustedProxies: []string{"192.0.2.0/24"}}) // httptest's client
	other := New(Options{Bundles: s.publisher, Log: quiet(), TrustedProxies: []string{"10.0.0.0/8"}})
	seen := map[string]bool{}
	for range 100 {
		id := get(plain, "/").Header().Get("X-Request-Id")
		if seen[id] || len(id) < 16 {
			t.Fatalf("id %q, after %d others", id, len(seen))
		}
		seen[id] = true
	}
	const sound = "01J8ABCDEFGH"
	for name, c := range map[string]struct {
		handler http.Handler
		given   string
		kept    bool
	}{
		"without proxies":    {plain, sound, false},
		"from a proxy":       {behind, sound, true},
		"from anybody else":  {other, sound, false},
		"unsound":            {behind, "a b\tc{}!!!", false},
		"too long":           {behind, strings.Repeat("a", 65), false},
		"looks like a field": {behind, "aaaaaaaa\r\nX: y", false},
	} {
		if got := get(c.handler, "/", "X-Request-Id", c.given).Header().Get("X-Request-Id"); (got == c.given) != c.kept {
			t.Errorf("%s: %q became %q", name, c.given, got)
		}
	}
}

// stream reads the development event stream.
func stream(t *testing.T, ctx context.Context, addr string) <-chan string {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, "GET", "http://"+addr+"/-/dev/changes", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil || response.StatusCode != 200 || response.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatal(response, err)
	}
	events := make(chan string, 16)
	go func() {
		defer close(events)
		defer response.Body.Close()
		lines := bufio.NewScanner(response.Body)
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				events <- data
			}
		}
	}()
	return events
}

func next(t *testing.T, events <-chan string) string {
	t.Helper()
	select {
	case event, open := <-events:
		if !open {
			t.Fatal("the stream has ended")
		}
		return event
	case <-time.After(deadline):
		t.Fatal("no event")
		return ""
	}
}

// An open browser hears of every swap that it would show, and of no other; a
// read deadline of the server does not end its stream.
func TestDevelopmentStream(t *testing.T) {
	s := newDevSite(t)
	draining := make(chan struct{})
	listener := httptest.NewUnstartedServer(New(Options{Bundles: s.publisher, Log: quiet(), Dev: true, Draining: draining}))
	listener.Config.ReadHeaderTimeout = 40 * time.Millisecond
	listener.Config.ReadTimeout = 50 * time.Millisecond
	listener.Config.WriteTimeout = 50 * time.Millisecond
	listener.Start()
	defer listener.Close()
	events := stream(t, t.Context(), listener.Listener.Addr().String())
	first := next(t, events)
	time.Sleep(150 * time.Millisecond) // behind the server's deadlines
	s.publish(t, "guide.md", "---\ntitle: Changed\ndate: 2026-01-02\n---\n\nNew.\n")
	second := next(t, events)
	if first == second {
		t.Errorf("the same event %q after a change", first)
	}
	// A broken site.yaml holds the revision; its findings are news all the same.
	settings, err := os.ReadFile(filepath.Join(s.dir, "site.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s.publish(t, "site.yaml", "titel: broken\n")
	third := next(t, events)
	if third == second {
		t.Errorf("the same event %q when the findings changed", second)
	}
	s.publish(t, "site.yaml", "titel: broken\n")
	if again := next(t, events); again != third {
		t.Errorf("event %q became %q, and nothing had changed", third, again)
	}
	s.publish(t, "site.yaml", string(settings))
	if mended := next(t, events); mended == third {
		t.Errorf("the same event %q after the mend", mended)
	}
	close(draining)
	if _, open := <-events; open {
		t.Error("the stream goes on while the server goes down")
	}
}

// A response is of one revision, headers and body, however many are swapped in
// while it is made.
func TestOneRevisionEach(t *testing.T) {
	s := newSite(t)
	const swaps = 200
	var bundles [swaps]*render.Bundle
	marks := map[string]string{} // revision → what its page says
	for i := range bundles {
		mark := "mark-" + strings.Repeat("x", i)
		testkit.Write(t, s.dir, "guide.md", "---\ntitle: The guide\ndate: 2026-01-02\n---\n\n"+mark+".\n")
		if err := s.publisher.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		bundles[i] = s.publisher.Live()
		marks[bundles[i].Revision()] = mark + "."
	}
	var live atomic.Pointer[render.Bundle]
	live.Store(bundles[0])
	handler := New(Options{Log: quiet(), Bundles: stage{live.Load}})
	var readers sync.WaitGroup
	var reads atomic.Int64
	done := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				w := get(handler, "/articles/guide")
				reads.Add(1)
				if mark := marks[w.Header().Get("X-Content-Revision")]; w.Code != 200 || !strings.Contains(w.Body.String(), ">"+mark+"<") {
					t.Errorf("%d: revision %s without its mark", w.Code, w.Header().Get("X-Content-Revision"))
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for _, b := range bundles {
		live.Store(b)
		target := reads.Load() + 2
		for reads.Load() < target && !t.Failed() {
			time.Sleep(50 * time.Microsecond)
		}
	}
	close(done)
	readers.Wait()
	t.Logf("%d reads over %d swaps", reads.Load(), swaps)
}

// headerOf is what every response of a bundle's site carries.
func headerOf(b *render.Bundle) http.Header {
	h := http.Header{}
	b.WriteHeader(h)
	return h
}
