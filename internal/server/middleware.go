package server

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5/middleware"
)

var givenID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// requestID gives every request an id, or keeps the sound one of a proxy that
// is trusted, and says it in the response.
func (s *server) requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		if len(s.TrustedProxies) == 0 || !givenID.MatchString(id) {
			id = rand.Text()[:16]
		}
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r)
	})
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
		s.Log.Info("request", "method", r.Method, "path", r.URL.Path, "status", wrapped.Status(), "bytes", wrapped.BytesWritten(),
			"took", time.Since(start).Round(time.Microsecond).String(), "client", middleware.GetClientIP(r.Context()),
			"agent", clip(r.UserAgent(), 200), "request", w.Header().Get("X-Request-Id"))
	})
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
			s.Log.Error("panic", "path", r.URL.Path, "fault", fmt.Sprint(fault), "stack", string(debug.Stack()))
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
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		if bundle := s.Bundles.Live(); bundle != nil {
			for name, value := range bundle.Header() {
				h.Set(name, value)
			}
		} else {
			h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
		}
		next.ServeHTTP(w, r)
	})
}
