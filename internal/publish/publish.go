// Package publish composes the stages of the flow, repeats them when the source
// moves, and keeps the last good release.
//
//	source ─► article ─► site ─► render.Bundle ─► Live
//	   ▲  └► history ─────┘                         │
//	   └── Run: watch, timed changes, requests ─────┘
//
// The next bundle is built beside the live one and swapped in by one pointer,
// so that a request sees one revision or the other, never a mixture. What is
// wrong with one article holds that article back (its last good version stays);
// a site.yaml that cannot be read, a tree without a single valid article and,
// under Strict, any finding hold the whole revision.
//
// Where the content is in git, an article that is held back falls back to the
// newest version in its history that passes, so that a restart serves what was
// served before it; the revision that is live is remembered in the mirror, so that
// a restart while the newest one is held does not go back either.
//
// Work is kept by content hash: an article is parsed and a picture measured
// again only when its bytes differ, for the live site and for all previews.
package publish

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"byline/internal/check"
	"byline/internal/finding"
	"byline/internal/picture"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/store"
	"byline/static"
)

// Source is where revisions come from.
type Source interface {
	Snapshot(ctx context.Context) (source.Tree, error)
	Watch(ctx context.Context, poll time.Duration) (<-chan struct{}, error)
}

// Options are what a Publisher needs.
type Options struct {
	Source     Source
	Mirror     *source.Mirror     // the Source, when that is a remote repository; else nil
	Repository *source.Repository // whose history counts; nil when there is none
	Store      *store.Store       // where the history is kept; nil: walk it at every start
	Cache      *render.Cache      // of finished pages; nil: one of a moderate size
	Pictures   *picture.Maker     // makes smaller pictures and cards; nil: one that has no programs and no fonts
	Origin     string             // public origin; overrides site.yaml when not empty
	Poll       time.Duration      // look again at least this often; 0: only on notice
	Patience   time.Duration      // that Start has with a remote when there is something to serve without it; 0: 10 s
	Strict     bool               // any finding holds the revision
	Dev        bool               // show drafts, scheduled articles and findings
	Thorough   bool               // decode every picture to the end
	HSTS       bool
	PreviewKey []byte // that preview links are signed with; nil: there are no previews
	Program    string // identifies the program, see render.Options
	Built      time.Time
	Log        *slog.Logger
	Now        func() time.Time     // nil: time.Now
	Observe    func(Status)         // told what every look came to; must be quick; nil: nobody is told
	Swapped    func(*render.Bundle) // told of every bundle that is live now, in their order; must be quick; nil: nobody is told

	// Progress is told, while a build reads articles, that so many of all of them
	// are read; those kept from builds before are not read again and do not count.
	// It is called by several goroutines at once, an article after the other, so
	// that it must be quick; nil: nobody is told.
	Progress func(done, total int)
}

// Publisher keeps the live bundle. Publish, Start and Run belong to one
// goroutine; all other methods are safe for concurrent use.
type Publisher struct {
	options Options
	assets  *static.Assets
	work    *work

	pictures *picture.Maker

	live    atomic.Pointer[render.Bundle]
	current atomic.Pointer[release] // that is live
	status  atomic.Pointer[Status]
	mu      sync.Mutex
	changed chan struct{}

	requests chan request
	ended    chan struct{} // closed when Run has ended

	checker  check.Checker
	previews previews

	past      past
	reported  finding.List // the last time, ordered
	looked    time.Time    // when the source was last looked at, by the clock of Now
	rejected  string       // the commit that a rollback went back from
	unwatched error        // why changes may be missed, as it was said last
	noted     string       // the commit that the mirror remembers as live
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
	Rejected string       // the newest revision, which was rolled back from; "" when none was
	Took     Took
}

// Took says where the time of a publish went.
type Took struct{ Fetch, History, Build, Check, Swap time.Duration }

// Total is the time from the notice to the swap.
func (t Took) Total() time.Duration { return t.Fetch + t.History + t.Build + t.Check + t.Swap }

// New returns a Publisher that has published nothing yet.
func New(options Options) (*Publisher, error) {
	assets, err := static.Load()
	if err != nil {
		return nil, err
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Cache == nil {
		options.Cache = render.NewCache(render.DefaultBudget)
	}
	pictures := options.Pictures
	if pictures == nil {
		pictures = picture.NewMaker(picture.MakerOptions{Store: options.Store, Log: options.Log})
	}
	return &Publisher{
		options: options, pictures: pictures, assets: assets, work: newWork(), changed: make(chan struct{}), requests: make(chan request), ended: make(chan struct{}),
		past: past{repository: options.Repository, store: options.Store, log: options.Log},
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

// settle keeps what a look came to and tells who observes.
func (p *Publisher) settle(s Status) {
	if before := p.Status().Fault; (s.Fault == nil) != (before == nil) {
		if s.Fault != nil {
			p.options.Log.Warn("the source cannot be read; what was read before is served", "error", s.Fault)
		} else {
			p.options.Log.Info("the source can be read again")
		}
	}
	if p.rejected != "" {
		s.Rejected = source.RevisionOf(p.rejected)
	}
	p.status.Store(&s)
	if p.options.Observe != nil {
		p.options.Observe(s)
	}
}

func (p *Publisher) swap(b *render.Bundle) {
	p.live.Store(b)
	if p.options.Swapped != nil {
		p.options.Swapped(b)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.changed)
	p.changed = make(chan struct{})
}

// ErrHeld says that a revision was not published because of its findings.
var ErrHeld = errors.New("the revision is held back")
