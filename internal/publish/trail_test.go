package publish

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/source"
	"byline/internal/store"
	"byline/internal/testkit"
)

// archive is a repository whose history is kept.
type archive struct {
	*testkit.Repo
	t    *testing.T
	git  *source.Repository
	kept *store.Store
	dir  string // of the store
}

func newArchive(t *testing.T, articles int) *archive {
	t.Helper()
	a := &archive{Repo: testkit.NewRepo(t), t: t, dir: t.TempDir()}
	files := []string{"site.yaml", "title: T\nurl: https://example.org\n"}
	for i := range articles {
		files = append(files, fmt.Sprintf("a-%d.md", i), old(fmt.Sprintf("Article %d", i), "Text."))
	}
	a.Commit(files...)
	var err error
	if a.git, err = source.Enclosing(t.Context(), a.Dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.git.Close)
	if a.kept, err = store.Open(a.dir); err != nil {
		t.Fatal(err)
	}
	return a
}

func old(title, text string) string {
	return fmt.Sprintf("---\ntitle: %s\ndate: 2020-01-01\n---\n\n%s\n", title, text)
}

// start is what a program that starts knows.
func (a *archive) start() *past {
	return &past{repository: a.git, store: a.kept, log: slog.New(slog.DiscardHandler)}
}

// look looks at the newest commit, and keeps what it saw.
func (a *archive) look(p *past) {
	a.t.Helper()
	if p.at(a.t.Context(), source.Tree{}) == nil {
		a.t.Fatal("no history")
	}
	if err := p.save(); err != nil {
		a.t.Fatal(err)
	}
}

// knows is all that is known of the newest commit.
func (a *archive) knows(p *past) string {
	a.t.Helper()
	if at := a.Git("rev-parse", "HEAD"); p.state.Commit() != at {
		a.t.Fatalf("the state is of %s, not of %s", p.state.Commit(), at)
	}
	data, err := p.state.Encode()
	if err != nil {
		a.t.Fatal(err)
	}
	return string(data)
}

// TestRestartKnows: whatever was pushed, forced or taken back, and whenever the
// program was started again, it knows what one knows that ran all the time.
func TestRestartKnows(t *testing.T) {
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 2))
		a := newArchive(t, 5)
		all, again := a.start(), a.start()
		all.store = nil
		heads := []string{a.Git("rev-parse", "HEAD")}
		for step := range 20 {
			name := fmt.Sprintf("a-%d.md", random.IntN(5))
			_, gone := os.Stat(filepath.Join(a.Dir, name))
			switch op := random.IntN(8); {
			case op < 2:
				a.Git("reset", "--quiet", "--hard", heads[random.IntN(len(heads))])
			case gone != nil:
				a.Commit(name, old(name, "It is back."))
			case op == 2:
				a.Commit(name, "")
			case op == 3:
				a.Move(name, fmt.Sprintf("b-%d.md", step))
				a.Commit()
			default:
				a.Commit(name, old(name, fmt.Sprint("Edit ", step)))
			}
			heads = append(heads, a.Git("rev-parse", "HEAD"))
			if random.IntN(3) == 0 {
				again = a.start()
			}
			all.at(t.Context(), source.Tree{})
			a.look(again)
			if diff := cmp.Diff(a.knows(all), a.knows(again)); diff != "" {
				t.Fatalf("seed %d, step %d (-never stopped +started again):\n%s", seed, step, diff)
			}
		}
	}
}

// TestKeepingCostsWhatChanged: a push adds a few words to what is kept, and the
// whole is written again only after many.
func TestKeepingCostsWhatChanged(t *testing.T) {
	a := newArchive(t, 300)
	p := a.start()
	a.look(p)
	whole := a.size(p.key())
	for i := range longestTrail {
		a.Commit("a-7.md", old("Article 7", fmt.Sprint("Edit ", i)))
		a.look(p)
		if size := a.size(p.trailKey()); size > whole/20 {
			t.Fatalf("%d bytes are written, of a whole of %d", size, whole)
		}
		if a.size(p.key()) != whole {
			t.Fatal("the whole is written again")
		}
	}
	next := a.start()
	a.look(next)
	if diff := cmp.Diff(a.knows(p), a.knows(next)); diff != "" {
		t.Errorf("after the longest trail (-never stopped +started again):\n%s", diff)
	}
	a.Commit("a-7.md", old("Article 7", "The last edit"))
	a.look(p)
	if a.size(p.key()) == whole || a.size(p.trailKey()) != 0 {
		t.Error("the trail becomes longer and longer")
	}
}

// TestBrokenTrail: where the trail cannot be followed, the history is read from
// where it is whole, and kept whole again.
func TestBrokenTrail(t *testing.T) {
	a := newArchive(t, 5)
	p := a.start()
	a.look(p)
	a.Commit("a-1.md", "")
	a.look(p)
	for _, broken := range []string{p.trail.from + "\n" + strings.Repeat("1", 40), p.trail.from + "\nnonsense", "another\n" + p.state.Commit(), "\n\n"} {
		if err := a.kept.Put(p.trailKey(), []byte(broken)); err != nil {
			t.Fatal(err)
		}
		next := a.start()
		a.look(next)
		if diff := cmp.Diff(a.knows(p), a.knows(next)); diff != "" {
			t.Errorf("after the trail %q (-want +got):\n%s", broken, diff)
		}
		if diff := cmp.Diff(a.knows(next), a.knows(a.restarted())); diff != "" {
			t.Errorf("after the trail %q, started again (-want +got):\n%s", broken, diff)
		}
	}
}

// restarted is what a program that starts knows of the newest commit.
func (a *archive) restarted() *past {
	p := a.start()
	p.at(a.t.Context(), source.Tree{})
	return p
}

// size is how much is kept under a key.
func (a *archive) size(key string) int {
	data, _ := a.kept.Get(key)
	return len(data)
}
