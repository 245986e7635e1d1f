package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/testkit"
)

func mirror(t *testing.T, url string, change ...func(*MirrorOptions)) *Mirror {
	t.Helper()
	options := MirrorOptions{URL: url, Branch: "main", Path: "articles", Dir: t.TempDir()}
	for _, c := range change {
		c(&options)
	}
	m, err := OpenMirror(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

func fetch(t *testing.T, m *Mirror) Tree {
	t.Helper()
	if err := m.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	tree, err := m.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func content(t *testing.T, tree Tree, path string) string {
	t.Helper()
	f, ok := tree.Find(path)
	if !ok {
		t.Fatalf("no file %s in %v", path, paths(tree))
	}
	text, err := f.Read()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestMirror: a revision is the content folder at the branch's newest commit,
// named after it; what is outside the folder, hidden, or on no branch is not in
// it; and the next fetch brings the next revision.
func TestMirror(t *testing.T) {
	repo := testkit.NewRepo(t)
	first := repo.Commit("articles/b.md", "b", "articles/a/index.md", "a", "articles/a/pic.png", "png", "articles/site.yaml", "s",
		"articles/.hidden.md", "h", "articles/root/.well-known/x.txt", "w", "README.md", "r", "other/c.md", "c")
	m := mirror(t, repo.Dir)
	tree := fetch(t, m)
	expectPaths(t, tree, "a/index.md", "a/pic.png", "b.md", "root/.well-known/x.txt", "site.yaml")
	expectFindings(t, tree)
	if tree.Commit != first || tree.Revision != first[:12] || !tree.Time.Equal(repo.Clock.Add(-time.Hour)) {
		t.Errorf("revision %s of commit %s at %v", tree.Revision, tree.Commit, tree.Time)
	}
	if f, _ := tree.Find("a/pic.png"); f.Size != 3 {
		t.Errorf("the picture has %d bytes", f.Size)
	}
	old := tree
	second := repo.Commit("articles/b.md", "changed", "articles/a/pic.png", "")
	tree = fetch(t, m)
	expectPaths(t, tree, "a/index.md", "b.md", "root/.well-known/x.txt", "site.yaml")
	if tree.Commit != second || content(t, tree, "b.md") != "changed" || content(t, tree, "a/index.md") != "a" {
		t.Errorf("commit %s, b.md %q", tree.Commit, content(t, tree, "b.md"))
	}
	if content(t, old, "b.md") != "b" || content(t, old, "a/pic.png") != "png" {
		t.Error("an earlier revision cannot be read any more")
	}
}

// TestGitLinks: links within the content folder are the files they lead to; others,
// submodules and LFS pointers are findings and left out.
func TestGitLinks(t *testing.T) {
	repo := testkit.NewRepo(t)
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
	testkit.Write(t, repo.Dir, "articles/a.md", "a")
	for link, target := range map[string]string{"in.md": "a.md", "twice.md": "in.md", "out.md": "../secret.md", "abs.md": "/etc/passwd", "no.md": "none.md", "loop.md": "loop.md"} {
		if err := os.Symlink(target, filepath.Join(repo.Dir, "articles", link)); err != nil {
			t.Fatal(err)
		}
	}
	repo.Git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",articles/module")
	repo.Commit("articles/pic.png", pointer, "secret.md", "secret")
	tree := fetch(t, mirror(t, repo.Dir))
	const leads = ": error: is a symbolic link that leads out of the content folder or nowhere; put the file itself here (outside-tree)"
	expectPaths(t, tree, "a.md", "in.md", "twice.md")
	if content(t, tree, "twice.md") != "a" {
		t.Errorf("the link reads %q", content(t, tree, "twice.md"))
	}
	expectFindings(t, tree, "abs.md"+leads, "loop.md"+leads, "no.md"+leads, "out.md"+leads,
		"pic.png: error: is a Git LFS pointer, not the file itself; commit the file itself: a git repository holds only the pointer (lfs-pointer)")
}

// TestWhole: the path . is the whole repository, and names may be of any script
// and hold what git would quote.
func TestWhole(t *testing.T) {
	repo := testkit.NewRepo(t)
	repo.Commit("ä.md", "umlaut", "日本/語.md", "kanji", "with space.md", "space", "quo\"te\t.md", "quote")
	for _, path := range []string{".", "", "/"} {
		expectPaths(t, fetch(t, mirror(t, repo.Dir, func(o *MirrorOptions) { o.Path = path })), "quo\"te\t.md", "with space.md", "ä.md", "日本/語.md")
	}
}

// TestForced: a branch that was forced elsewhere is followed, and the commit that
// was live can still be read if it was kept.
func TestForced(t *testing.T) {
	repo := testkit.NewRepo(t)
	repo.Commit("articles/a.md", "1")
	second := repo.Commit("articles/a.md", "2")
	m := mirror(t, repo.Dir)
	fetch(t, m)
	if err := m.Keep(t.Context(), "live", second); err != nil {
		t.Fatal(err)
	}
	repo.Git("reset", "--quiet", "--hard", "HEAD~1")
	other := repo.Commit("articles/a.md", "3")
	if tree := fetch(t, m); tree.Commit != other || content(t, tree, "a.md") != "3" {
		t.Errorf("commit %s", tree.Commit)
	}
	if c, err := m.Kept(t.Context(), "live"); err != nil || c.ID != second {
		t.Errorf("kept %v, %v", c, err)
	}
	steps, err := m.Steps(t.Context(), second, other)
	if err != nil || len(steps) != 1 || steps[0].Commit != other || len(steps[0].Changes) != 1 {
		t.Errorf("from the one to the other: %v, %v", steps, err)
	}
}

// TestSteps: a rename is told with both paths, a merge as one step, a commit that
// only touches what is outside the folder as one that changed nothing; between a
// commit and itself there is nothing.
func TestSteps(t *testing.T) {
	repo := testkit.NewRepo(t)
	text := strings.Repeat("A line that stays.\n", 20)
	one := repo.Commit("articles/a.md", text, "README.md", "r", "articles/pic.png", "p")
	repo.Git("switch", "--quiet", "--create", "topic")
	repo.Move("articles/a.md", "articles/sub/b.md")
	repo.Commit("articles/sub/b.md", text+"One more.\n")
	repo.Commit("articles/new.md", "new")
	repo.Git("switch", "--quiet", "main")
	repo.Commit("README.md", "r2")
	repo.Git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
	repo.Commit("articles/new.md", "")
	m := mirror(t, repo.Dir)
	fetch(t, m)
	describe := func(from, to string) (out []string) {
		steps, err := m.Steps(t.Context(), from, to)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range steps {
			line := ""
			for _, c := range s.Changes {
				line += fmt.Sprintf("%c %s %s;", c.Kind, c.From, c.Path)
			}
			out = append(out, line)
		}
		return out
	}
	head := repo.Git("rev-parse", "HEAD")
	want := []string{"A  a.md;", "", "A  new.md;R a.md sub/b.md;", "D  new.md;"}
	if diff := cmp.Diff(want, describe("", head)); diff != "" {
		t.Errorf("the whole history (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[1:], describe(one, head)); diff != "" {
		t.Errorf("after the first commit (-want +got):\n%s", diff)
	}
	if got := describe(head, head); got != nil {
		t.Errorf("from a commit to itself: %q", got)
	}
}

// TestRemoteFaults: what is wrong with a remote is said in words that help, and
// without the password in its address.
func TestRemoteFaults(t *testing.T) {
	repo := testkit.NewRepo(t)
	repo.Commit("content/a.md", "a")
	for name, c := range map[string]struct {
		options MirrorOptions
		want    string
	}{
		"no branch":     {MirrorOptions{URL: repo.Dir, Branch: "live", Path: "content"}, "there is no branch live in " + repo.Dir + "; it has main"},
		"no folder":     {MirrorOptions{URL: repo.Dir, Branch: "main", Path: "articles"}, "there is no folder articles in the repository at "},
		"no repository": {MirrorOptions{URL: t.TempDir(), Branch: "main"}, "does not appear to be a git repository"},
		"nothing there": {MirrorOptions{URL: filepath.Join(repo.Dir, "no"), Branch: "main"}, "does not appear to be a git repository"},
		"an option":     {MirrorOptions{URL: "--upload-pack=x", Branch: "main"}, "is not the address of a repository"},
		"a transport":   {MirrorOptions{URL: "ext::sh -c x", Branch: "main"}, "is not the address of a repository"},
		"a scheme":      {MirrorOptions{URL: "ftp://example.org/x.git", Branch: "main"}, "are fetched by https, ssh, http, git or file"},
		"in the open":   {MirrorOptions{URL: "http://example.org/x.git", Branch: "main", Token: "pass-word"}, "write https:// in place of http://"},
		"no server":     {MirrorOptions{URL: "http://ada:pass-word@127.0.0.1:1/x.git", Branch: "main"}, "fetch http://…@127.0.0.1:1/x.git: git fetch: unable to access"},
	} {
		c.options.Dir = t.TempDir()
		m, err := OpenMirror(t.Context(), c.options)
		if err == nil {
			defer m.Close()
			if err = m.Fetch(t.Context()); err == nil {
				_, err = m.Snapshot(t.Context())
			}
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "pass-word") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestNoGit: without the git program the error says what to do.
func TestNoGit(t *testing.T) {
	repo := testkit.NewRepo(t)
	t.Setenv("PATH", t.TempDir())
	if _, err := OpenMirror(t.Context(), MirrorOptions{URL: repo.Dir, Branch: "main", Dir: t.TempDir()}); !errors.Is(err, ErrNoGit) {
		t.Errorf("open: %v", err)
	}
	if _, err := Enclosing(t.Context(), repo.Dir); !errors.Is(err, ErrNoGit) {
		t.Errorf("find the repository: %v", err)
	}
}

// TestEnclosing: a folder in a work tree has its history, also below a link and
// when nothing is committed; another has none.
func TestEnclosing(t *testing.T) {
	repo := testkit.NewRepo(t)
	testkit.Write(t, repo.Dir, "docs/articles/a.md", "a")
	r, err := Enclosing(t.Context(), filepath.Join(repo.Dir, "docs", "articles"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Resolve(t.Context(), "HEAD"); !errors.Is(err, ErrNoObject) {
		t.Errorf("before the first commit: %v", err)
	}
	id := repo.Commit("docs/articles/b.md", "b", "c.md", "c")
	head, err := r.Resolve(t.Context(), "HEAD")
	if err != nil || head.ID != id {
		t.Fatalf("%v, %v", head, err)
	}
	tree, err := r.Tree(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	expectPaths(t, tree, "a.md", "b.md")
	if _, err := Enclosing(t.Context(), t.TempDir()); !errors.Is(err, ErrNotInGit) {
		t.Errorf("outside: %v", err)
	}
}

// TestShallow: a history that was cut off is known to be.
func TestShallow(t *testing.T) {
	repo := testkit.NewRepo(t)
	repo.Commit("a.md", "1")
	repo.Commit("a.md", "2")
	clone := filepath.Join(t.TempDir(), "clone")
	repo.Git("clone", "--quiet", "--depth=1", "file://"+repo.Dir, clone)
	for dir, want := range map[string]bool{repo.Dir: false, clone: true} {
		m := mirror(t, dir, func(o *MirrorOptions) { o.Path = "" })
		fetch(t, m)
		if cut, err := m.Shallow(t.Context()); err != nil || cut != want {
			t.Errorf("%s: shallow %v, %v", dir, cut, err)
		}
	}
}

// TestRepair: a copy that is broken is made anew from the remote and keeps the
// commits that were to be kept; without the remote it stays as it is.
func TestRepair(t *testing.T) {
	repo := testkit.NewRepo(t)
	id := repo.Commit("articles/a.md", "a")
	m := mirror(t, repo.Dir)
	fetch(t, m)
	if err := m.Keep(t.Context(), "live", id); err != nil {
		t.Fatal(err)
	}
	damage(t, m.git.dir)
	away := repo.Dir + ".away"
	if err := os.Rename(repo.Dir, away); err != nil {
		t.Fatal(err)
	}
	if err := m.Fetch(t.Context()); err == nil {
		t.Error("a fetch without a remote went well")
	}
	if err := os.Rename(away, repo.Dir); err != nil {
		t.Fatal(err)
	}
	repo.Commit("articles/a.md", "b")
	if tree := fetch(t, m); content(t, tree, "a.md") != "b" {
		t.Error("the copy was not made anew")
	}
	if c, err := m.Kept(t.Context(), "live"); err != nil || c.ID != id {
		t.Errorf("kept %v, %v", c, err)
	}
}

// damage empties every object of a repository.
func damage(t *testing.T, dir string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(filepath.Join(dir, "objects"), func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		n++
		if err := os.Chmod(name, 0o644); err != nil {
			return err
		}
		return os.WriteFile(name, nil, 0o644)
	})
	if err != nil || n == 0 {
		t.Fatal(n, err)
	}
}

// TestGate: many that ask at once share the work, and everybody has a run that
// began after they asked.
func TestGate(t *testing.T) {
	runs := 0
	started, release := make(chan struct{}, 10), make(chan struct{})
	g := &gate{work: func() error { runs++; started <- struct{}{}; <-release; return nil }}
	done := make(chan error)
	ask := func() { done <- g.pass(t.Context()) }
	go ask()
	<-started
	for range 50 {
		go ask()
	}
	for waiting := false; !waiting; { // until they wait for the second run
		g.mu.Lock()
		waiting = g.next != nil
		g.mu.Unlock()
		time.Sleep(time.Millisecond)
	}
	time.Sleep(10 * time.Millisecond)
	close(release)
	for range 51 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if runs < 2 || runs > 3 {
		t.Errorf("%d runs for 51 that asked", runs)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.pass(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a call that was given up: %v", err)
	}
	g.wait.Wait()
}

// FuzzSteps: whatever git prints, the parser ends, and what it understands has
// commits with paths.
func FuzzSteps(f *testing.F) {
	id := strings.Repeat("0a", 20)
	head, change := "\x01"+id+" 1700000000\x00", ":100644 100644 "+id+" "+id+" "
	for _, seed := range []string{"", head, head + "\n" + change + "M\x00a.md\x00", head + change + "R087\x00a.md\x00b\nc.md\x00\x00" + head, head + change + "D\x00", change + "A\x00a.md\x00", "\x01x 1\x00", head + ":1 2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, out string) {
		steps, err := parseSteps(out)
		if err != nil {
			return
		}
		for _, s := range steps {
			if !isID(s.Commit) {
				t.Errorf("commit %q", s.Commit)
			}
			for _, c := range s.Changes {
				if c.Path == "" || c.Kind == Renamed && c.From == "" || c.Kind != Deleted && !isID(c.Blob) {
					t.Errorf("%+v", c)
				}
			}
		}
	})
}

// FuzzTree: whatever stands in a tree object, the parser ends, and what it
// understands can be written back.
func FuzzTree(f *testing.F) {
	f.Add([]byte("100644 a.md\x00"+strings.Repeat("x", 20)), 20)
	f.Add([]byte("40000 dir\x00"+strings.Repeat("\x00", 32)+"120000 l\x00"), 32)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		if size != 20 && size != 32 {
			return
		}
		entries, err := parseTree(data, size)
		if err != nil {
			return
		}
		length := 0
		for _, e := range entries {
			length += len(e.mode) + len(e.name) + 2 + size
		}
		if length != len(data) {
			t.Errorf("%d bytes read as entries of %d", len(data), length)
		}
	})
}

// FuzzHead: whatever git cat-file answers, the parser ends.
func FuzzHead(f *testing.F) {
	f.Add(strings.Repeat("a", 40) + " blob 12")
	f.Add("main missing")
	f.Fuzz(func(t *testing.T, line string) {
		found, err := parseHead(line)
		if err == nil && (!isID(found.id) || found.size < 0) {
			t.Errorf("%+v", found)
		}
	})
}
