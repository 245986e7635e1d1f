package purge

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"byline/internal/render"
)

const (
	mostKeys   = 2000             // that are named; more are the whole site
	firstRetry = time.Second      // doubled at every failure
	maxRetry   = 30 * time.Second // of that
	tryTimeout = 30 * time.Second // of one purge, however many requests it takes
	idleWait   = time.Hour        // when nothing is to be done
)

// queue is what one cache must still be told.
type queue struct {
	cache   Purger
	log     *slog.Logger
	tried   func() // told after every try
	wake    chan struct{}
	listens atomic.Bool // the cache has confirmed the last purge

	mu       sync.Mutex
	orders   map[string]order // by key
	number   uint64           // of the last order
	failures int              // in a row
	next     time.Time        // no try before that
	status   Status
}

// order is a key that a cache must be told.
type order struct {
	number  uint64
	due     time.Time // not before that
	settled time.Time // the purge that ends it must not begin before that
}

// batch is what is told at once.
type batch struct {
	keys []string
	upTo uint64 // number of the last order when it was put together
	at   time.Time
}

// Status is how it is with a cache.
type Status struct {
	Cache    string
	Pending  int       // keys that it must still be told
	Purges   int       // that it has confirmed
	Keys     int       // in those
	Failures int       // tries that it did not confirm
	Last     time.Time // when it confirmed last; zero: never
	Failing  time.Time // since when it does not; zero: it does
	Fault    string    // why not
}

func newQueue(cache Purger, log *slog.Logger, tried func()) *queue {
	return &queue{cache: cache, log: log.With("cache", cache.Name()), tried: tried, wake: make(chan struct{}, 1), orders: map[string]order{}}
}

// add has the cache be told a key now, and again at settled if the first time is
// before that.
func (q *queue) add(key string, settled time.Time) {
	q.mu.Lock()
	q.number++
	if before := q.orders[key].settled; before.After(settled) {
		settled = before
	}
	q.orders[key] = order{number: q.number, settled: settled}
	if len(q.orders) > mostKeys {
		for _, o := range q.orders {
			if o.settled.After(settled) {
				settled = o.settled
			}
		}
		q.orders = map[string]order{render.SiteKey: {number: q.number, settled: settled}}
	}
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default: // it is awake
	}
}

// run tells the cache until ctx ends.
func (q *queue) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		b, wait := q.take(time.Now())
		if b.keys != nil {
			q.tell(ctx, b)
			continue
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
		case <-q.wake:
		case <-timer.C:
		}
	}
}

// take puts together what is due; when nothing is, it says how long until
// something may be.
func (q *queue) take(now time.Time) (b batch, wait time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if wait := q.next.Sub(now); wait > 0 {
		return batch{}, wait
	}
	wait = idleWait
	b = batch{upTo: q.number, at: now}
	for key, o := range q.orders {
		if d := o.due.Sub(now); d > 0 {
			wait = min(wait, d)
		} else {
			b.keys = append(b.keys, key)
		}
	}
	b.narrow()
	return b, wait
}

// narrow leaves the key of the site alone where it is, since it holds all others.
func (b *batch) narrow() {
	slices.Sort(b.keys)
	if slices.Contains(b.keys, render.SiteKey) {
		b.keys = []string{render.SiteKey}
	}
}

// tell has the cache drop a batch.
func (q *queue) tell(ctx context.Context, b batch) {
	try, cancel := context.WithTimeout(ctx, tryTimeout)
	err := q.cache.Purge(try, b.keys)
	cancel()
	switch {
	case err == nil:
		q.confirmed(b, time.Now())
	case ctx.Err() == nil:
		q.failed(err, time.Now())
	default:
		return // the server goes down: finish tries again
	}
	q.tried()
}

// confirmed takes out what the cache was told after it was settled, and puts off
// the rest until then. What was ordered meanwhile stays as it is.
func (q *queue) confirmed(b batch, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	site := b.keys[0] == render.SiteKey
	for key, o := range q.orders {
		_, named := slices.BinarySearch(b.keys, key)
		switch {
		case o.number > b.upTo || !named && !site:
		case b.at.Before(o.settled):
			o.due = o.settled
			q.orders[key] = o
		default:
			delete(q.orders, key)
		}
	}
	q.status.Purges++
	q.status.Keys += len(b.keys)
	q.status.Last = now
	if q.failures > 0 {
		q.log.Info("a cache listens again", "after", now.Sub(q.status.Failing).Round(time.Second).String())
	}
	q.failures, q.next, q.status.Failing, q.status.Fault = 0, time.Time{}, time.Time{}, ""
	q.listens.Store(true)
	q.log.Debug("purged", "keys", len(b.keys), "first", b.keys[0], "took", now.Sub(b.at).Round(time.Millisecond).String())
}

// failed puts the next try off, longer every time.
func (q *queue) failed(err error, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.listens.Store(false)
	q.next = now.Add(min(firstRetry<<min(q.failures, 10), maxRetry))
	q.failures++
	q.status.Failures++
	q.status.Fault = err.Error()
	if q.failures == 1 {
		q.status.Failing = now
		q.log.Warn("a cache cannot be told what has changed; trying again, and no page is kept without asking meanwhile", "error", err)
	}
}

// finish tells once what is left. Nothing is on its way to the cache any more.
func (q *queue) finish(ctx context.Context) {
	q.mu.Lock()
	b := batch{upTo: q.number, at: time.Now()}
	for key, o := range q.orders {
		b.keys = append(b.keys, key)
		o.settled = b.at
		q.orders[key] = o
	}
	q.mu.Unlock()
	if b.narrow(); b.keys == nil {
		return
	}
	if err := q.cache.Purge(ctx, b.keys); err != nil {
		q.log.Warn("a cache was not told what has changed before the end; it may keep old pages for a while", "keys", len(b.keys), "error", err)
		return
	}
	q.confirmed(b, time.Now())
}

// idle reports whether there is nothing left to tell.
func (q *queue) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.orders) == 0
}

func (q *queue) state() Status {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := q.status
	s.Cache, s.Pending = q.cache.Name(), len(q.orders)
	return s
}
