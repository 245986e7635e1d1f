package purge_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/purge"
	"byline/internal/store"
	"byline/internal/testkit"
)

// ledger is a Purger that writes down what it was told, and when by the clock of
// its test; it confirms unless it is broken.
type ledger struct {
	name  string
	takes time.Duration

	mu     sync.Mutex
	broken bool
	lines  []string
	start  time.Time
}

func newLedger(name string) *ledger { return &ledger{name: name, start: time.Now()} }

// Name implements purge.Purger.
func (l *ledger) Name() string { return l.name }

// Purge implements purge.Purger.
func (l *ledger) Purge(ctx context.Context, keys []string) error {
	select {
	case <-time.After(l.takes):
	case <-ctx.Done():
		return ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	line := fmt.Sprintf("%v %s", time.Since(l.start), strings.Join(keys, " "))
	if l.broken {
		l.lines = append(l.lines, line+" fails")
		return errors.New("connection refused")
	}
	l.lines = append(l.lines, line)
	return nil
}

func (l *ledger) breaks(broken bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = broken
}

// told takes what the cache was told since the last time, and sets its clock to 0.
func (l *ledger) told() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	l.lines, l.start = nil, time.Now()
	return lines
}

// expect fails when the cache was told anything else.
func (l *ledger) expect(t *testing.T, what string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, l.told()); diff != "" {
		t.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

// begun is a site whose caches have confirmed that they have nothing older.
func begun(t *testing.T, kept *store.Store, caches ...purge.Purger) (s *site, w *purge.Worker, stop func()) {
	t.Helper()
	w = purge.New(purge.Options{Caches: caches, Keep: time.Hour, Store: kept, Log: quiet()})
	s = newSite(t, w)
	stop = runs(t, w)
	time.Sleep(time.Minute)
	synctest.Wait()
	return s, w, stop
}

// What has changed is told at once and once more when what was on its way has
// arrived; what nobody was given, and what has not changed, is not.
func TestToldTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cache := newLedger("a")
		s, w, stop := begun(t, nil, cache)
		defer stop()
		cache.expect(t, "at the start", "0s site", "5s site")
		s.give("/articles/note-00")
		s.give("/articles/note-01")
		s.edit(t, "note-00.md", text("Note 0", "ada", "gardens")+"More.\n")
		time.Sleep(time.Second)
		if w.Settled() {
			t.Error("settled before the second time")
		}
		time.Sleep(time.Minute)
		cache.expect(t, "after an edit", "0s /articles/note-00", "5s /articles/note-00")
		if !w.Settled() {
			t.Error("not settled after the second time")
		}
		s.publish(t)
		time.Sleep(time.Minute)
		cache.expect(t, "after nothing")
	})
}

// Tries come later and later, at most half a minute apart, for as long as it
// takes, with all that has come up meanwhile. Another cache has nothing to do with
// it, but for that no page is kept.
func TestTriesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken, well := newLedger("a"), newLedger("b")
		s, w, stop := begun(t, nil, broken, well)
		defer stop()
		broken.told()
		well.told()
		s.give("/articles/note-00")
		s.give("/articles/note-01")
		broken.breaks(true)
		s.edit(t, "note-00.md", text("Note 0", "ada", "gardens")+"More.\n")
		time.Sleep(40 * time.Second)
		s.edit(t, "note-01.md", text("Note 1", "grace", "engines")+"More.\n")
		time.Sleep(time.Minute)
		if status := w.Status(); w.KeepFor() != 0 || status[0].Pending != 2 || status[0].Fault != "connection refused" || status[1].Pending != 0 {
			t.Errorf("kept for %v; %+v", w.KeepFor(), status)
		}
		broken.breaks(false)
		time.Sleep(30 * time.Second)
		both := "/articles/note-00 /articles/note-01"
		broken.expect(t, "the broken one", "0s /articles/note-00 fails", "1s /articles/note-00 fails", "3s /articles/note-00 fails",
			"7s /articles/note-00 fails", "15s /articles/note-00 fails", "31s /articles/note-00 fails", "1m1s "+both+" fails", "1m31s "+both+" fails", "2m1s "+both)
		well.expect(t, "the other one", "0s /articles/note-00", "5s /articles/note-00", "40s /articles/note-01", "45s /articles/note-01")
		if status := w.Status()[0]; w.KeepFor() != time.Hour || !w.Settled() || status.Failures != 8 || !status.Failing.IsZero() {
			t.Errorf("kept for %v; %+v", w.KeepFor(), status)
		}
	})
}

