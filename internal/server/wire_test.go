package server

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
)

// ask sends bytes over one connection, in pieces of a size, and returns all that comes
// back until the other side closes.
func ask(t testing.TB, addr, requests string, size int) []byte {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(deadline))
	go func() {
		for piece := range slices.Chunk([]byte(requests), size) {
			if _, err := conn.Write(piece); err != nil {
				return // the server has closed: what it said is what is compared
			}
		}
	}()
	all, err := io.ReadAll(conn)
	if err != nil && len(all) == 0 {
		t.Fatal(err)
	}
	return all
}

// readable takes answers apart, as they stand on the wire, to the requests with these
// methods: the status line, all lines of the header in order of their names, and the
// body. What differs between any two answers has X in its place.
func readable(t testing.TB, all []byte, methods ...string) []string {
	t.Helper()
	var said []string
	rest := bytes.NewReader(all)
	for in := bufio.NewReader(rest); ; {
		method := "GET"
		if len(methods) > 0 {
			method, methods = methods[0], methods[1:]
		}
		raw := all[len(all)-rest.Len()-in.Buffered():]
		answer, err := http.ReadResponse(in, &http.Request{Method: method})
		if err != nil {
			if len(raw) > 0 {
				said = append(said, fmt.Sprintf("%v: %q", err, raw))
			}
			return said
		}
		head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
		lines := strings.Split(head, "\r\n")
		for i, line := range lines {
			if name, value, _ := strings.Cut(line, ": "); name == "Date" || name == "X-Request-Id" {
				lines[i] = fmt.Sprintf("%s: X of %d bytes", name, len(value))
			}
		}
		slices.Sort(lines[1:])
		body, err := io.ReadAll(answer.Body)
		said = append(said, fmt.Sprintf("%s\n\n%q %v", strings.Join(lines, "\n"), body, err))
	}
}

// twice is the small site behind two listeners: one of wires, as Serve has them, and
// one of plain connections, where net/http alone says how an answer is written.
func twice(t testing.TB) (s *site, plain string) {
	t.Helper()
	s = newSite(t)
	listener := httptest.NewServer(New(Options{Bundles: s.publisher, Log: quiet()}))
	t.Cleanup(listener.Close)
	return s, listener.Listener.Addr().String()
}

// Every kind of URL, asked in every encoding and in every way, in both versions of HTTP
// that clients speak here, has the same answer to the byte over a wire and over a plain
// connection, but for the order of the header.
func TestWireSaysTheSame(t *testing.T) {
	s, plain := twice(t)
	asked := 0
	for _, k := range kinds(s) {
		for _, coding := range []string{"", "gzip", "br", "gzip;q=0.1, br;q=0.5"} {
			m := &matrix{T: t, site: s, kind: k, asked: coding}
			m.reference()
			for _, c := range conditions() {
				request := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept-Encoding: %s\r\n", c.method, k.target, coding)
				if c.header != nil {
					for _, h := range c.header(m.base) {
						request += h[0] + ": " + h[1] + "\r\n"
					}
				}
				for _, request := range []string{request, strings.Replace(request, "HTTP/1.1", "HTTP/1.0", 1), request + "Range: bytes=1-3\r\n"} {
					want := readable(t, ask(t, plain, request+"\r\n", 1<<20), c.method)
					got := readable(t, ask(t, s.addr, request+"\r\n", 1<<20), c.method)
					if diff := cmp.Diff(want, got); diff != "" || len(got) != 1 {
						t.Errorf("%s(-plain +wire)\n%s", request, diff)
					}
					asked++
				}
			}
		}
	}
	t.Logf("%d requests", asked)
}

