package history

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/source"
)

// past is a branch that is made up: its steps, and what stands in it now.
type past struct {
	dice  *rand.Rand
	files map[string]string // by path the id
	blobs map[string]string // by id
	steps []source.Step
}

func newPast(seed uint64) *past {
	return &past{dice: rand.New(rand.NewPCG(seed, 7)), files: map[string]string{}, blobs: map[string]string{}}
}

// commit adds a step.
func (p *past) commit(changes ...source.Change) {
	n := len(p.steps)
	at := time.Date(2024, 1, 1, n, 0, 0, 0, time.UTC)
	p.steps = append(p.steps, source.Step{Commit: commitID(n), Time: at, Changes: changes})
	for _, c := range changes {
		delete(p.files, c.From)
		if delete(p.files, c.Path); c.Kind != source.Deleted {
			p.files[c.Path] = c.Blob
		}
	}
}

func (p *past) blob(text string) string {
	id := fmt.Sprintf("%040x", len(p.blobs))
	p.blobs[id] = text
	return id
}

func (p *past) pick(from ...string) string { return from[p.dice.IntN(len(from))] }

// article is one of a few articles, at times a faulty one.
func (p *past) article() string {
	if p.dice.IntN(8) == 0 {
		return p.blob("---\ntitle: [\n---\n")
	}
	return p.blob("---\ntitle: " + p.pick("A", "B", "C") + "\ndate: 2023-0" + p.pick("1", "2") + "-01\n" + p.pick("", "", "draft: true\n", "slug: "+p.pick("s", "t")+"\n", "aliases: [/x]\n") +
		"---\n\n" + p.pick("one", "two", "three") + "\n")
}

// disturb adds a step of a few changes, no file in two of them.
func (p *past) disturb() {
	var changes []source.Change
	touched := map[string]bool{}
	for range 1 + p.dice.IntN(3) {
		name := p.pick("a.md", "b.md", "c.md", "f/a.md", "f/d.md", "z.md")
		other := p.pick("a.md", "b.md", "g/e.md", "f/d.md", "z.md")
		id, there := p.files[name]
		_, taken := p.files[other]
		if touched[name] || touched[other] {
			continue
		}
		switch op := p.dice.IntN(6); {
		case !there:
			changes = append(changes, source.Change{Kind: source.Added, Path: name, Blob: p.article()})
		case op < 3:
			changes = append(changes, source.Change{Kind: source.Modified, Path: name, Blob: p.article()})
		case op < 5 && !taken && name != other:
			if p.dice.IntN(2) == 0 {
				id = p.article()
			}
			changes = append(changes, source.Change{Kind: source.Renamed, From: name, Path: other, Blob: id})
			touched[other] = true
		default:
			changes = append(changes, source.Change{Kind: source.Deleted, Path: name})
		}
		touched[name] = true
	}
	if p.dice.IntN(10) == 0 {
		changes = append(changes, source.Change{Kind: source.Modified, Path: settingsFile, Blob: p.blob(p.pick("/", "/blog", "unusable"))})
	}
	p.commit(changes...)
}

func (p *past) reader() Reader {
	return Reader{
		Blob: func(_ context.Context, id string) ([]byte, error) { return []byte(p.blobs[id]), nil },
		Settings: func(src []byte) (Settings, bool) {
			return Settings{Path: string(src), Permalink: "/{slug}", Zone: time.UTC}, string(src) != "unusable"
		},
	}
}

func (p *past) advance(t *testing.T, s *State, steps ...source.Step) *State {
	t.Helper()
	next, err := s.Advance(t.Context(), steps[len(steps)-1].Commit, steps, p.reader())
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// all is everything that a state knows and tells.
func all(t *testing.T, s *State) string {
	t.Helper()
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(data), `},{"Path"`, "},\n{\"Path\"")
	for _, f := range s.Facts().Former() {
		text += fmt.Sprintf("\n%+v", f)
	}
	return text
}

