package notify

import (
	"cmp"
	"context"
	"slices"
	"time"
)

const (
	maxQueue   = 64               // messages that wait; the oldest are dropped
	maxTries   = 6                // of one message: about six minutes
	newsTries  = 30               // of news, which waits for nothing else: about a day
	firstRetry = time.Second      // doubled twice at every try: 1, 4, 16, 64, 256 s
	maxRetry   = time.Hour        // the longest wait, however long a server asks us to
	tryTimeout = 10 * time.Second // of one request
	farewell   = 5 * time.Second  // for what is left when the server goes down
	idle       = time.Hour        // when nothing waits
)

// parcel is a message on its way.
type parcel struct {
	message
	target *target
	tries  int
	due    time.Time
}

// like reports whether two parcels are of one matter: a commit, or all news.
func (p *parcel) like(other *parcel) bool {
	return p.target == other.target && (p.target.news != nil || p.about == other.about)
}

// tryLimit is how often a parcel is tried.
func (p *parcel) tryLimit() int {
	if p.target.news != nil {
		return newsTries
	}
	return maxTries
}

// put queues a parcel in place of one for the same target and commit: the newest
// outcome wins. It keeps the time that the other had to wait for, which a busy
// server has asked for. The caller holds mu.
func (n *Notifier) put(p *parcel) {
	if at := slices.IndexFunc(n.queue, p.like); at >= 0 {
		n.queue[at].message, n.queue[at].tries = p.message, 0
		return
	}
	if oldest := slices.IndexFunc(n.queue, func(p *parcel) bool { return p.target.news == nil }); len(n.queue) >= maxQueue && oldest >= 0 {
		n.observe(n.queue[oldest], Dropped, "too many others wait")
		n.queue = slices.Delete(n.queue, oldest, oldest+1)
	}
	n.queue = append(n.queue, p)
}

// next takes the parcel that is due longest out of the queue; nil when none is,
// and how long until one will be.
func (n *Notifier) next(now time.Time) (*parcel, time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	first := -1
	for i, p := range n.queue {
		if first < 0 || p.due.Before(n.queue[first].due) {
			first = i
		}
	}
	if first < 0 {
		return nil, idle
	}
	p := n.queue[first]
	if wait := p.due.Sub(now); wait > 0 {
		return nil, wait
	}
	n.queue = slices.Delete(n.queue, first, first+1)
	return p, 0
}

// deliver tries once, and says when to try again.
func (n *Notifier) deliver(ctx context.Context, p *parcel) {
	if !n.ready(p) {
		return
	}
	p.tries++
	f := n.send(ctx, p)
	switch {
	case f == nil:
		n.delivered(p)
		if p.target.news != nil && n.ready(p) { // there is more than one message holds
			p.tries = 0
			n.again(p)
		}
	case !f.passing || p.tries == p.tryLimit():
		n.giveUp(p, f)
	default:
		n.observe(p, Retrying, f.Error())
		backoff := firstRetry << min(2*(p.tries-1), 12)
		p.due = time.Now().Add(min(max(backoff, f.after), maxRetry))
		n.again(p)
	}
}

// ready composes what is found out at every try; false when there is nothing to
// say.
func (n *Notifier) ready(p *parcel) bool {
	if p.target.news == nil {
		return true
	}
	m, ok := n.compose(p.target.news)
	p.message = m
	return ok
}

// again queues a parcel that could not be delivered, unless there is news.
func (n *Notifier) again(p *parcel) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, newer := range n.queue {
		if p.like(newer) {
			newer.due = p.due
			return
		}
	}
	n.put(p)
}

// farewell tries once what is left.
func (n *Notifier) farewell(ctx context.Context) {
	n.mu.Lock()
	left := n.queue
	n.queue = nil
	n.mu.Unlock()
	for _, p := range left {
		if !n.ready(p) {
			continue
		}
		p.tries++
		if f := n.send(ctx, p); f != nil {
			n.giveUp(p, f)
		} else {
			n.delivered(p)
		}
	}
}

func (n *Notifier) delivered(p *parcel) {
	if p.target.news != nil {
		n.arrived(p.target.news)
	}
	n.observe(p, Delivered, "")
}

func (n *Notifier) giveUp(p *parcel, f *fault) {
	if p.target.news == nil || p.target.news.unlikeBefore(f) {
		n.options.Log.Warn("could not tell "+p.matter(), "to", p.name(), "about", p.about, "says", p.says, "why", f.Error(), "tries", p.tries)
	}
	n.observe(p, GivenUp, f.Error())
}

func (p *parcel) matter() string {
	if p.target.news != nil {
		return "of changes; they are told with the next ones"
	}
	return "of an outcome"
}

func (p *parcel) name() string { return cmp.Or(p.to, p.target.name) }

func (n *Notifier) observe(p *parcel, result, detail string) {
	if n.options.Observe != nil {
		n.options.Observe(Delivery{
			At: time.Now(), Kind: p.target.kind, To: p.name(), About: p.about, Says: p.says, Result: result, Detail: detail, Tries: p.tries,
		})
	}
}