// sequence is requests as a fuzzer makes them: each byte is one.
func sequence(s *site, choices []byte) (requests string, methods []string) {
	targets := kinds(s)
	for i, c := range choices[:min(len(choices), 12)] {
		method := []string{"GET", "GET", "HEAD", "POST"}[c>>6]
		version, fields := "HTTP/1.1", "Host: a\r\n"
		switch (int(c) + i) % 7 {
		case 0:
			fields += "Accept-Encoding: br\r\n"
		case 1:
			fields += "Accept-Encoding: gzip, deflate\r\nIf-None-Match: *\r\n"
		case 2:
			version, fields = "HTTP/1.0", fields+"Connection: keep-alive\r\n"
		case 3:
			fields += "Content-Length: 5\r\nAccept-Encoding: br\r\n\r\nhello"
		case 4:
			fields += "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"
		case 5:
			fields += "Accept-Encoding: br\r\nRange: bytes=2-\r\n"
		}
		if !strings.Contains(fields, "\r\n\r\n") {
			fields += "\r\n"
		}
		requests += method + " " + targets[int(c&63)%len(targets)].target + " " + version + "\r\n" + fields
		methods = append(methods, method)
	}
	return requests + "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", methods
}

// However requests follow each other on a connection, and in whatever pieces they come,
// many of them in one: the answers are those of a plain connection.
func FuzzWireSaysTheSame(f *testing.F) {
	s, plain := twice(f)
	for size := range uint16(60) {
		seed := make([]byte, 12)
		for i := range seed {
			seed[i] = byte(int(size)*53 + i*i*29 + i*7)
		}
		f.Add(seed, 1+size*size)
	}
	f.Fuzz(func(t *testing.T, choices []byte, size uint16) {
		requests, methods := sequence(s, choices)
		want := readable(t, ask(t, plain, requests, max(1, int(size))), methods...)
		got := readable(t, ask(t, s.addr, requests, max(1, int(size))), methods...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n(-plain +wire)\n%s", requests, diff)
		}
	})
}

// A client that reads slowly gets all of an answer that is larger than what the
// system keeps for it.
func TestWireToASlowReader(t *testing.T) {
	body := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
	addr := overWire(t, announcing("X-Own: 1\r\n", body, body, true), nil)
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(deadline))
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	time.Sleep(50 * time.Millisecond) // the server has to wait
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(answer.Body)
	if err != nil || !bytes.Equal(got, body) || answer.Header.Get("X-Own") != "1" {
		t.Errorf("%d bytes of %d, %v", len(got), len(body), err)
	}
}

// announcing is a handler that announces a body and writes another one, or the same, once
// the head is sent or with it.
func announcing(fields string, announced, written []byte, flush bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wireOf(r).announce(nil, []byte(fields), announced)
		w.Header().Set("Content-Length", fmt.Sprint(len(written)))
		w.Header().Set("Content-Type", "text/plain")
		if flush {
			w.(http.Flusher).Flush()
		}
		_, _ = w.Write(written)
	})
}

// A handler that does other than it has announced never makes an answer that looks
// whole and is not what it wrote, or is followed by another: it is sent as it was
// written, or the connection ends with it.
func TestWireDoesNotBelieve(t *testing.T) {
	page := strings.Repeat("page ", 2000)
	for _, c := range []struct {
		name, announced, written string
		flush, cut               bool
	}{
		{"a shorter body", page, page[:5000], true, false},
		{"a longer body", page[:5000], page, true, false},
		{"a body where none was announced", "", page, true, false},
		{"another body of the same length", page, strings.ToUpper(page), true, true},
		{"another one behind the first 4 KB", page, page[:6000] + strings.ToUpper(page[6000:]), true, true},
		{"a shorter body with the head", page, page[:5000], false, false},
		{"a longer body with the head", page[:5000], page, false, false},
		{"another body of the same length with the head", page, strings.ToUpper(page), false, false},
		{"another one behind the first 4 KB, that come with the head", page, page[:6000] + strings.ToUpper(page[6000:]), false, true},
		{"a small body", "page", "page", false, false},
		{"another small body", "page", "PAGE", false, false},
	} {
		addr := overWire(t, announcing("X-Own: 1\r\n", []byte(c.announced), []byte(c.written), c.flush), nil)
		all := ask(t, addr, "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 1<<20)
		answer, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(all)), nil)
		if err != nil || answer.Header.Get("X-Own") != "1" {
			t.Errorf("%s: %v, %v", c.name, answer, err)
			continue
		}
		body, err := io.ReadAll(answer.Body)
		switch answers := bytes.Count(all, []byte("HTTP/1.1 200 OK")); {
		case c.cut && answers != 1:
			t.Errorf("%s: a connection on which other than what was written was sent is used again", c.name)
		case !c.cut && (err != nil || string(body) != c.written || answers != 2):
			t.Errorf("%s: %d bytes, %v, want what was written, twice", c.name, len(body), err)
		}
	}
}

