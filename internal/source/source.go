// Package source fetches a revision of the content: the files and what
// identifies them.
//
// It is the first stage of the flow. A Tree is a list of files with their
// content hashes and the revision that they make up together; nothing below
// knows whether it came from a directory or a git repository:
//
//	Directory ──────────────┐
//	Mirror ─┐               ├─► Tree ─► publish ─► article.Parse, picture.Measure, …
//	        ├─► Repository ─┘
//	        │        └─► Commits ─► history
//	remote ─┘
//
// A Mirror is a bare copy of a remote repository that is fetched incrementally;
// a Repository reads revisions and their history out of the object store, of a
// mirror or of the work tree that a directory lies in. The git program does the
// work (git.go): its own library in C is many times faster at renames than what
// there is for Go.
//
// The package reads bytes and never looks into them, but for what tells a file
// from its stand-in (a Git LFS pointer). Files on disk are opened through
// os.Root, so that no name and no symbolic link reaches out of the tree.
package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"byline/internal/finding"
)

// A Tree is one revision of the content. It is immutable and safe for
// concurrent use.
type Tree struct {
	Revision string       // names the revision; equal for equal content
	Commit   string       // the whole id of the commit; "" when it comes from a folder
	Time     time.Time    // when the revision was made
	Files    []File       // ordered by path
	Findings finding.List // what is wrong with the tree itself
}

// A File is one file of a Tree.
type File struct {
	Path string // slash-separated, relative to the content folder
	Hash string // names the content: digits of its SHA-256, or its id in git
	Size int64  // bytes; 0 for an article out of git

	open    func() (io.ReadCloser, error)
	content func() ([]byte, error) // in its place, where the source cannot change
}

// NewFile makes a File whose content is already at hand.
func NewFile(path string, content []byte) File {
	return File{
		Path: path, Hash: Hash(content), Size: int64(len(content)),
		open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(content))), nil },
	}
}

// NewBlob makes a File whose content never changes and is read when it is asked
// for; id names the content.
func NewBlob(path, id string, read func() ([]byte, error)) File {
	return File{Path: path, Hash: id, content: read}
}

// Hash returns the content hash that File uses.
func Hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:16])
}

// Read returns the file's content. It fails when the content is no longer that
// of the tree's revision: a directory can change under a running server.
func (f File) Read() ([]byte, error) {
	if f.content != nil {
		content, err := f.content()
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Path, err)
		}
		return content, nil
	}
	r, err := f.open()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Path, err)
	}
	defer r.Close()
	content := bytes.NewBuffer(make([]byte, 0, f.Size+bytes.MinRead)) // in one piece, if it is as it was
	if _, err := content.ReadFrom(r); err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Path, err)
	}
	if Hash(content.Bytes()) != f.Hash {
		return nil, fmt.Errorf("read %s: it changed since the revision was taken", f.Path)
	}
	return content.Bytes(), nil
}

// Find returns the file at path.
func (t Tree) Find(path string) (File, bool) {
	i, ok := slices.BinarySearchFunc(t.Files, path, func(f File, p string) int { return strings.Compare(f.Path, p) })
	if !ok {
		return File{}, false
	}
	return t.Files[i], true
}

// Differing are the paths at which this tree and another do not have the same, in
// no order that means anything.
func (t Tree) Differing(other Tree) iter.Seq[string] {
	return func(yield func(string) bool) {
		a, b := t.Files, other.Files
		for len(a) > 0 || len(b) > 0 {
			var path string
			switch {
			case len(b) == 0 || len(a) > 0 && a[0].Path < b[0].Path:
				path, a = a[0].Path, a[1:]
			case len(a) == 0 || b[0].Path < a[0].Path:
				path, b = b[0].Path, b[1:]
			default:
				same := a[0].Hash == b[0].Hash
				if path, a, b = a[0].Path, a[1:], b[1:]; same {
					continue
				}
			}
			if !yield(path) {
				return
			}
		}
	}
}

// finish orders the files and reports names that clash.
func (t *Tree) finish() {
	slices.SortFunc(t.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	folded := make(map[string]string, len(t.Files))
	for _, f := range t.Files {
		key := strings.ToLower(f.Path)
		if other, clash := folded[key]; clash {
			t.Findings = append(t.Findings, caseConflict(f.Path, other))
		}
		folded[key] = f.Path
	}
	t.Findings.Sort()
}
