package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// put writes files (name, content, …) below dir.
func put(t *testing.T, dir string, namesAndContents ...string) {
	t.Helper()
	for pair := range slices.Chunk(namesAndContents, 2) {
		name := filepath.Join(dir, filepath.FromSlash(pair[0]))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(pair[1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func snapshot(t *testing.T, d *Directory) Tree {
	t.Helper()
	tree, err := d.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func paths(tree Tree) []string {
	var all []string
	for _, f := range tree.Files {
		all = append(all, f.Path)
	}
	return all
}

func expectPaths(t *testing.T, tree Tree, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, paths(tree)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func expectFindings(t *testing.T, tree Tree, want ...string) {
	t.Helper()
	var got []string
	for _, f := range tree.Findings {
		got = append(got, f.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestSnapshot: a tree is the content's files in order of their paths; hidden
// files, hidden folders and what editors leave behind are not content, but below
// root/ hidden files are.
func TestSnapshot(t *testing.T) {
	dir := t.TempDir()
	put(t, dir,
		"b.md", "b", "a/index.md", "a", "site.yaml", "s", "a/pic.png", "p",
		".git/config", "g", ".obsidian/x.md", "x", ".hidden.md", "h", "a/.DS_Store", "d", "zz/last.md", "z",
		"b.md~", "x", "b.md.swp", "x", "#b.md#", "x", "#1-tips.md", "content",
		"root/.well-known/security.txt", "w", "root/.git/x", "g", "root/.DS_Store", "d", "root/ads.txt", "a",
	)
	tree := snapshot(t, NewDirectory(dir))
	expectPaths(t, tree, "#1-tips.md", "a/index.md", "a/pic.png", "b.md", "root/.well-known/security.txt", "root/ads.txt", "site.yaml", "zz/last.md")
	expectFindings(t, tree)
	f, ok := tree.Find("a/index.md")
	content, err := f.Read()
	if !ok || err != nil || string(content) != "a" || f.Size != 1 || f.Hash != Hash([]byte("a")) || len(f.Hash) != 32 {
		t.Errorf("%+v %q %v", f, content, err)
	}
	if _, ok := tree.Find("a"); ok {
		t.Error("a folder was found as a file")
	}
}

// TestRevision: equal content has an equal revision, wherever and whenever it
// was written; other content or another name has another.
func TestRevision(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	put(t, one, "a.md", "a", "b.md", "b")
	put(t, two, "b.md", "b", "a.md", "a")
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(two, "a.md"), past, past); err != nil {
		t.Fatal(err)
	}
	first := snapshot(t, NewDirectory(one))
	if second := snapshot(t, NewDirectory(two)); first.Revision != second.Revision {
		t.Errorf("equal content: %s and %s", first.Revision, second.Revision)
	}
	for _, change := range []string{"a.md", "c.md"} {
		put(t, two, change, "changed")
		if second := snapshot(t, NewDirectory(two)); first.Revision == second.Revision {
			t.Errorf("changing %s leaves the revision %s", change, first.Revision)
		}
	}
}

// TestSymlinks: a link within the tree is the file it leads to; one that leads
// out, nowhere or to itself is a finding and not followed.
func TestSymlinks(t *testing.T) {
	outside := t.TempDir()
	put(t, outside, "secret.md", "secret")
	dir := t.TempDir()
	put(t, dir, "a.md", "a", "folder/b.md", "b")
	for link, target := range map[string]string{
		"inside.md": "a.md", "folder/up.md": "../a.md", "out.md": filepath.Join(outside, "secret.md"), "up.md": "../secret.md",
		"nowhere.md": "missing.md", "loop.md": "loop.md", "linked": "folder", "outer": outside,
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	tree := snapshot(t, NewDirectory(dir))
	expectPaths(t, tree, "a.md", "folder/b.md", "folder/up.md", "inside.md")
	const leads = ": error: is a symbolic link that leads out of the content folder or nowhere; put the file itself here (outside-tree)"
	expectFindings(t, tree,
		"linked: warning: is not a regular file and is left out (not-supported)", "loop.md"+leads, "nowhere.md"+leads, "out.md"+leads, "outer"+leads, "up.md"+leads)
	f, _ := tree.Find("inside.md")
	if content, err := f.Read(); err != nil || string(content) != "a" {
		t.Errorf("the link within the tree reads %q, %v", content, err)
	}
}

// TestReplacedByLink: a file that became a link out of the tree after the
// snapshot is not read through it.
func TestReplacedByLink(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	put(t, outside, "secret", "same")
	put(t, dir, "a.md", "same")
	f, _ := snapshot(t, NewDirectory(dir)).Find("a.md")
	if err := errors.Join(os.Remove(filepath.Join(dir, "a.md")), os.Symlink(filepath.Join(outside, "secret"), filepath.Join(dir, "a.md"))); err != nil {
		t.Fatal(err)
	}
	if content, err := f.Read(); err == nil {
		t.Errorf("read %q through a link out of the tree", content)
	}
}

// TestStandIns: a Git LFS pointer, a pipe and names that differ only in case are
// findings; the first two are left out.
func TestStandIns(t *testing.T) {
	dir := t.TempDir()
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"
	put(t, dir, "pic.png", pointer, "about-lfs.md", pointer+strings.Repeat("An article that quotes one. ", 50), "Readme.md", "1", "readme.md", "2")
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.md"), 0o644); err != nil {
		t.Fatal(err)
	}
	tree := snapshot(t, NewDirectory(dir))
	expectPaths(t, tree, "Readme.md", "about-lfs.md", "readme.md")
	expectFindings(t, tree,
		`pic.png: error: is a Git LFS pointer, not the file itself; run "git lfs pull" where the content is checked out (lfs-pointer)`,
		"pipe.md: warning: is not a regular file and is left out (not-supported)",
		"readme.md: warning: differs only in case from Readme.md; on many machines these are one file; rename one of the two (case-conflict)",
	)
}

// TestTooLarge: a file over the limit is left out without being read.
func TestTooLarge(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.md", "a", "big.png", "")
	if err := os.Truncate(filepath.Join(dir, "big.png"), MaxFile+1); err != nil {
		t.Fatal(err)
	}
	tree := snapshot(t, NewDirectory(dir))
	expectPaths(t, tree, "a.md")
	expectFindings(t, tree, "big.png: error: has 268435457 bytes and is left out; the limit is 268435456 (too-large)")
}

// TestEdits: the next snapshot of the same Directory sees every edit, also one
// that leaves size and time as they were.
func TestEdits(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.md", "one", "b.md", "b")
	name := filepath.Join(dir, "a.md")
	d := NewDirectory(dir)
	expect := func(what, content string) {
		t.Helper()
		f, _ := snapshot(t, d).Find("a.md")
		if got, err := f.Read(); err != nil || string(got) != content {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
	expect("first", "one")
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "a.md", "two")
	if err := os.Chtimes(name, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	expect("same size and time, just written", "two")

	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(name, old, old); err != nil {
		t.Fatal(err)
	}
	expect("old", "two")
	put(t, dir, "new", "six")
	if err := errors.Join(os.Chtimes(filepath.Join(dir, "new"), old, old), os.Rename(filepath.Join(dir, "new"), name)); err != nil {
		t.Fatal(err)
	}
	expect("another file of the same size and time in its place", "six")
	put(t, dir, "a.md", "longer")
	expect("longer", "longer")
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	expectPaths(t, snapshot(t, d), "b.md")
}

// TestUnchangedIsNotRead: a file that did not change is not read again.
func TestUnchangedIsNotRead(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.md", "one")
	old := time.Now().Add(-time.Hour)
	name := filepath.Join(dir, "a.md")
	if err := os.Chtimes(name, old, old); err != nil {
		t.Fatal(err)
	}
	d := NewDirectory(dir)
	first := snapshot(t, d)
	put(t, dir, "a.md", "two") // in place, and its time set back: nothing shows it
	if err := os.Chtimes(name, old, old); err != nil {
		t.Fatal(err)
	}
	second := snapshot(t, d)
	if first.Revision != second.Revision {
		t.Error("the file was read again")
	}
	if _, err := second.Files[0].Read(); err == nil {
		t.Error("content that is not the revision's was handed out")
	}
}

// TestChangedAfterSnapshot: a file that changed or went after the snapshot is
// not handed out as the revision's.
func TestChangedAfterSnapshot(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.md", "a", "b.md", "b")
	tree := snapshot(t, NewDirectory(dir))
	put(t, dir, "a.md", "changed")
	if err := os.Remove(filepath.Join(dir, "b.md")); err != nil {
		t.Fatal(err)
	}
	for _, f := range tree.Files {
		if content, err := f.Read(); err == nil {
			t.Errorf("%s: read %q", f.Path, content)
		}
	}
}

// TestRemovedWhileReading: a file or folder that goes while the directory is
// read is as one that was not there; one that may not be read is a finding.
func TestRemovedWhileReading(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "gone.md", "x")
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		t.Fatal(err)
	}
	info, err := root.Stat("gone.md")
	if err != nil {
		t.Fatal(err)
	}
	if err := root.Remove("gone.md"); err != nil {
		t.Fatal(err)
	}
	w := walk{Directory: NewDirectory(dir), root: root}
	if v := w.look("gone.md", entries[0].Type()); v.here || v.fault != nil { // between the listing and the look at it
		t.Errorf("%+v", v)
	}
	if _, err := w.stamp("gone.md", info); !errors.Is(err, fs.ErrNotExist) { // between the look and the reading
		t.Error(err)
	}
	locked := unreadable("locked", &fs.PathError{Op: "open", Path: "locked", Err: fs.ErrPermission})
	if want := "locked: error: cannot be read: permission denied; let the server's user read it (unreadable)"; locked.String() != want {
		t.Errorf("%s, want %s", locked, want)
	}
}

// TestNoFolder: a content folder that is not there is an error that names it.
func TestNoFolder(t *testing.T) {
	_, err := NewDirectory("no/such/folder").Snapshot(t.Context())
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "no/such/folder") {
		t.Error(err)
	}
}

// TestCancel: a snapshot ends when its context does.
func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewDirectory(t.TempDir()).Snapshot(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestTime: a tree's time is the newest of its files and folders, so that a
// removal is a change too.
func TestTime(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.md", "a", "b.md", "b")
	old := time.Now().Add(-time.Hour)
	for _, name := range []string{"a.md", "b.md", "."} {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	d := NewDirectory(dir)
	if got := snapshot(t, d).Time; !got.Equal(old) {
		t.Errorf("time %v, want %v", got, old)
	}
	if err := os.Remove(filepath.Join(dir, "b.md")); err != nil {
		t.Fatal(err)
	}
	if got := snapshot(t, d).Time; !got.After(old) {
		t.Errorf("after a removal the time is still %v", got)
	}
}

// TestNewFile: a file made of bytes is as one that was read.
func TestNewFile(t *testing.T) {
	f := NewFile("a.md", []byte("text"))
	content, err := f.Read()
	if err != nil || string(content) != "text" || f.Hash != Hash(content) || f.Size != 4 {
		t.Errorf("%+v %q %v", f, content, err)
	}
}
