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
	"sync/atomic"
	"time"

	"byline/internal/finding"
	"byline/internal/parallel"
)

// MaxFile is the size in bytes over which a file is left out of the tree.
const MaxFile = 256 << 20

// coarse is the coarsest step of the times that file systems keep (FAT's).
const coarse = 2 * time.Second

// Directory is a source on disk. It remembers the hash of a file as long as its
// size and time stay, so that another Snapshot costs a stat a file; and while it
// is watched, a Snapshot that answers a notice looks only at the names that the
// system told of (incremental.go). It is safe for concurrent use.
type Directory struct {
	dir   string
	notes notes

	mu   sync.Mutex
	last *holdings // nil when the last Snapshot failed

	// For tests: how many names were looked at and files read, and how often
	// everything was.
	work, walks atomic.Int64
}

// view is what is at a name that is no folder.
type view struct {
	here  bool // there is something
	link  bool
	fault *finding.Finding // why it is left out
	read  bool             // the rest is known
	stamp
}

type stamp struct {
	size int64
	time time.Time
	at   time.Time // when it was read
	info fs.FileInfo
	hash string
	lfs  bool
	open func() (io.ReadCloser, error)
}

// served reports whether the name is a file of the tree.
func (v view) served() bool { return v.read && v.fault == nil }

// racy reports whether a file was written about when it was read: it may have
// changed since without its time showing it (git calls such an entry racy).
func (v view) racy() bool { return v.read && v.at.Sub(v.time) < coarse }

// unsure reports whether the name can come to mean something else without an
// event for it: links, files with several names, what could not be read, and
// racy files.
func (v view) unsure() bool {
	return v.here && (v.link || !v.read || v.racy() || shared(v.info))
}

// NewDirectory returns the source for the content folder dir.
func NewDirectory(dir string) *Directory { return &Directory{dir: dir} }

// Snapshot reads the directory as it is now. Names that begin with a dot are
// passed over, except below root/, which holds files served as they are; so are
// the files that editors leave behind (~, .swp, #…#). The revision's time is the
// newest of its files and folders, so that a removal counts as a change.
func (d *Directory) Snapshot(ctx context.Context) (Tree, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	names, sure := d.notes.take(ctx)
	root, err := os.OpenRoot(d.dir)
	if err != nil {
		d.last = nil
		return Tree{}, fmt.Errorf("open content folder: %w", err)
	}
	defer root.Close()
	w := walk{Directory: d, root: root, last: d.last}
	d.last = nil
	if sure && w.again(ctx, names) {
		d.last = w.last
		return d.last.tree(), nil
	}
	now, err := w.all(ctx)
	if err != nil {
		return Tree{}, fmt.Errorf("read content folder %s: %w", d.dir, err)
	}
	d.last = now
	return now.tree(), nil
}

// walk is one pass over the directory.
type walk struct {
	*Directory
	root *os.Root
	last *holdings // nil for none
}

// spot is a name that a walk came by.
type spot struct {
	name string
	mode fs.FileMode
}

// all looks at everything, at the files on all cores.
func (w *walk) all(ctx context.Context) (*holdings, error) {
	w.walks.Add(1)
	info, err := w.root.Stat(".")
	if err != nil {
		return nil, err
	}
	now := newHoldings(info)
	return now, w.below(ctx, ".", now)
}

// below looks at a folder and everything in it.
func (w *walk) below(ctx context.Context, folder string, now *holdings) error {
	var spots []spot
	err := fs.WalkDir(w.root.FS(), folder, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && name == ".":
			return err
		case errors.Is(err, fs.ErrNotExist):
			return nil // removed while we walked
		case err != nil:
			now.faults[name] = unreadable(name, err)
			return nil
		case name != "." && ignored(name):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !entry.IsDir():
			spots = append(spots, spot{name, entry.Type()})
			return nil
		}
		if info, err := entry.Info(); err == nil {
			now.folder(name, info.ModTime())
		}
		return nil
	})
	if err != nil {
		return err
	}
	views := make([]view, len(spots))
	parallel.Each(len(spots), func(i int) {
		if ctx.Err() == nil {
			views[i] = w.look(spots[i].name, spots[i].mode)
		}
	})
	for i, s := range spots {
		now.put(s.name, views[i])
	}
	return ctx.Err()
}

// look tells what is at a name that is no folder; mode is the name's own, not
// that of what it may lead to.
func (w *walk) look(name string, mode fs.FileMode) view {
	w.work.Add(1)
	v := view{here: true, link: mode&fs.ModeSymlink != 0}
	fail := func(rule finding.Rule, message, suggestion string) view {
		v.fault = &finding.Finding{Rule: rule, File: name, Message: message, Suggestion: suggestion}
		return v
	}
	info, err := w.root.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !v.link:
		return view{}
	case err != nil && v.link:
		return fail(finding.OutsideTree, "is a symbolic link that leads out of the content folder or nowhere", "put the file itself here")
	case err != nil:
		found := unreadable(name, err)
		v.fault = &found
		return v
	case !info.Mode().IsRegular():
		return fail(finding.NotSupported, "is not a regular file and is left out", "")
	case info.Size() > MaxFile:
		return fail(finding.TooLarge, fmt.Sprintf("has %d bytes and is left out; the limit is %d", info.Size(), MaxFile), "")
	}
	if was, ok := w.kept(name, info); ok {
		v.stamp = was
	} else if v.stamp, err = w.stamp(name, info); errors.Is(err, fs.ErrNotExist) {
		return view{}
	} else if err != nil {
		found := unreadable(name, err)
		v.fault = &found
		return v
	}
	v.read = true
	if v.lfs {
		return fail(finding.LFSPointer, lfsMessage, "run \"git lfs pull\" where the content is checked out")
	}
	return v
}

// kept returns what was read of a file that did not change since.
func (w *walk) kept(name string, info fs.FileInfo) (stamp, bool) {
	if w.last == nil {
		return stamp{}, false
	}
	was := w.last.views[name]
	if !was.read || was.racy() || !os.SameFile(was.info, info) || was.size != info.Size() || !was.time.Equal(info.ModTime()) {
		return stamp{}, false
	}
	was.info = info // it may have another name more
	return was.stamp, true
}

// stamp reads the file once.
func (w *walk) stamp(name string, info fs.FileInfo) (stamp, error) {
	w.work.Add(1)
	dir := w.dir
	s := stamp{
		info: info, size: info.Size(), time: info.ModTime(), at: time.Now(),
		open: func() (io.ReadCloser, error) { return os.OpenInRoot(dir, name) },
	}
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
	// As a plain reader, in a buffer of its size: what copies a file by itself
	// takes 32 KB for each, and most articles are smaller.
	rest, err := io.CopyBuffer(sum, struct{ io.Reader }{f}, make([]byte, min(max(s.size, 512), 32<<10)))
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
func unreadable(name string, err error) finding.Finding {
	cause := err
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		cause = p.Err
	}
	return finding.Finding{Rule: finding.Unreadable, File: name, Message: fmt.Sprintf("cannot be read: %v", cause), Suggestion: "let the server's user read it"}
}

// ignored reports whether a name is not content.
func ignored(name string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, ".") {
		return !strings.HasPrefix(name, "root/") || base == ".git" || base == ".DS_Store"
	}
	return strings.HasSuffix(base, "~") || strings.HasSuffix(base, ".swp") || strings.HasPrefix(base, "#") && strings.HasSuffix(base, "#")
}
