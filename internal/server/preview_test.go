package server

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/picture"
	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/testkit/webtest"
	"byline/static"
)

const (
	goodToken = "GOOD-TOKEN"
	badToken  = "BROKEN-TOKEN"
	prefix    = previews + goodToken
)

// shown is a Bundles with one preview that is good and one that cannot be made.
type shown struct {
	*publish.Publisher
	bundle *render.Bundle
}

func (s shown) Preview(_ context.Context, token string) (*render.Bundle, error) {
	switch token {
	case goodToken:
		return s.bundle, nil
	case badToken:
		return nil, errors.New("fetch what " + badToken + " shows: no connection")
	}
	return nil, nil
}

// newPreview is the small site with a preview of it, drafts and all.
func newPreview(t testing.TB, change ...func(*Options)) (*site, *render.Bundle) {
	t.Helper()
	s := newSite(t)
	all, err := publish.New(publish.Options{Source: source.NewDirectory(s.dir), Program: "test", Log: quiet(), Dev: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := all.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	preview := s.again(t, all.Live(), render.Options{
		Prefix: prefix, Preview: &render.Preview{Name: "feature/größe", Commit: "4b9c109", Live: s.bundle.Site()},
	})
	options := Options{Bundles: shown{s.publisher, preview}, Log: quiet()}
	for _, c := range change {
		c(&options)
	}
	listener := httptest.NewServer(New(options))
	t.Cleanup(listener.Close)
	s.addr = listener.Listener.Addr().String()
	return s, preview
}

// again is the bundle of a site, made with other options.
func (s *site) again(t testing.TB, of *render.Bundle, options render.Options) *render.Bundle {
	t.Helper()
	var err error
	if options.Assets, err = static.Load(); err != nil {
		t.Fatal(err)
	}
	options.Program = "test"
	options.Size = func(string) (picture.Size, bool) { return picture.Size{}, false }
	options.Open = func(file string) ([]byte, error) { return os.ReadFile(filepath.Join(s.dir, file)) }
	bundle, err := render.New(of.Site(), options)
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}

// TestPreviewScripts runs testdata/preview/*.txt.
func TestPreviewScripts(t *testing.T) {
	s, _ := newPreview(t)
	n := webtest.Run(t, s.addr, "testdata/preview/*.txt", map[string]string{"prefix": prefix, "png": s.png})
	t.Logf("%d requests", n)
}

// A token that is not good is answered as any address at which there is nothing,
// to the last byte, but that it is written nowhere in the answer: every other
// path is one of the keys by which caches can be told to drop it.
func TestWrongTokensTellNothing(t *testing.T) {
	s, _ := newPreview(t)
	for _, rest := range []string{"", "/", "/articles", "/articles/guide", "/articles/guid", "/articles/over", "/-/changes", "/ads.txt", "/articles/Guide/", "/caf%C3%A9"} {
		for _, method := range []string{"GET", "HEAD", "POST", "DELETE"} {
			wrong, err := webtest.Do(s.addr, method, previews+"WRONG-TOKEN"+rest)
			if err != nil {
				t.Fatal(err)
			}
			nobody, err := webtest.Do(s.addr, method, "/x/nobodys/WRONG-TOKEN"+rest)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range []*webtest.Response{wrong, nobody} {
				r.Header.Del("Date")
				r.Header.Del("X-Request-Id")
				for _, name := range []string{"Surrogate-Key", "Cache-Tag"} {
					if keys := r.Header.Get(name); keys != "" {
						r.Header.Set(name, strings.TrimRight(strings.SplitN(keys, "/x/nobodys/", 2)[0], ", "))
					}
				}
			}
			if diff := cmp.Diff(nobody, wrong); diff != "" {
				t.Errorf("%s %s with a wrong token (- any address):\n%s", method, rest, diff)
			}
			if wrong.Status != 404 && wrong.Status != 405 {
				t.Errorf("%s %s with a wrong token: %d", method, rest, wrong.Status)
			}
		}
	}
}

var address = regexp.MustCompile(`(?:href|src|action|srcset|data-embed)="(/[^"/][^"]*|/)"`)

// Whoever follows the links of a preview stays in it, and everything is there
// that is there on the same site without a prefix.
func TestPreviewIsWhole(t *testing.T) {
	s, bundle := newPreview(t)
	plain := s.again(t, bundle, render.Options{})
	seen, queue := map[string]bool{}, []string{prefix, prefix + "/", prefix + "/-/changes"}
	pages := 0
	for len(queue) > 0 {
		target := queue[0]
		queue = queue[1:]
		if seen[target] {
			continue
		}
		seen[target] = true
		r, err := webtest.Do(s.addr, "GET", target)
		if err != nil {
			t.Fatal(err)
		}
		switch location := r.Header.Get("Location"); {
		case location != "" && !strings.HasPrefix(location, prefix+"/"):
			t.Errorf("%s leads to %s", target, location)
		case location != "":
			queue = append(queue, location)
		case r.Status != 200 && (r.Status != 404 || plain.Find(strings.TrimPrefix(target, prefix), "", "").Status != 404):
			t.Errorf("%s: %d", target, r.Status)
		}
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			continue
		}
		pages++
		for _, m := range address.FindAllStringSubmatch(string(r.Body), -1) {
			link, _, _ := strings.Cut(m[1], "#")
			if !strings.HasPrefix(link, prefix+"/") && !strings.HasPrefix(link, "/static/") {
				t.Errorf("%s links to %s", target, link)
			}
			queue = append(queue, link)
		}
	}
	if pages < 20 || !seen[prefix+"/articles/draft"] || !seen[prefix+s.png] {
		t.Errorf("saw %d pages: %v", pages, seen)
	}
	t.Logf("%d addresses, %d pages", len(seen), pages)
}

// The token is in no line of the log, however the address is written and
// whatever goes wrong, and the rest of the path is.
func TestTokensAreNotLogged(t *testing.T) {
	var log bytes.Buffer
	var handler http.Handler
	newPreview(t, func(o *Options) {
		o.Log = slog.New(slog.NewJSONHandler(&log, nil))
		handler = New(*o)
	})
	for target, want := range map[string]string{
		prefix:                                   "/-/preview/…",
		prefix + "/":                             "/-/preview/…/",
		prefix + "/articles/guide?q=1":           "/-/preview/…/articles/guide",
		prefix + "/articles/caf%C3%A9":           "/-/preview/…/articles/caf%C3%A9",
		prefix + "/nowhere":                      "/-/preview/…/nowhere",
		previews + badToken + "/articles/guide":  "/-/preview/…/articles/guide",
		previews + "OTHER-TOKEN/articles/guide":  "/-/preview/…/articles/guide",
		"/-/preview/%47OOD-TOKEN/a%2Fb":          "/-/preview/…/a/b",
		"/%2D/%70review/GOOD-TOKEN/x":            "/-/preview/…/x",
		"/-/Preview/GOOD-TOKEN/x":                "/-/Preview/…/x",
		"/-//preview/./GOOD-TOKEN":               "/-//preview/./…",
		"/-%2Fpreview%2FGOOD-TOKEN":              "/-/preview/…",
		"/proxied/-/preview/GOOD-TOKEN/articles": "/proxied/-/preview/…/articles",
		"/-/preview":                             "/-/preview",
		"/articles/preview/GOOD":                 "/articles/preview/GOOD",
	} {
		log.Reset()
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", target, nil))
		if !strings.Contains(log.String(), `"path":"`+want+`"`) || strings.Contains(log.String(), "-TOKEN") {
			t.Errorf("%s: want the path %s in\n%s", target, want, log.String())
		}
	}
}

// staged is a Bundles of two bundles.
type staged struct {
	stage
	preview *render.Bundle
}

func (s staged) Preview(context.Context, string) (*render.Bundle, error) { return s.preview, nil }

// How the host is reached is for the live site to say, also while a preview
// answers; before there is a live site, a preview answers all the same.
func TestPreviewBesideTheLiveSite(t *testing.T) {
	s, preview := newPreview(t)
	secure := s.again(t, s.bundle, render.Options{HSTS: true})
	for _, c := range []struct {
		live *render.Bundle
		want string
	}{{secure, "max-age=31536000"}, {s.bundle, ""}, {nil, ""}} {
		w := get(New(Options{Log: quiet(), Bundles: staged{stage{func() *render.Bundle { return c.live }}, preview}}), prefix+"/articles/guide")
		if got := w.Header().Get("Strict-Transport-Security"); w.Code != 200 || got != c.want {
			t.Errorf("%d, Strict-Transport-Security %q, want %q", w.Code, got, c.want)
		}
	}
	handler := New(Options{Log: quiet(), Bundles: stage{empty}})
	if w := get(handler, prefix+"/articles/guide"); w.Code != 503 {
		t.Errorf("a wrong token before the first bundle: %d, want 503 as everywhere", w.Code)
	}
}
