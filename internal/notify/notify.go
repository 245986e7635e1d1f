// Package notify tells the pusher what became of a push: a commit status at the
// forge, with the first finding and a link, and a JSON message to any URL. And it
// tells the world what has changed in substance: search engines by IndexNow, and
// those who follow a feed by a WebSub hub.
//
//	publish ─► Outcome ─► Tell ─────┐
//	render ──► News ────► Announce ─┴─► queue ─► Run: one worker ─► forge, URL, IndexNow, hub
//
// Tell never blocks: it writes the messages and puts them into a bounded queue,
// where the newest outcome of a commit takes the place of one that is not sent
// yet. What was told of a commit last is not told again, so that it may be
// called after every look at the source. Run sends; what fails for a while (the network, 5xx, 429)
// is sent again later and later, and given up after some tries with a line in the
// log. When the server goes down, what is left is tried once more, for a moment.
//
// Of news no message is kept, but what was told last (news.go): what there is to
// say is what the site says otherwise now, found out at every try. So nothing is
// lost, nothing is told that was taken back meanwhile, and a server that has kept
// it goes on after a restart where it was.
//
// A token goes to the forge's own API only: over https, or to this machine, and
// never along a redirect. Neither it nor the path and query of the notify URL,
// which are often a secret themselves, are in a log line or a Delivery.
//
// The package knows outcomes and HTTP; it knows nothing of publishing, and
// nothing in the flow waits for it.
package notify

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"byline/internal/finding"
)

// Outcome is what a look at the source came to.
type Outcome struct {
	Commit    string // full id; "": not in git, there is no status to set
	Revision  string
	Live      string // the revision that is served
	URL       string // of the site; "" when not known
	Published bool   // this look made the revision live
	Articles  int
	HeldBack  []string // files whose new version is not served
	Findings  finding.List
	Held      error // why the revision is not live; nil when it is
	Fault     error // why the source could not be read; nil when it could
	Took      time.Duration
}

// Options are what a Notifier needs.
type Options struct {
	Forge   *Forge       // nil: no commit statuses
	URL     string       // gets every new outcome as JSON; "": none
	News    *NewsOptions // nil: news is not announced
	Log     *slog.Logger
	Observe func(Delivery) // told of every try; must be quick; nil: nobody is told
}

// Delivery is a try to tell somebody.
type Delivery struct {
	At     time.Time
	Kind   string // one of Kinds
	To     string // without anything secret
	About  string // the commit, or the revision
	Says   string
	Result string // one of Results
	Detail string // why it was not delivered
	Tries  int    // so far
}

// What became of a try.
const (
	Delivered = "delivered"
	Retrying  = "retrying"
	GivenUp   = "given up"
	Dropped   = "dropped" // the queue was full
)

// Results are all values of Delivery.Result.
func Results() []string { return []string{Delivered, Retrying, GivenUp, Dropped} }

// Kinds are all values of Delivery.Kind.
func Kinds() []string { return []string{"status", "url", "indexnow", "websub"} }

// target is somebody to tell.
type target struct {
	kind, name string
	header     http.Header
	compose    func(Outcome) (message, bool) // false: this outcome does not concern it
	accepts    func(status int, body string) bool
	advice     func(status int) string // what to do where it refuses; nil: nothing is known
	news       *bulletin               // what it is told, in the place of outcomes
}

// message is what is sent.
type message struct {
	url, about, says string
	to, kind         string // in the place of the target's name and of JSON
	topic, same      string // of one topic, what is the same as the last time need not be told
	body             []byte
}

// Notifier tells. Tell is safe for concurrent use; Run is for one goroutine.
type Notifier struct {
	options Options
	targets []target
	client  *http.Client
	wake    chan struct{}

	mu    sync.Mutex
	told  []map[string]string // by target and topic: what was told last
	queue []*parcel
}

// New returns a Notifier with nothing to tell yet. It fails on an address that
// cannot be used.
func New(options Options) (*Notifier, error) {
	n := &Notifier{
		options: options, wake: make(chan struct{}, 1),
		client: &http.Client{
			Timeout:       tryTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if options.Forge != nil {
		n.targets = append(n.targets, options.Forge.target())
	}
	if options.URL != "" {
		t, err := newHook(options.URL)
		if err != nil {
			return nil, err
		}
		n.targets = append(n.targets, t)
	}
	if options.News != nil {
		if err := n.addNews(*options.News); err != nil {
			return nil, err
		}
	}
	for range n.targets {
		n.told = append(n.told, map[string]string{})
	}
	return n, nil
}

// maxTopics is how many topics are remembered.
const maxTopics = 256

// Tell puts an outcome into the queue, for all whom it concerns and who were not
// told the same of its topic last.
func (n *Notifier) Tell(o Outcome) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, t := range n.targets {
		if t.news != nil {
			continue
		}
		m, ok := t.compose(o)
		if last, known := n.told[i][m.topic]; !ok || known && last == m.same {
			continue
		}
		if len(n.told[i]) == maxTopics {
			clear(n.told[i]) // of old commits nobody will speak again
		}
		n.told[i][m.topic] = m.same
		n.put(&parcel{target: &n.targets[i], message: m, due: time.Now()})
	}
	n.rouse()
}

// rouse lets the worker look at the queue.
func (n *Notifier) rouse() {
	select {
	case n.wake <- struct{}{}:
	default: // it is awake
	}
}

// Run sends what is told until ctx ends; then it tries what is left, for at most
// farewell.
func (n *Notifier) Run(ctx context.Context) {
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	context.AfterFunc(ctx, func() { time.AfterFunc(farewell, cancel) })
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		p, wait := n.next(time.Now())
		if p != nil {
			n.deliver(sending, p)
			continue
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
		case <-n.wake:
		case <-timer.C:
		}
	}
	n.farewell(sending)
}
