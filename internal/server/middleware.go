package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"byline/internal/render"
)

var givenID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// requestID gives every request an id, or keeps the sound one of a proxy that
// is trusted, and says it in the response. What anybody else sends is not kept:
// it would let them write into the log under the id of another.
func (s *server) requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		if !s.fromProxy(r) || !givenID.MatchString(id) {
			id = rand.Text()[:16]
		}
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r)
	})
}

// fromProxy reports whether the peer is a trusted proxy.
func (s *server) fromProxy(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	address := peer.Addr().Unmap().WithZone("")
	return slices.ContainsFunc(s.trusted, func(network netip.Prefix) bool { return network.Contains(address) })
}

// log writes a line for every request but those of health checks.
func (s *server) log(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		wrapped := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(wrapped, r)
		if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			return
		}
		s.Log.Info("request", "method", r.Method, "path", logged(r), "status", wrapped.Status(), "bytes", wrapped.BytesWritten(),
			"took", time.Since(start).Round(time.Microsecond).String(), "client", clientOf(r),
			"agent", clip(r.UserAgent(), 200), "request", w.Header().Get("X-Request-Id"))
	})
}

// clientOf is the client's address: what a trusted proxy says, else the peer.
func clientOf(r *http.Request) string {
	peer, _, _ := net.SplitHostPort(r.RemoteAddr)
	return cmp.Or(middleware.GetClientIP(r.Context()), peer)
}

func clip(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }

// recover turns a panic into a 500 and a log entry with its place.
func (s *server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			fault := recover()
			if fault == nil {
				return
			}
			if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(fault)
			}
			s.Log.Error("panic", "path", logged(r), "fault", withoutToken(r, fmt.Sprint(fault)), "stack", string(debug.Stack()))
			if sent, ok := w.(middleware.WrapResponseWriter); ok && sent.Status() != 0 {
				panic(http.ErrAbortHandler) // too late for another answer: cut this one off
			}
			if bundle := s.Bundles.Live(); bundle != nil {
				s.fail(w, r, bundle, fmt.Errorf("panic: %v", fault))
				return
			}
			plain(w, http.StatusInternalServerError, "Something went wrong on our side.")
		}()
		next.ServeHTTP(w, r)
	})
}

// headers sets what every response carries, errors too, and bounds the body of
// every request.
func (s *server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bundle := s.Bundles.Live()
		siteHeader(w.Header(), bundle)
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), bundleKey{}, bundle)))
	})
}

// siteHeader sets the fields of every response out of a bundle; before there is
// one, those that allow nothing.
func siteHeader(h http.Header, bundle *render.Bundle) {
	fields := map[string]string{
		"Content-Security-Policy":    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":     "nosniff",
		"Referrer-Policy":            "no-referrer",
		"Permissions-Policy":         "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
		"Cross-Origin-Opener-Policy": "same-origin",
	}
	if bundle != nil {
		fields = bundle.Header()
	}
	for name, value := range fields {
		h.Set(name, value)
	}
}

// bundleKey is where a request keeps the bundle that was live when it came: its
// headers and its body are of one revision, whatever is swapped in meanwhile.
type bundleKey struct{}

// bundleOf is the bundle that answers a request; nil when there is none yet.
func bundleOf(r *http.Request) *render.Bundle {
	bundle, _ := r.Context().Value(bundleKey{}).(*render.Bundle)
	return bundle
}
