package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Run publishes again whenever the source tells of a change, whenever a date in
// the content comes and whenever it is asked to, until ctx ends. Publish must
// have gone well once.
func (p *Publisher) Run(ctx context.Context) error {
	defer close(p.ended)
	p.remember(ctx)
	watch, err := p.options.Source.Watch(ctx, p.options.Poll)
	if err != nil {
		return fmt.Errorf("watch the content: %w", err)
	}
	p.reportWatch()
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
		p.reportWatch()
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
	kind     requestKind
	rollback string // the revision to go back to
	done     chan outcome
}

type requestKind int

const (
	lookAgain  requestKind = iota // publish what the source has
	publishNow                    // the same, and end a rollback
	goBack                        // roll back
)

type outcome struct {
	status Status
	err    error
}

// ErrStopped says that the publisher takes no requests any more.
var ErrStopped = errors.New("the server is going down")

// Look looks at the source at once and returns what came of it; requests that
// come while it looks are answered together by the next look. The error tells why
// the newest revision is not live: ErrHeld, with the findings in the Status, or
// that the source could not be read. It is safe for concurrent use, once Run runs.
func (p *Publisher) Look(ctx context.Context) (Status, error) {
	return p.fetchAndAsk(ctx, lookAgain)
}

// PublishNow is Look, and ends a rollback.
func (p *Publisher) PublishNow(ctx context.Context) (Status, error) {
	return p.fetchAndAsk(ctx, publishNow)
}

// Rollback makes an earlier revision live and keeps it until the branch moves or
// PublishNow is called. It is safe for concurrent use, once Run runs.
func (p *Publisher) Rollback(ctx context.Context, revision string) (Status, error) {
	return p.ask(ctx, request{kind: goBack, rollback: revision})
}

func (p *Publisher) fetchAndAsk(ctx context.Context, kind requestKind) (Status, error) {
	if p.options.Mirror != nil {
		if err := p.options.Mirror.Fetch(ctx); err != nil {
			status := p.Status()
			status.Fault = err
			return status, err
		}
	}
	return p.ask(ctx, request{kind: kind})
}

func (p *Publisher) ask(ctx context.Context, r request) (Status, error) {
	r.done = make(chan outcome, 1)
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

// answer does what was asked for, and what others ask for meanwhile: all that
// wait for a look have their answer from one, which begins after they asked.
func (p *Publisher) answer(ctx context.Context, first request) {
	waiting := []request{first}
	for more := true; more; {
		select {
		case next := <-p.requests:
			waiting = append(waiting, next)
		default:
			more = false
		}
	}
	for len(waiting) > 0 {
		now := waiting[:1]
		for len(now) < len(waiting) && now[0].kind != goBack && waiting[len(now)].kind != goBack {
			now = waiting[:len(now)+1]
		}
		waiting = waiting[len(now):]
		err := p.do(ctx, now)
		for _, r := range now {
			r.done <- outcome{p.Status(), err}
		}
	}
}

// do is one step for all who asked for it.
func (p *Publisher) do(ctx context.Context, asked []request) error {
	if asked[0].kind == goBack {
		return p.rollback(ctx, asked[0].rollback)
	}
	if slices.ContainsFunc(asked, func(r request) bool { return r.kind == publishNow }) {
		p.resume(ctx)
	}
	return p.again(ctx)
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
