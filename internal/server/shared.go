package server

import (
	"net/http"
	"time"

	"byline/internal/render"
)

// asked is the path of a request as a name for what is not there: "" where it
// would tell a token. See render.Bundle.SurrogateKeys: Surrogate-Key is what Fastly
// reads, and Varnish as the operator has it do, Cache-Tag what Cloudflare and
// others do. They are short, so that they are always sent: without them nothing
// could be dropped by hand.
func asked(r *http.Request) string {
	if _, at := secret(r); at > 0 {
		return ""
	}
	return r.URL.Path
}

// shared is how long caches that answer many may keep an answer, as a value of
// CDN-Cache-Control; nil where nothing is said. It comes last before the answer goes
// out: what is of a bundle that is not live any more, by then, must not be kept,
// because whoever told the caches of the next bundle may have passed over it. See
// render.Resource.Given, which comes first.
func (s *server) shared(bundle *render.Bundle, resource *render.Resource) []string {
	keep := time.Duration(0)
	if s.SharedFor != nil {
		keep = s.SharedFor()
	}
	control := bundle.SharedCache(resource, time.Now(), keep)
	if control != nil && s.Bundles.Live() != bundle {
		return []string{"max-age=0"}
	}
	return control
}
