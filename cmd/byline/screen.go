package main

import (
	"io"
	"os"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/term"
)

// screen is a terminal with one line at its end that is rewritten in place: what is
// being done now. All else is written above it. It knows no more of terminals than
// that a carriage return leads to the beginning of the line. It is safe for
// concurrent use.
type screen struct {
	w io.Writer

	mu   sync.Mutex
	line string // that stands there now; "" for none
}

var _ io.Writer = (*screen)(nil)

// newScreen returns the terminal that w is; nil when it is none, or one on which a
// line cannot be rewritten.
func newScreen(w io.Writer) *screen {
	if os.Getenv("TERM") == "dumb" || !isTerminal(w) {
		return nil
	}
	return &screen{w: w}
}

// isTerminal reports whether somebody may be watching what is written. Not every device
// that takes characters is one: nobody reads /dev/null.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// show puts a line in place of the one that stands there; "" takes it away. A screen
// that is nil shows nothing.
func (s *screen) show(line string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = io.WriteString(s.w, s.cleared(line)+line) // nobody reads a terminal that is gone
	s.line = line
}

// Write implements io.Writer, with whole lines.
func (s *screen) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := io.WriteString(s.w, s.cleared("")+string(text)+s.line); err != nil {
		return 0, err
	}
	return len(text), nil
}

// cleared is what takes away the line that stands there, as far as the next one does
// not cover it.
func (s *screen) cleared(next string) string {
	if s.line == "" {
		return ""
	}
	rest := utf8.RuneCountInString(s.line) - utf8.RuneCountInString(next)
	if rest <= 0 {
		return "\r"
	}
	return "\r" + next + strings.Repeat(" ", rest) + "\r"
}
