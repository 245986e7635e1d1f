package publish_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byline/internal/publish"
	"byline/internal/source"
)

// run starts Run inside a bubble, whose clock stands at midnight UTC, 2000-01-01
// and moves when everybody waits.
func (p *press) run() (stop func()) {
	p.t.Helper()
	if err := p.Publish(p.t.Context()); err != nil {
		p.t.Fatal(err, p.Status().Findings)
	}
	ctx, cancel := context.WithCancel(p.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	synctest.Wait()
	return func() {
		p.t.Helper()
		cancel()
		synctest.Wait()
		select {
		case err := <-ended:
			if err != nil {
				p.t.Errorf("Run: %v", err)
			}
		default:
			p.t.Fatal("Run does not end")
		}
	}
}

// timed has an article that comes at noon and one that goes at two.
func timed() tree {
	return start().with(
		"one.md", text("One", "1999-01-01", "The first text."),
		"two.md", "---\ntitle: Two\ndate: 1999-01-02\nexpires: 2000-01-01T14:00:00Z\n---\n\nThe second text.\n",
		"noon.md", text("Noon", "2000-01-01T12:00:00Z", "Good day."),
	)
}

// A scheduled article goes live, and one that expires goes, by themselves and at
// their second, though nobody touches a file. Last-Modified tells of it.
func TestTimedChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress(t, timed())
		stop := p.run()
		defer stop()
		midnight := p.Live()
		time.Sleep(12*time.Hour - time.Second)
		synctest.Wait()
		answers(t, p.Live(), "/articles/noon", 404, "")
		if p.Live() != midnight {
			t.Error("a swap before there was anything to swap")
		}
		time.Sleep(time.Second + time.Millisecond)
		synctest.Wait()
		answers(t, p.Live(), "/articles/noon", 200, "Good day.")
		answers(t, p.Live(), "/articles", 200, "Noon")
		answers(t, p.Live(), "/articles/two", 200, "")
		if got := p.Live().Site().Modified; got.Hour() != 12 {
			t.Errorf("modified %v, want noon", got)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		answers(t, p.Live(), "/articles/two", 410, "was taken down on January 1, 2000")
		lacks(t, p.Live(), "/articles", "The second text")
		looks := p.source.count()
		time.Sleep(10 * time.Hour)
		synctest.Wait()
		if n := p.source.count() - looks; n > 10 {
			t.Errorf("%d looks in ten hours without a date", n)
		}
	})
}

// A date that comes while the newest revision is held, or while the source cannot
// be read, takes effect in what is live; it is tried once, not a thousand times a
// second.
func TestTimedChangeWhileHeld(t *testing.T) {
	for name, fault := range map[string]func(*memory){
		"held":       func(m *memory) { m.set(timed().with("site.yaml", "title: [").at(time.Now()), nil) },
		"unreadable": func(m *memory) { m.set(source.Tree{}, io.ErrUnexpectedEOF) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPress(t, timed())
				defer p.run()()
				fault(p.source)
				p.source.tell()
				synctest.Wait()
				looks := p.source.count()
				time.Sleep(13 * time.Hour)
				synctest.Wait()
				if n := p.source.count() - looks; n > 20 {
					t.Errorf("%d looks while the revision is held", n)
				}
				answers(t, p.Live(), "/articles/noon", 200, "Good day.")
				time.Sleep(2 * time.Hour)
				synctest.Wait()
				answers(t, p.Live(), "/articles/two", 410, "was taken down on January 1, 2000")
				p.source.set(timed().at(time.Now()), nil)
				p.source.tell()
				synctest.Wait()
				answers(t, p.Live(), "/articles/noon", 200, "Good day.")
			})
		})
	}
}

// Run publishes on every notice and ends with its context, also when the
// watcher ended before.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress(t, timed())
		stop := p.run()
		p.source.set(timed().with("one.md", text("One", "1999-01-01", "Changed.")).at(time.Now()), nil)
		changed := p.Changed()
		p.source.tell()
		<-changed
		answers(t, p.Live(), "/articles/one", 200, "Changed.")
		stop()
	})
	synctest.Test(t, func(t *testing.T) {
		p := newPress(t, timed())
		stop := p.run()
		close(p.source.ends)
		synctest.Wait()
		time.Sleep(12*time.Hour + time.Second) // dates still come
		synctest.Wait()
		answers(t, p.Live(), "/articles/noon", 200, "Good day.")
		stop()
	})
}

// doubtful is a source that may miss changes.
type doubtful struct {
	*memory
	fault error
}

func (d *doubtful) WatchFault() error { return d.fault }

// That the system does not tell of every change any more is said once, with what it
// means, and so is that it does again.
func TestWatchFaultIsSaidOnce(t *testing.T) {
	for poll, means := range map[time.Duration]string{time.Minute: "every=1m0s", 0: "byline publish"} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			var d *doubtful
			p := newPress(t, timed(), func(o *publish.Options) {
				d = &doubtful{memory: o.Source.(*memory)}
				o.Source, o.Poll, o.Log = d, poll, slog.New(slog.NewTextHandler(&log, nil))
			})
			stop := p.run()
			defer stop()
			look := func() {
				if _, err := p.Look(t.Context()); err != nil {
					t.Error(err)
				}
				synctest.Wait()
			}
			said := func(lost, well int) {
				t.Helper()
				text := log.String()
				if strings.Count(text, "does not tell of every change") != lost || strings.Count(text, "are seen at once again") != well {
					t.Errorf("want %d lines that changes are missed, and %d that they are not:\n%s", lost, well, text)
				}
			}
			look()
			said(0, 0)
			for round := 1; round < 3; round++ {
				d.fault = errors.New("no room for watches")
				look()
				look()
				said(round, round-1)
				d.fault = nil
				look()
				look()
				said(round, round)
			}
			if !strings.Contains(log.String(), means) || !strings.Contains(log.String(), "no room for watches") {
				t.Errorf("the log does not say why, or what it means:\n%s", log.String())
			}
		})
	}
}
