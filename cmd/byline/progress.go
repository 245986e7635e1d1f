package main

import (
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"
)

// How often people are told how far a start is. What is over at once is not worth a
// word.
const (
	screenAfter, screenEvery = 300 * time.Millisecond, 100 * time.Millisecond
	logAfter, logEvery       = 2 * time.Second, 5 * time.Second
)

// progress says how far the reading of the articles is: in one line on a terminal that
// is rewritten, else now and then in the log. It is safe for concurrent use.
type progress struct {
	screen *screen // nil: into the log
	log    *slog.Logger
	now    func() time.Time

	mu    sync.Mutex
	began time.Time // when the first article was read
	first int       // how many were read then
	most  int       // how many are read now
	next  time.Time // when people are told again
	shown bool      // on the screen
	over  bool
}

// reading is where a start is.
type reading struct {
	done, total int
	perSecond   float64
	took, left  time.Duration
}

func newProgress(screen *screen, log *slog.Logger, now func() time.Time) *progress {
	return &progress{screen: screen, log: log, now: now}
}

// told hears that so many articles of all are read. Those who read at the same time
// may tell out of order.
func (p *progress) told(done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if p.began.IsZero() {
		p.began, p.first, p.next = now, done, now.Add(logAfter)
		if p.screen != nil {
			p.next = now.Add(screenAfter)
		}
	}
	p.most = max(p.most, done)
	// A line on the screen is not left as if there were more to read.
	if p.over || now.Before(p.next) && !(p.shown && done == total) {
		return
	}
	r := reading{done: p.most, total: total, took: now.Sub(p.began)}
	r.perSecond = float64(p.most-p.first) / r.took.Seconds()
	if r.perSecond > 0 {
		r.left = time.Duration(float64(total-p.most) / r.perSecond * float64(time.Second))
	}
	p.tell(r)
	p.next = now.Add(logEvery)
	if p.screen != nil {
		p.next = now.Add(screenEvery)
	}
}

func (p *progress) tell(r reading) {
	if p.screen != nil {
		p.screen.show(r.String())
		p.shown = true
	} else if r.done < r.total {
		p.log.Info("reading the articles", "done", r.done, "of", r.total, "a_second", int(r.perSecond), "left", r.left.Round(time.Second).String())
	}
}

// end is the end of the start: there is nothing more to tell, and the line goes.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	p.screen.show("")
}

// String is the line for people.
func (r reading) String() string {
	if r.done >= r.total {
		return fmt.Sprintf("Read %s articles in %.1f s · putting the site together", thousands(r.total), r.took.Seconds())
	}
	left := max(1, int((r.left+time.Second-1)/time.Second)) // never "0 s left"
	return fmt.Sprintf("Reading %s of %s articles · %s a second · %s s left", thousands(r.done), thousands(r.total), thousands(int(r.perSecond)), thousands(left))
}

// thousands is a number with its thousands apart.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
