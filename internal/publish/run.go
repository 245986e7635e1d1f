package publish

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Run publishes again whenever the source tells of a change and whenever a date
// in the content comes, until ctx ends. Publish must have gone well once.
func (p *Publisher) Run(ctx context.Context) error {
	watch, err := p.options.Source.Watch(ctx, p.options.Poll)
	if err != nil {
		return fmt.Errorf("watch the content: %w", err)
	}
	notices := watch // nil once the watcher has ended
	due := time.NewTimer(0)
	defer due.Stop()
	for {
		select {
		case <-ctx.Done():
			for range watch { // wait for the watcher to end
			}
			return nil
		case _, open := <-notices:
			if !open {
				notices = nil
				continue
			}
			p.again(ctx)
		case <-due.C:
			p.again(ctx)
		}
		p.schedule(due)
	}
}

func (p *Publisher) again(ctx context.Context) {
	err := p.Publish(ctx)
	switch {
	case err == nil, ctx.Err() != nil:
	case errors.Is(err, ErrHeld):
		p.options.Log.Error("not published; the last good revision stays", "revision", p.Status().Revision, "live", p.Status().Live, "why", err)
	default:
		p.options.Log.Error("cannot read the content; the last good revision stays", "error", err)
	}
}

// maxWait bounds a timer, so that a clock that is set is noticed.
const maxWait = time.Hour

// schedule sets the timer to the next date in the content. A date that has come
// and changed nothing (its revision is held) is not waited for again.
func (p *Publisher) schedule(due *time.Timer) {
	wait := maxWait
	if live := p.Live(); live != nil {
		if next := live.Site().NextChange; next.After(p.looked) {
			wait = min(wait, max(next.Sub(p.options.Now()), time.Millisecond))
		}
	}
	due.Reset(wait)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
