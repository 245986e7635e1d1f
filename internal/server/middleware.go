package server

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"byline/internal/render"
)

var soundID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// givenID is the id that came with a request, where it is sound and from a proxy
// that is trusted. What anybody else sends is not kept: it would let them write
// into the log under the id of another.
func (s *server) givenID(r *http.Request) (id []string, ok bool) {
	given := r.Header["X-Request-Id"]
	if len(given) == 0 || !soundID.MatchString(given[0]) || !s.fromProxy(r) {
		return nil, false
	}
	return given[:1:1], true
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

func clip(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }

// guarded answers a request; it turns a panic into a 500 and a log entry with its
// place.
func (s *server) guarded(e *exchange, r *http.Request) {
	defer func() {
		fault := recover()
		if fault == nil {
			return
		}
		if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(fault)
		}
		s.Log.Error("panic", "path", logged(r), "fault", withoutToken(r, fmt.Sprint(fault)), "stack", string(debug.Stack()))
		if e.status != 0 {
			panic(http.ErrAbortHandler) // too late for another answer: cut this one off
		}
		e.takeBack()
		if bundle := s.Bundles.Live(); bundle != nil {
			s.fail(e, r, bundle, fmt.Errorf("panic: %v", fault))
			return
		}
		siteHeader(e.Header(), nil)
		plain(e, http.StatusInternalServerError, "Something went wrong on our side.")
	}()
	s.inner(e, r)
}

// siteHeader sets the fields of every response out of a bundle; before there is
// one, those that allow nothing.
func siteHeader(h http.Header, bundle *render.Bundle) {
	if bundle != nil {
		bundle.WriteHeader(h)
		return
	}
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// siteFields gives the answers of a handler that is no resource the fields of every
// response.
func siteFields(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siteHeader(w.Header(), bundleOf(w))
		next.ServeHTTP(w, r)
	})
}
