package server

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/render"
)

// sink is the least that a ResponseWriter of net/http can be.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Flush()                      {}

// hole is a connection that takes everything.
type hole struct{ net.Conn }

func (hole) SetReadDeadline(time.Time) error  { return nil }
func (hole) SetWriteDeadline(time.Time) error { return nil }

// cached is a request for a page that is in memory, over a wire.
func cached(handler http.Handler) (answer func()) {
	r, w, over := browserRequest("/articles/guide"), &sink{http.Header{}}, newWire(hole{})
	r = r.WithContext(withWire(r.Context(), over))
	return func() {
		over.begin()
		handler.ServeHTTP(w, r)
	}
}

func browserRequest(target string) *http.Request {
	r := httptest.NewRequest("GET", target, nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
	return r
}

// A cached page costs no allocation, logged and observed or not: what remains is
// the share of a block of 32 ids, 32 bytes a request. What net/http spends, the map
// of the header for one, is not in this.
func TestCachedPageAllocations(t *testing.T) {
	s := newSite(t)
	for name, options := range map[string]Options{
		"logged and observed": {Bundles: s.publisher, Log: quiet(), Lines: io.Discard, Observe: silent{}},
		"not logged":          {Bundles: s.publisher, Log: slog.New(slog.DiscardHandler)},
	} {
		got := testing.AllocsPerRun(1000, cached(New(options)))
		if raceDetected() {
			continue // it empties pools at random
		}
		if got > 0 {
			t.Errorf("%s: %v allocations, want none", name, got)
		}
	}
}

// raceDetected reports whether pools forget what they are given, as they do under the race detector.
func raceDetected() bool {
	var pool sync.Pool
	for range 64 {
		pool.Put(new(int))
		if pool.Get() == nil {
			return true
		}
	}
	return false
}

// sameLine checks that the line of a request is what slog's own handler writes.
func sameLine(t *testing.T, method, target, agent, remote, id string, status, bytesSent int, took time.Duration) {
	t.Helper()
	var ours, theirs bytes.Buffer
	e := &exchange{request: []string{id}, start: time.Unix(1_700_000_000, 123456789), status: status, bytes: bytesSent}
	r := &http.Request{Method: method, URL: &url.URL{Path: target}, Header: http.Header{"User-Agent": {agent}}, RemoteAddr: remote}
	(&server{Options: Options{Lines: &ours}}).log(e, r, took)
	(&server{Options: Options{Log: slog.New(slog.NewJSONHandler(&theirs, nil))}}).log(e, r, took)
	if diff := cmp.Diff(theirs.String(), ours.String()); diff != "" {
		t.Errorf("%q %q %q %q (-slog +ours)\n%s", method, target, agent, remote, diff)
	}
	if !json.Valid(ours.Bytes()) || strings.Count(ours.String(), "\n") != 1 {
		t.Errorf("not one line of JSON: %q", ours.String())
	}
}

// The line of a request is byte for byte what slog's handler would write.
func FuzzRequestLine(f *testing.F) {
	for _, text := range []string{"", "plain", "\"\\/<>&", "\x00\x01\b\f\n\r\t\x1f\x7f", "caf\u00e9 \u2028\u2029 \U0001f600", "\xff\xc3(\xed\xa0\x80", "/-/preview/TOKEN/x"} {
		f.Add("GET", text, text, "192.0.2.1:80", text, 200, 10, int64(123456))
	}
	for _, remote := range []string{"", "pipe", "[::1]:1", "[::ffff:192.0.2.1]:1", "[fe80::1%eth0]:9", "192.0.2.1", "a:b:c", "name:80"} {
		f.Add("HEAD", "/", "agent", remote, "id", 0, 0, int64(time.Hour))
	}
	f.Fuzz(func(t *testing.T, method, target, agent, remote, id string, status, bytesSent int, took int64) {
		sameLine(t, method, target, agent, remote, id, status, bytesSent, time.Duration(took%int64(time.Hour)))
	})
}

// What common chooses is what negotiate chooses of the same.
func FuzzCommon(f *testing.F) {
	for _, accept := range []string{"gzip, deflate, br, zstd", "gzip, deflate, br", "br", "gzip, br", "br, gzip", "br,gzip", "gzip,br",
		"gzip, deflate", "gzip", "gzip,deflate", "deflate, gzip", "", "identity", "br;q=0", "gzip;q=0.5, br;q=0.1"} {
		f.Add(accept)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		got, ok := common(accept)
		if !ok {
			return
		}
		if want, acceptable := negotiate(accept, true); got != want || !acceptable {
			t.Errorf("%q: %q, want %q", accept, got, want)
		}
	})
}