// What is announced is taken up by the head of the final answer only.
func TestWireWaitsForTheFinalAnswer(t *testing.T) {
	large := strings.Repeat("v", 6000)
	for name, c := range map[string]struct {
		handle func(http.ResponseWriter, *wire)
		want   []string // that the answer has, each once
	}{
		"behind an interim answer": {func(w http.ResponseWriter, over *wire) {
			w.WriteHeader(http.StatusEarlyHints)
			w.Header().Set("Content-Length", "4")
			w.WriteHeader(200)
			_, _ = io.WriteString(w, "body")
		}, []string{"HTTP/1.1 103 Early Hints\r\n", "HTTP/1.1 200 OK\r\nX-Own: 1\r\n", "\r\n\r\nbody"}},
		"in a head that comes in pieces": {func(w http.ResponseWriter, over *wire) {
			w.Header().Set("X-Large", large)
			w.Header().Set("Content-Length", "4")
			_, _ = io.WriteString(w, "body")
		}, []string{"HTTP/1.1 200 OK\r\nX-Own: 1\r\n", "X-Large: " + large + "\r\n", "\r\n\r\nbody"}},
		"in an answer in chunks": {func(w http.ResponseWriter, over *wire) {
			_, _ = io.WriteString(w, "body")
			w.(http.Flusher).Flush()
		}, []string{"HTTP/1.1 200 OK\r\nX-Own: 1\r\n", "\r\n4\r\nbody\r\n0\r\n\r\n"}},
		"without a body": {func(w http.ResponseWriter, over *wire) {
			w.WriteHeader(http.StatusNotModified)
		}, []string{"HTTP/1.1 304 Not Modified\r\nX-Own: 1\r\n"}},
		"not once it is taken back": {func(w http.ResponseWriter, over *wire) {
			over.forget()
			w.Header().Set("X-Own", "2")
			w.WriteHeader(http.StatusNotFound)
		}, []string{"HTTP/1.1 404 Not Found\r\nX-Own: 2\r\n"}},
	} {
		addr := overWire(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			over := wireOf(r)
			over.announce([]byte("X-Own: 1\r\n"), nil, []byte("body"))
			c.handle(w, over)
		}), nil)
		all := string(ask(t, addr, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 1<<20))
		for _, part := range append(c.want, "X-Own: ") {
			if strings.Count(all, part) != 1 {
				t.Errorf("%s: %q is %d times in\n%.300q", name, part, strings.Count(all, part), all)
			}
		}
	}
}

// What was announced for a request that panics is not in the answer to it, nor to the
// next one on the connection.
func TestWireForgets(t *testing.T) {
	s := newSite(t)
	handler := New(Options{Bundles: s.publisher, Log: quiet()}).(*server)
	handler.inner = func(e *exchange, r *http.Request) {
		switch e.wire.announce(nil, []byte("X-Own: 1\r\n"), []byte("page")); r.URL.Path {
		case "/panic":
			e.announced = true
			panic("before the answer")
		case "/abort":
			panic(http.ErrAbortHandler)
		}
		e.takeBack()
		e.WriteHeader(http.StatusNoContent)
	}
	addr := overWire(t, handler, nil)
	all := ask(t, addr, "GET /panic HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nGET /abort HTTP/1.1\r\nHost: a\r\n\r\n", 1<<20)
	said := readable(t, all)
	if len(said) != 2 || !strings.HasPrefix(said[0], "HTTP/1.1 500") || !strings.Contains(said[0], "X-Request-Id: X") || !strings.HasPrefix(said[1], "HTTP/1.1 204") || bytes.Contains(all, []byte("X-Own")) {
		t.Errorf("%d answers:\n%s", len(said), all)
	}
}

