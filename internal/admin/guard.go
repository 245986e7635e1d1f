package admin

import (
	"net"
	"net/http"
	"net/netip"
)

// sameOrigin refuses what a browser sends on behalf of another web page. A page
// anywhere can make an operator's browser send a form here, where the operator
// may and the page may not. Browsers say where a request comes from, in
// Sec-Fetch-Site or at least in Origin, and a page cannot change that; programs
// send neither and are let in. This needs no token in the form and no script.
//
// A page can also have its own name point to this machine ("DNS rebinding"), and
// is then of the same origin. So a browser must have come by an address, or by
// the name localhost, which no page can be under.
func sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		text(w, http.StatusForbidden, "A page of another site may not do this. Open /status here and use its button, or run byline publish.")
	}))
	return protection.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		browser := r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != ""
		if browser && !byAddress(r.Host) {
			text(w, http.StatusForbidden, "To do this from a browser, open /status by its address, like http://127.0.0.1:8081/status, not by a name.")
			return
		}
		next.ServeHTTP(w, r)
	}))
}

// byAddress reports whether a Host field is an IP address or localhost.
func byAddress(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	_, err := netip.ParseAddr(host)
	return err == nil || host == "localhost"
}

// limitBody bounds what is read of a request.
func limitBody(next http.Handler) http.Handler { return http.MaxBytesHandler(next, 64<<10) }
