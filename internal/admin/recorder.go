package admin

import (
	"slices"
	"sync"
	"time"

	"byline/internal/finding"
	"byline/internal/publish"
)

// kept is how many outcomes and deliveries are kept.
const kept = 20

// What a look at the source came to.
const (
	published = "published"
	unchanged = "unchanged"
	held      = "held"
	fault     = "fault"
)

// Outcome is what one or more looks at the source came to, one like the other.
type Outcome struct {
	At       time.Time `json:"at"`    // the first of them
	Last     time.Time `json:"last"`  // the last
	Times    int       `json:"times"` // how many
	Result   string    `json:"result"`
	Revision string    `json:"revision"` // that was looked at
	Live     string    `json:"live"`
	Why      string    `json:"why,omitempty"`
	Articles int       `json:"articles"`
	HeldBack int       `json:"held_back"`
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
	Took     float64   `json:"took_seconds"`
}

// Delivery is a try to tell somebody of an outcome.
type Delivery struct {
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	To     string    `json:"to"`
	About  string    `json:"about"`
	Says   string    `json:"says"`
	Result string    `json:"result"`
	Detail string    `json:"detail,omitempty"`
	Tries  int       `json:"tries"`
}

// RecorderOptions name the values of labels, so that no request can make a new
// one.
type RecorderOptions struct {
	Version         string
	RequestKinds    []string
	DeliveryKinds   []string
	DeliveryResults []string
	Modified        func() time.Time // of the live content; zero when nothing is live
	Bodies          func() Bodies    // that are kept in memory; nil: not known
	Caches          func() []Cache   // that are told of changes; nil: none is
}

// Recorder keeps what passes by. It is safe for concurrent use.
type Recorder struct {
	options RecorderOptions
	started time.Time
	metrics *metrics

	mu         sync.Mutex
	last       publish.Status
	took       publish.Took // of the last publish
	success    time.Time    // when the source was last looked at and all was well
	outcomes   []Outcome    // oldest first
	deliveries []Delivery   // oldest first
}

// NewRecorder returns a Recorder that has seen nothing.
func NewRecorder(options RecorderOptions) *Recorder {
	r := &Recorder{options: options, started: time.Now()}
	r.metrics = newMetrics(r)
	return r
}

// Looked records what a look at the source came to.
func (r *Recorder) Looked(s publish.Status) {
	r.mu.Lock()
	defer r.mu.Unlock()
	result := resultOf(r.last, s)
	r.last = s
	if result == published {
		r.took = s.Took
	}
	if s.Fault == nil && s.Held == nil {
		r.success = s.Looked
	}
	r.metrics.looked(result, s)
	r.keep(outcomeOf(result, s))
}

// resultOf tells what has come of a look from what was so before.
func resultOf(before, s publish.Status) string {
	switch {
	case s.Live != "" && !s.Since.Equal(before.Since):
		return published // perhaps of what was fetched before the source could not be read
	case s.Fault != nil:
		return fault
	case s.Held != nil:
		return held
	}
	return unchanged
}

func outcomeOf(result string, s publish.Status) Outcome {
	o := Outcome{
		At: s.Looked, Last: s.Looked, Times: 1, Result: result, Revision: s.Revision, Live: s.Live, Articles: s.Articles, HeldBack: len(s.HeldBack),
		Errors: s.Findings.Count(finding.Error), Warnings: s.Findings.Count(finding.Warning), Took: s.Took.Total().Seconds(),
	}
	switch result {
	case fault:
		o.Why = s.Fault.Error()
	case held:
		o.Why = s.Held.Error()
	}
	return o
}

// keep adds an outcome, or counts it when it is like the one before. That
// nothing was new is worth a line only where something was wrong before.
func (r *Recorder) keep(o Outcome) {
	if n := len(r.outcomes); n > 0 {
		newest := &r.outcomes[n-1]
		well := newest.Result == published || newest.Result == unchanged
		switch {
		case o.Result == unchanged && well:
			return
		case o.Result != published && o.Result == newest.Result && o.Revision == newest.Revision && o.Why == newest.Why &&
			o.Errors == newest.Errors && o.Warnings == newest.Warnings:
			newest.Last, newest.Times = o.At, newest.Times+1
			return
		}
	}
	r.outcomes = newest(append(r.outcomes, o))
}

// Delivered records a try to tell somebody; a later try of the same takes the
// place of the earlier one.
func (r *Recorder) Delivered(d Delivery) {
	r.metrics.deliveries.WithLabelValues(d.Kind, d.Result).Inc()
	r.mu.Lock()
	defer r.mu.Unlock()
	if d.Tries > 1 {
		r.deliveries = slices.DeleteFunc(r.deliveries, func(e Delivery) bool {
			return e.To == d.To && e.About == d.About && e.Says == d.Says && e.Tries < d.Tries
		})
	}
	r.deliveries = newest(append(r.deliveries, d))
}

func newest[T any](list []T) []T { return slices.Clone(list[max(len(list)-kept, 0):]) }
