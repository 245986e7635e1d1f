package notify

import (
	"context"
	"slices"
	"time"
)

const (
	maxQueue   = 64               // messages that wait; the oldest are dropped
	maxTries   = 6                // of one message: about six minutes
	firstRetry = time.Second      // doubled twice at every try: 1, 4, 16, 64, 256 s
	maxRetry   = time.Hour        // however long a server asks us to wait
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

// put queues a parcel in place of one for the same target and commit: the newest
// outcome wins. It keeps the time that the other had to wait for, which a busy
// server has asked for. The caller holds mu.
func (n *Notifier) put(p *parcel) {
	for _, other := range n.queue {
		if other.target == p.target && other.about == p.about {
			other.message, other.tries = p.message, 0
			return
		}
	}
	if len(n.queue) == maxQueue {
		n.observe(n.queue[0], Dropped, "too many others wait")
		n.queue = n.queue[1:]
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
	p.tries++
	f := n.send(ctx, p)
	switch {
	case f == nil:
		n.observe(p, Delivered, "")
	case !f.passing || p.tries == maxTries:
		n.giveUp(p, f)
	default:
		n.observe(p, Retrying, f.Error())
		p.due = time.Now().Add(min(max(firstRetry<<(2*(p.tries-1)), f.after), maxRetry))
		n.again(p)
	}
}

// again queues a parcel that could not be delivered, unless there is news.
func (n *Notifier) again(p *parcel) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, newer := range n.queue {
		if newer.target == p.target && newer.about == p.about {
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
		p.tries++
		if f := n.send(ctx, p); f != nil {
			n.giveUp(p, f)
		} else {
			n.observe(p, Delivered, "")
		}
	}
}

func (n *Notifier) giveUp(p *parcel, f *fault) {
	n.options.Log.Warn("could not tell of an outcome", "to", p.target.name, "about", p.about, "says", p.says, "why", f.Error(), "tries", p.tries)
	n.observe(p, GivenUp, f.Error())
}

func (n *Notifier) observe(p *parcel, result, detail string) {
	if n.options.Observe != nil {
		n.options.Observe(Delivery{
			At: time.Now(), Kind: p.target.kind, To: p.target.name, About: p.about, Says: p.says, Result: result, Detail: detail, Tries: p.tries,
		})
	}
}
