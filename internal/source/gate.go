package source

import (
	"cmp"
	"context"
	"sync"
)

// gate lets many ask for the same work at once: it is done by one, and everybody
// has the result of a run that began after they asked. A burst of a hundred
// pushes becomes two fetches.
type gate struct {
	work func() error

	mu      sync.Mutex
	now     *turn // under way; nil when nothing is
	next    *turn // not begun yet
	running bool
	wait    sync.WaitGroup
}

type turn struct {
	done chan struct{}
	err  error
}

// pass waits for a run of the work, or for ctx to end. The run goes on for the
// others.
func (g *gate) pass(ctx context.Context) error {
	g.mu.Lock()
	if g.next == nil {
		g.next = &turn{done: make(chan struct{})}
	}
	mine := g.next
	if !g.running {
		g.running = true
		g.wait.Go(g.run)
	}
	g.mu.Unlock()
	select {
	case <-mine.done:
		return mine.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// join waits for the run that is under way, if one is, or for ctx to end.
func (g *gate) join(ctx context.Context) {
	g.mu.Lock()
	now := cmp.Or(g.now, g.next)
	g.mu.Unlock()
	if now == nil {
		return
	}
	select {
	case <-now.done:
	case <-ctx.Done():
	}
}

// run does the work until nobody waits.
func (g *gate) run() {
	for {
		g.mu.Lock()
		now := g.next
		g.now, g.next = now, nil
		g.running = now != nil
		g.mu.Unlock()
		if now == nil {
			return
		}
		now.err = g.work()
		close(now.done)
	}
}
