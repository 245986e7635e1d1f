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
	encoding := acceptable(r, resource)
	a := representation{status: resource.Status, prepared: bundle.Prepare(resource, encoding, asked(r)), now: time.Now()}
	resource.Given(a.now)
	if resource.Location != "" {
		a.send(w, r)
		return
	}
	if resource.Status == http.StatusOK && fresh(r, a.prepared.ETag, resource.Modified) {
		a.status, a.shared = http.StatusNotModified, s.shared(bundle, resource)
		a.send(w, r)
		return
	}
	var err error
	if a.body, err = resource.Body(encoding); err != nil {
		a.prepared.WriteHeader(w.Header(), a.now, false)
		s.fail(w, r, bundle, err)
		return
	}
	a.shared = s.shared(bundle, resource)
	if resource.Status == http.StatusOK && encoding == render.Identity && !resource.Compress {
		w.Header().Set("Accept-Ranges", "bytes")
		if r.Header.Get("Range") != "" {
			a.writeHeader(w.Header())
			http.ServeContent(w, r, "", resource.Modified, bytes.NewReader(a.body))
			return
		}
	}
	a.send(w, r)
}

// representation is an answer with a resource.
type representation struct {
	status   int
	prepared *render.Prepared
	now      time.Time
	shared   []string // CDN-Cache-Control; nil: none
	body     []byte
}

// send sends it: over a wire at once, else as net/http does it. The answer is the
// same.
func (a *representation) send(w http.ResponseWriter, r *http.Request) {
	if a.status != http.StatusNotModified {
		w.Header()["Content-Length"] = a.prepared.ContentLength(a.body)
	}
	body := a.body
	if r.Method == http.MethodHead {
		body = nil
	}
	if !a.announce(w, body) {
		a.writeHeader(w.Header())
	}
	write(w, a.status, body)
}

// writeHeader sets the fields of the answer, but for the length, in a header.
func (a *representation) writeHeader(h http.Header) {
	withBody := a.status != http.StatusNotModified
	a.prepared.WriteHeader(h, a.now, withBody)
	for _, f := range a.further(withBody) {
		if f.value != nil {
			h[f.name] = f.value
		}
	}
}

// field is a field of a header; a value that is nil stands for none.
type field struct {
	name  string
	value []string
}

// further are the fields that are not prepared.
func (a *representation) further(withBody bool) [2]field {
	fields := [2]field{{"Cdn-Cache-Control", a.shared}}
	if withBody {
		fields[1] = field{"Content-Type", a.prepared.ContentType(a.body)}
	}
	return fields
}

// announce tells the fields of writeHeader, and the body that will be written, to the
// wire; false where there is none or it must be done the other way.
func (a *representation) announce(w http.ResponseWriter, body []byte) bool {
	e, over := w.(*exchange)
	withBody := a.status != http.StatusNotModified
	site, own, ok := a.prepared.Lines(a.now, withBody)
	if !over || e.wire == nil || !ok {
		return false
	}
	e.wire.announce(site, own, body)
	e.announced = true
	e.wire.field("X-Request-Id", e.request[0])
	for _, f := range a.further(withBody) {
		if f.value != nil {
			e.wire.field(f.name, f.value[0])
		}
	}
	return true
}

// write sends a body, if there is one, whose length the header says.
func write(w http.ResponseWriter, status int, body []byte) {
	w.WriteHeader(status)
	if len(body) > 0 {
		// A client that went away is no fault of ours.
		_, _ = w.Write(body)
	}
}

// fresh evaluates the conditions of a request (RFC 9110, section 13.2.2): a
// match of entity tags decides; the date counts only without them.
func fresh(r *http.Request, etag string, modified time.Time) bool {
	if tags := r.Header["If-None-Match"]; len(tags) > 0 {
		return matches(strings.Join(tags, ","), etag)
	}
	given := first(r.Header["If-Modified-Since"])
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
	s.Log.Error("cannot answer", "path", logged(r), "error", withoutToken(r, err.Error()), "request", idOf(w))
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
		write(w, http.StatusTemporaryRedirect, nil)
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
	if r.Method == http.MethodHead {
		body = nil
	}
	write(w, page.Status, body)
}
