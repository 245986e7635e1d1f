package server

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"byline/internal/render"
)

// serve writes a resource in the encoding that the client wants, or only says
// that the client's copy is still good.
func (s *server) serve(w http.ResponseWriter, r *http.Request, bundle *render.Bundle, resource *render.Resource) {
	h, now := w.Header(), time.Now()
	encoding := acceptable(r, resource)
	prepared := bundle.Prepare(resource, encoding, asked(r))
	resource.Given(now)
	if resource.Location != "" {
		h["Content-Length"] = prepared.ContentLength(nil)
		send(w, r, resource.Status, prepared, nil)
		return
	}
	if resource.Status == http.StatusOK && fresh(r, prepared.ETag, resource.Modified) {
		s.share(h, bundle, resource)
		send(w, r, http.StatusNotModified, prepared, nil)
		return
	}
	body, err := resource.Body(encoding)
	if err != nil {
		prepared.WriteHeader(h, now, false)
		s.fail(w, r, bundle, err)
		return
	}
	s.share(h, bundle, resource)
	if kind := prepared.ContentType(body); kind != nil {
		h["Content-Type"] = kind
	}
	if resource.Status == http.StatusOK && encoding == render.Identity && !resource.Compress {
		h.Set("Accept-Ranges", "bytes")
		if r.Header.Get("Range") != "" {
			prepared.WriteHeader(h, now, true)
			http.ServeContent(w, r, "", resource.Modified, bytes.NewReader(body))
			return
		}
	}
	h["Content-Length"] = prepared.ContentLength(body)
	send(w, r, resource.Status, prepared, body)
}

// send answers with the fields that are prepared, beside those in the header, and a
// body whose length the header says. Over a wire it goes out
// at once, else as net/http does it: the answer is the same.
func send(w http.ResponseWriter, r *http.Request, status int, prepared *render.Prepared, body []byte) {
	h, now, withBody := w.Header(), time.Now(), status != http.StatusNotModified
	site, own, ok := prepared.Lines(now, withBody)
	out := wireUnder(w)
	if out == nil || !ok {
		prepared.WriteHeader(h, now, withBody)
		write(w, r, status, body)
		return
	}
	if _, known := h["Content-Type"]; !known {
		h["Content-Type"] = nil // one of the lines, and not to be guessed
	}
	if r.Method == http.MethodHead {
		body = nil
	}
	out.announce(site, own, body)
	write(w, r, status, body)
}

// write sends a body whose length the header says.
func write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.WriteHeader(status)
	if r.Method != http.MethodHead && len(body) > 0 {
		// A client that went away is no fault of ours.
		_, _ = w.Write(body)
	}
}

// fresh evaluates the conditions of a request (RFC 9110, section 13.2.2): a
// match of entity tags decides; the date counts only without them.
func fresh(r *http.Request, etag string, modified time.Time) bool {
	if tags := r.Header.Values("If-None-Match"); len(tags) > 0 {
		return matches(strings.Join(tags, ","), etag)
	}
	given := r.Header.Get("If-Modified-Since")
	if given == "" {
		return false
	}
	since, err := http.ParseTime(given)
	return err == nil && !modified.Truncate(time.Second).After(since)
}

// matches compares weakly, as If-None-Match asks for (RFC 9110, section 13.1.2).
func matches(list, etag string) bool {
	for tag := range strings.SplitSeq(list, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" || tag == etag {
			return true
		}
	}
	return false
}

func (s *server) logFailure(w http.ResponseWriter, r *http.Request, err error) {
	s.Log.Error("cannot answer", "path", logged(r), "error", withoutToken(r, err.Error()), "request", w.Header().Get("X-Request-Id"))
}

// fail leads to what does as well where there is something, else answers with the
// page that was made beforehand, and logs the reason.
func (s *server) fail(w http.ResponseWriter, r *http.Request, bundle *render.Bundle, err error) {
	h := w.Header()
	for _, name := range []string{"ETag", "Last-Modified", "Content-Encoding", "Accept-Ranges", "CDN-Cache-Control"} {
		h.Del(name)
	}
	if instead, ok := errors.AsType[*render.Instead](err); ok {
		h.Set("Location", instead.Location)
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Length", "0")
		write(w, r, http.StatusTemporaryRedirect, nil)
		return
	}
	s.logFailure(w, r, err)
	siteHeader(h, bundle) // a file's own policy is not the page's
	if _, at := secret(r); at > 0 {
		h.Set("Referrer-Policy", "no-referrer") // whichever bundle the page is from
	}
	page := bundle.ErrorPage()
	body, err := page.Body(render.Identity)
	if err != nil {
		plain(w, http.StatusInternalServerError, "Something went wrong on our side.")
		return
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", page.Type)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	write(w, r, page.Status, body)
}
