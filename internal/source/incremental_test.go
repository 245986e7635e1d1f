package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// watched is a Directory that a watcher notes changes for.
func watched(t testing.TB, dir string) *Directory {
	t.Helper()
	d := NewDirectory(dir)
	ctx, cancel := context.WithCancel(context.Background())
	notices, err := d.Watch(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		for range notices {
		}
	})
	return d
}

// described is all that a Tree says.
func described(tree Tree) string {
	text := fmt.Sprintln(tree.Revision, tree.Time.UnixNano())
	for _, f := range tree.Files {
		text += fmt.Sprintln(f.Path, f.Hash, f.Size)
	}
	for _, f := range tree.Findings {
		text += fmt.Sprintln(f)
	}
	return text
}

// TestIncrementalIsFull: whatever is done to a watched folder, the next Tree is the
// one that a look at everything makes.
func TestIncrementalIsFull(t *testing.T) {
	quick := 0
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		dir := t.TempDir()
		put(t, dir, "a.md", "a", "b.md", "b", "f/a.md", "fa", "f/g/b.md", "fgb")
		d := watched(t, dir)
		snapshot(t, d)
		for step := range 12 {
			did := ""
			for range 1 + random.IntN(3) {
				did += disturb(dir, random) + "; "
			}
			d.notes.tell()
			walks := d.walks.Load()
			got := snapshot(t, d)
			if d.walks.Load() == walks {
				quick++
			}
			if diff := cmp.Diff(described(snapshot(t, NewDirectory(dir))), described(got)); diff != "" {
				t.Fatalf("seed %d, step %d, after %s (-full +incremental):\n%s", seed, step, did, diff)
			}
		}
	}
	if quick < 100 {
		t.Errorf("only %d Trees were made from what changed", quick)
	}
}

// disturb does something to the folder; what cannot be done is left.
func disturb(dir string, random *rand.Rand) string {
	pick := func() string {
		names := []string{"a.md", "A.md", "b.md", "c.md", "f/a.md", "f/c.md", "f/g/b.md", "h/a.md", ".x.md", "root/.y/z"}
		return filepath.Join(dir, names[random.IntN(len(names))])
	}
	folder := func() string { return filepath.Join(dir, []string{"f", "f/g", "h", "root/.y"}[random.IntN(4)]) }
	name, other := pick(), pick()
	text := []byte(fmt.Sprint(random.IntN(5)))
	switch op := random.IntN(12); op {
	case 0, 1, 2:
		os.WriteFile(name, text, 0o644)
		return "write " + name
	case 3:
		os.WriteFile(name, []byte("1"), 0o644)
		os.WriteFile(name, []byte("2"), 0o644)
		return "write twice " + name
	case 4:
		if f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0); err == nil {
			f.Write(text)
			f.Close()
		}
		return "append " + name
	case 5:
		os.Rename(name, other)
		return "rename " + name + " " + other
	case 6:
		os.Remove(name)
		return "remove " + name
	case 7:
		old := time.Now().Add(-time.Duration(random.IntN(1000)) * time.Hour)
		os.Chtimes(name, old, old)
		return "touch " + name
	case 8:
		os.Remove(name)
		os.Symlink(filepath.Base(other), name)
		return "link " + name + " " + other
	case 9:
		os.WriteFile(name+"~", text, 0o644)
		os.Rename(name+"~", name)
		return "replace " + name
	case 10:
		if name := folder(); random.IntN(2) == 0 {
			os.RemoveAll(name)
			return "remove folder " + name
		}
		from, to := folder(), folder()
		os.Rename(from, to)
		return "rename folder " + from + " " + to
	default:
		os.MkdirAll(folder(), 0o755)
		os.Link(name, other)
		return "folder, and second name " + other
	}
}

// large makes a folder of n files that are not new.
func large(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("a-%d.md", i)), fmt.Appendf(nil, "%2000d", i), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	age(t, dir)
	return dir
}

