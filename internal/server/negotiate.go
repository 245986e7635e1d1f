package server

import (
	"strconv"
	"strings"

	"byline/internal/render"
)

// common is what negotiate chooses for what browsers, crawlers and proxies send,
// word for word, of a resource that comes in all encodings.
func common(accept string) (e render.Encoding, ok bool) {
	switch accept {
	case "gzip, deflate, br, zstd", "gzip, deflate, br", "br", "gzip, br", "br, gzip", "br,gzip", "gzip,br":
		return render.Brotli, true
	case "gzip, deflate", "gzip", "gzip,deflate", "deflate, gzip":
		return render.Gzip, true
	case "", "identity":
		return render.Identity, true
	}
	return render.Identity, false
}

// negotiate chooses the content coding for a request (RFC 9110, section
// 12.5.3): of those that the client accepts the one with the highest quality,
// at a tie the smallest. ok is false when the client refuses all that there is,
// identity included.
func negotiate(accept string, compressed bool) (best render.Encoding, ok bool) {
	if accept == "" {
		return render.Identity, true
	}
	brotli, gzip, identity, rest := -1.0, -1.0, -1.0, -1.0
	for part := range strings.SplitSeq(accept, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		q := quality(parameters)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "br":
			brotli = q
		case "gzip", "x-gzip":
			gzip = q
		case "identity":
			identity = q
		case "*":
			rest = q
		}
	}
	if identity < 0 {
		// What is not named is refused only by an explicit *;q=0.
		if identity = rest; rest != 0 {
			identity = 1e-4 // acceptable, but less than anything that was asked for
		}
	}
	best, top := render.Identity, identity
	if compressed {
		for _, c := range []struct {
			e render.Encoding
			q float64
		}{{render.Brotli, named(brotli, rest)}, {render.Gzip, named(gzip, rest)}} {
			if c.q > 0 && (c.q > top || c.q == top && best == render.Identity) {
				best, top = c.e, c.q
			}
		}
	}
	return best, top > 0
}

func named(q, rest float64) float64 {
	if q < 0 {
		return rest
	}
	return q
}

// quality reads a q parameter; 1 when there is none, 0 when it is broken.
func quality(parameters string) float64 {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, ok := strings.Cut(p, "=")
		if !ok || strings.ToLower(strings.TrimSpace(name)) != "q" {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err == nil && q >= 0 && q <= 1 { // so that NaN is broken, too
			return q
		}
		return 0
	}
	return 1
}
