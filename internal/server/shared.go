package server

import (
	"net/http"
	"strings"
	"time"

	"byline/internal/render"
)

// name gives an answer the names by which caches can be told to drop it:
// Surrogate-Key is what Fastly reads, and Varnish as the operator has it do,
// Cache-Tag what Cloudflare and others do. They are short, so that they are
// always sent: without them nothing could be dropped by hand.
func name(h http.Header, r *http.Request, bundle *render.Bundle, resource *render.Resource) {
	asked := r.URL.Path
	if _, at := secret(r); at > 0 {
		asked = ""
	}
	if keys := bundle.SurrogateKeys(resource, asked); keys != nil {
		h.Set("Surrogate-Key", strings.Join(keys, " "))
		h.Set("Cache-Tag", strings.Join(keys, ","))
	}
}

// share says how long caches that answer many may keep an answer. It comes last
// before the answer goes out: what is of a bundle that is not live any more, by
// then, must not be kept, because whoever told the caches of the next bundle may
// have passed over it. See render.Resource.Given, which comes first.
func (s *server) share(h http.Header, bundle *render.Bundle, resource *render.Resource) {
	keep := time.Duration(0)
	if s.SharedFor != nil {
		keep = s.SharedFor()
	}
	control := bundle.SharedCache(resource, time.Now(), keep)
	switch {
	case control == "":
		return
	case s.Bundles.Live() != bundle:
		control = "max-age=0"
	}
	h.Set("CDN-Cache-Control", control)
}
