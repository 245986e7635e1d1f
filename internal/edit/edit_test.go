package edit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/testkit"
)

// TestOffset: lines end in LF, CR LF or CR, columns count characters, and a byte
// order mark takes no room.
func TestOffset(t *testing.T) {
	src := "\ufeffab\r\ncé€d\r\re\n"
	for _, c := range []struct {
		line, col int
		rest      string
	}{
		{1, 1, "ab\r\ncé€d\r\re\n"}, {1, 3, "\r\ncé€d\r\re\n"}, {2, 1, "cé€d\r\re\n"}, {2, 4, "d\r\re\n"}, {3, 1, "\re\n"}, {4, 1, "e\n"}, {5, 1, ""},
	} {
		offset, ok := Offset([]byte(src), c.line, c.col)
		if !ok || src[offset:] != c.rest {
			t.Errorf("%d:%d is %q, want %q", c.line, c.col, src[offset:], c.rest)
		}
	}
	for _, c := range [][2]int{{1, 4}, {2, 6}, {3, 2}, {6, 1}} {
		if offset, ok := Offset([]byte(src), c[0], c[1]); ok {
			t.Errorf("%d:%d is at %d, want nowhere", c[0], c[1], offset)
		}
	}
}

// TestFind: a text is found where it begins, in quotes or not, and nowhere else.
func TestFind(t *testing.T) {
	src := []byte("a: \"one\"\nb: 'two'\nc: three\n")
	for _, c := range []struct {
		line, col int
		text      string
		want      int
	}{{1, 4, "one", 4}, {2, 4, "two", 13}, {3, 4, "three", 21}, {3, 4, "thr", 21}, {1, 4, "on", -1}, {3, 5, "three", -1}, {3, 4, "", -1}, {9, 1, "one", -1}} {
		if at, ok := Find(src, c.line, c.col, c.text); ok != (c.want >= 0) || ok && at != c.want {
			t.Errorf("%q at %d:%d: %d, %t", c.text, c.line, c.col, at, ok)
		}
	}
}

// TestChange: edits are made all or not at all, in whatever order they come.
func TestChange(t *testing.T) {
	edits := []Edit{{Offset: 6, Old: "world", New: "all"}, {Offset: 0, Old: "H", New: "Oh, h"}, {Offset: 11, New: "!"}}
	got, err := Change([]byte("Hello world"), edits)
	if err != nil || string(got) != "Oh, hello all!" {
		t.Errorf("%q, %v", got, err)
	}
	for name, faulty := range map[string][]Edit{
		"another text":  {{Offset: 6, Old: "World", New: "all"}},
		"overlapping":   {{Offset: 0, Old: "Hello"}, {Offset: 4, Old: "o w"}},
		"behind":        {{Offset: 10, Old: "ding"}},
		"far behind":    {{Offset: 99, New: "x"}},
		"one of two":    {{Offset: 0, Old: "Hello", New: "Bye"}, {Offset: 6, Old: "moon"}},
		"the same spot": {{Offset: 0, Old: "H", New: "h"}, {Offset: 0, Old: "H", New: "J"}},
	} {
		if got, err := Change([]byte("Hello world"), faulty); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// tree is all that is in a folder: content by path, and what is no file by kind.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		short, _ := filepath.Rel(dir, name)
		if !entry.Type().IsRegular() {
			all[short] = entry.Type().String()
			return nil
		}
		content, err := os.ReadFile(name)
		info, _ := entry.Info()
		all[short] = info.Mode().String() + " " + string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	testkit.Write(t, dir, "a.md", "link to b.md\n")
	testkit.Write(t, dir, "b.md", "link to a.md\n")
	testkit.Write(t, dir, "c/index.md", "an article\n")
	testkit.Write(t, dir, "c/p.png", "a picture\n")
	if err := os.Chmod(filepath.Join(dir, "b.md"), 0o604); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestApply: files are edited and moved, keep their modes, and nothing else is
// left behind.
func TestApply(t *testing.T) {
	dir := folder(t)
	plan := Plan{
		Edits: []Edit{{"b.md", 8, "a.md", "d/e.md"}, {"a.md", 0, "link", "See"}, {"a.md", 8, "b", "../b"}, {"c/index.md", 0, "an", "the"}},
		Moves: []Move{{"a.md", "d/e.md"}, {"c", "f/g"}},
	}
	if err := plan.Apply(dir); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"b.md": "-rw----r-- link to d/e.md\n", "d": "d---------", "d/e.md": "-rw-r--r-- See to ../b.md\n",
		"f": "d---------", "f/g": "d---------", "f/g/index.md": "-rw-r--r-- the article\n", "f/g/p.png": "-rw-r--r-- a picture\n",
	}
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAllOrNothing: whatever is in the way, the folder is as it was.
func TestAllOrNothing(t *testing.T) {
	good := []Edit{{"a.md", 0, "link", "See"}, {"b.md", 0, "link", "See"}}
	for name, plan := range map[string]Plan{
		"the text is another":     {Edits: append(slices.Clone(good), Edit{"c/index.md", 0, "the", "an"})},
		"there is no such file":   {Edits: append(slices.Clone(good), Edit{"none.md", 0, "", "x"})},
		"it is a folder":          {Edits: append(slices.Clone(good), Edit{"c", 0, "", "x"})},
		"it is a symbolic link":   {Edits: append(slices.Clone(good), Edit{"link.md", 0, "link", "See"})},
		"below a symbolic link":   {Edits: append(slices.Clone(good), Edit{"link/index.md", 0, "an", "the"})},
		"it is outside":           {Edits: append(slices.Clone(good), Edit{"../out.md", 0, "", "x"})},
		"something is there":      {Edits: good, Moves: []Move{{"a.md", "x/y/a.md"}, {"b.md", "c/p.png"}}},
		"the second is not there": {Edits: good, Moves: []Move{{"c", "x/y"}, {"none.md", "e.md"}}},
		"a file is in the way":    {Edits: good, Moves: []Move{{"c", "x/y"}, {"a.md", "b.md/a.md"}}},
		"the move leads out":      {Edits: good, Moves: []Move{{"c", "x/y"}, {"a.md", "../a.md"}}},
	} {
		dir := folder(t)
		if err := errors.Join(os.Symlink("a.md", filepath.Join(dir, "link.md")), os.Symlink("c", filepath.Join(dir, "link"))); err != nil {
			t.Fatal(err)
		}
		before := tree(t, dir)
		if err := plan.Apply(dir); err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.Contains(err.Error(), "undo") {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
			t.Errorf("%s: the folder changed (-before +after):\n%s", name, diff)
		}
	}
}

// FuzzChange: what no edit names stays, byte for byte.
func FuzzChange(f *testing.F) {
	f.Add("Hello world", 3, 2, "new")
	f.Fuzz(func(t *testing.T, src string, offset, length int, fresh string) {
		if offset < 0 || length < 0 || offset > len(src) || length > len(src)-offset {
			return
		}
		got, err := Change([]byte(src), []Edit{{Offset: offset, Old: src[offset : offset+length], New: fresh}})
		if want := src[:offset] + fresh + src[offset+length:]; err != nil || string(got) != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	})
}
