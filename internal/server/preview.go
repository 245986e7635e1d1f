package server

import (
	"net/http"
	"net/url"
	"strings"

	"byline/internal/render"
)

// previews is what the addresses of previews begin with.
const previews = "/-/preview/"

// preview answers below /-/preview/{token} out of the bundle that the token
// names. Whether the token is good is asked before anything else is looked at;
// when it is not, the answer is that of any address at which there is nothing.
func (s *server) preview(w http.ResponseWriter, r *http.Request) {
	token, p := cutToken(r.URL.Path)
	rawToken, raw := token, ""
	if r.URL.RawPath != "" {
		rawToken, raw = cutToken(r.URL.RawPath)
	}
	var bundle *render.Bundle
	var err error
	if token == rawToken {
		bundle, err = s.Bundles.Preview(r.Context(), token)
	}
	live := bundleOf(w)
	asReached(w.Header(), live)
	switch {
	case err != nil && live == nil:
		s.logFailure(w, r, err)
		siteHeader(w.Header(), nil)
		plain(w, http.StatusInternalServerError, "The preview could not be made.")
	case err != nil:
		s.fail(w, r, live, err)
	case bundle == nil:
		s.content(w, r)
	case p == "":
		s.serve(w, r, bundle, bundle.Entrance(r.URL.RawQuery))
	default:
		s.serve(w, r, bundle, bundle.Find(p, raw, r.URL.RawQuery))
	}
}

// asReached sets the field that tells how the host is to be reached. That is for the
// live site to say, also where a preview answers.
func asReached(h http.Header, live *render.Bundle) {
	all := http.Header{}
	siteHeader(all, live)
	if value, ok := all["Strict-Transport-Security"]; ok {
		h["Strict-Transport-Security"] = value
	}
}

// cutToken takes the address of a preview apart; rest is empty or begins with a
// slash.
func cutToken(p string) (token, rest string) {
	p = strings.TrimPrefix(p, previews)
	if i := strings.IndexByte(p, '/'); i >= 0 {
		return p[:i], p[i:]
	}
	return p, ""
}

// secret finds the token in the address of a request, however it is written:
// the parts of the decoded path, and which of them it is; 0 when there is none.
func secret(r *http.Request) (parts []string, at int) {
	if !strings.Contains(r.URL.Path, "-/") && !strings.Contains(r.URL.Path, `-\`) {
		return nil, 0 // nothing follows a part "-", as nearly everywhere
	}
	parts = strings.Split(strings.ReplaceAll(r.URL.Path, "\\", "/"), "/")
	before, last := "", ""
	for i, part := range parts {
		switch {
		case part == "" || part == ".":
		case before == "-" && strings.EqualFold(last, "preview"):
			return parts, i
		default:
			before, last = last, part
		}
	}
	return parts, 0
}

// logged is the path of a request as it may be written down. Whoever reads the
// log is not whom a preview was shown to: its token is left out.
func logged(r *http.Request) string {
	parts, at := secret(r)
	if at == 0 {
		return clip(r.URL.EscapedPath(), 500)
	}
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	parts[at] = "…"
	return clip(strings.Join(parts, "/"), 500)
}

// withoutToken is what is said about a request, without its token.
func withoutToken(r *http.Request, said string) string {
	if parts, at := secret(r); at > 0 {
		return strings.ReplaceAll(said, parts[at], "…")
	}
	return said
}
