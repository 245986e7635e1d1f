package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"byline/internal/finding"
)

// MaxFile is the size in bytes over which a file is left out of the tree.
const MaxFile = 256 << 20

// coarse is the coarsest step of the times that file systems keep (FAT's).
const coarse = 2 * time.Second

// Directory is a source on disk. It remembers the hash of a file as long as its
// size and time stay, so that another Snapshot costs a stat a file. It is safe
// for concurrent use.
type Directory struct {
	dir string

	mu   sync.Mutex
	seen map[string]stamp
}

type stamp struct {
	size int64
	time time.Time
	read time.Time
	info fs.FileInfo
	hash string
	lfs  bool
}

// NewDirectory returns the source for the content folder dir.
func NewDirectory(dir string) *Directory {
	return &Directory{dir: dir, seen: map[string]stamp{}}
}

// Snapshot reads the directory as it is now. Names that begin with a dot are
// passed over, except below root/, which holds files served as they are; so are
// the files that editors leave behind (~, .swp, #…#). The revision's time is the
// newest of its files and folders, so that a removal counts as a change.
func (d *Directory) Snapshot(ctx context.Context) (Tree, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	root, err := os.OpenRoot(d.dir)
	if err != nil {
		return Tree{}, fmt.Errorf("open content folder: %w", err)
	}
	defer root.Close()
	w := walk{Directory: d, root: root, now: map[string]stamp{}}
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return w.visit(name, entry, err) // as it is: WalkDir knows fs.SkipDir only unwrapped
	})
	if err != nil {
		return Tree{}, fmt.Errorf("read content folder %s: %w", d.dir, err)
	}
	d.seen = w.now
	w.tree.finish()
	return w.tree, nil
}

// walk is one pass over the directory.
type walk struct {
	*Directory
	root *os.Root
	tree Tree
	now  map[string]stamp
}

func (w *walk) visit(name string, entry fs.DirEntry, err error) error {
	if errors.Is(err, fs.ErrNotExist) && name != "." {
		return nil // removed while we walked
	}
	if err != nil && name != "." {
		return w.unreadable(name, err)
	}
	if err != nil {
		return err
	}
	if entry.IsDir() {
		if name != "." && ignored(name) {
			return fs.SkipDir
		}
		return w.folder(entry)
	}
	if ignored(name) {
		return nil
	}
	info, err := w.root.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && entry.Type()&fs.ModeSymlink == 0:
		return nil
	case err != nil && entry.Type()&fs.ModeSymlink != 0:
		w.report(name, finding.OutsideTree, "is a symbolic link that leads out of the content folder or nowhere", "put the file itself here")
		return nil
	case err != nil:
		return w.unreadable(name, err)
	case !info.Mode().IsRegular():
		w.report(name, finding.NotSupported, "is not a regular file and is left out", "")
		return nil
	case info.Size() > MaxFile:
		w.report(name, finding.TooLarge, fmt.Sprintf("has %d bytes and is left out; the limit is %d", info.Size(), MaxFile), "")
		return nil
	}
	return w.file(name, info)
}

func (w *walk) folder(entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		return nil
	}
	w.newest(info.ModTime())
	return nil
}

func (w *walk) newest(t time.Time) {
	if t.After(w.tree.Time) {
		w.tree.Time = t
	}
}

func (w *walk) file(name string, info fs.FileInfo) error {
	s, ok := w.seen[name]
	// A file that was written about when it was read may have changed since
	// without its time showing it (git calls such an entry racy).
	racy := s.read.Sub(s.time) < coarse
	if !ok || racy || !os.SameFile(s.info, info) || s.size != info.Size() || !s.time.Equal(info.ModTime()) {
		var err error
		if s, err = w.stamp(name, info); errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return w.unreadable(name, err)
		}
	}
	w.now[name] = s
	w.newest(s.time)
	if s.lfs {
		w.report(name, finding.LFSPointer, lfsMessage, "run \"git lfs pull\" where the content is checked out")
		return nil
	}
	dir := w.dir
	w.tree.Files = append(w.tree.Files, File{
		Path: name, Hash: s.hash, Size: s.size,
		open: func() (io.ReadCloser, error) { return os.OpenInRoot(dir, name) },
	})
	return nil
}

// stamp reads the file once.
func (w *walk) stamp(name string, info fs.FileInfo) (stamp, error) {
	s := stamp{info: info, size: info.Size(), time: info.ModTime(), read: time.Now()}
	f, err := w.root.Open(name)
	if err != nil {
		return s, err
	}
	defer f.Close()
	head := make([]byte, len(lfsMagic))
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return s, err
	}
	sum := sha256.New()
	sum.Write(head[:n])
	rest, err := io.Copy(sum, f)
	s.size = int64(n) + rest
	s.hash = hex.EncodeToString(sum.Sum(nil)[:16])
	s.lfs = string(head[:n]) == lfsMagic && s.size < maxPointer
	return s, err
}

// lfsMagic is how a pointer file begins (Git LFS specification, "The Pointer").
const lfsMagic = "version https://git-lfs.github.com/spec/v"

// maxPointer is the size in bytes below which a pointer file is.
const maxPointer = 1024

const lfsMessage = "is a Git LFS pointer, not the file itself"

// unreadable reports a file or folder that cannot be read: the others still can.
func (w *walk) unreadable(name string, err error) error {
	cause := err
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		cause = p.Err
	}
	w.report(name, finding.Unreadable, fmt.Sprintf("cannot be read: %v", cause), "let the server's user read it")
	return nil
}

func (w *walk) report(name string, rule finding.Rule, message, suggestion string) {
	w.tree.Findings = append(w.tree.Findings, finding.Finding{Rule: rule, File: name, Message: message, Suggestion: suggestion})
}

// ignored reports whether a name is not content.
func ignored(name string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, ".") {
		return !strings.HasPrefix(name, "root/") || base == ".git" || base == ".DS_Store"
	}
	return strings.HasSuffix(base, "~") || strings.HasSuffix(base, ".swp") || strings.HasPrefix(base, "#") && strings.HasSuffix(base, "#")
}