// What comes up while a cache is being told is told right after that, not taken
// for told.
func TestWhileTelling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cache := newLedger("a")
		s, w, stop := begun(t, nil, cache)
		defer stop()
		cache.told()
		cache.takes = 2 * time.Second
		s.give("/articles/note-00")
		s.edit(t, "note-00.md", text("Note 0", "ada", "gardens")+"More.\n")
		time.Sleep(time.Second)
		s.give("/articles/note-00")
		s.edit(t, "note-00.md", text("Note 0", "ada", "gardens")+"And more.\n")
		time.Sleep(time.Minute)
		cache.expect(t, "a slow one", "2s /articles/note-00", "4s /articles/note-00", "8s /articles/note-00")
		if !w.Settled() {
			t.Error("not settled")
		}
	})
}

// Too much to be named, or to be compared, is the whole site.
func TestTooMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cache := newLedger("a")
		s, w, stop := begun(t, nil, cache)
		defer stop()
		cache.told()
		for n := range 2100 {
			testkit.Write(t, s.dir, fmt.Sprintf("many-%04d.md", n), "---\ntitle: One of many\ndate: 2020-01-01\n---\n")
		}
		s.publish(t)
		time.Sleep(time.Minute)
		if last := cache.told(); len(last) == 0 || !strings.HasSuffix(last[len(last)-1], "s site") {
			t.Errorf("of a great many new pages: %.300q", last)
		}
		live := s.publisher.Live()
		for range 6 { // and no moment to compare them
			w.Swapped(live)
		}
		time.Sleep(time.Minute)
		if told := cache.told(); !slices.Equal(told, []string{"0s site", "5s site"}) {
			t.Errorf("of a great many swaps: %q", told)
		}
	})
}

// Before the end what is left is told, though it would not be due.
func TestFarewell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cache := newLedger("a")
		s, w, stop := begun(t, nil, cache)
		cache.told()
		s.give("/articles/note-00")
		s.edit(t, "note-00.md", text("Note 0", "ada", "gardens")+"More.\n")
		time.Sleep(time.Second)
		stop()
		cache.expect(t, "one second before the end", "0s /articles/note-00", "1s /articles/note-00")
		if !w.Settled() {
			t.Error("not settled")
		}
	})
}

// TestNote states what a start does, by what the one before it has left.
func TestNote(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept, err := store.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		cache := newLedger("a")
		_, _, stop := begun(t, kept, cache)
		stop()
		cache.expect(t, "with nothing left", "0s site", "5s site")

		s, _, stop := begun(t, kept, cache)
		cache.expect(t, "with the same content", "0s none")
		s.give("/articles/note-00")
		s.edit(t, "note-00.md", text("Note 0", "ada", "gardens")+"More.\n")
		time.Sleep(time.Minute)
		cache.expect(t, "the first change, when others may have given anything out", "0s site", "5s site")
		s.give("/articles/note-00")
		s.edit(t, "note-00.md", text("Note 0", "ada", "gardens"))
		time.Sleep(time.Minute)
		cache.expect(t, "the second change", "0s /articles/note-00", "5s /articles/note-00")
		stop()

		s, _, stop = begun(t, kept, cache)
		cache.expect(t, "with the same content again", "0s none")
		time.Sleep(2 * time.Hour)
		cache.told()
		s.give("/articles/note-00")
		s.edit(t, "note-00.md", text("Note 0", "ada", "gardens")+"More.\n")
		time.Sleep(time.Minute)
		cache.expect(t, "the first change, when nothing of others is kept any more", "0s /articles/note-00", "5s /articles/note-00")
		stop()
		cache.told()

		_, _, stop = begun(t, kept, cache)
		cache.expect(t, "with other content", "0s site", "5s site")
		stop()
	})
}

// A program that dies before a cache has confirmed leaves nothing that says it
// had, though the content went back to what was confirmed before.
func TestNoteIsTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept, err := store.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		cache := newLedger("a")
		s, _, stop := begun(t, kept, cache)
		s.give("/articles/note-00")
		cache.breaks(true)
		s.edit(t, "note-00.md", text("Note 0", "ada", "gardens")+"More.\n")
		time.Sleep(time.Second)
		s.give("/articles/note-00")
		s.edit(t, "note-00.md", text("Note 0", "ada", "gardens"))
		time.Sleep(time.Second)
		stop() // whose last try fails, too
		cache.breaks(false)
		cache.told()
		_, _, stop = begun(t, kept, cache)
		cache.expect(t, "after a death", "0s site", "5s site")
		stop()
	})
}
