package publish_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
)

const settings = `title: Notes
tagline: What we learned
url: https://example.org
timezone: UTC
authors:
  ada: {name: Ada}
`

// text is an article with a title, a date and a body.
func text(title, date, body string) string {
	return fmt.Sprintf("---\ntitle: %s\ndate: %s\nauthor: ada\n---\n\n%s\n", title, date, body)
}

// tree is a content folder in memory.
type tree map[string]string

// with is the tree with some files changed; an empty content removes one.
func (t tree) with(pairs ...string) tree {
	next := maps.Clone(t)
	for i := 0; i+1 < len(pairs); i += 2 {
		next[pairs[i]] = pairs[i+1]
		if pairs[i+1] == "" {
			delete(next, pairs[i])
		}
	}
	return next
}

// at makes it a revision of a time.
func (t tree) at(when time.Time) source.Tree {
	out := source.Tree{Time: when}
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(t)) {
		f := source.NewFile(name, []byte(t[name]))
		fmt.Fprintln(sum, name, f.Hash)
		out.Files = append(out.Files, f)
	}
	out.Revision = fmt.Sprintf("test-%x", sum.Sum(nil)[:6])
	return out
}

// memory is a Source that a test changes.
type memory struct {
	notices chan struct{}
	ends    chan struct{} // closed: the watcher ends before it is told to

	mu    sync.Mutex
	tree  source.Tree
	err   error
	looks int
}

var _ publish.Source = (*memory)(nil)

func newMemory(t source.Tree) *memory {
	return &memory{tree: t, notices: make(chan struct{}, 1), ends: make(chan struct{})}
}

// set changes the tree without telling anybody; tell tells.
func (m *memory) set(t source.Tree, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tree, m.err = t, err
}

func (m *memory) tell() { m.notices <- struct{}{} }

func (m *memory) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.looks
}

// Snapshot implements publish.Source.
func (m *memory) Snapshot(context.Context) (source.Tree, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.looks++
	return m.tree, m.err
}

// Watch implements publish.Source.
func (m *memory) Watch(ctx context.Context, _ time.Duration) (<-chan struct{}, error) {
	out := make(chan struct{}, 1)
	go func() {
		defer close(out)
		for {
			select {
			case <-ctx.Done():
				return
			case <-m.ends:
				return
			case <-m.notices:
				out <- struct{}{}
			}
		}
	}()
	return out, nil
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// press is a publisher and its source in memory.
type press struct {
	*publish.Publisher
	t      *testing.T
	source *memory
	when   time.Time
}

// newPress does not publish yet. change edits the options.
func newPress(t *testing.T, first tree, change ...func(*publish.Options)) *press {
	t.Helper()
	p := &press{t: t, when: time.Now().Add(-time.Hour)}
	p.source = newMemory(first.at(p.when))
	options := publish.Options{Source: p.source, Program: "test", Log: quiet()}
	for _, c := range change {
		c(&options)
	}
	var err error
	if p.Publisher, err = publish.New(options); err != nil {
		t.Fatal(err)
	}
	return p
}

// publish publishes a tree that must go live; hold one that must not.
func (p *press) publish(next tree) *render.Bundle {
	p.t.Helper()
	p.when = p.when.Add(time.Second)
	p.source.set(next.at(p.when), nil)
	if err := p.Publish(p.t.Context()); err != nil {
		p.t.Fatalf("publish: %v\n%v", err, p.Status().Findings)
	}
	return p.Live()
}

func (p *press) hold(next tree) {
	p.t.Helper()
	before := p.Live()
	p.when = p.when.Add(time.Second)
	p.source.set(next.at(p.when), nil)
	if err := p.Publish(p.t.Context()); !errors.Is(err, publish.ErrHeld) {
		p.t.Fatalf("publish: %v, want that the revision is held\n%v", err, p.Status().Findings)
	}
	if p.Live() != before {
		p.t.Error("a revision that is held is live")
	}
}

// answers checks what is at an address: the status and a part of the body.
func answers(t testing.TB, b *render.Bundle, path string, status int, part string) {
	t.Helper()
	r := b.Find(path, "", "")
	body, err := r.Body(render.Identity)
	if err != nil || r.Status != status || !strings.Contains(string(body), part) {
		t.Errorf("%s: %d %v, want %d with %q in\n%s", path, r.Status, err, status, part, body)
	}
}

// lacks checks that a page does not have a part.
func lacks(t testing.TB, b *render.Bundle, path, part string) {
	t.Helper()
	body, err := b.Find(path, "", "").Body(render.Identity)
	if err != nil || strings.Contains(string(body), part) {
		t.Errorf("%s has %q in it (%v)", path, part, err)
	}
}