// A router behind Serve starts every request afresh, whoever's it is.
func TestWireRoutesAfresh(t *testing.T) {
	router := chi.NewRouter()
	tell := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Method+chi.URLParam(r, "a")+chi.URLParam(r, "b")+chi.RouteContext(r.Context()).RoutePattern())
	}
	router.Get("/a/{a}", tell)
	router.Post("/b/{b}", tell)
	all := ask(t, overWire(t, router, nil), "GET /a/1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /b/2 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nGET /b/3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 1<<20)
	said := readable(t, all, "GET", "POST", "GET")
	if len(said) != 3 || !strings.Contains(said[0], `"GET1/a/{a}"`) || !strings.Contains(said[1], `"POST2/b/{b}"`) || !strings.HasPrefix(said[2], "HTTP/1.1 405") {
		t.Errorf("%q", said)
	}
}

// pipeEnd is the connection under a wire, which notes what is written to it.
type pipeEnd struct {
	hole
	writes [][]byte
	fail   error
}

func (p *pipeEnd) Write(b []byte) (int, error) {
	p.writes = append(p.writes, bytes.Clone(b))
	if p.fail != nil && len(p.writes) == 3 {
		return len(b) / 2, p.fail
	}
	return len(b), nil
}

// Once sending has failed nothing more is sent: what follows would be taken for the
// rest of the answer.
func TestWireStaysBroken(t *testing.T) {
	end := &pipeEnd{fail: errors.New("gone")}
	over := newWire(end)
	over.announce([]byte("A: 1\r\n"), []byte("B: 2\r\n"), []byte("body"))
	for range 3 {
		if _, err := over.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody")); !errors.Is(err, end.fail) {
			t.Errorf("%v, want %v", err, end.fail)
		}
	}
	if len(end.writes) != 3 {
		t.Errorf("%q", end.writes)
	}
}

// counted is a listener that counts the writes that are not an answer as a whole: those
// go around Write, to writev.
type counted struct {
	net.Listener
	writes *int
}

type countedConn struct {
	*net.TCPConn
	writes *int
}

func (c countedConn) Write(p []byte) (int, error) { *c.writes++; return c.TCPConn.Write(p) }

func (c counted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return countedConn{conn.(*net.TCPConn), c.writes}, nil
}

// An answer with a resource goes to the system at once: of net/http's own writes, of
// which there are two or more a page, none is left.
func TestWireWritesOnce(t *testing.T) {
	s := newSite(t)
	writes, answers := 0, 0
	handler := New(Options{Bundles: s.publisher, Log: quiet()})
	listener := httptest.NewUnstartedServer(nil)
	listener.Config = newHTTP(handler, new(atomic.Bool), quiet())
	listener.Listener = wires{counted{listener.Listener, &writes}}
	listener.Start()
	for _, k := range kinds(s) {
		if k.plain {
			continue
		}
		for _, method := range []string{"GET", "HEAD"} {
			said := readable(t, ask(t, listener.Listener.Addr().String(), method+" "+k.target+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept-Encoding: br\r\n\r\n", 1<<20), method)
			answers += len(said)
		}
	}
	listener.Close() // so that nobody counts any more
	if writes != 0 || answers < 50 {
		t.Errorf("%d writes beside %d answers, want none", writes, answers)
	}
}
