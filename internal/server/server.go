// Package server is the public listener: it answers requests out of the live
// bundle, with the headers, conditions and encodings of HTTP, logs them, and
// says whether it is healthy.
//
//	request ─► exchange: id, bundle, log ─► chi ─► Bundles.Live().Find(path) ─► representation ─► wire
//
// It knows bytes and headers, never Markdown, templates or disks. What differs
// between a live site, a preview and a test is behind Bundles. chi routes every
// request; what is no path of the server's own is for the bundle to find.
//
// Nearly all answers are ready before they are asked for, header and body. Under Serve
// a connection is a wire: it is told such an answer and sends it with one call of the
// system, as part of what net/http writes (see wire), and it keeps the times to
// wait that net/http sets without a timer for each (see lazyDeadline). Nothing depends on
// that: without a wire the same fields go through the http.Header.
//
// A preview stands below /-/preview/{token}. The token is all that protects it,
// so that it is written into no log, and an answer never tells a token that is
// wrong from one whose time is over, nor either from an address that is nobody's.
package server

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"byline/internal/render"
)

// Bundles is where the server gets what it serves.
type Bundles interface {
	Live() *render.Bundle     // nil until there is one
	Changed() <-chan struct{} // closed at the next swap
	// Preview is the bundle that a token shows; nil when the token is not good.
	// It looks at the token before anything else. An error says that what the
	// token shows could not be made.
	Preview(ctx context.Context, token string) (*render.Bundle, error)
}

// Options are what a server is made with.
type Options struct {
	Bundles        Bundles
	Log            *slog.Logger
	Lines          io.Writer // of requests, in JSON, each in one Write; nil: they go to Log
	Dev            bool      // tell open browsers of every swap
	TrustedProxies []string  // networks whose X-Forwarded-For is believed, as CIDR
	Draining       <-chan struct{}
	SharedFor      func() time.Duration // that caches of many may keep a page now; nil: not without asking
	Observe        Observer             // counts requests; nil: nobody does
	Webhook        Webhook
}

// MaxBody is the largest request body in bytes; no route reads more.
const MaxBody = 1 << 20

// New returns the handler of the public listener. It is safe for concurrent
// use. The networks in TrustedProxies must be valid.
func New(options Options) http.Handler {
	s := &server{Options: options}
	for _, network := range options.TrustedProxies {
		s.trusted = append(s.trusted, netip.MustParsePrefix(network))
	}
	s.exchanges.New = func() any { return &exchange{} }
	s.inner = s.answer
	r := chi.NewRouter()
	s.router = r
	own := r.With(siteFields)
	own.Get("/healthz", s.healthz)
	own.Head("/healthz", s.healthz)
	own.Get("/readyz", s.readyz)
	own.Head("/readyz", s.readyz)
	if options.Dev {
		own.Get("/-/dev/changes", s.changes)
		r.Head("/-/dev/changes", s.content)
	}
	s.webhook(r, own)
	r.Get(previews+"*", s.preview)
	r.Head(previews+"*", s.preview)
	r.NotFound(s.unrouted) // a route for all paths would make a map of what it matched in every request
	r.MethodNotAllowed(s.methodNotAllowed)
	if len(options.TrustedProxies) > 0 {
		return middleware.ClientIPFromXFF(options.TrustedProxies...)(s)
	}
	return s
}

// webhook routes the webhook. Where there is none nothing shows that there could
// be one.
func (s *server) webhook(r, own chi.Router) {
	if s.Webhook.Secret == "" {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			r.MethodFunc(method, webhookPath, s.content)
		}
		return
	}
	own.HandleFunc(webhookPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", "POST")
		plain(w, http.StatusMethodNotAllowed, "This address answers POST only.")
	})
	own.Method(http.MethodPost, webhookPath, newHook(s.Webhook))
}

type server struct {
	Options
	trusted   []netip.Prefix
	router    http.Handler
	inner     func(*exchange, *http.Request)
	exchanges sync.Pool // of *exchange
}

// unrouted answers at a path that is not the server's own.
func (s *server) unrouted(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		s.methodNotAllowed(w, r)
		return
	}
	s.content(w, r)
}

// content answers with what the live bundle has for the path.
func (s *server) content(w http.ResponseWriter, r *http.Request) {
	bundle := bundleOf(w)
	if bundle == nil {
		siteHeader(w.Header(), nil)
		w.Header().Set("Retry-After", "5")
		plain(w, http.StatusServiceUnavailable, "The site is starting. Please try again in a moment.")
		return
	}
	s.serve(w, r, bundle, bundle.Find(r.URL.Path, r.URL.RawPath, r.URL.RawQuery))
}

// healthz says that the process is up.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) {
	plain(w, http.StatusOK, "ok")
}

// readyz says that a bundle is live and the server is not going down.
func (s *server) readyz(w http.ResponseWriter, _ *http.Request) {
	select {
	case <-s.Draining:
		plain(w, http.StatusServiceUnavailable, "going down")
		return
	default:
	}
	bundle := bundleOf(w)
	if bundle == nil {
		plain(w, http.StatusServiceUnavailable, "no content yet")
		return
	}
	plain(w, http.StatusOK, "ready "+bundle.Revision())
}

func (s *server) methodNotAllowed(w http.ResponseWriter, _ *http.Request) {
	siteHeader(w.Header(), bundleOf(w))
	w.Header().Set("Allow", "GET, HEAD")
	plain(w, http.StatusMethodNotAllowed, "This address answers GET and HEAD only.")
}

// plain writes a short text that is never kept.
func plain(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(text)+1))
	w.WriteHeader(status)
	// A client that went away is no fault of ours.
	_, _ = w.Write([]byte(text + "\n"))
}

// changes tells a browser under Dev, as server-sent events, that there is
// something new to see.
func (s *server) changes(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	// This response ends with the browser's page, not by the clock. Where the
	// connection has no deadline there is none to lift.
	_ = out.SetWriteDeadline(time.Time{})
	for {
		changed := s.Bundles.Changed()
		// The version comes first and after every swap; a browser that was cut
		// off meanwhile sees that it has changed.
		event := "data: starting\n\n"
		if live := s.Bundles.Live(); live != nil {
			event = "data: " + live.Fingerprint() + "\n\n"
		}
		if _, err := w.Write([]byte(event)); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-s.Draining:
			return
		case <-changed:
		}
	}
}

// acceptable is the best encoding of a resource for a client. Where the client
// refuses all that there is, RFC 9110 lets us answer anyway, and a page is better
// than 406.
func acceptable(r *http.Request, resource *render.Resource) render.Encoding {
	if !resource.Compress {
		return render.Identity
	}
	values := r.Header["Accept-Encoding"]
	if len(values) == 1 {
		if e, ok := common(values[0]); ok {
			return e
		}
	}
	e, _ := negotiate(strings.Join(values, ","), true)
	return e
}
