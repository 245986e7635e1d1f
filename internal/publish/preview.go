package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"byline/internal/finding"
	"byline/internal/history"
	"byline/internal/preview"
	"byline/internal/render"
	"byline/internal/site"
	"byline/internal/source"
)

// previews are the revisions that somebody with a link looks at. They are built
// when they are asked for, beside the live site and out of the same work.
type previews struct {
	mu     sync.Mutex
	recent []*shown // the last asked for first
}

// mostPreviews is how many previews are kept: the people who review at one time.
const mostPreviews = 8

// shown is what one link shows. Its lock is held while it is built, so that
// those who ask meanwhile wait for it.
type shown struct {
	token string

	mu     sync.Mutex
	commit string
	live   *render.Bundle // that it was compared with
	bundle *render.Bundle
}

// of returns the place of a token.
func (v *previews) of(token string) *shown {
	v.mu.Lock()
	defer v.mu.Unlock()
	at := slices.IndexFunc(v.recent, func(s *shown) bool { return s.token == token })
	s := &shown{token: token}
	if at >= 0 {
		s = v.recent[at]
		v.recent = slices.Delete(v.recent, at, at+1)
	}
	v.recent = slices.Insert(v.recent, 0, s)
	v.recent = v.recent[:min(len(v.recent), mostPreviews)]
	return s
}

// Preview returns the bundle that a token gives the right to see; nil when it
// gives none, or when what it names is not there (any more). An error tells why
// the revision cannot be shown. A branch is shown as it was last fetched. It is
// safe for concurrent use.
func (p *Publisher) Preview(ctx context.Context, token string) (*render.Bundle, error) {
	if p.options.PreviewKey == nil || p.options.Repository == nil {
		return nil, nil
	}
	claim, ok := preview.Verify(p.options.PreviewKey, token, p.options.Now())
	if !ok {
		return nil, nil
	}
	c, err := p.named(ctx, claim.Ref)
	if errors.Is(err, source.ErrNoObject) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	live := p.Live()
	s := p.previews.of(token)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bundle != nil && s.commit == c.ID && s.live == live && !due(s.bundle.Site().NextChange, p.options.Now()) {
		return s.bundle, nil
	}
	bundle, err := p.preview(ctx, c, claim.Ref, "/-/preview/"+token, live)
	if err != nil {
		return nil, fmt.Errorf("preview %s: %w", claim.Ref, err)
	}
	s.commit, s.live, s.bundle = c.ID, live, bundle
	return bundle, nil
}

func due(at, now time.Time) bool { return !at.IsZero() && !at.After(now) }

// named finds a commit, and looks at the remote for one that is not there yet.
func (p *Publisher) named(ctx context.Context, ref string) (source.Commit, error) {
	c, err := p.options.Repository.Named(ctx, ref)
	if errors.Is(err, source.ErrNoObject) && p.options.Mirror != nil && p.options.Mirror.Fetch(ctx) == nil {
		return p.options.Repository.Named(ctx, ref)
	}
	return c, err
}

// preview builds a revision as a bundle of its own.
func (p *Publisher) preview(ctx context.Context, c source.Commit, name, prefix string, live *render.Bundle) (*render.Bundle, error) {
	tree, err := p.options.Repository.Tree(ctx, c)
	if err != nil {
		return nil, err
	}
	facts, err := p.wouldBe(ctx, c, tree)
	if err != nil {
		return nil, err
	}
	s := stage{facts: facts, drafts: true}
	if live != nil { // whoever looks at a preview sees what is wrong with its settings
		s.spare = &live.Site().Settings
	}
	next := p.assemble(ctx, tree, s)
	p.work.sweep(p.liveRelease().tree)
	if next.site == nil {
		return nil, fmt.Errorf("its settings cannot be used:\n%w", finding.List(next.found.Of(site.SettingsFile)))
	}
	options := p.renderOptions(next)
	options.Dev, options.Prefix = false, prefix
	options.Preview = &render.Preview{Name: name, Commit: source.RevisionOf(c.ID)}
	if live != nil {
		options.Preview.Live = live.Site()
	}
	return render.New(next.site, options)
}

// wouldBe is what the history would tell if the revision went live now.
func (p *Publisher) wouldBe(ctx context.Context, c source.Commit, tree source.Tree) (*history.Facts, error) {
	live := p.liveRelease()
	if live.facts == nil {
		return nil, nil
	}
	if live.past.Commit() == c.ID {
		return live.facts, nil
	}
	next, err := advance(ctx, p.options.Repository, live.past, source.Tree{}, c.ID, tree)
	if err != nil {
		return nil, err
	}
	return next.Facts(), nil
}
