package main

import (
	"io"
	"sync"
	"time"
)

// logLines is where the log goes when nobody watches it live. What happens is
// written at once, with all that came before; the lines of requests, of which
// there may be thousands a second, wait a little for each other. A crash loses
// those of the last moment. It is safe for concurrent use.
type logLines struct {
	w io.Writer

	mu      sync.Mutex
	waiting []byte
	timer   *time.Timer // runs while something waits
}

const (
	lineWait = 100 * time.Millisecond // that a request's line waits at most
	lineRoom = 32 << 10               // bytes that wait at most
)

func newLogLines(w io.Writer) *logLines {
	l := &logLines{w: w, waiting: make([]byte, 0, lineRoom)}
	l.timer = time.AfterFunc(time.Hour, l.flush)
	l.timer.Stop()
	return l
}

// Write implements io.Writer: at once, behind all that waits.
func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.empty()
	return l.w.Write(p)
}

// flush writes what waits.
func (l *logLines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.empty()
}

func (l *logLines) empty() {
	if len(l.waiting) == 0 {
		return
	}
	l.timer.Stop()
	_, _ = l.w.Write(l.waiting) // there is nowhere to say that the log cannot be written
	l.waiting = l.waiting[:0]
}

// requestLines is the part of a log where lines wait.
type requestLines struct{ *logLines }

// Write implements io.Writer; p is whole lines.
func (l requestLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting)+len(p) > lineRoom {
		l.empty()
	}
	if len(l.waiting) == 0 {
		l.timer.Reset(lineWait)
	}
	l.waiting = append(l.waiting, p...)
	return len(p), nil
}
