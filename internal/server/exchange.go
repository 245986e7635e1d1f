package server

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"time"

	"byline/internal/render"
)

// exchange is a request and its response while it is answered: the writer that
// handlers are given, and what they have to know beside the request. It is taken
// from a pool and given back once the handler has returned. What net/http
// reads later, the values in the header, is therefore never in it.
type exchange struct {
	http.ResponseWriter // of the connection
	start               time.Time
	wire                *wire          // that the request came over; nil where nothing can be announced
	bundle              *render.Bundle // that was live when the request came; nil when there was none yet
	status              int            // 0 as long as nothing was sent
	bytes               int            // of the body, that were sent
	whole               bool           // the handler came to its end
	request             []string       // its id, in a value that can be a header's
	announced           bool           // the id is told to the wire

	ids  []string // that were made and not given yet
	line []byte   // space for a line of the log
}

// WriteHeader implements http.ResponseWriter.
func (e *exchange) WriteHeader(status int) {
	if e.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		e.status = status
	}
	if !e.announced {
		e.Header()["X-Request-Id"] = e.request
	}
	e.ResponseWriter.WriteHeader(status)
	if e.announced && len(e.wire.body) > 0 {
		// The head is all that net/http knows yet. It goes out with the rest, and
		// the body, when it is written, is not looked at nor copied.
		e.ResponseWriter.(http.Flusher).Flush()
	}
}

// takeBack makes room for another answer than was announced.
func (e *exchange) takeBack() {
	if e.announced = false; e.wire != nil {
		e.wire.forget()
	}
}

// Write implements http.ResponseWriter.
func (e *exchange) Write(p []byte) (int, error) {
	if e.status == 0 {
		e.WriteHeader(http.StatusOK)
	}
	n, err := e.ResponseWriter.Write(p)
	e.bytes += n
	return n, err
}

// Unwrap is how http.ResponseController finds what else the connection can do.
func (e *exchange) Unwrap() http.ResponseWriter { return e.ResponseWriter }

// idBlock is how many ids are made at once.
const idBlock = 32

// id is a new id, in a value that can be a header's. Every id has 80 random bits
// of its own, so that none can be told from another.
func (e *exchange) id() []string {
	if len(e.ids) == 0 {
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
		var bits [idBlock * 16]byte
		_, _ = rand.Read(bits[:]) // never fails
		for i := range bits {
			bits[i] = alphabet[bits[i]%32]
		}
		all := string(bits[:])
		e.ids = make([]string, idBlock)
		for i := range e.ids {
			e.ids[i] = all[i*16 : i*16+16]
		}
	}
	id := e.ids[:1:1]
	e.ids = e.ids[1:]
	return id
}

// ServeHTTP implements http.Handler.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e := s.exchanges.Get().(*exchange)
	e.ResponseWriter, e.start = w, time.Now()
	if _, ok := w.(http.Flusher); ok {
		e.wire = wireOf(r)
	}
	if s.Observe != nil {
		s.Observe.Began()
	}
	defer s.end(e, r)
	if id, ok := s.givenID(r); ok {
		e.request = id
	} else {
		e.request = e.id()
	}
	s.guarded(e, r)
	e.whole = true
}

// end tells the observer and the log of a request, but not the log of one whose
// connection was cut off, nor of health checks.
func (s *server) end(e *exchange, r *http.Request) {
	took := time.Since(e.start)
	kind := kindOf(r.URL.Path)
	if s.Observe != nil {
		s.Observe.Ended(kind, cmp.Or(e.status, http.StatusOK), e.bytes, took)
	}
	if e.status == 0 {
		e.Header()["X-Request-Id"] = e.request // of what net/http answers in our place
	}
	if !e.whole {
		return // whoever cut it off may hold on to it
	}
	if kind != kindHealth {
		s.log(e, r, took)
	}
	*e = exchange{ids: e.ids, line: e.line[:0]}
	s.exchanges.Put(e)
}

// answer leads a request to what answers it.
func (s *server) answer(e *exchange, r *http.Request) {
	e.bundle = s.Bundles.Live()
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = http.MaxBytesReader(e.ResponseWriter, r.Body, MaxBody)
	}
	s.router.ServeHTTP(e, r)
}

// bundleOf is the bundle that answers the request of a writer: header and body are
// of one revision, whatever is swapped in meanwhile. nil when there is none yet.
func bundleOf(w http.ResponseWriter) *render.Bundle {
	if e, ok := w.(*exchange); ok {
		return e.bundle
	}
	return nil
}

// idOf is the id of the request of a writer.
func idOf(w http.ResponseWriter) string {
	if e, ok := w.(*exchange); ok {
		return first(e.request)
	}
	return ""
}