// TestSaveCostsWhatChanged: after a save, and when a file or a folder came, went or
// got another name, as many names are looked at and files read in a large folder as
// in a small one.
func TestSaveCostsWhatChanged(t *testing.T) {
	for _, c := range []struct {
		what string
		do   func(at func(name string) string, elsewhere string) error
		want string
	}{
		{"a save", func(at func(string) string, elsewhere string) error {
			return os.WriteFile(at("a-5.md"), []byte("changed"), 0o644)
		}, "a-5.md"},
		{"a new file", func(at func(string) string, elsewhere string) error {
			return os.WriteFile(at("new.md"), []byte("new"), 0o644)
		}, "new.md"},
		{"another name", func(at func(string) string, elsewhere string) error { return os.Rename(at("a-5.md"), at("other.md")) }, "a-5.md other.md"},
		{"a removal", func(at func(string) string, elsewhere string) error { return os.Remove(at("a-5.md")) }, "a-5.md"},
		{"a new folder", func(at func(string) string, elsewhere string) error {
			return errors.Join(os.MkdirAll(at("f/g"), 0o755), os.WriteFile(at("f/index.md"), []byte("new"), 0o644), os.WriteFile(at("f/g/p.png"), []byte("new"), 0o644))
		}, "f/g/p.png f/index.md"},
		{"a folder less", func(at func(string) string, elsewhere string) error { return os.RemoveAll(at("folder")) }, "folder/a.md folder/below/b.md"},
		{"a folder in the place of a file", func(at func(string) string, elsewhere string) error {
			return errors.Join(os.Remove(at("a-5.md")), os.Mkdir(at("a-5.md"), 0o755), os.WriteFile(at("a-5.md/x.md"), []byte("new"), 0o644))
		}, "a-5.md a-5.md/x.md"},
		{"a folder that comes from elsewhere", func(at func(string) string, elsewhere string) error { return os.Rename(elsewhere, at("came")) }, "came/c.md"},
	} {
		var cost []int64
		for _, n := range []int{10, 1000} {
			dir, elsewhere := large(t, n), t.TempDir()
			put(t, dir, "folder/a.md", "a", "folder/below/b.md", "b")
			put(t, elsewhere, "c.md", "c")
			age(t, dir)
			d := watched(t, dir)
			before := snapshot(t, d)
			start, walks := d.work.Load(), d.walks.Load()
			if err := c.do(func(name string) string { return filepath.Join(dir, name) }, elsewhere); err != nil {
				t.Fatal(err)
			}
			d.notes.tell()
			tree := snapshot(t, d)
			cost = append(cost, d.work.Load()-start)
			if d.walks.Load() != walks {
				t.Errorf("%s: of %d files all were looked at", c.what, n)
			}
			if changed := strings.Join(slices.Sorted(tree.Differing(before)), " "); changed != c.want {
				t.Errorf("%s: of %d files changed %q, want %q", c.what, n, changed, c.want)
			}
			if diff := cmp.Diff(described(snapshot(t, NewDirectory(dir))), described(tree)); diff != "" {
				t.Errorf("%s (-full +incremental):\n%s", c.what, diff)
			}
		}
		if cost[0] != cost[1] || cost[0] == 0 || cost[0] > 16 {
			t.Errorf("%s: looks in 10 and 1000 files: %v", c.what, cost)
		}
	}
}

// age makes everything in a folder older than a clock's tick.
func age(t testing.TB, dir string) {
	t.Helper()
	old := time.Now().Add(-time.Hour)
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error { return errors.Join(err, os.Chtimes(name, old, old)) })
	if err != nil {
		t.Fatal(err)
	}
}

func BenchmarkSnapshot(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		dir := large(b, n)
		take := func(b *testing.B, d *Directory) {
			if _, err := d.Snapshot(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(fmt.Sprintf("first/%d", n), func(b *testing.B) {
			for b.Loop() {
				take(b, NewDirectory(dir))
			}
		})
		b.Run(fmt.Sprintf("again/%d", n), func(b *testing.B) {
			d := NewDirectory(dir)
			take(b, d)
			for b.Loop() {
				take(b, d)
			}
		})
		b.Run(fmt.Sprintf("one-change/%d", n), func(b *testing.B) {
			d := watched(b, dir)
			take(b, d)
			for i := 0; b.Loop(); i++ {
				if err := os.WriteFile(filepath.Join(dir, "a-7.md"), fmt.Appendf(nil, "%d", i), 0o644); err != nil {
					b.Fatal(err)
				}
				d.notes.tell()
				take(b, d)
			}
		})
		b.Run(fmt.Sprintf("new-folder/%d", n), func(b *testing.B) {
			d := watched(b, dir)
			take(b, d)
			for i := 0; b.Loop(); i++ {
				name := filepath.Join(dir, fmt.Sprint("new-", i))
				if err := errors.Join(os.Mkdir(name, 0o755), os.WriteFile(filepath.Join(name, "index.md"), []byte("new"), 0o644)); err != nil {
					b.Fatal(err)
				}
				d.notes.tell()
				take(b, d)
				os.RemoveAll(filepath.Join(dir, fmt.Sprint("new-", i-1)))
			}
		})
	}
}
