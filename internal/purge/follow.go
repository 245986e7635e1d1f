package purge

import (
	"context"
	"encoding/json"
	"time"

	"byline/internal/render"
)

// slack is what clocks and networks may add to how long something is kept.
const slack = time.Minute

// probe is a key that nothing has: whoever confirms its purge listens.
const probe = "none"

// follow compares every bundle with the one before, until ctx ends.
func (w *Worker) follow(ctx context.Context) {
	for {
		s, missed, ok := w.next()
		switch {
		case ctx.Err() != nil && ok:
			w.forget()
			w.whole(s, "going down")
			w.last = s.bundle
		case ctx.Err() != nil:
			return
		case ok:
			w.see(ctx, s, missed)
		default:
			w.note()
			select {
			case <-ctx.Done():
			case <-w.wake:
			}
		}
	}
}

// next takes the bundle that waits longest.
func (w *Worker) next() (s swap, missed, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.comparing = len(w.waiting) > 0; !w.comparing {
		return swap{}, false, false
	}
	s, w.waiting = w.waiting[0], w.waiting[1:]
	missed, w.missed = w.missed, false
	return s, missed, true
}

// see has caches drop what a bundle has changed.
func (w *Worker) see(ctx context.Context, s swap, missed bool) {
	before := w.last
	defer func() { w.last = s.bundle }()
	if before == nil && !missed && w.known(s) {
		return
	}
	w.forget()
	switch {
	case before == nil:
		w.whole(s, "nobody knows what they have of an earlier run")
	case s.at.Before(w.unknown):
		w.whole(s, "the first change after a start")
	case missed:
		w.whole(s, "too many revisions in too short a time")
	default:
		w.compare(ctx, s)
	}
}

// whole has caches drop everything. After that nothing is unknown.
func (w *Worker) whole(s swap, why string) {
	w.options.Log.Info("caches are told to drop the whole site", "revision", s.bundle.Revision(), "why", why)
	w.order(render.SiteKey, s.at.Add(w.options.Settle))
	w.unknown = time.Time{}
}

// compare has caches drop what they may have and is another now, each page as
// soon as it is known.
func (w *Worker) compare(ctx context.Context, s swap) {
	paths := 0
	for path := range render.Changed(ctx, w.last, s.bundle, s.at.Add(-w.horizon(w.options.Keep))) {
		w.order(render.PathKey(path), s.at.Add(w.options.Settle))
		paths++
	}
	if ctx.Err() != nil {
		w.whole(s, "going down") // before the list was at its end
		return
	}
	if paths > 0 {
		w.options.Log.Info("caches are told what has changed", "revision", s.bundle.Revision(), "paths", paths, "took", time.Since(s.at).Round(time.Millisecond).String())
	}
}

// horizon is how long what may be kept for a time can be in a cache.
func (w *Worker) horizon(keep time.Duration) time.Duration { return keep + render.StaleFor + slack }

// order has every cache drop what has the key now, and again when what was on its
// way to the cache has arrived.
func (w *Worker) order(key string, settled time.Time) {
	for _, q := range w.queues {
		q.add(key, settled)
	}
}

// noteKey is where the store has the note.
const noteKey = "purged"

// note is what a process leaves to the next one. It is there only while all caches
// have confirmed all purges.
type note struct {
	Bundle  string        `json:"bundle"` // fingerprint of what is live
	Keep    time.Duration `json:"keep"`   // that was given out
	Unknown time.Time     `json:"unknown"`
}

// known reports whether the first bundle is the one whose purges were all
// confirmed. Then caches have nothing older; but what they have of it nobody
// knows for as long as it is kept.
func (w *Worker) known(s swap) bool {
	if w.options.Store == nil {
		return false
	}
	data, ok := w.options.Store.Get(noteKey)
	var n note
	if !ok || json.Unmarshal(data, &n) != nil || n.Bundle != s.bundle.Fingerprint() {
		return false
	}
	w.noted, w.unknown = n.Bundle, s.at.Add(w.horizon(n.Keep))
	if n.Unknown.After(w.unknown) {
		w.unknown = n.Unknown
	}
	w.order(probe, s.at)
	return true
}

// forget takes the note back before there is something to purge.
func (w *Worker) forget() {
	if w.options.Store == nil {
		return
	}
	w.noted = ""
	if err := w.options.Store.Delete(noteKey); err != nil {
		w.options.Log.Error("cannot write to the data folder; after a restart caches may have old pages for a while", "error", err)
	}
}

// note notes that caches have nothing older than the bundle that is live, once
// that is so.
func (w *Worker) note() {
	if w.options.Store == nil || w.last == nil || w.noted != "" || !w.idle() {
		return
	}
	w.noted = w.last.Fingerprint()
	data, err := json.Marshal(note{w.noted, w.options.Keep, w.unknown})
	if err == nil {
		err = w.options.Store.Put(noteKey, data)
	}
	if err != nil {
		w.options.Log.Error("cannot write to the data folder; the next start will have caches drop the whole site", "error", err)
	}
}
