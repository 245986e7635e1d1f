package main

import (
	"bytes"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// countingWriter keeps what was written, and how often.
type countingWriter struct {
	bytes.Buffer
	writes int
}

func (c *countingWriter) Write(p []byte) (int, error) { c.writes++; return c.Buffer.Write(p) }

// Lines of requests wait for each other, for a moment only; whatever else is said
// goes out at once, behind them.
func TestLogLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out countingWriter
		l := newLogLines(&out)
		written := func() (writes int, text string) {
			l.mu.Lock()
			defer l.mu.Unlock()
			return out.writes, out.String()
		}
		for range 10 {
			_, _ = io.WriteString(requestLines{l}, "request\n")
		}
		if writes, _ := written(); writes != 0 {
			t.Errorf("%d writes at once", writes)
		}
		time.Sleep(lineWait)
		synctest.Wait()
		if writes, text := written(); writes != 1 || text != strings.Repeat("request\n", 10) {
			t.Errorf("after a moment: %d writes, %q", writes, text)
		}
		out.Reset()
		_, _ = io.WriteString(requestLines{l}, "request\n")
		slog.New(slog.NewTextHandler(l, nil)).Error("fault")
		if got := out.String(); !strings.HasPrefix(got, "request\n") || !strings.Contains(got, "fault") {
			t.Errorf("at a fault: %q", got)
		}
		_, _ = io.WriteString(requestLines{l}, "last\n")
		l.flush()
		if !strings.HasSuffix(out.String(), "last\n") {
			t.Errorf("at the end: %q", out.String())
		}
	})
}

// However many write and however much, every line is there once and whole, in few
// writes.
func TestLogLinesTogether(t *testing.T) {
	var out countingWriter
	l := newLogLines(&out)
	line := strings.Repeat("x", 299) + "\n"
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for range 1000 {
				_, _ = io.WriteString(requestLines{l}, line)
			}
		})
	}
	writers.Wait()
	l.flush()
	l.mu.Lock()
	defer l.mu.Unlock()
	if got := strings.Count(out.String(), line); got != 8000 || out.Len() != 8000*len(line) {
		t.Errorf("%d lines in %d bytes", got, out.Len())
	}
	if out.writes >= 8000/10 {
		t.Errorf("%d writes for 8000 lines", out.writes)
	}
}
