package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"byline/internal/source"
)

// Names under which the mirror remembers commits.
const (
	liveName     = "live"     // that is served
	rejectedName = "rejected" // that was rolled back from
)

// ErrUnknownRevision says that there is no revision of that name.
var ErrUnknownRevision = errors.New("there is no such revision")

// Start publishes for the first time. Where the content is a remote repository
// it is fetched first; when the remote does not answer, what was fetched before
// is served. When the newest revision is held, the one that was live before the
// program stopped is served again.
func (p *Publisher) Start(ctx context.Context) error {
	mirror := p.options.Mirror
	if mirror == nil {
		return p.Publish(ctx)
	}
	if err := p.catchUp(ctx); err != nil {
		return err
	}
	if c, err := mirror.Kept(ctx, rejectedName); err == nil {
		p.rejected = c.ID
	}
	was, unknown := mirror.Kept(ctx, liveName)
	if tip, err := mirror.Snapshot(ctx); unknown == nil && err == nil && tip.Commit == p.rejected {
		p.past.at(ctx, tip) // former addresses are those of the branch
		p.options.Log.Warn("still rolled back; \"byline publish\" ends that, and so does the branch when it moves", "live", source.RevisionOf(was.ID), "from", source.RevisionOf(tip.Commit))
		return p.publishCommit(ctx, was)
	}
	err := p.Publish(ctx)
	if err != nil && !errors.Is(err, ErrHeld) && p.catchUp(ctx) == nil { // which mends a copy that cannot be read
		err = p.Publish(ctx)
	}
	if err == nil || unknown != nil || ctx.Err() != nil {
		return err
	}
	held := p.Status()
	p.options.Log.Error("not published; serving what was live before", "revision", held.Revision, "live", source.RevisionOf(was.ID), "why", err)
	if fault := p.publishCommit(ctx, was); fault != nil {
		return errors.Join(err, fault)
	}
	// What an editor must mend is in the newest revision.
	live := p.Status()
	held.Live, held.Since, held.Articles = live.Live, live.Since, live.Articles
	p.settle(held)
	return nil
}

// patienceAtStart is how long a start waits for the remote when there is
// something that can be served without it.
const patienceAtStart = 10 * time.Second

// catchUp fetches. It fails when there is nothing to serve then; a fetch that
// takes longer than readers should wait goes on, and Run publishes what it
// brings.
func (p *Publisher) catchUp(ctx context.Context) error {
	mirror, wait := p.options.Mirror, ctx
	_, noTip := mirror.Tip(ctx)
	_, unknown := mirror.Kept(ctx, liveName)
	nothing := noTip != nil && unknown != nil
	if !nothing {
		var end context.CancelFunc
		wait, end = context.WithTimeoutCause(ctx, cmp.Or(p.options.Patience, patienceAtStart), errors.New("the remote does not answer yet"))
		defer end()
	}
	fault := mirror.Fetch(wait)
	if fault == nil || nothing || ctx.Err() != nil {
		return fault
	}
	p.options.Log.Error("cannot fetch; serving what was fetched before", "error", fault)
	return nil
}

// publishCommit makes the revision of a commit live that is not the newest. The
// history stays that of the newest.
func (p *Publisher) publishCommit(ctx context.Context, c source.Commit) error {
	p.looked = p.options.Now()
	tree, err := p.options.Mirror.Tree(ctx, c)
	if err != nil {
		return err
	}
	next := p.assemble(ctx, tree, stage{facts: p.past.last(ctx, tree), good: p.liveRelease().accepted, drafts: p.options.Dev})
	next.past = p.past.state
	return p.publish(next)
}

// remember notes in the mirror and in the store what the next start must know.
// It is done after the swap: no reader waits for it. A program that is told to
// stop meanwhile still does it.
func (p *Publisher) remember(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	err := p.past.save()
	if mirror, live := p.options.Mirror, p.liveRelease().tree.Commit; mirror != nil && live != p.noted {
		fault := mirror.Keep(ctx, liveName, live)
		if fault == nil {
			p.noted = live
		}
		err = errors.Join(err, fault)
	}
	if err != nil {
		p.options.Log.Error("cannot write to the data folder; a restart will take longer", "error", err)
	}
}

// rollback makes an earlier revision live, see Rollback.
func (p *Publisher) rollback(ctx context.Context, revision string) error {
	mirror := p.options.Mirror
	if mirror == nil {
		return fmt.Errorf("%w: the content is a plain folder, which keeps no earlier one; serve it with --git to roll back", ErrUnknownRevision)
	}
	to, err := mirror.Named(ctx, revision)
	if errors.Is(err, source.ErrNoObject) {
		return fmt.Errorf("%w: %s; name a commit, as \"git log\" shows them", ErrUnknownRevision, revision)
	} else if err != nil {
		return err
	}
	tip, err := mirror.Tip(ctx)
	if err != nil {
		return err
	}
	before := p.rejected
	p.rejected = tip.ID
	if err := p.publishCommit(ctx, to); err != nil {
		p.rejected = before
		return err
	}
	p.remember(ctx) // before anybody is told
	p.options.Log.Info("rolled back; the branch is published again when it moves", "live", source.RevisionOf(to.ID), "from", source.RevisionOf(tip.ID))
	return mirror.Keep(ctx, rejectedName, tip.ID)
}

// resume ends a rollback: the branch counts again.
func (p *Publisher) resume(ctx context.Context) {
	if p.rejected == "" {
		return
	}
	p.rejected = ""
	if err := p.options.Mirror.Forget(ctx, rejectedName); err != nil {
		p.options.Log.Error("cannot write to the data folder", "error", err)
	}
}
