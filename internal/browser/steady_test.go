package browser

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// watchShifts adds up by how much what is already shown moves (the Layout Instability
// API), and lets the type face come only once the text is shown without it.
const watchShifts = `
window.moved = {sum: 0, what: [], stoodIn: false};
new PerformanceObserver(list => {
  for (const e of list.getEntries()) {
    moved.sum += e.value;
    moved.what.push(e.value.toFixed(4) + ": " + e.sources.map(s => (s.node?.nodeName || "") + "." + (s.node?.className || "")).join(", "));
  }
}).observe({type: "layout-shift", buffered: true});
new PerformanceObserver(list => {
  if (list.getEntriesByName("first-contentful-paint").length === 0) return;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    moved.stoodIn = ![...document.fonts].some(f => f.family.includes("Source Serif") && !f.family.includes("Fallback") && f.status === "loaded");
    fetch("/faces-may-come");
  }));
}).observe({type: "paint", buffered: true});`

type moved struct {
	Sum     float64
	What    []string
	StoodIn bool // the page was shown before its type face had come
}

// steady: on a phone and on a desk, nothing of a page moves while it loads, not even
// when its type face comes last of all.
func steady(t *testing.T, s suite) {
	for _, width := range []int64{360, 768, 1280} {
		for _, p := range kinds()[:4] {
			tab := s.open(t, lateFaces(t, s.site)) // whose cache is empty
			tab.before(watchShifts)
			tab.size(width, 800)
			tab.load(p)
			got := eval[moved](tab, `new Promise(done => requestAnimationFrame(() => setTimeout(() => done(moved), 100)))`)
			if !got.StoodIn {
				t.Errorf("%d px, %s: the type face came before the text was shown, so that nothing is known", width, p.path)
			}
			if got.Sum != 0 {
				t.Errorf("%d px, %s: what is shown moves by %.4f\n\t%s", width, p.path, got.Sum, strings.Join(got.What, "\n\t"))
			}
		}
	}
}

// lateFaces is the site with type faces that come only once a page has asked for it.
func lateFaces(t *testing.T, site *served) *served {
	t.Helper()
	to, err := url.Parse(site.origin)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	come := make(chan struct{})
	var once sync.Once
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/faces-may-come":
			once.Do(func() { close(come) })
			w.WriteHeader(http.StatusNoContent)
			return
		case strings.HasSuffix(r.URL.Path, ".woff2"):
			select {
			case <-come:
			case <-r.Context().Done():
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	return &served{origin: web.URL}
}
