package browser

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/server"
	"byline/internal/source"
)

// suite is what the tests share: one browser, and the shipped site.
type suite struct {
	browser context.Context
	site    *served
}

// TestInBrowser runs every promise in its own tabs of one browser.
func TestInBrowser(t *testing.T) {
	s := suite{browser: chromium(t), site: serve(t, shipped, false)}
	for _, test := range []struct {
		name string
		run  func(*testing.T, suite)
	}{
		{"accessible", accessible},
		{"dev mode", devMode},
		{"embed on click", embedOnClick},
		{"every page", everyPage},
		{"keyboard", keyboard},
		{"measure", measure},
		{"no sideways scroll", noSidewaysScroll},
		{"status page", statusPage},
		{"steady", steady},
		{"theme", theme},
		{"without script", withoutScript},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, s)
		})
	}
}

// chromium starts Debian's Chromium with an empty profile. It can reach
// nothing but loopback.
func chromium(t *testing.T) context.Context {
	t.Helper()
	if os.Getenv("BYLINE_BROWSER") != "1" {
		t.Skip("the browser tests run where BYLINE_BROWSER=1 is set and Chromium is installed")
	}
	program, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal("CI needs Chromium for the browser tests: apt-get install chromium")
	} else if err != nil {
		t.Skip("the browser tests need Chromium: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	)
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, _ = chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Logf("end Chromium: %v", err)
		}
	})
	return ctx
}

// served is a content folder on a server of its own.
type served struct {
	origin    string
	publisher *publish.Publisher
}

// shipped is the content of the repository. It is served with a preview of what
// could become of it.
const shipped = "../../articles"

// serve publishes a folder and serves it on loopback until the test ends. Under
// dev it also follows the changes of the folder.
func serve(t *testing.T, dir string, dev bool) *served {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	s := &served{origin: "http://" + web.Listener.Addr().String()}
	quiet := slog.New(slog.DiscardHandler)
	var err error
	s.publisher, err = publish.New(publish.Options{Source: source.NewDirectory(dir), Origin: s.origin, Dev: dev, Program: "test", Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.publisher.Publish(t.Context()); err != nil {
		t.Fatalf("publish %s: %v\n%v", dir, err, s.publisher.Status().Findings)
	}
	draining := make(chan struct{})
	bundles := server.Bundles(s.publisher)
	if dir == shipped {
		bundles = previewed{s.publisher, previewOf(t, dir, s.publisher)}
	}
	web.Config.Handler = server.New(server.Options{Bundles: bundles, Log: quiet, Dev: dev, Draining: draining})
	web.Start()
	watched := make(chan error, 1)
	if dev {
		go func() { watched <- s.publisher.Run(t.Context()) }()
	} else {
		close(watched)
	}
	t.Cleanup(func() { // t.Context has ended, and with it Run
		close(draining)
		web.Close()
		if err := <-watched; err != nil {
			t.Error(err)
		}
	})
	return s
}

// page is one page of the shipped site.
type page struct {
	kind, path string
	status     int64
}

// kinds are the pages that stand for all: one of each kind, and the articles
// that are hardest on a layout.
func kinds() []page {
	return append([]page{
		{"article", "/articles/python-backend", 200},
		{"code", "/articles/first-flask-api", 200},
		{"tables", "/articles/performance-budget", 200},
		{"list", "/articles", 200},
		{"page 2", "/articles/page/2", 200},
		{"author", "/articles/authors/tomas-oliveira", 200},
		{"category", "/articles/categories/careers", 200},
		{"tag", "/articles/tags/python", 200},
		{"search", "/articles/search?q=python", 200},
		{"search-none", "/articles/search?q=zzz", 200},
		{"404", "/articles/pyhton-backend", 404},
	}, previews()...)
}

// pages are all HTML pages of the site, and its 404.
func (s *served) pages() []page {
	pages := append(previews(), page{"404", "/articles/pyhton-backend", 404})
	bundle := s.publisher.Live()
	for _, path := range bundle.Paths() {
		if r := bundle.Find(path, "", ""); r.Status == 200 && isPage(r) {
			pages = append(pages, page{"page", path, 200})
		}
	}
	return pages
}

func isPage(r *render.Resource) bool { return strings.HasPrefix(r.Type, "text/html") }
