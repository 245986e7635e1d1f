package source

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// notes is what the watcher tells the next Snapshot. The zero value is a
// directory that is not watched. It is safe for concurrent use.
type notes struct {
	mu      sync.Mutex
	dirty   map[string]bool // names that events told of; nil when not watched
	told    bool            // a notice was given because of events
	doubt   bool            // something may have been missed: look at everything
	blind   error           // why some folder is not watched: always look at everything; nil when all are
	folders map[string]bool // as they are on disk, that are or were watched
	marks   string          // the folder for marks; "" for none
	next    int             // number of the next mark
	waiting map[string]chan struct{}
}

// patienceForMarks is how long a Snapshot waits for the watcher to come to its
// mark. After that it looks at everything.
const patienceForMarks = 100 * time.Millisecond

// take returns the names that changed since the last call; sure is false when
// these may not be all.
func (n *notes) take(ctx context.Context) (names map[string]bool, sure bool) {
	n.mu.Lock()
	ready := n.told && !n.doubt && n.blind == nil && n.marks != ""
	n.mu.Unlock()
	caughtUp := ready && n.catchUp(ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	names, sure = n.dirty, caughtUp && !n.doubt && n.blind == nil
	if n.dirty != nil {
		n.dirty = map[string]bool{}
	}
	n.told, n.doubt = false, false
	return names, sure
}

// catchUp waits until the watcher has told of all that happened before the call:
// it makes a file that the watcher sees, too. The system keeps the order of the
// events of one watcher (inotify(7): "the events … form an ordered queue").
func (n *notes) catchUp(ctx context.Context) bool {
	n.mu.Lock()
	name := filepath.Join(n.marks, strconv.Itoa(n.next))
	n.next++
	seen := make(chan struct{})
	n.waiting[name] = seen
	n.mu.Unlock()
	defer func() {
		n.mu.Lock()
		delete(n.waiting, name)
		n.mu.Unlock()
	}()
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		return false
	}
	defer os.Remove(name)
	select {
	case <-seen:
		return true
	case <-time.After(patienceForMarks):
	case <-ctx.Done():
	}
	return false
}

// begin is called when the watcher begins. Only inotify keeps its events in
// order; elsewhere, and where no file can be made for marks, there are none and
// every Snapshot looks at everything.
func (n *notes) begin() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dirty, n.waiting, n.doubt, n.blind = map[string]bool{}, map[string]chan struct{}{}, true, nil
	if dir, err := os.MkdirTemp("", "byline-watch-"); err == nil && runtime.GOOS == "linux" {
		n.marks = dir
	}
	return n.marks
}

// end is called when the watcher ends.
func (n *notes) end() {
	n.mu.Lock()
	defer n.mu.Unlock()
	os.RemoveAll(n.marks)
	n.dirty, n.told, n.marks, n.blind = nil, false, "", nil
}

// mark reports whether an event is one of a mark, and lets who waits for it go on.
func (n *notes) mark(name string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.marks == "" || name != n.marks && filepath.Dir(name) != n.marks {
		return false
	}
	if seen := n.waiting[name]; seen != nil {
		close(seen)
		delete(n.waiting, name)
	}
	return true
}

func (n *notes) change(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dirty[name] = true
}

// lost notes that events were lost, or may have been.
func (n *notes) lost() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.doubt = true
}

// watched notes that a folder is watched.
func (n *notes) watched(folder string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.folders == nil {
		n.folders = map[string]bool{}
	}
	n.folders[folder] = true
}

func (n *notes) isWatched(folder string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.folders[folder]
}

// unwatched notes why a folder is not watched.
func (n *notes) unwatched(why error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.blind = why
}

// rewatched notes that all folders are watched anew, or why not. What happened
// before was not told of.
func (n *notes) rewatched(fault error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.blind, n.doubt = fault, true
}

func (n *notes) tell() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.told = true
}

// names are those that changed and were not taken yet.
func (n *notes) names() map[string]bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return maps.Clone(n.dirty)
}

// again brings the last holdings up to date by what events told of and what is
// looked at each time. A folder that came or went is looked at with all below it. It
// reports false, and may leave them unfinished, when only a look at everything will
// do.
func (w *walk) again(ctx context.Context, names map[string]bool) bool {
	if w.last == nil {
		return false
	}
	if info, err := w.root.Stat("."); err != nil || !os.SameFile(info, w.last.root) {
		return false
	}
	again := maps.Clone(w.last.again)
	maps.Copy(again, names)
	parents, seen := map[string]bool{}, []string(nil)      // folders that are looked at with all below them
	for _, name := range slices.Sorted(maps.Keys(again)) { // a folder comes before what is in it
		if slices.ContainsFunc(seen, func(folder string) bool { return strings.HasPrefix(name, folder+"/") }) {
			continue
		}
		if name == "." || !w.one(ctx, name) {
			return false
		}
		if w.last.isFolder(name) {
			seen = append(seen, name)
		}
		if parent := path.Dir(name); parent == "." || !hidden(parent) {
			parents[parent] = true
		}
	}
	for name := range parents {
		if !w.sameFolder(name) {
			return false
		}
	}
	return true
}

// sameFolder notes when a folder changed that names changed in. One that went took
// them along.
func (w *walk) sameFolder(name string) bool {
	w.work.Add(1)
	info, err := w.root.Lstat(name)
	known := w.last.isFolder(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return !known
	}
	if err != nil || !known {
		return false
	}
	w.last.folder(name, info.ModTime())
	return true
}

// one looks at a name again.
func (w *walk) one(ctx context.Context, name string) bool {
	if hidden(name) {
		return true
	}
	w.work.Add(1)
	info, err := w.root.Lstat(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if w.last.isFolder(name) {
		w.last.dropFolder(name)
	}
	switch {
	case err != nil:
		w.last.put(name, view{})
	case info.IsDir():
		w.last.put(name, view{})
		return w.below(ctx, name, w.last) == nil
	default:
		w.last.put(name, w.look(name, info.Mode()))
	}
	return true
}

// unfinished reports whether some name that changed looks as if its editor were
// in the middle of saving it: a file that is empty or that went. Names that are
// not content do not count.
func (d *Directory) unfinished(dir string) bool {
	for name := range d.notes.names() {
		if ignored(name) || strings.HasPrefix(path.Base(name), ".") {
			continue
		}
		info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil || info.Mode().IsRegular() && info.Size() == 0 {
			return true
		}
	}
	return false
}
