package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// terminal shows what people see of what is written to it: a carriage return leads to
// the beginning of the line, and what is written there covers what was there.
func terminal(written string) []string {
	var lines []string
	for line := range strings.SplitSeq(written, "\n") {
		var shown []rune
		at := 0
		for _, c := range line {
			if c == '\r' {
				at = 0
				continue
			}
			shown = append(shown[:at], append([]rune{c}, shown[min(at+1, len(shown)):]...)...)
			at++
		}
		lines = append(lines, strings.TrimRight(string(shown), " "))
	}
	return lines
}

// clock is one that tests set.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// read tells p of a start that reads n of total articles, each in a time.
func (c *clock) read(p *progress, from, to, total int, each time.Duration) {
	for done := from; done <= to; done++ {
		p.told(done, total)
		c.at = c.at.Add(each)
	}
}

// On a terminal one line is rewritten; what is logged meanwhile stands above it,
// whole; and when the start is over it is gone.
func TestProgressOnScreen(t *testing.T) {
	var out bytes.Buffer
	c := &clock{time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)}
	s := &screen{w: &out}
	log := logger(nil, s)
	p := newProgress(s, log, c.now)
	var seen []string
	look := func() { seen = append(seen, terminal(out.String())...) }

	c.read(p, 1, 500, 10_000, 500*time.Microsecond) // a quarter of a second
	look()
	c.read(p, 501, 4300, 10_000, 500*time.Microsecond)
	look()
	log.Handler().Handle(t.Context(), slog.NewRecord(c.at, slog.LevelWarn, "something", 0))
	look()
	c.read(p, 4301, 10_000, 10_000, 500*time.Microsecond)
	look()
	p.end()
	look()
	c.read(p, 1, 10, 10, time.Second) // a publish later
	look()
	want := []string{
		"",
		"Reading 4,201 of 10,000 articles · 2,000 a second · 3 s left",
		"12:00:02 something", "Reading 4,201 of 10,000 articles · 2,000 a second · 3 s left",
		"12:00:02 something", "Read 10,000 articles in 5.0 s · putting the site together",
		"12:00:02 something", "",
		"12:00:02 something", "",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("%s\n%q", diff, out.String())
	}
	if n := strings.Count(out.String(), "Reading"); n < 40 || n > 50 {
		t.Errorf("the line was written %d times in 5 seconds, want ten a second", n)
	}
}

// Elsewhere it is a line of the log now and then, of long starts only.
func TestProgressInLog(t *testing.T) {
	for _, test := range []struct {
		each time.Duration
		want []string
	}{
		{190 * time.Microsecond, nil}, // under two seconds
		{1300 * time.Microsecond, []string{
			"done=1540 of=10000 a_second=769 left=11s", "done=5387 of=10000 a_second=769 left=6s", "done=9234 of=10000 a_second=769 left=1s",
		}},
	} {
		var out bytes.Buffer
		c := &clock{time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)}
		p := newProgress(nil, slog.New(slog.NewTextHandler(&out, nil)), c.now)
		c.read(p, 1, 10_000, 10_000, test.each)
		p.end()
		var got []string
		for line := range strings.Lines(out.String()) {
			_, what, _ := strings.Cut(strings.TrimSpace(line), `msg="reading the articles" `)
			got = append(got, what)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%v an article: %s", test.each, diff)
		}
	}
}

// Those who read at the same time tell out of order: the line never goes back.
func TestProgressOutOfOrder(t *testing.T) {
	var out bytes.Buffer
	c := &clock{time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)}
	p := newProgress(&screen{w: &out}, nil, c.now)
	for _, done := range []int{1, 4, 3, 2} {
		p.told(done, 10)
		c.at = c.at.Add(time.Second)
	}
	if got := terminal(out.String()); got[0] != "Reading 4 of 10 articles · 1 a second · 6 s left" {
		t.Errorf("the screen shows %q", got)
	}
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() { p.told(i, 10) })
	}
	group.Wait()
	p.end()
	if got := terminal(out.String()); got[0] != "" {
		t.Errorf("after the end the screen shows %q", got)
	}
}

// Whatever lines follow each other, nothing is left of the one before.
func TestScreenLeavesNothing(t *testing.T) {
	var out bytes.Buffer
	s := &screen{w: &out}
	want := ""
	for i, line := range []string{"a long line · here", "short", "", "x", "longer again", "same lengths", "…"} {
		s.show(line)
		if i%2 == 1 {
			fmt.Fprintf(s, "line %d\n", i)
			want += fmt.Sprintf("line %d\n", i)
		}
		if diff := cmp.Diff(want+line, strings.Join(terminal(out.String()), "\n")); diff != "" {
			t.Errorf("after %q: %s", line, diff)
		}
	}
	var none *screen
	none.show("nothing") // which is what it does
}
