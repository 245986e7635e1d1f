package render_test

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"byline/internal/render"
	"byline/internal/testkit"
	"byline/internal/testkit/webtest"
)

// Every path that the bundle lists is found as it is, and its encodings hold the
// same content.
func TestPathsAreFound(t *testing.T) {
	for _, at := range []string{"/articles", "/"} {
		s := newSite(t)
		replace("site.yaml", "path: /articles", "path: "+at).make(t, s)
		b := s.bundle(t)
		for _, path := range b.Paths() {
			u, err := url.ParseRequestURI((&url.URL{Path: path}).EscapedPath())
			if err != nil {
				t.Fatal(err)
			}
			r := b.Find(u.Path, u.RawPath, "")
			if r.Location != "" {
				continue
			}
			if r.Status != 200 {
				t.Errorf("%s: %d", path, r.Status)
			}
			plain := body(t, r, render.Identity)
			for _, coding := range codings(r) {
				if got, err := webtest.Decode(coding.String(), body(t, r, coding)); err != nil || !bytes.Equal(got, plain) {
					t.Errorf("%s in %q is another content (%v)", path, coding, err)
				}
			}
		}
	}
}

// No file takes the place of a page, and a file under root/ that of Byline's own
// icon; which of two files is served does not change from start to start.
func TestFilesDoNotHidePages(t *testing.T) {
	s := newSite(t)
	for _, file := range []string{"root/articles/guide", "root/articles", "root/favicon.ico"} {
		if file != "root/articles" {
			testkit.Write(t, s.dir, file, "a file")
		}
	}
	testkit.Write(t, s.dir, "root/media/square.svg", "<svg/>")
	var first string
	for range 8 {
		b := s.bundle(t)
		if r := b.Find("/articles/guide", "", ""); !bytes.Contains(body(t, r, render.Identity), []byte("<h1>")) {
			t.Fatal("a file hides the article")
		}
		if got := string(body(t, b.Find("/favicon.ico", "", ""), render.Identity)); got != "a file" {
			t.Fatalf("/favicon.ico is not the one under root/: %.20q", got)
		}
		now := string(body(t, b.Find("/media/square.svg", "", ""), render.Identity))
		if first == "" {
			first = now
		}
		if now != first || !strings.Contains(now, "teal") {
			t.Fatalf("/media/square.svg is %q, was %q", now, first)
		}
	}
}

// Strict-Transport-Security is for the whole host: only a site at its root may
// say so by itself.
func TestTransportSecurity(t *testing.T) {
	for _, c := range []struct {
		path, origin string
		hsts, want   bool
	}{
		{"/articles", "https://example.org", false, false},
		{"/articles", "https://example.org", true, true},
		{"/", "https://example.org", false, true},
		{"/", "http://localhost:8080", false, false},
	} {
		s := newSite(t)
		replace("site.yaml", "path: /articles", "path: "+c.path).make(t, s)
		s.options.Origin, s.options.HSTS = c.origin, c.hsts
		if got := s.bundle(t).Header()["Strict-Transport-Security"] != ""; got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// What is at a path is one thing, whoever asks first.
func TestFoundOnce(t *testing.T) {
	b := newSite(t).bundle(t)
	paths := b.Paths()
	found := make([][]*render.Resource, 4)
	var readers sync.WaitGroup
	for n := range found {
		readers.Go(func() {
			for _, path := range paths {
				found[n] = append(found[n], b.Find(path, "", ""))
			}
		})
	}
	readers.Wait()
	for i, path := range paths {
		for n := range found {
			if found[n][i] != found[0][i] {
				t.Errorf("%s is made twice", path)
			}
		}
	}
}

// table is redirects that lead on to others, in circles and away.
const table = `
redirects:
  - {from: /wp/*, to: /*}
  - {from: /wp/b/*, to: /wp/c/*}
  - {from: /wp/c/*, to: /wp/b/*, status: 302}
  - {from: /away/*, to: "https://elsewhere.example/*"}
  - {from: "/?p=1", to: "guide.md?x=1#y"}
  - {from: /wp/gone, status: 410}
`

// FuzzFind: whatever is asked, there is a sane answer, and a redirect leads in
// one step to something on this site, or to where the table says. Once below a
// path, once at the root.
func FuzzFind(f *testing.F) {
	var bundles []*render.Bundle
	known := map[*render.Bundle][]string{}
	for _, at := range []string{"/articles", "/"} {
		s := newSite(f)
		testkit.Write(f, s.dir, "site.yaml", strings.Replace(s.read(f, "site.yaml"), "path: /articles", "path: "+at, 1)+table)
		testkit.Write(f, s.dir, "root/Case(1).txt", "x")
		b := s.bundle(f)
		bundles, known[b] = append(bundles, b), b.Paths()
	}
	for _, seed := range []string{
		"", "/", "//", "/articles", "/GUIDE/", "/articles/page/1", "/page/1", "/Page/1/index.html", "/index.html", "//evil.example/guide", "/\\evil.example", "/old/guide/", "/OLD/guide",
		"/articles/\u212aelvin", "/guide\x00", "/articles/../guide", "/case(1).txt", "/Case(1).txt/", "/tags/c/page/1", "/articles/tags/c/", "*", "guide", "/over", "/articles/over/page/1",
		"/wp/articles/guide", "/wp/guide", "/wp/b/x", "/WP/Gone/", "/away//evil.example", "/away/\\evil", "/away/a:b@c", "/away/\r\nx", "/wp/over", "/wp/wp/wp/guide",
	} {
		f.Add(seed, seed, "q=1")
		f.Add(seed, "", "p=1&\r\nx#/")
	}
	f.Fuzz(func(t *testing.T, path, raw, query string) {
		for _, b := range bundles {
			r := b.Find(path, raw, query)
			switch r.Status {
			case 200, 404, 410:
				if r.Location != "" {
					t.Errorf("%q: %d with Location %q", path, r.Status, r.Location)
				}
				if r.Status == 200 && query == "" && !slices.Contains(known[b], path) {
					t.Errorf("%q is found and not known", path)
				}
			case 301, 302, 308:
				leads(t, b, path, r.Location)
			default:
				t.Errorf("%q: status %d", path, r.Status)
			}
		}
	})
}

func leads(t *testing.T, b *render.Bundle, path, location string) {
	t.Helper()
	elsewhere := strings.HasPrefix(location, "https://elsewhere.example/")
	if !elsewhere && (!strings.HasPrefix(location, "/") || strings.HasPrefix(location, "//")) {
		t.Errorf("%q: Location %q", path, location)
	}
	for _, c := range []byte(location) {
		if c <= ' ' || c >= 0x7f || c == '\\' && !strings.Contains(location[:strings.IndexByte(location, c)], "?") {
			t.Errorf("%q: Location %q holds byte %#x", path, location, c)
		}
	}
	if elsewhere {
		return
	}
	address, _, _ := strings.Cut(location, "?")
	address, _, _ = strings.Cut(address, "#")
	u, err := url.ParseRequestURI(address)
	if err != nil || u.Host != "" {
		t.Fatalf("%q: Location %q: %v", path, location, err)
	}
	there := b.Find(u.Path, u.RawPath, "")
	if there.Status != 200 && !(there.Status == 302 && u.Path == "/") {
		t.Errorf("%q leads to %q, which answers %d", path, location, there.Status)
	}
}
