package server

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/render"
)

// seen is a request as an Observer is told of it.
type seen struct {
	Kind   string
	Status int
	Bytes  int
}

// notebook is an Observer that writes down what it is told.
type notebook struct {
	mu    sync.Mutex
	began int
	ended []seen
}

var _ Observer = (*notebook)(nil)

func (n *notebook) Began() { n.mu.Lock(); n.began++; n.mu.Unlock() }

func (n *notebook) Ended(kind string, status, bytes int, _ time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ended = append(n.ended, seen{kind, status, bytes})
}

// Every request is told of once, with the status, the bytes that were sent and
// its kind.
func TestObserve(t *testing.T) {
	s := newSite(t)
	var book notebook
	handler := New(Options{Bundles: s.publisher, Log: quiet(), Observe: &book})
	var want []seen
	for _, c := range []struct {
		kind, method, target string
		status               int
	}{
		{"page", "GET", "/articles/guide", 200},
		{"page", "HEAD", "/articles/guide", 200},
		{"page", "GET", "/articles/nowhere", 404},
		{"page", "GET", "/articles/over", 410},
		{"page", "DELETE", "/articles/guide", 405},
		{"page", "GET", "/articles/Guide", 308},
		{"page", "GET", "/", 302},
		{"asset", "GET", s.css, 200},
		{"media", "GET", s.png, 200},
		{"media", "GET", "/media/square.svg", 200},
		{"file", "GET", "/ads.txt", 200},
		{"health", "GET", "/healthz", 200},
		{"health", "GET", "/readyz", 200},
		{"service", "POST", "/-/publish", 404},
		{"search", "GET", "/articles/search", 200},
		{"search", "GET", "/articles/search.json", 404},
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(c.method, c.target, nil))
		if w.Code != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.target, w.Code, c.status)
		}
		want = append(want, seen{c.kind, c.status, w.Body.Len()})
	}
	if diff := cmp.Diff(want, book.ended); diff != "" || book.began != len(want) {
		t.Errorf("%d began, of %d; ended (-want +got)\n%s", book.began, len(want), diff)
	}
}

// A panic is told of as the answer that was made of it, and a connection that is
// cut off has ended, too.
func TestObservePanics(t *testing.T) {
	for _, c := range []struct {
		fault  any
		status int
	}{{"a fault in the program", 500}, {http.ErrAbortHandler, 200}} {
		var book notebook
		calls := 0
		handler := New(Options{Log: quiet(), Observe: &book, Bundles: stage{func() *render.Bundle {
			if calls++; calls == 1 {
				panic(c.fault)
			}
			return nil
		}}})
		func() {
			defer func() { _ = recover() }()
			get(handler, "/")
		}()
		if book.began != 1 || len(book.ended) != 1 || book.ended[0].Status != c.status {
			t.Errorf("%v: %d began, ended %v, want one with %d", c.fault, book.began, book.ended, c.status)
		}
	}
}

// Every kind that an observer is told is one of Kinds.
func FuzzKinds(f *testing.F) {
	for _, target := range []string{"/", "", "/articles", "/static/", "/media/a.png", "/-/x", "/healthz", "/search", "/a.b/c", "/..", "//search.json"} {
		f.Add(target)
	}
	f.Fuzz(func(t *testing.T, target string) {
		kind := kindOf(target)
		for _, k := range Kinds() {
			if k == kind {
				return
			}
		}
		t.Errorf("%q is of the kind %q", target, kind)
	})
}

// silent is an Observer that keeps nothing.
type silent struct{}

func (silent) Began()                                {}
func (silent) Ended(string, int, int, time.Duration) {}

// To be observed costs a request no allocation.
func TestObserveCostsNothing(t *testing.T) {
	s := newSite(t)
	allocations := func(observer Observer) float64 {
		handler := New(Options{Bundles: s.publisher, Log: quiet(), Observe: observer})
		r := httptest.NewRequest("GET", "/healthz", nil)
		return testing.AllocsPerRun(200, func() { handler.ServeHTTP(httptest.NewRecorder(), r) })
	}
	if without, with := allocations(nil), allocations(silent{}); with > without {
		t.Errorf("%v allocations a request, %v unobserved", with, without)
	}
}
