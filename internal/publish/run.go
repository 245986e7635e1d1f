package publish

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Run publishes again whenever the source tells of a change, whenever a date in
// the content comes and whenever it is asked to, until ctx ends. Publish must
// have gone well once.
func (p *Publisher) Run(ctx context.Context) error {
	defer close(p.ended)
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
		case r := <-p.requests:
			p.answer(ctx, r)
		}
		p.remember(ctx)
		p.schedule(due)
	}
}

func (p *Publisher) again(ctx context.Context) error {
	err := p.Publish(ctx)
	switch {
	case err == nil, ctx.Err() != nil:
	case errors.Is(err, ErrHeld):
		p.options.Log.Error("not published; the last good revision stays", "revision", p.Status().Revision, "live", p.Status().Live, "why", err)
	default:
		p.options.Log.Error("cannot read the content; the last good revision stays", "error", err)
	}
	return err
}

// request asks the loop for something and waits for what came of it.
type request struct {
	rollback string // to that revision; "": publish what the source has
	done     chan outcome
}

type outcome struct {
	status Status
	err    error
}

// ErrStopped says that the publisher takes no requests any more.
var ErrStopped = errors.New("the server is going down")

// PublishNow looks at the source at once and returns what came of it; requests
// that come while it looks are answered together by the next look. The error
// tells why the revision is not live: ErrHeld, with the findings in the Status,
// or that the source could not be read. It is safe for concurrent use, once Run
// runs.
func (p *Publisher) PublishNow(ctx context.Context) (Status, error) {
	if p.options.Mirror != nil {
		if err := p.options.Mirror.Fetch(ctx); err != nil {
			status := p.Status()
			status.Fault = err
			return status, err
		}
	}
	return p.ask(ctx, "")
}

// Rollback makes an earlier revision live and keeps it until the source has a
// newer one than now, or PublishNow is called. It is safe for concurrent use,
// once Run runs.
func (p *Publisher) Rollback(ctx context.Context, revision string) (Status, error) {
	return p.ask(ctx, revision)
}

func (p *Publisher) ask(ctx context.Context, rollback string) (Status, error) {
	r := request{rollback: rollback, done: make(chan outcome, 1)}
	select {
	case p.requests <- r:
	case <-ctx.Done():
		return p.Status(), context.Cause(ctx)
	case <-p.ended:
		return p.Status(), ErrStopped
	}
	select {
	case o := <-r.done:
		return o.status, o.err
	case <-ctx.Done():
		return p.Status(), context.Cause(ctx)
	case <-p.ended:
		return p.Status(), ErrStopped
	}
}

// answer does what was asked for. All that wait for a publish have their answer
// from one look: it begins after they asked.
func (p *Publisher) answer(ctx context.Context, r request) {
	waiting := []request{r}
	var others []request
	for more := true; more; {
		select {
		case next := <-p.requests:
			if next.rollback == "" && r.rollback == "" {
				waiting = append(waiting, next)
			} else {
				others = append(others, next)
			}
		default:
			more = false
		}
	}
	var err error
	if r.rollback == "" {
		p.resume(ctx)
		err = p.again(ctx)
	} else {
		err = p.rollback(ctx, r.rollback)
	}
	for _, w := range waiting {
		w.done <- outcome{p.Status(), err}
	}
	for _, o := range others {
		p.answer(ctx, o)
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
