package source_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/source"
	"byline/internal/testkit"
)

// worktree is a repository whose content lies in articles/, with one commit.
func worktree(t *testing.T) (top, dir string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Fatal("these tests need git")
	}
	top = t.TempDir()
	dir = filepath.Join(top, "articles")
	for name, text := range map[string]string{"site.yaml": "title: T\n", "same.md": "same", "edited.md": "before", "staged.md": "before", "gone.md": "before", "committed.md": "before", "sub/ünï cöde.md": "before"} {
		testkit.Write(t, dir, name, text)
	}
	testkit.Write(t, top, "README.md", "no content")
	testkit.Write(t, top, ".gitignore", "*.ignored.md\n")
	gitIn(t, top, "init", "-q", "-b", "main")
	commitAll(t, top)
	return top, dir
}

func commitAll(t *testing.T, top string) {
	t.Helper()
	gitIn(t, top, "add", "-A")
	gitIn(t, top, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-m", "x")
}

func gitIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// change makes a change of every kind: committed, staged, on disk, new, ignored.
func change(t *testing.T, top, dir string) {
	t.Helper()
	testkit.Write(t, dir, "committed.md", "after")
	commitAll(t, top)
	testkit.Write(t, dir, "staged.md", "after")
	gitIn(t, top, "add", "-A")
	testkit.Write(t, dir, "edited.md", "after")
	testkit.Write(t, dir, "sub/ünï cöde.md", "after")
	testkit.Write(t, dir, "new.md", "after")
	testkit.Write(t, dir, "x.ignored.md", "after")
	testkit.Write(t, top, "README.md", "changed too")
	if err := os.Remove(filepath.Join(dir, "gone.md")); err != nil {
		t.Fatal(err)
	}
}

func contents(files []source.File) []string {
	var all []string
	for _, f := range files {
		content, err := f.Read()
		if err != nil {
			all = append(all, err.Error())
		}
		all = append(all, f.Path+" "+string(content))
	}
	slices.Sort(all)
	return all
}

// TestChanged: what is committed since, staged, only on disk, new or gone
// differs, what is ignored or lies elsewhere does not; and the folder can be had
// as it was.
func TestChanged(t *testing.T) {
	top, dir := worktree(t)
	gitIn(t, top, "tag", "before")
	change(t, top, dir)
	for _, ref := range []string{"before", "HEAD~1"} {
		c, err := source.Changed(context.Background(), dir, ref)
		if err != nil {
			t.Fatal(err)
		}
		var differ []string
		for _, name := range []string{"site.yaml", "same.md", "edited.md", "staged.md", "gone.md", "committed.md", "sub/ünï cöde.md", "new.md", "x.ignored.md", "README.md", "../README.md"} {
			if c.Has(name) {
				differ = append(differ, name)
			}
		}
		if diff := cmp.Diff([]string{"edited.md", "staged.md", "gone.md", "committed.md", "sub/ünï cöde.md", "new.md"}, differ); diff != "" {
			t.Errorf("%s (-want +got):\n%s", ref, diff)
		}
		now, err := source.NewDirectory(dir).Snapshot(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"committed.md before", "edited.md before", "gone.md before", "same.md same", "site.yaml title: T\n", "staged.md before", "sub/ünï cöde.md before", "x.ignored.md after"}
		if diff := cmp.Diff(want, contents(c.Before(now).Files)); diff != "" {
			t.Errorf("%s, before (-want +got):\n%s", ref, diff)
		}
	}
}

// TestChangedOnABranch: what others did meanwhile to the branch from which the
// work began is not a change of ours.
func TestChangedOnABranch(t *testing.T) {
	top, dir := worktree(t)
	gitIn(t, top, "checkout", "-q", "-b", "work")
	testkit.Write(t, dir, "edited.md", "ours")
	commitAll(t, top)
	gitIn(t, top, "checkout", "-q", "main")
	testkit.Write(t, dir, "same.md", "theirs")
	commitAll(t, top)
	gitIn(t, top, "checkout", "-q", "work")
	c, err := source.Changed(context.Background(), dir, "main")
	if err != nil || !c.Has("edited.md") || c.Has("same.md") {
		t.Errorf("edited.md differs %t, same.md %t, %v; want only the first", c.Has("edited.md"), c.Has("same.md"), err)
	}
}

// TestChangedInAHook: git tells a hook of a linked work tree where its repository
// is, in variables that would mislead a look at a folder of it.
func TestChangedInAHook(t *testing.T) {
	top, _ := worktree(t)
	linked := filepath.Join(t.TempDir(), "linked")
	gitIn(t, top, "worktree", "add", "-q", "-b", "work", linked)
	dir := filepath.Join(linked, "articles")
	testkit.Write(t, dir, "edited.md", "after")
	t.Setenv("GIT_DIR", filepath.Join(top, ".git", "worktrees", "linked"))
	t.Setenv("GIT_INDEX_FILE", filepath.Join(top, ".git", "worktrees", "linked", "index"))
	c, err := source.Changed(context.Background(), dir, "HEAD")
	if err != nil || !c.Has("edited.md") || c.Has("same.md") {
		t.Errorf("edited.md differs %t, same.md %t, %v; want only the first", c.Has("edited.md"), c.Has("same.md"), err)
	}
}

// TestPrefix: a folder is named from the top of its repository, from wherever
// one looks.
func TestPrefix(t *testing.T) {
	top, dir := worktree(t)
	for from, want := range map[string]string{top: "", dir: "articles/", filepath.Join(dir, "sub"): "articles/sub/"} {
		if got, err := source.Prefix(context.Background(), from); got != want || err != nil {
			t.Errorf("%s is %q, %v; want %q", from, got, err, want)
		}
	}
}

// TestChangedFaults: it is said plainly why nothing can be compared.
func TestChangedFaults(t *testing.T) {
	ctx := context.Background()
	_, dir := worktree(t)
	for _, ref := range []string{"nowhere", "--help", "", "HEAD:articles"} {
		if _, err := source.Changed(ctx, dir, ref); err == nil || !strings.Contains(err.Error(), "knows no commit") {
			t.Errorf("%q: %v", ref, err)
		}
	}
	plain := t.TempDir()
	if _, err := source.Changed(ctx, plain, "HEAD"); !errors.Is(err, source.ErrNoWorkTree) || !strings.Contains(err.Error(), plain) {
		t.Errorf("no repository: %v", err)
	}
	t.Setenv("PATH", "")
	if _, err := source.Changed(ctx, dir, "HEAD"); !errors.Is(err, source.ErrNoGit) {
		t.Errorf("no git: %v", err)
	}
}
