package purge_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"byline/internal/publish"
	"byline/internal/purge"
	"byline/internal/render"
	"byline/internal/server"
	"byline/internal/source"
	"byline/internal/testkit"
	"byline/internal/testkit/webtest"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// site is a content folder that is published, and its server without a listener.
type site struct {
	dir       string
	publisher *publish.Publisher
	handler   http.Handler

	mu  sync.Mutex
	now time.Time
}

const settings = `title: Notes
url: https://example.org
timezone: UTC
authors:
  ada: {name: Ada}
  grace: {name: Grace}
`

// text is an article that resembles those with the same topic.
func text(title, author, topic string) string {
	return fmt.Sprintf("---\ntitle: %s\ndate: 2026-01-01\nauthor: %s\ntags: [%s]\n---\n\n%s\n", title, author, topic, strings.Repeat("A long word on "+topic+". ", 20))
}

// newSite publishes twelve articles on three topics; worker hears of every swap
// and says for how long pages are kept.
func newSite(t testing.TB, worker *purge.Worker) *site {
	t.Helper()
	s := &site{dir: t.TempDir(), now: time.Date(2026, 5, 13, 12, 0, 0, 0, time.UTC)}
	testkit.Write(t, s.dir, "site.yaml", settings)
	testkit.Write(t, s.dir, "root/ads.txt", "nobody")
	testkit.Write(t, s.dir, "media/photo.png", testkit.PNG(t, 64, 48, 0x80))
	for n := range 12 {
		topic := []string{"gardens", "engines", "poems"}[n%3]
		testkit.Write(t, s.dir, fmt.Sprintf("note-%02d.md", n), text(fmt.Sprintf("Note %d", n), []string{"ada", "grace"}[n%2], topic))
	}
	options := publish.Options{Source: source.NewDirectory(s.dir), Program: "test", Log: quiet(), Now: s.clock, Swapped: worker.Swapped}
	var err error
	if s.publisher, err = publish.New(options); err != nil {
		t.Fatal(err)
	}
	s.handler = server.New(server.Options{Bundles: s.publisher, Log: quiet(), SharedFor: worker.KeepFor})
	s.publish(t)
	return s
}

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// pass lets time pass by for the dates in the content.
func (s *site) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *site) publish(t testing.TB) {
	t.Helper()
	if err := s.publisher.Publish(t.Context()); err != nil {
		t.Fatal(err, s.publisher.Status().Findings)
	}
}

// edit writes a file and publishes; an empty content removes it.
func (s *site) edit(t testing.TB, name, content string) {
	t.Helper()
	if content == "" {
		if err := os.Remove(filepath.Join(s.dir, name)); err != nil {
			t.Fatal(err)
		}
	} else {
		testkit.Write(t, s.dir, name, content)
	}
	s.publish(t)
}

// give has somebody be given a page by the server.
func (s *site) give(path string) {
	s.handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
}

// counter is the server's listener, which counts what it is asked for.
type counter struct {
	handler http.Handler
	mu      sync.Mutex
	asked   map[string]int    // by path and encoding
	hold    func(path string) // called before an answer goes out; nil: nothing is
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.asked[r.URL.Path+" "+r.Header.Get("Accept-Encoding")]++
	hold := c.hold
	c.mu.Unlock()
	if hold == nil {
		c.handler.ServeHTTP(w, r)
		return
	}
	made := httptest.NewRecorder()
	c.handler.ServeHTTP(made, r)
	hold(r.URL.Path)
	maps.Copy(w.Header(), made.Header())
	w.WriteHeader(made.Code)
	_, _ = w.Write(made.Body.Bytes())
}

// count takes what was asked for since the last time.
func (c *counter) count() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	asked := c.asked
	c.asked = map[string]int{}
	return asked
}

