// Package admin is the private listener: what operators see of publishing, and
// how they steer it.
//
//	publish ── Observe ──► Recorder ──► /status, /status.json, /metrics
//	server ─── requests ──►   │
//	notify ─── deliveries ─►  │
//	purge ──── Caches ─────►  │
//	POST /publish, /rollback ─► publish
//
// It has no password. It belongs on a loopback address or into a private
// network, where whoever reaches it may do what it offers; programs on this
// machine and whoever is let in by the network can. What cannot be let in is a
// web page that an operator has open beside it: see guard.go.
//
// A Recorder keeps what passes by: the newest outcomes and deliveries, and the
// counters behind /metrics. What is true now it reads from the last Status when
// it is asked, so that nothing can go stale. /debug/pprof is Go's own.
package admin

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"byline/internal/publish"
	"byline/static"
)

// Publisher is what is shown and steered.
type Publisher interface {
	Status() publish.Status
	PublishNow(ctx context.Context) (publish.Status, error)
	Rollback(ctx context.Context, revision string) (publish.Status, error)
}

// Options are what the listener is made with.
type Options struct {
	Publisher Publisher
	Recorder  *Recorder
	Log       *slog.Logger
	Site      func() string // the public address of the site; "" when not known
}

// New returns the handler of the private listener. It is safe for concurrent
// use.
func New(options Options) (http.Handler, error) {
	assets, err := static.Load()
	if err != nil {
		return nil, err
	}
	a := &admin{options, assets}
	r := chi.NewRouter()
	r.Use(headers)
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/status", http.StatusFound) })
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, "ok") })
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		r.MethodFunc(method, "/status", a.status)
		r.MethodFunc(method, "/status.json", a.statusJSON)
	}
	r.Method(http.MethodGet, "/metrics", options.Recorder.metrics.handler())
	r.Get("/static/*", a.asset)
	r.Group(func(r chi.Router) {
		r.Use(sameOrigin, limitBody)
		r.Post("/publish", a.publish)
		r.Post("/rollback", a.rollback)
	})
	profiles(r)
	r.NotFound(func(w http.ResponseWriter, _ *http.Request) {
		text(w, http.StatusNotFound, "There is nothing here. See /status, /status.json, /metrics, /healthz and /debug/pprof/.")
	})
	return r, nil
}

type admin struct {
	Options
	assets *static.Assets
}

// profiles are those of net/http/pprof but the command line, which can hold a
// password.
func profiles(r chi.Router) {
	r.Get("/debug/pprof/profile", pprof.Profile)
	r.Get("/debug/pprof/symbol", pprof.Symbol)
	r.Post("/debug/pprof/symbol", pprof.Symbol)
	r.Get("/debug/pprof/trace", pprof.Trace)
	r.Get("/debug/pprof/*", pprof.Index)
}

// headers sets what every response carries. Nothing is kept but assets.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		// Not no-referrer: a form's Origin would be null, and no page could be told
		// from our own.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// asset serves the style sheets and the typeface.
func (a *admin) asset(w http.ResponseWriter, r *http.Request) {
	for _, asset := range a.assets.All() {
		if asset.URL == r.URL.Path {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			w.Header().Set("Content-Type", asset.Type)
			_, _ = w.Write(asset.Content)
			return
		}
	}
	text(w, http.StatusNotFound, "There is no such asset.")
}

// status is the page for people; programs that ask for JSON have that.
func (a *admin) status(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept")
	if wantsJSON(r) {
		a.statusJSON(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := a.page(time.Now()).Render(r.Context(), w); err != nil {
		a.Log.Error("cannot show the status", "error", err)
	}
}

func (a *admin) statusJSON(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, a.report(time.Now()))
}

// wantsJSON reports whether a program asks: one that names JSON and no HTML.
func wantsJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}
