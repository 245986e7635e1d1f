package publish

import (
	"context"
	"log/slog"
	"time"

	"byline/internal/article"
	"byline/internal/history"
	"byline/internal/site"
	"byline/internal/source"
	"byline/internal/store"
)

// past is what the history tells, kept at the commit that was last looked at. It
// belongs to the goroutine that publishes.
type past struct {
	repository *source.Repository // nil: there is no history
	store      *store.Store       // nil: nothing is kept
	log        *slog.Logger

	state  *history.State // nil before the first look
	agrees source.Tree    // with the state; the zero Tree when it may not
	facts  *history.Facts
	trail  trail
	cut    bool // the history is shallow, and that was said
}

// at returns the facts of a tree's commit, or of the last commit in the work
// tree that a folder lies in. Without a history, or with one that is cut off, it
// returns nil: no date and no redirect is better than a wrong one. What cannot
// be read is said, and the facts before it stay.
func (p *past) at(ctx context.Context, tree source.Tree) *history.Facts {
	if p.repository == nil {
		return nil
	}
	to := tree.Commit
	if to == "" {
		head, err := p.repository.Resolve(ctx, "HEAD")
		if err != nil {
			return p.facts // no commit yet
		}
		to = head.ID
	}
	if p.state != nil && p.state.Commit() == to {
		return p.facts
	}
	if p.shallow(ctx) {
		return nil
	}
	start, first := time.Now(), p.state == nil
	if p.state == nil {
		p.state = p.load(ctx)
	}
	next, steps, err := p.advance(ctx, to, tree)
	if err != nil {
		if ctx.Err() == nil {
			p.log.Error("cannot read the history; redirects and dates stay as they were", "error", err)
		}
		return p.facts
	}
	p.state, p.facts = next, next.Facts()
	alive, removed, former := p.facts.Counts()
	level := slog.LevelDebug
	if first || steps > 100 {
		level = slog.LevelInfo
	}
	p.log.Log(ctx, level, "read the history", "commits", steps, "articles", alive, "removed", removed, "former", former,
		"took", time.Since(start).Round(time.Millisecond).String())
	return p.facts
}

// last returns the facts as they were last: of this program, or as they were
// kept, or else those of the tree.
func (p *past) last(ctx context.Context, tree source.Tree) *history.Facts {
	if p.state == nil && p.repository != nil && !p.shallow(ctx) {
		state := p.load(ctx)
		if state.Commit() == "" {
			return p.at(ctx, tree)
		}
		p.state, p.facts = state, state.Facts()
	}
	return p.facts
}

// shallow says once that a history is cut off.
func (p *past) shallow(ctx context.Context) bool {
	cut, err := p.repository.Shallow(ctx)
	if err != nil || !cut {
		p.cut = false
		return false
	}
	if !p.cut {
		p.cut = true
		p.log.Warn("the git history is shallow: there are no redirects, removals and dates of change from it; fetch it whole (git fetch --unshallow, or fetch-depth: 0)")
	}
	return true
}

// advance returns the state at a commit, whose tree it is if that is at hand, and
// how many commits led there.
func (p *past) advance(ctx context.Context, to string, tree source.Tree) (*history.State, int, error) {
	from := p.state.Commit()
	next, err := advance(ctx, p.repository, p.state, p.agrees, to, tree)
	if err != nil {
		return nil, 0, err
	}
	if p.agrees = (source.Tree{}); tree.Commit == to {
		p.agrees = tree
	}
	if next.mended || !p.repository.GoesOn(ctx, from, to) {
		p.trail = trail{}
	} else {
		p.trail.commits = append(p.trail.commits, to)
	}
	return next.State, next.steps, nil
}

// advanced is what advance has come to.
type advanced struct {
	*history.State
	steps  int  // commits that led there
	mended bool // they alone did not
}

// advance walks from a state to a commit, whose tree it is if that is at hand.
// agreed is a tree that the state is known to agree with; the zero Tree for none.
func advance(ctx context.Context, repository *source.Repository, state *history.State, agreed source.Tree, to string, tree source.Tree) (next advanced, err error) {
	from := state.Commit()
	var walked []source.Step
	if from == "" || repository.Has(ctx, from) {
		if walked, err = repository.Steps(ctx, from, to); err != nil {
			return next, err
		}
	}
	next.steps = len(walked)
	reader := history.Reader{Blob: repository.Blob, Settings: placeOf}
	if next.State, err = state.Advance(ctx, to, walked, reader); err != nil {
		return next, err
	}
	if tree.Commit == to {
		if step := next.Missing(doubtful(next.State, walked, agreed, tree), tree.Time); step != nil {
			next.mended = true
			next.State, err = next.Advance(ctx, to, []source.Step{*step}, reader)
		}
	}
	return next, err
}

// doubtful are the articles in which a tree and the state that steps have led to
// may differ, by path the id that the tree has: those that steps touched, and those
// that are not as they were in the tree that the state agreed with before.
func doubtful(state *history.State, steps []source.Step, agreed, tree source.Tree) map[string]string {
	ids := map[string]string{}
	add := func(path, id string) {
		if article.IsArticle(path) {
			ids[path] = id
		}
	}
	if agreed.Commit == "" {
		for path := range state.Paths() {
			add(path, "")
		}
	}
	for _, step := range steps {
		for _, c := range step.Changes {
			add(c.From, "")
			add(c.Path, "")
		}
	}
	for path := range tree.Differing(agreed) {
		add(path, "")
	}
	for path := range ids {
		if f, ok := tree.Find(path); ok {
			ids[path] = f.Hash
		}
	}
	return ids
}

// placeOf is what the history must know of a site.yaml.
func placeOf(src []byte) (history.Settings, bool) {
	settings, found := site.ReadSettings(src)
	if found.HasErrors() {
		return history.Settings{}, false
	}
	zone, err := time.LoadLocation(settings.Timezone.Value)
	if err != nil {
		return history.Settings{}, false
	}
	return history.Settings{Path: settings.Path.Value, Permalink: settings.Permalink.Value, Zone: zone}, true
}