// varnish starts Debian's Varnish with the VCL of testdata in front of an
// address, and returns its own. It ends with the test.
func varnish(t testing.TB, backend string) string {
	t.Helper()
	program, err := exec.LookPath("varnishd")
	if err != nil {
		if program = "/usr/sbin/varnishd"; !exists(program) && os.Getenv("CI") == "true" {
			t.Fatal("CI needs Varnish: apt-get install varnish varnish-modules")
		} else if !exists(program) {
			t.Skip("this test needs Varnish: apt-get install varnish varnish-modules")
		}
	}
	_, port, err := net.SplitHostPort(backend)
	if err != nil {
		t.Fatal(err)
	}
	vcl, err := os.ReadFile("varnish.vcl")
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(vcl, []byte(`.port = "8080";`)); n != 1 {
		t.Fatalf("the VCL names the port of Byline %d times", n)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "varnish.vcl")
	testkit.Write(t, dir, "varnish.vcl", strings.Replace(string(vcl), "8080", port, 1))
	addr := freeAddress(t)
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, program, "-F", "-f", file, "-a", addr, "-n", filepath.Join(dir, "work"),
		"-s", "malloc,32m", "-p", "http_gzip_support=off", "-p", "thread_pool_min=10", "-T", "none", "-j", "none")
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = 10 * time.Second
	if err := command.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = command.Wait() // it was told to end
	})
	for range 600 {
		if c, err := net.Dial("tcp", addr); err == nil {
			_ = c.Close()
			return addr
		}
		time.Sleep(100 * time.Millisecond)
	}
	cancel()
	_ = command.Wait()
	t.Fatalf("Varnish does not start:\n%s", said.String())
	return ""
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// stack is a site behind a real Varnish that is told of changes.
type stack struct {
	*site
	worker  *purge.Worker
	backend *counter
	addr    string // of Varnish
}

// newStack starts a site behind Varnish. at changes the address by which Varnish
// is told, and may be nil. Without settle nothing is thought to be on its way.
func newStack(t testing.TB, at func(addr string) string, settle time.Duration) *stack {
	t.Helper()
	s := &stack{backend: &counter{asked: map[string]int{}}}
	listener := httptest.NewServer(s.backend)
	t.Cleanup(listener.Close)
	s.addr = varnish(t, listener.Listener.Addr().String())
	told := s.addr
	if at != nil {
		told = at(s.addr)
	}
	cache, err := purge.NewVarnish("http://"+told, "")
	if err != nil {
		t.Fatal(err)
	}
	s.worker = purge.New(purge.Options{Caches: []purge.Purger{cache}, Keep: time.Hour, Log: quiet(), Settle: max(settle, time.Nanosecond)})
	s.site = newSite(t, s.worker)
	s.backend.handler = s.handler
	runs(t, s.worker)
	s.settle(t)
	return s
}

// runs has a worker run until the test ends.
func runs(t testing.TB, w *purge.Worker) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() { w.Run(ctx) })
	stop = func() { cancel(); ended.Wait() }
	t.Cleanup(stop)
	return stop
}

// deadline is generous: no test passes or fails by how fast the machine is.
const deadline = 60 * time.Second

// until waits for something to be so.
func until(t testing.TB, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(deadline); !so(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came: %s", what)
		}
	}
}

// settle waits until Varnish has confirmed everything up to the last swap.
func (s *stack) settle(t testing.TB) {
	t.Helper()
	until(t, "caches have confirmed all purges", s.worker.Settled)
}

// codings are what clients ask for, as browsers write it.
var codings = map[string]string{"": "", "gzip": "gzip, deflate", "br": "gzip, deflate, br, zstd"}

// get asks Varnish.
func (s *stack) get(t testing.TB, path string, header ...[2]string) *webtest.Response {
	t.Helper()
	r, err := webtest.Do(s.addr, "GET", path, header...)
	if err != nil {
		t.Fatal(path, err)
	}
	return r
}

// pages are the paths that a cache keeps.
func (s *stack) pages() []string {
	var paths []string
	live := s.publisher.Live()
	for _, path := range live.Paths() {
		if r := live.Find(path, "", ""); r.Status == http.StatusOK && r.CacheControl == render.PageCache {
			paths = append(paths, path)
		}
	}
	return paths
}
