package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/go-chi/chi/v5/middleware"
)

// log writes the line of a request. With Lines it is written there, as the JSON
// handler of slog would write it; else it goes to Log.
func (s *server) log(e *exchange, r *http.Request, took time.Duration) {
	at, took := e.start.Add(took), took.Round(time.Microsecond)
	agent, id := clip(first(r.Header["User-Agent"]), 200), first(e.request)
	if s.Lines == nil {
		if s.Log.Enabled(r.Context(), slog.LevelInfo) {
			s.logAttributes(r.Context(), at,
				slog.String("method", r.Method), slog.String("path", logged(r)), slog.Int("status", e.status), slog.Int("bytes", e.bytes),
				slog.String("took", took.String()), slog.String("client", clientOf(r)), slog.String("agent", agent), slog.String("request", id))
		}
		return
	}
	b := append(e.line[:0], `{"time":"`...)
	b = at.AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","level":"INFO","msg":"request","method":`...)
	b = appendQuoted(b, r.Method)
	b = appendQuoted(append(b, `,"path":`...), logged(r))
	b = strconv.AppendInt(append(b, `,"status":`...), int64(e.status), 10)
	b = strconv.AppendInt(append(b, `,"bytes":`...), int64(e.bytes), 10)
	b = appendQuoted(append(b, `,"took":`...), took.String())
	b = s.appendClient(append(b, `,"client":`...), r)
	b = appendQuoted(append(b, `,"agent":`...), agent)
	b = appendQuoted(append(b, `,"request":`...), id)
	e.line = append(b, "}\n"...)
	_, _ = s.Lines.Write(e.line) // there is nowhere to say that the log cannot be written
}

func (s *server) logAttributes(ctx context.Context, at time.Time, attributes ...slog.Attr) {
	record := slog.NewRecord(at, slog.LevelInfo, "request", 0)
	record.AddAttrs(attributes...)
	_ = s.Log.Handler().Handle(ctx, record)
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// clientOf is the client's address: what a trusted proxy says, else the peer.
func clientOf(r *http.Request) string {
	if client := middleware.GetClientIP(r.Context()); client != "" {
		return client
	}
	peer, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		peer = r.RemoteAddr // perhaps an address without a port
	}
	if ip, err := netip.ParseAddr(peer); err == nil {
		return ip.Unmap().String()
	} else if peer == r.RemoteAddr {
		return ""
	}
	return peer
}

// appendClient appends clientOf, quoted, and in the plain case makes no string.
func (s *server) appendClient(b []byte, r *http.Request) []byte {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || peer.Addr().Zone() != "" || len(s.trusted) > 0 {
		return appendQuoted(b, clientOf(r))
	}
	return append(peer.Addr().Unmap().AppendTo(append(b, '"')), '"')
}

// appendQuoted appends a string in JSON, escaped as the handler of slog does:
// what JSON asks for, and what ends a line in JavaScript.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c, size := rune(s[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(s[i:])
		}
		if c >= ' ' && c != '"' && c != '\\' && c != '\u2028' && c != '\u2029' && (c != utf8.RuneError || size > 1) {
			i += size
			continue
		}
		b = append(b, s[start:i]...)
		switch i += size; c {
		case '"', '\\':
			b = append(b, '\\', byte(c))
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default: // a control, a line's end, or a byte that is no text
			b = append(b, '\\', 'u', hex[c>>12&15], hex[c>>8&15], hex[c>>4&15], hex[c&15])
		}
		start = i
	}
	return append(append(b, s[start:]...), '"')
}
