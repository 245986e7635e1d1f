package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"byline/internal/finding"
	"byline/internal/picture"
	"byline/internal/render"
	"byline/internal/site"
)

// Publish looks at the source once and makes what it finds live. An error
// leaves the live bundle as it was; with ErrHeld the findings say why.
func (p *Publisher) Publish(ctx context.Context) error {
	p.looked = p.options.Now()
	tree, err := p.options.Source.Snapshot(ctx)
	if err != nil {
		p.unread(err)
		return errors.Join(err, p.retime())
	}
	if tree.Commit != "" && tree.Commit == p.rejected {
		return p.retime() // it was rolled back from
	}
	p.resume(ctx) // the branch has moved
	return p.publish(p.release(ctx, tree))
}

// unread notes that the source could not be read.
func (p *Publisher) unread(err error) {
	status := p.Status()
	status.Looked, status.Fault = p.looked, err
	p.settle(status)
}

// publish makes a release live, or says why not.
func (p *Publisher) publish(next release) error {
	start := time.Now()
	p.report(next.found)
	held, heldBack := p.hold(next), next.heldBack()
	if next.site == nil {
		heldBack = nil // the revision is, not its articles
	}
	status := Status{
		Revision: next.tree.Revision, Commit: next.tree.Commit, Findings: next.found, Held: held,
		Looked: p.looked, HeldBack: heldBack, Since: p.Status().Since, Took: next.took,
	}
	if p.options.Mirror != nil {
		fetch := p.options.Mirror.LastFetch()
		status.Fault, status.Took.Fetch = fetch.Fault, fetch.Took
	}
	switch {
	case held != nil:
		if err := p.retime(); err != nil {
			p.options.Log.Error("cannot bring the live revision up to date", "error", err)
		}
		p.showFindings(next.found)
	case !p.same(next):
		built := time.Now()
		if held = p.goLive(next); held != nil {
			return held
		}
		status.Since, status.Took.Swap = p.options.Now(), time.Since(built)
		p.options.Log.Info("published", "revision", next.tree.Revision, "articles", len(next.site.Pages),
			"errors", next.found.Count(finding.Error), "warnings", next.found.Count(finding.Warning), "held_back", len(heldBack),
			"took", (next.took.Total() + time.Since(start)).Round(time.Millisecond).String())
	}
	if live := p.Live(); live != nil {
		status.Live, status.Articles = live.Revision(), len(live.Site().Pages)
	}
	p.settle(status)
	return held
}

// retime shows what time has brought about in the live revision, where no newer
// one takes its place: the newest is held, or was rolled back from.
func (p *Publisher) retime() error {
	live := p.Live()
	if live == nil || !due(live.Site().NextChange, p.looked) {
		return nil
	}
	next := p.liveRelease()
	next.input.Now = p.looked
	result := p.work.site(next.input)
	next.site, next.accepted = result.Site, result.Accepted
	return p.goLive(next)
}

// hold says why a revision must not go live; nil when it may.
func (p *Publisher) hold(next release) error {
	switch {
	case next.site == nil:
		return fmt.Errorf("%w: %s has errors", ErrHeld, site.SettingsFile)
	case len(next.accepted) == 0 && len(next.texts) == 0:
		return fmt.Errorf("%w: there is no article in the content folder", ErrHeld)
	case len(next.accepted) == 0:
		return fmt.Errorf("%w: none of its %d articles is valid", ErrHeld, len(next.texts))
	case p.options.Strict && len(next.found) > 0:
		return fmt.Errorf("%w: it has findings, and --strict is on", ErrHeld)
	}
	return nil
}

// same reports whether the release would change nothing. The revision alone does
// not tell: time changes what is shown, and an article whose file could not be
// read at first is there the second time.
func (p *Publisher) same(next release) bool {
	live := p.Live()
	if live == nil || p.options.Dev {
		return false // under Dev the findings stand on the pages
	}
	s := live.Site()
	samePage := func(a, b *site.Page) bool { return a.Article == b.Article && a.State == b.State }
	return s.Revision == next.site.Revision && s.Modified.Equal(next.site.Modified) &&
		p.liveRelease().facts == next.facts && slices.Equal(p.liveRelease().accepted, next.accepted) && slices.EqualFunc(s.Pages, next.site.Pages, samePage)
}

func (p *Publisher) goLive(next release) error {
	bundle, err := render.New(next.site, p.renderOptions(next))
	if err != nil {
		return fmt.Errorf("render revision %s: %w", next.tree.Revision, err)
	}
	p.current.Store(&next)
	p.swap(bundle)
	p.work.sweep(next.tree)
	return nil
}

// liveRelease is the release that is live; the zero release before the first.
func (p *Publisher) liveRelease() release {
	if now := p.current.Load(); now != nil {
		return *now
	}
	return release{}
}

func (p *Publisher) renderOptions(next release) render.Options {
	held := map[string]bool{}
	for _, path := range next.heldBack() {
		held[path] = true
	}
	return render.Options{
		Assets: p.assets, Cache: p.options.Cache, Program: p.options.Program, Findings: next.found, Held: held, Dev: p.options.Dev, HSTS: p.options.HSTS,
		Size: func(file string) (picture.Size, bool) { info, ok := next.pictures[file]; return info.Size, ok },
		Open: func(file string) ([]byte, error) {
			f, ok := next.tree.Find(file)
			if !ok {
				return nil, fs.ErrNotExist
			}
			return f.Read()
		},
		Pictures: p.renderPictures(next),
	}
}

// renderPictures makes the pictures of a release.
func (p *Publisher) renderPictures(next release) render.Pictures {
	return render.Pictures{
		Forms: func(file string) picture.Forms {
			f, _ := next.tree.Find(file)
			return p.pictures.Forms(next.pictures[file], f.Size)
		},
		Variant: func(file string, v picture.Variant) ([]byte, error) {
			f, ok := next.tree.Find(file)
			if !ok {
				return nil, fs.ErrNotExist
			}
			return p.pictures.Variant(picture.Source{Info: next.pictures[file], Name: file, Hash: f.Hash, Read: f.Read}, v)
		},
		Plan: func(c picture.Card) (picture.Drawing, bool) {
			c.Fonts = next.fonts
			return p.pictures.Plan(c)
		},
		Draw: p.pictures.DrawCard,
	}
}

// showFindings puts the findings of a held revision on the pages of the live
// one under Dev.
func (p *Publisher) showFindings(found finding.List) {
	live := p.Live()
	if live == nil || !p.options.Dev {
		return
	}
	if bundle, err := live.WithFindings(found); err == nil {
		p.swap(bundle)
	}
}
