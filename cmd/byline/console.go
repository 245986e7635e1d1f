package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// console is a slog handler for people: the time, the message, then what is
// known about it. Requests take one short line.
type console struct {
	mu         *sync.Mutex
	w          io.Writer
	attributes string
}

func newConsole(w io.Writer) *console { return &console{mu: &sync.Mutex{}, w: w} }

var _ slog.Handler = (*console)(nil)

// Enabled implements slog.Handler.
func (c *console) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

// Handle implements slog.Handler.
func (c *console) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	b.WriteString(r.Time.Format("15:04:05 "))
	known := map[string]string{}
	var rest strings.Builder
	rest.WriteString(c.attributes)
	r.Attrs(func(a slog.Attr) bool {
		known[a.Key] = a.Value.String()
		fmt.Fprintf(&rest, "  %s=%s", a.Key, a.Value)
		return true
	})
	if r.Message == "request" {
		fmt.Fprintf(&b, "%s %s %s  %s bytes, %s", known["status"], known["method"], known["path"], known["bytes"], known["took"])
	} else {
		b.WriteString(r.Message + rest.String())
	}
	b.WriteByte('\n')
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := io.WriteString(c.w, b.String())
	return err
}

// WithAttrs implements slog.Handler.
func (c *console) WithAttrs(attributes []slog.Attr) slog.Handler {
	more := *c
	for _, a := range attributes {
		more.attributes += fmt.Sprintf("  %s=%s", a.Key, a.Value)
	}
	return &more
}

// WithGroup implements slog.Handler.
func (c *console) WithGroup(string) slog.Handler { return c }