// TestUsedIsFresh: a state that has come a long way in steps, and one that was kept
// on it, know and tell the same as one that walks all of it at once; and no step
// changes a state that others still hold.
func TestUsedIsFresh(t *testing.T) {
	former := 0
	for seed := range uint64(50) {
		p := newPast(seed)
		p.commit(source.Change{Kind: source.Added, Path: settingsFile, Blob: p.blob("/articles")})
		used := p.advance(t, New(), p.steps...)
		var before []*State
		var told []string
		for step := range 25 {
			p.disturb()
			before, told = append(before, used), append(told, all(t, used))
			used = p.advance(t, used, p.steps[len(p.steps)-1])
			if step == int(seed%25) {
				data, err := used.Encode()
				if err == nil {
					used, err = Decode(data)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			agrees(t, p, used)
			if step%4 != 0 {
				continue // a whole walk is dear
			}
			if diff := cmp.Diff(all(t, p.advance(t, New(), p.steps...)), all(t, used)); diff != "" {
				t.Fatalf("seed %d, step %d, after %+v (-fresh +used):\n%s", seed, step, p.steps[len(p.steps)-1], diff)
			}
		}
		for i, s := range before {
			if diff := cmp.Diff(told[i], all(t, s)); diff != "" {
				t.Fatalf("seed %d: what came after step %d has changed it:\n%s", seed, i, diff)
			}
		}
		former += len(used.former)
	}
	if former < 150 {
		t.Errorf("only %d former addresses: the histories are too small", former)
	}
}

// agrees fails when a state does not have the files that the history has led to, or
// does not see that it lacks one.
func agrees(t *testing.T, p *past, s *State) {
	t.Helper()
	files := maps.Clone(p.files)
	delete(files, settingsFile)
	if missing := s.Missing(files, time.Time{}); missing != nil || !slices.Equal(slices.Sorted(maps.Keys(files)), slices.Collect(s.Paths())) {
		t.Fatalf("missing %+v; has %q, want %v", missing, slices.Collect(s.Paths()), files)
	}
	want := []source.Change{{Kind: source.Added, Path: "new.md", Blob: "n"}}
	for path := range files {
		files[path] = ""
		want = append(want, source.Change{Kind: source.Deleted, Path: path})
		break
	}
	files["new.md"], files["never.md"] = "n", ""
	if missing := s.Missing(files, time.Time{}); missing == nil || !cmp.Equal(missing.Changes, want) {
		t.Fatalf("missing %+v, want %+v", missing, want)
	}
}

// TestToldIsTold: where Told names the same, the facts say the same.
func TestToldIsTold(t *testing.T) {
	address := func(s Settings, slug, category string, date time.Time) string { return s.Path + "/" + slug }
	same, other := 0, 0
	for seed := range uint64(40) {
		p := newPast(seed)
		p.commit(source.Change{Kind: source.Added, Path: settingsFile, Blob: p.blob("/articles")})
		s := p.advance(t, New(), p.steps...)
		said := map[Told]string{}
		for range 25 {
			p.disturb()
			s = p.advance(t, s, p.steps[len(p.steps)-1])
			f := s.Facts()
			inOrder, atRandom := f.Told(), f.Told()
			for _, path := range append(slices.Collect(s.Paths()), "none.md", "a.md") {
				told := inOrder(path)
				if atRandom("zz.md"); atRandom(path) != told {
					t.Fatalf("seed %d: %s is told as %v in order, else as another", seed, path, told)
				}
				first, date, ok := f.First(path, address)
				says := fmt.Sprint(first, date, ok, f.Updated(path))
				if was, known := said[told]; known && was != says {
					t.Fatalf("seed %d: %s: said %s, now %s", seed, path, was, says)
				} else if known {
					same++
				} else {
					other++
				}
				said[told] = says
			}
		}
	}
	if same < other || other < 100 {
		t.Errorf("%d times the same and %d times something else", same, other)
	}
}

// TestAdvanceCostsWhatChanged: one edit makes one life anew, however many there
// are, and asks for one file; the former addresses of others are not told again.
func TestAdvanceCostsWhatChanged(t *testing.T) {
	for _, n := range []int{10, 1000} {
		p := newPast(1)
		changes := []source.Change{{Kind: source.Added, Path: settingsFile, Blob: p.blob("/articles")}}
		text := func(i int, more string) string {
			return p.blob(fmt.Sprintf("---\ntitle: Article %d\ndate: 2023-01-01\n---\n\nText.%s\n", i, more))
		}
		for i := range n {
			changes = append(changes, source.Change{Kind: source.Added, Path: fmt.Sprintf("a-%d.md", i), Blob: text(i, "")})
		}
		p.commit(changes...)
		p.commit(source.Change{Kind: source.Renamed, From: "a-3.md", Path: "b.md", Blob: p.files["a-3.md"]})
		before := p.advance(t, New(), p.steps...)
		p.commit(source.Change{Kind: source.Modified, Path: "a-5.md", Blob: text(5, " More.")})
		reader, read := p.reader(), 0
		reader.Blob = func(_ context.Context, id string) ([]byte, error) { read++; return []byte(p.blobs[id]), nil }
		after, err := before.Advance(t.Context(), "", p.steps[2:], reader)
		if err != nil {
			t.Fatal(err)
		}
		made := 0
		for _, l := range after.alive.list {
			if l != before.alive.at(l.Path) {
				made++
			}
		}
		if made != 1 || read != 1 {
			t.Errorf("of %d lives %d are made anew, and %d files are read", n, made, read)
		}
		if len(after.former) != 1 || &after.former[0] != &before.former[0] {
			t.Errorf("of %d: the former addresses are told again: %+v", n, after.former)
		}
	}
}
