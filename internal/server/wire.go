package server

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
)

// wire is a connection under Serve. net/http writes a page in pieces of 4 KB, and
// clones, sorts and writes a map for its header. A handler that has the answer ready
// tells the wire beforehand, see announce: what net/http then writes is the
// sign for all of it to go out at once, the head of net/http with the fields that
// were announced in it. net/http still says the status, the length and the date,
// whether the connection is kept, and how long anybody waits.
//
// What net/http writes of the body after that is checked against what was sent, so
// that a mistake can only cut a connection off, never send other than one whole
// answer. A wire to which nothing was announced is a connection as any other.
type wire struct {
	net.Conn
	reading, writing lazyDeadline
	route            *chi.Context // for the router; else it would copy every request to give it one

	// Of the one goroutine that answers on a connection.
	told      bool
	site, own []byte // fields that are announced, in whole lines
	each      []byte // those of this answer alone
	body      []byte // that is announced; nil: none is sent
	owed      []byte // of the body: was sent, and net/http has not written it yet
	broken    error  // why nothing more is sent
	pieces    [6][]byte
	sending   net.Buffers
}

// wires are the connections of a listener.
type wires struct{ net.Listener }

// Accept implements net.Listener.
func (l wires) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return newWire(conn), nil
}

func newWire(conn net.Conn) *wire {
	w := &wire{Conn: conn, route: chi.NewRouteContext()}
	w.reading.set, w.writing.set = conn.SetReadDeadline, conn.SetWriteDeadline
	return w
}

// wireKey is under which the context of a request has its wire.
type wireKey struct{}

// withWire is the ConnContext of a http.Server.
func withWire(ctx context.Context, conn net.Conn) context.Context {
	if w, ok := conn.(*wire); ok {
		return context.WithValue(context.WithValue(ctx, chi.RouteCtxKey, w.route), wireKey{}, w)
	}
	return ctx
}

// wireOf is the wire that a request came over; nil where the connection is none.
func wireOf(r *http.Request) *wire {
	w, _ := r.Context().Value(wireKey{}).(*wire)
	return w
}

// begin comes before every request.
func (w *wire) begin() {
	w.forget()
	w.route.Reset()
}

// announce tells what the next final answer has beside what net/http writes of it:
// fields of the header in whole lines, none of which may be in the http.Header, too;
// and all of the body that will be written, nil where that is none.
func (w *wire) announce(site, own, body []byte) {
	w.told, w.site, w.own, w.body = true, site, own, body
}

// field announces one more field, of this answer alone. The value must be one that can
// stand in a header.
func (w *wire) field(name, value string) {
	w.each = append(append(append(append(w.each, name...), ": "...), value...), lineEnd...)
}

// forget takes back what was announced.
func (w *wire) forget() {
	w.told, w.site, w.own, w.each, w.body = false, nil, nil, w.each[:0], nil
}

// Write implements net.Conn.
func (w *wire) Write(p []byte) (int, error) {
	switch {
	case w.broken != nil:
		return 0, w.broken
	case len(w.owed) > 0:
		return w.settle(p)
	}
	if err := w.writing.begin(); err != nil {
		return 0, err
	}
	defer w.writing.end()
	if w.told && final(p) {
		return w.answer(p)
	}
	return w.Conn.Write(p)
}

var lineEnd, headEnd = []byte("\r\n"), []byte("\r\n\r\n")

// final reports whether p begins with the status line of an answer that is not an
// interim one.
func final(p []byte) bool {
	const code = len("HTTP/1.1 ")
	return len(p) > code && bytes.HasPrefix(p, []byte("HTTP/1.")) && p[code] != '1' && bytes.Contains(p, lineEnd)
}

// answer sends what begins with p, and all that was announced. Where p does not go
// with the body, the fields are sent, and the body as it comes.
func (w *wire) answer(p []byte) (int, error) {
	line := bytes.Index(p, lineEnd) + len(lineEnd)
	pieces := append(w.pieces[:0], p[:line], w.each, w.site, w.own, p[line:])
	if rest, ok := w.fits(p[line:]); ok {
		w.owed = w.body[len(rest):]
		pieces[4] = p[line : len(p)-len(rest)]
		pieces = append(pieces, w.body)
	}
	w.sending = pieces
	if _, w.broken = w.sending.WriteTo(w.Conn); w.broken != nil {
		clear(w.pieces[:])
		return 0, w.broken
	}
	w.forget()
	return len(p), nil
}

// fits reports whether what follows a status line is the head of an answer with the
// body that was announced; rest is what there is of that behind the head.
func (w *wire) fits(p []byte) (rest []byte, ok bool) {
	if len(w.body) == 0 {
		return nil, false
	}
	end := bytes.Index(p, headEnd)
	if end < 0 {
		return nil, false
	}
	head, rest := p[:end+len(lineEnd)], p[end+len(headEnd):]
	var space [40]byte
	length := append(strconv.AppendInt(append(space[:0], "Content-Length: "...), int64(len(w.body)), 10), lineEnd...)
	return rest, bytes.Contains(head, length) && bytes.HasPrefix(w.body, rest)
}

// errOther ends a connection whose answer is another than was announced.
var errOther = errors.New("the body is another than was announced and sent")

// settle takes what was sent already.
func (w *wire) settle(p []byte) (int, error) {
	if !bytes.HasPrefix(w.owed, p) {
		w.broken = errOther
		return 0, w.broken
	}
	if w.owed = w.owed[len(p):]; len(w.owed) == 0 {
		w.owed = nil
	}
	return len(p), nil
}

// Read implements net.Conn.
func (w *wire) Read(p []byte) (int, error) {
	if err := w.reading.begin(); err != nil {
		return 0, err
	}
	defer w.reading.end()
	return w.Conn.Read(p)
}

// SetReadDeadline implements net.Conn.
func (w *wire) SetReadDeadline(t time.Time) error { return w.reading.want(t) }

// SetWriteDeadline implements net.Conn.
func (w *wire) SetWriteDeadline(t time.Time) error { return w.writing.want(t) }

// SetDeadline implements net.Conn.
func (w *wire) SetDeadline(t time.Time) error {
	return errors.Join(w.reading.want(t), w.writing.want(t))
}

// CloseWrite tells the other side that nothing more is sent, as net/http does before
// it closes a connection on which something may still be on its way.
func (w *wire) CloseWrite() error {
	if conn, ok := w.Conn.(interface{ CloseWrite() error }); ok {
		return conn.CloseWrite()
	}
	return nil
}
