package source

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/testkit"
)

// alter does something to the work tree that a commit may hold.
func alter(repo *testkit.Repo, random *rand.Rand, links, pointers bool, second string) {
	names := []string{"a.md", second, "b.md", "c.txt", "f/a.md", "f/g/b.md", "h.md/x.md", "h.md", "site.yaml", ".x.md", "f/.y/z.md", "root/.w/ok", "pic.png"}
	pick := func() string { return filepath.Join(repo.Dir, "articles", names[random.IntN(len(names))]) }
	name, other := pick(), pick()
	os.MkdirAll(filepath.Dir(name), 0o755)
	// Each of these keeps what comes after it from being told by what differs.
	switch op := random.IntN(12); {
	case op == 0:
		os.Remove(name)
	case op == 1:
		os.MkdirAll(filepath.Dir(other), 0o755)
		os.Rename(name, other)
	case op == 2 && links:
		os.Remove(name)
		os.Symlink("a.md", name)
	case op == 3:
		os.RemoveAll(filepath.Join(repo.Dir, "articles", []string{"f", "f/g", "h.md"}[random.IntN(3)]))
	case op == 4:
		os.Chmod(name, 0o755)
	case op == 5 && pointers:
		os.WriteFile(name, []byte(lfsMagic+"1\n"), 0o644)
	default:
		os.WriteFile(name, fmt.Appendf(nil, "text %d\n%s", random.IntN(50), strings.Repeat("the same\n", 9)), 0o644)
	}
}

// TestPushIsFresh: whatever a push holds, the next Tree and the steps to it are
// those that a look at everything, and git itself, tell.
func TestPushIsFresh(t *testing.T) {
	again, followed := 0, 0
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 5))
		repo := testkit.NewRepo(t)
		last := repo.Commit("articles/a.md", "a", "articles/b.md", "b", "articles/f/a.md", "fa", "articles/site.yaml", "title: T\n", "README.md", "r")
		used := newRepository(&git{dir: repo.Dir}, "articles", heads)
		t.Cleanup(used.Close)
		for step := range 16 {
			commits := 1 + random.IntN(2)
			for range commits {
				for range 1 + random.IntN(2) {
					alter(repo, random, seed == 0, seed == 1, []string{"k.md", "l.md", "A.md", "m.md"}[seed])
				}
				repo.Commit()
			}
			head := repo.Git("rev-parse", "HEAD")
			fresh := newRepository(&git{dir: repo.Dir}, "articles", heads)
			want := treeOf(t, fresh, head)
			if _, ok := used.again(t.Context(), fresh.known[0].root); ok {
				again++ // which the next line is given
			}
			got := treeOf(t, used, head)
			if diff := cmp.Diff(described(want), described(got)); diff != "" {
				t.Fatalf("seed %d, step %d (-fresh +used):\n%s\n%s", seed, step, diff, repo.Git("show", "--stat", "HEAD"))
			}
			steps, err := used.Steps(t.Context(), last, head)
			told, fault := fresh.told(t.Context(), last, head)
			if diff := cmp.Diff(told, steps); diff != "" || err != nil || fault != nil {
				t.Fatalf("seed %d, step %d: %v %v (-git +here):\n%s", seed, step, err, fault, diff)
			}
			if _, ok := used.followed(t.Context(), last, head); ok {
				followed++
			}
			fresh.Close()
			last = head
		}
	}
	if again < 20 || followed < 30 {
		t.Errorf("%d trees were made, and %d pushes followed, by what differs: too few", again, followed)
	}
}

func treeOf(t *testing.T, r *Repository, commit string) Tree {
	t.Helper()
	c, err := r.Resolve(t.Context(), commit)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := r.Tree(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestPushCostsWhatChanged: after a fetch no process of git is started to read what
// was pushed, and as many objects are read of a large site as of a small one.
func TestPushCostsWhatChanged(t *testing.T) {
	calls := countGit(t)
	var cost []int64
	for _, n := range []int{10, 600} {
		repo := testkit.NewRepo(t)
		files := []string{"articles/site.yaml", "s"}
		for i := range n {
			files = append(files, fmt.Sprintf("articles/f-%d/a-%d.md", i%20, i), "text", fmt.Sprintf("articles/f-%d/p-%d.png", i%20, i), fmt.Sprint(i))
		}
		repo.Commit(files...)
		m := mirror(t, repo.Dir)
		last := fetch(t, m)
		if cut, err := m.Shallow(t.Context()); cut || err != nil {
			t.Fatal(cut, err)
		}
		for _, push := range [][]string{{"articles/f-3/a-3.md", "changed"}, {"articles/f-3/new.md", "new", "articles/f-4/p-4.png", "other"}, {"articles/f-3/new.md", "newer"}} {
			repo.Commit(push...)
			if err := m.Fetch(t.Context()); err != nil {
				t.Fatal(err)
			}
			started, asked := calls(), m.objects.asked.Load()
			tree, err := m.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			cut, err := m.Shallow(t.Context())
			if cut || err != nil {
				t.Fatal(cut, err)
			}
			steps, err := m.Steps(t.Context(), last.Commit, tree.Commit)
			if err != nil || len(steps) != 1 {
				t.Fatal(steps, err)
			}
			if more := calls() - started; more != 0 {
				t.Errorf("%d processes were started to read a push", more)
			}
			cost = append(cost, m.objects.asked.Load()-asked)
			last = tree
		}
	}
	if !cmp.Equal(cost[:3], cost[3:]) || cost[0] > 12 {
		t.Errorf("objects read of a small site and a large one, push by push: %v", cost)
	}
}

// countGit has every start of git counted from now on.
func countGit(t *testing.T) (calls func() int) {
	t.Helper()
	program, err := exec.LookPath("git")
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	list := filepath.Join(dir, "calls")
	script := fmt.Sprintf("#!/bin/sh\necho x >> '%s'\nexec '%s' \"$@\"\n", list, program)
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return func() int {
		lines, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(lines), "\n")
	}
}
