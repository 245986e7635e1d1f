// Package publish composes the stages of the flow, repeats them when the source
// moves, and keeps the last good release.
//
//	source ─► article ─► site ─► render.Bundle ─► Live
//	   ▲                                            │
//	   └──────── Run: watch, timed changes ─────────┘
//
// The next bundle is built beside the live one and swapped in by one pointer,
// so that a request sees one revision or the other, never a mixture. What is
// wrong with one article holds that article back (its last good version stays);
// a site.yaml that cannot be read, a tree without a single valid article and,
// under Strict, any finding hold the whole revision.
//
// Work is kept by content hash: an article is parsed and a picture measured
// again only when its bytes differ.
package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"byline/internal/article"
	"byline/internal/check"
	"byline/internal/finding"
	"byline/internal/picture"
	"byline/internal/render"
	"byline/internal/site"
	"byline/internal/source"
	"byline/static"
)

// Source is where revisions come from.
type Source interface {
	Snapshot(ctx context.Context) (source.Tree, error)
	Watch(ctx context.Context, poll time.Duration) (<-chan struct{}, error)
}

// Options are what a Publisher needs.
type Options struct {
	Source  Source
	Origin  string        // public origin; overrides site.yaml when not empty
	Poll    time.Duration // look again at least this often; 0: only on notice
	Strict  bool          // any finding holds the revision
	Dev     bool          // show drafts, scheduled articles and findings
	HSTS    bool
	Program string // identifies the program, see render.Options
	Built   time.Time
	Log     *slog.Logger
	Now     func() time.Time // nil: time.Now
}

// Publisher keeps the live bundle. Live and Changed are safe for concurrent
// use; Publish and Run belong to one goroutine.
type Publisher struct {
	options Options
	assets  *static.Assets
	live    atomic.Pointer[render.Bundle]
	status  atomic.Pointer[Status]

	mu      sync.Mutex
	changed chan struct{}

	requests chan request
	ended    chan struct{} // closed when Run has ended

	builder  site.Builder
	checker  check.Checker
	parsed   map[string]parsed           // by path
	good     map[string]*article.Article // by path: the last versions that passed
	sizes    map[string]measured         // by content hash
	reported map[finding.Finding]bool
	looked   time.Time // when the source was last looked at, by the clock of Now
}

type parsed struct {
	hash  string
	art   *article.Article
	found finding.List
}

type measured struct {
	size picture.Size
	err  error
}

// Status is what the last look at the source came to.
type Status struct {
	Revision string       // that was looked at
	Commit   string       // its full id; "" when the content is not in git
	Live     string       // the revision that is served; "" before the first
	Since    time.Time    // when that went live
	Looked   time.Time    // when the source was last looked at
	Articles int          // that are served
	HeldBack []string     // paths of articles whose new version is not served, ordered
	Findings finding.List // of the revision that was looked at
	Held     error        // why the revision is not live; nil when it is
	Fault    error        // why the source could not be read; nil when it could
	Took     Took
}

// Took says where the time of a publish went.
type Took struct{ Fetch, Build, Check, Swap time.Duration }

// Total is the time from the notice to the swap.
func (t Took) Total() time.Duration { return t.Fetch + t.Build + t.Check + t.Swap }

// New returns a Publisher that has published nothing yet.
func New(options Options) (*Publisher, error) {
	assets, err := static.Load()
	if err != nil {
		return nil, err
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Publisher{
		options: options, assets: assets, changed: make(chan struct{}), requests: make(chan request), ended: make(chan struct{}),
		parsed: map[string]parsed{}, good: map[string]*article.Article{}, sizes: map[string]measured{},
		reported: map[finding.Finding]bool{},
	}, nil
}

// Live returns the bundle to serve; nil before the first publish.
func (p *Publisher) Live() *render.Bundle { return p.live.Load() }

// Status returns what the last look at the source came to.
func (p *Publisher) Status() Status {
	if s := p.status.Load(); s != nil {
		return *s
	}
	return Status{}
}

// Changed returns a channel that is closed at the next swap.
func (p *Publisher) Changed() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed
}