// Many requests at once over kept connections: what one is told is never of another.
func TestExchangesDoNotMix(t *testing.T) {
	var book notebook
	var lines safeBuffer
	s := newSite(t, func(o *Options) { o.Observe, o.Lines = &book, &lines })
	type outcome struct {
		Path   string
		Status int
		Bytes  int64
	}
	want := map[string]outcome{} // by id
	var mu sync.Mutex
	var clients sync.WaitGroup
	for n := range 8 {
		clients.Go(func() {
			client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
			defer client.CloseIdleConnections()
			for i := range 60 {
				target := []string{"/articles/guide", "/articles/note-01", "/articles/nowhere", "/ads.txt", "/articles"}[(n+i)%5]
				response, err := client.Get("http://" + s.addr + target)
				if err != nil {
					t.Error(err)
					return
				}
				sent, err := io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
				mu.Lock()
				want[response.Header.Get("X-Request-Id")] = outcome{target, response.StatusCode, sent}
				mu.Unlock()
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	clients.Wait()
	if len(want) != 8*60 {
		t.Errorf("%d ids for %d requests", len(want), 8*60)
	}
	got := map[string]outcome{}
	for start := time.Now(); len(got) < len(want) && time.Since(start) < deadline; time.Sleep(time.Millisecond) {
		clear(got)
		for line := range strings.Lines(lines.String()) {
			var l struct {
				Path, Request string
				Status        int
				Bytes         int64
			}
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatal(err, line)
			}
			got[l.Request] = outcome{l.Path, l.Status, l.Bytes}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-answered +logged)\n%s", diff)
	}
}

// safeBuffer is a bytes.Buffer for many.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}
func (s *safeBuffer) String() string { s.mu.Lock(); defer s.mu.Unlock(); return s.b.String() }

// Values that answers share are never changed in place by what is added to one.
func TestPreparedValuesAreNotShared(t *testing.T) {
	s := newSite(t)
	handler := New(Options{Bundles: s.publisher, Log: quiet()})
	first := get(handler, "/articles/guide").Header()
	for name := range first {
		first.Add(name, "more")
	}
	second := get(handler, "/articles/guide").Header()
	for name, values := range second {
		if len(values) != 1 || values[0] == "more" {
			t.Errorf("%s: %q", name, values)
		}
	}
}

func BenchmarkServe(b *testing.B) {
	s := newSite(b)
	for _, lines := range []io.Writer{io.Discard, nil} {
		b.Run(fmt.Sprintf("log=%v", lines != nil), func(b *testing.B) {
			answer := cached(New(Options{Bundles: s.publisher, Log: slog.New(slog.DiscardHandler), Lines: lines, Observe: silent{}}))
			b.ReportAllocs()
			for b.Loop() {
				answer()
			}
		})
	}
}

// BenchmarkConnection asks for a page over a loopback connection, again and again: over
// a wire, over a plain connection, and of a handler that does no more than one Write
// of the same bytes.
func BenchmarkConnection(b *testing.B) {
	s := newSite(b)
	handler := New(Options{Bundles: s.publisher, Log: quiet(), Lines: io.Discard, Observe: silent{}})
	plain := httptest.NewServer(handler)
	defer plain.Close()
	body, err := s.bundle.Find("/articles/guide", "", "").Body(render.Brotli)
	if err != nil {
		b.Fatal(err)
	}
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	}))
	defer bare.Close()
	for _, c := range [][2]string{{"wire", overWire(b, handler, nil)}, {"plain", plain.Listener.Addr().String()}, {"bare", bare.Listener.Addr().String()}} {
		b.Run(c[0], func(b *testing.B) {
			conn, err := net.Dial("tcp", c[1])
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close()
			in := bufio.NewReaderSize(conn, 64<<10)
			request := []byte("GET /articles/guide HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br\r\n\r\n")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := conn.Write(request); err != nil {
					b.Fatal(err)
				}
				length := 0
				for {
					line, err := in.ReadSlice('\n')
					if err != nil {
						b.Fatal(err)
					}
					if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
						length, _ = strconv.Atoi(string(bytes.TrimSpace(value)))
					}
					if len(line) == 2 {
						break
					}
				}
				if n, err := in.Discard(length); err != nil || n == 0 {
					b.Fatal(n, err)
				}
			}
		})
	}
}

func BenchmarkNegotiate(b *testing.B) {
	for _, accept := range []string{"gzip, deflate, br, zstd", "gzip;q=0.5, br;q=0.9"} {
		b.Run(accept, func(b *testing.B) {
			r := &http.Request{Header: http.Header{"Accept-Encoding": {accept}}}
			resource := &render.Resource{Compress: true}
			b.ReportAllocs()
			for b.Loop() {
				acceptable(r, resource)
			}
		})
	}
}

func BenchmarkLog(b *testing.B) {
	e := &exchange{request: []string{"ABCDEFGHIJKLMNOP"}, start: time.Now(), status: 200, bytes: 6516}
	r := browserRequest("/articles/guide")
	for name, s := range map[string]*server{
		"lines": {Options: Options{Lines: io.Discard}},
		"slog":  {Options: Options{Log: slog.New(slog.NewJSONHandler(io.Discard, nil))}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.log(e, r, 123*time.Microsecond)
			}
		})
	}
}
