// Package purge has caches that answer many drop what a publish has changed, and
// nothing else, so that they may keep everything else for long.
//
//	publish ── Swapped ─► follow: render.Changed ─► a queue for each cache ─► Purger
//	server ◄── KeepFor: how long caches may keep a page now ◄── what is confirmed
//
// What is promised. Let a cache be allowed to keep a page for Keep and to show it
// for render.StaleFor more while it asks back. Once every process that serves
// the site has a revision live, and every cache has confirmed the purges, no cache
// answers with anything older:
//
//   - A purge is sent after the swap, never before: what the cache asks for then is
//     new. An answer that was begun before the swap and goes out after it is not
//     kept (see server). What was on the wire at that moment may come into the cache
//     behind the purge; so everything is purged once more, Settle after the swap.
//   - Every process purges what it has given out itself. Of several, one that swaps
//     late may bring an old page into a cache that another has purged; it purges it
//     when it swaps.
//   - Timed changes and rollbacks are swaps like any other. Beside that nothing is
//     kept past the next date in the content.
//
// A cache that does not confirm is asked until it does, and while it does not,
// KeepFor is 0: nothing new is kept without asking. What was given out before that
// can be old for Keep and StaleFor from then at the most, and so can what
// a process gave out that is gone for good. So Keep bounds what a lost purge
// costs, and so does it what must be compared: what was given out longer ago is
// in no cache.
//
// A process does not know what others before it gave out. The Store tells it of
// which bundle all purges were confirmed: when it starts with another one, or
// nobody knows, it has the whole site dropped; with the same one nothing is, and
// the first change within Keep drops the whole site. The same happens when too much
// has changed to be named, or swaps come faster than they can be compared.
//
// It never holds a publish up: Swapped puts a bundle into a short list, one
// goroutine compares, and one for each cache tells it. The package knows HTTP as a client,
// not as a server, and no content.
package purge

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"byline/internal/render"
	"byline/internal/store"
)

// Purger is a cache that can be told to drop answers.
type Purger interface {
	// Name tells the cache from others, without anything secret.
	Name() string
	// Purge drops what has one of the surrogate keys, in every encoding and for
	// every query. When it returns nil the cache has confirmed that for all keys.
	Purge(ctx context.Context, keys []string) error
}

// Options are what a Worker needs.
type Options struct {
	Caches []Purger
	Keep   time.Duration // that caches may keep a page while all goes well
	Store  *store.Store  // where it is kept what was confirmed; nil: nowhere
	Log    *slog.Logger
	Settle time.Duration // longest time that an answer is on its way to a cache; 0: 5 s
}

// Worker tells caches of what has changed. Run is for one goroutine; all other
// methods are safe for concurrent use.
type Worker struct {
	options Options
	queues  []*queue
	wake    chan struct{}

	mu        sync.Mutex
	waiting   []swap
	missed    bool // a bundle was live that was not compared
	comparing bool

	last    *render.Bundle // that was compared
	unknown time.Time      // until then caches may have what nobody knows of; zero: they have not
	noted   string         // fingerprint that the store has; "": none
}

// swap is a bundle that went live.
type swap struct {
	bundle *render.Bundle
	at     time.Time
}

// mostWaiting is how many bundles wait to be compared. Each holds a whole site.
const mostWaiting = 4

// New returns a Worker that knows of no bundle yet.
func New(options Options) *Worker {
	if options.Settle == 0 {
		options.Settle = 5 * time.Second
	}
	w := &Worker{options: options, wake: make(chan struct{}, 1)}
	for _, cache := range options.Caches {
		w.queues = append(w.queues, newQueue(cache, options.Log, w.awake))
	}
	return w
}

// Swapped takes note of a bundle that is live now. It never waits.
func (w *Worker) Swapped(b *render.Bundle) {
	w.mu.Lock()
	if len(w.waiting) == mostWaiting {
		w.waiting, w.missed = nil, true
	}
	w.waiting = append(w.waiting, swap{b, time.Now()})
	w.mu.Unlock()
	w.awake()
}

func (w *Worker) awake() {
	select {
	case w.wake <- struct{}{}:
	default: // it is awake
	}
}

// KeepFor is how long caches may keep a page that is given out now: 0 as long as
// one of them has never confirmed a purge, or not the last one.
func (w *Worker) KeepFor() time.Duration {
	for _, q := range w.queues {
		if !q.listens.Load() {
			return 0
		}
	}
	return w.options.Keep
}

// Settled reports whether all caches have confirmed all that Swapped was told of.
func (w *Worker) Settled() bool {
	w.mu.Lock()
	busy := w.comparing || len(w.waiting) > 0
	w.mu.Unlock()
	return !busy && w.idle()
}

// idle reports whether there is nothing left to tell anybody.
func (w *Worker) idle() bool {
	for _, q := range w.queues {
		if !q.idle() {
			return false
		}
	}
	return true
}

// Status is how it is with each cache.
func (w *Worker) Status() []Status {
	var all []Status
	for _, q := range w.queues {
		all = append(all, q.state())
	}
	return all
}

// farewell is how long caches are told of what is left when the server goes down.
const farewell = 5 * time.Second

// Run tells caches until ctx ends; then it tries what is left, for at most
// farewell. The server must not answer any more when ctx ends.
func (w *Worker) Run(ctx context.Context) {
	var told sync.WaitGroup
	for _, q := range w.queues {
		told.Go(func() { q.run(ctx) })
	}
	w.follow(ctx)
	told.Wait()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	for _, q := range w.queues {
		told.Go(func() { q.finish(last) })
	}
	told.Wait()
	w.note()
}