func (p *Publisher) swap(b *render.Bundle) {
	p.live.Store(b)
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.changed)
	p.changed = make(chan struct{})
}

// ErrHeld says that a revision was not published because of its findings.
var ErrHeld = errors.New("the revision is held back")

// Publish looks at the source once and makes what it finds live. An error
// leaves the live bundle as it was; with ErrHeld the findings say why.
func (p *Publisher) Publish(ctx context.Context) error {
	start := time.Now()
	p.looked = p.options.Now()
	tree, err := p.options.Source.Snapshot(ctx)
	fetched := time.Now()
	if err != nil {
		status := p.Status()
		status.Looked, status.Fault = p.looked, err
		p.status.Store(&status)
		return err
	}
	next := p.release(tree)
	p.report(next.found)
	held := p.hold(next)
	status := Status{
		Revision: tree.Revision, Findings: next.found, Held: held, Looked: p.looked, HeldBack: p.heldBack(next),
		Since: p.Status().Since, Took: Took{Fetch: fetched.Sub(start), Build: time.Since(fetched) - next.checked, Check: next.checked},
	}
	built := time.Now()
	switch {
	case held != nil:
		p.showFindings(next.found)
	case !p.same(next):
		if held = p.goLive(next, tree); held != nil {
			return held
		}
		status.Since, status.Took.Swap = p.options.Now(), time.Since(built)
		p.options.Log.Info("published", "revision", tree.Revision, "articles", len(next.site.Pages),
			"errors", next.found.Count(finding.Error), "warnings", next.found.Count(finding.Warning),
			"took", time.Since(start).Round(time.Millisecond).String())
	}
	if live := p.Live(); live != nil {
		status.Live, status.Articles = live.Revision(), len(live.Site().Pages)
	}
	p.status.Store(&status)
	return held
}

// release is a revision on its way to be live.
type release struct {
	site     *site.Site
	found    finding.List
	accepted map[string]*article.Article
	held     []string // articles that have errors and never passed
	articles int      // how many files are articles by their place
	checked  time.Duration
}

// heldBack lists the articles whose new version is not the one that is served.
func (p *Publisher) heldBack(next release) []string {
	paths := slices.Clone(next.held)
	for path, kept := range next.accepted {
		if p.parsed[path].art != kept {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// hold says why a revision must not go live; nil when it may.
func (p *Publisher) hold(next release) error {
	switch {
	case next.site == nil:
		return fmt.Errorf("%w: %s has errors", ErrHeld, site.SettingsFile)
	case len(next.accepted) == 0 && next.articles == 0:
		return fmt.Errorf("%w: there is no article in the content folder", ErrHeld)
	case len(next.accepted) == 0:
		return fmt.Errorf("%w: none of its %d articles is valid", ErrHeld, next.articles)
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
		maps.Equal(p.good, next.accepted) && slices.EqualFunc(s.Pages, next.site.Pages, samePage)
}

func (p *Publisher) goLive(next release, tree source.Tree) error {
	bundle, err := render.New(next.site, p.renderOptions(next, tree))
	if err != nil {
		return fmt.Errorf("render revision %s: %w", tree.Revision, err)
	}
	p.good = next.accepted
	p.swap(bundle)
	return nil
}

func (p *Publisher) renderOptions(next release, tree source.Tree) render.Options {
	sizes := map[string]picture.Size{}
	for _, f := range tree.Files {
		if m, ok := p.sizes[f.Hash]; ok && m.err == nil {
			sizes[f.Path] = m.size
		}
	}
	held := map[string]bool{}
	for path, kept := range next.accepted {
		held[path] = p.parsed[path].art != kept
	}
	return render.Options{
		Assets: p.assets, Program: p.options.Program, Findings: next.found, Held: held, Dev: p.options.Dev, HSTS: p.options.HSTS,
		Size: func(file string) (picture.Size, bool) { size, ok := sizes[file]; return size, ok },
		Open: func(file string) ([]byte, error) {
			f, ok := tree.Find(file)
			if !ok {
				return nil, fs.ErrNotExist
			}
			return f.Read()
		},
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
