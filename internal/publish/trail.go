package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"byline/internal/history"
	"byline/internal/source"
)

// trail is how a history is kept: a whole state now and then, and the commits to
// which it went on since, one by one. Writing all of a large state at each push
// would be the dearest part of it, and walking a few commits again at a start is
// cheap. Only pushes that go on from where the branch was are kept so: their commits
// stay as long as the branch does.
type trail struct {
	from    string   // the commit of the state that is kept whole; "" when the trail does not begin there
	commits []string // since then
	kept    string   // the last of them that is kept
}

// longestTrail is how many commits are walked again at a start, at most.
const longestTrail = 64

// key is what the history is kept under: that of another repository or content
// folder is another.
func (p *past) key() string { return "history-" + p.repository.ID() }

// trailKey is what the trail is kept under.
func (p *past) trailKey() string { return p.key() + "-since" }

// load returns the state as it was kept, or the one before the first commit.
func (p *past) load(ctx context.Context) *history.State {
	p.trail = trail{}
	if p.store == nil {
		return history.New()
	}
	data, ok := p.store.Get(p.key())
	if !ok {
		return history.New()
	}
	state, err := history.Decode(data)
	if err != nil {
		p.log.Info("walking the whole history again", "why", err)
		return history.New()
	}
	data, _ = p.store.Get(p.trailKey())
	lines := strings.Fields(string(data))
	p.trail = trail{from: state.Commit(), kept: state.Commit()}
	if len(lines) == 0 || lines[0] != state.Commit() {
		return state
	}
	for _, to := range lines[1:] {
		next, err := advance(ctx, p.repository, state, source.Tree{}, to, source.Tree{})
		if err != nil {
			p.log.Warn("a part of the kept history cannot be walked again", "from", source.RevisionOf(state.Commit()), "to", source.RevisionOf(to), "why", err)
			p.trail = trail{}
			return state
		}
		state = next.State
		p.trail.commits, p.trail.kept = append(p.trail.commits, to), to
	}
	return state
}

// save keeps the state, if it is another than the one that is kept.
func (p *past) save() error {
	if p.store == nil || p.state == nil || p.trail.from != "" && p.trail.kept == p.state.Commit() {
		return nil
	}
	if err := p.put(); err != nil {
		return fmt.Errorf("keep the history: %w", err)
	}
	p.trail.kept = p.state.Commit()
	return nil
}

func (p *past) put() error {
	if p.trail.from != "" && len(p.trail.commits) <= longestTrail {
		return p.store.Put(p.trailKey(), []byte(strings.Join(slices.Concat([]string{p.trail.from}, p.trail.commits), "\n")))
	}
	data, err := p.state.Encode()
	if err != nil {
		return err
	}
	// The old trail goes first: the branch may come back to where it began.
	if err := errors.Join(p.store.Delete(p.trailKey()), p.store.Put(p.key(), data)); err != nil {
		return err
	}
	p.trail = trail{from: p.state.Commit()}
	return nil
}
