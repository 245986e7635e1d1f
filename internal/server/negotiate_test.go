package server

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"byline/internal/render"
)

// The client's qualities decide, at a tie the smaller body; a quality that
// cannot be read refuses.
func TestNegotiate(t *testing.T) {
	for accept, want := range map[string]render.Encoding{
		"":                                render.Identity,
		"br":                              render.Brotli,
		"gzip":                            render.Gzip,
		"x-gzip":                          render.Gzip,
		"gzip, br":                        render.Brotli,
		"gzip;q=1.0, br;q=0.9":            render.Gzip,
		"gzip; q=0.5 , br ; q = 0.4":      render.Gzip,
		"*":                               render.Brotli,
		"*;q=0.1":                         render.Brotli,
		"br;q=0, *;q=0.1":                 render.Gzip,
		"br;q=0":                          render.Identity,
		"*;q=0":                           render.Identity,
		"*;q=0, gzip":                     render.Gzip,
		"identity":                        render.Identity,
		"identity;q=0.5, gzip;q=0.5":      render.Gzip,
		"identity;q=1, gzip;q=0.5":        render.Identity,
		"deflate, zstd":                   render.Identity,
		"br;q=2":                          render.Identity,
		"br;q=":                           render.Identity,
		"br;level=3":                      render.Brotli,
		"gzip;q=0.001":                    render.Gzip,
		"identity;q=NaN, gzip":            render.Gzip,
		strings.Repeat("x,", 9999) + "br": render.Brotli,
	} {
		if got, _ := negotiate(accept, true); got != want {
			t.Errorf("%.60q: %q, want %q", accept, got, want)
		}
		if got, _ := negotiate(accept, false); got != render.Identity {
			t.Errorf("%.60q: %q for what comes in one form", accept, got)
		}
	}
}

// FuzzNegotiate: never a coding that the client refuses by name.
func FuzzNegotiate(f *testing.F) {
	for _, seed := range []string{"", "br, gzip;q=0.5", "*;q=0", "identity;q=0", "br;q=NaN, *;q=1e9", ";,;q==;", "gzip;q=0;q=1"} {
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, accept string, compressed bool) {
		got, ok := negotiate(accept, compressed)
		if got != render.Identity && (!ok || !compressed) {
			t.Errorf("%q (%v): %q, %v", accept, compressed, got, ok)
		}
		if name := got.String(); name != "" && !strings.Contains(strings.ToLower(accept), name) && !strings.Contains(accept, "*") {
			t.Errorf("%q: %q, which the client did not name", accept, name)
		}
	})
}

// FuzzRequest: whatever the target, the answer is sane, and a redirect leads to
// something on this site in one step.
func FuzzRequest(f *testing.F) {
	s := newSite(f)
	handler := New(Options{Bundles: s.publisher, Log: quiet()})
	for _, seed := range []string{
		"/", "/articles", "/articles/Guide/", "//evil.example/x", "/\\evil.example", "/articles/page/1", "/%2f%2fevil.example", "/articles/caf%c3%a9",
		"/articles/cafe%CC%81?q=\xff", "/old/guide/", "/LEGACY/index.html", "/articles/index.html/index.html", "/page/1", "/..%2f", "/%00", "*",
		"/articles/\u0130", "/articles/guide%5c", "/articles/./page/1/page/1", "/ads.txt/index.html", "/articles/guide;x?//evil",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, target string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		r := s.bundle.Find(u.Path, u.RawPath, u.RawQuery)
		if r == nil {
			t.Fatalf("%q: nothing", target)
		}
		switch r.Status {
		case http.StatusOK, http.StatusNotFound, http.StatusGone:
			if r.Location != "" {
				t.Errorf("%q: %d with Location %q", target, r.Status, r.Location)
			}
		case http.StatusFound, http.StatusPermanentRedirect:
			landing(t, s.bundle, target, r)
		default:
			t.Errorf("%q: status %d", target, r.Status)
		}
		serveOnce(t, handler, &http.Request{Method: "GET", URL: u, Header: http.Header{}}, r.Status)
	})
}

// landing checks that a redirect leads to a page here.
func landing(t *testing.T, bundle *render.Bundle, target string, r *render.Resource) {
	t.Helper()
	if !strings.HasPrefix(r.Location, "/") || strings.HasPrefix(r.Location, "//") || strings.ContainsAny(r.Location, "\r\n\\ \x00") {
		t.Errorf("%q: Location %q", target, r.Location)
	}
	to, err := url.Parse(r.Location)
	if err != nil || to.Host != "" {
		t.Fatalf("%q: Location %q: %v", target, r.Location, err)
	}
	if there := bundle.Find(to.Path, to.RawPath, to.RawQuery); there.Status != http.StatusOK {
		if there.Status != http.StatusFound || to.Path != "/" { // the front page leads on to P
			t.Errorf("%q leads to %q, which answers %d", target, r.Location, there.Status)
		}
	}
}

func serveOnce(t *testing.T, handler http.Handler, r *http.Request, want int) {
	t.Helper()
	switch r.URL.Path {
	case "/healthz", "/readyz":
		return
	}
	recorder := httptest.NewRecorder()
	r.RemoteAddr = "192.0.2.1:1"
	handler.ServeHTTP(recorder, r)
	if recorder.Code != want {
		t.Errorf("%q: the server says %d, the bundle %d", r.URL, recorder.Code, want)
	}
}
