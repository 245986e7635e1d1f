package publish_test

import (
	"errors"
	"testing"
	"time"

	"byline/internal/publish"
)

// Who observes is told of every look, what it came to, when that is what the
// publisher answers, too.
func TestObserve(t *testing.T) {
	var p *press
	var told []publish.Status
	p = newPress(t, start(), func(o *publish.Options) {
		o.Observe = func(s publish.Status) {
			told = append(told, s)
			if now := p.Status(); now.Live != s.Live || now.Looked != s.Looked {
				t.Errorf("told of %s looked at %v; the publisher says %s, %v", s.Live, s.Looked, now.Live, now.Looked)
			}
		}
	})
	first := p.publish(start()).Revision()
	p.hold(start().with("site.yaml", "title: ["))
	p.source.set(start().at(time.Now()), errors.New("the disk is gone"))
	if err := p.Publish(t.Context()); err == nil {
		t.Fatal("no error from a source that fails")
	}
	if len(told) != 3 {
		t.Fatalf("told %d times of 3 looks", len(told))
	}
	if s := told[0]; s.Live != first || s.Held != nil || s.Fault != nil {
		t.Errorf("the first: %+v", s)
	}
	if s := told[1]; s.Live != first || !errors.Is(s.Held, publish.ErrHeld) || len(s.Findings) == 0 {
		t.Errorf("the held one: %+v", s)
	}
	if s := told[2]; s.Live != first || s.Fault == nil {
		t.Errorf("the fault: %+v", s)
	}
}
