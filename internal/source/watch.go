package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long the directory must be quiet before a change is told. Most
// editors write a file in several steps; a person does not notice 25 ms.
const settle = 25 * time.Millisecond

// settleUnfinished takes its place while a file that changed is empty or gone:
// its editor has made room for the new text, or moved the old one out of the way,
// and would be told of in between if the machine were busy just then.
const settleUnfinished = 50 * time.Millisecond

// patienceOfReaders is how long a change waits when the directory does not
// become quiet at all.
const patienceOfReaders = 250 * time.Millisecond

// Watch tells of changes below the directory until ctx ends; the channel is
// then closed. It holds at most one untaken notice, so that a burst becomes
// one. A notice means "look again", not that the content differs. Where the
// system cannot watch (some network disks), a look every poll still finds the
// change, and WatchFault says why; poll 0 turns that off. One watch at a time.
func (d *Directory) Watch(ctx context.Context, poll time.Duration) (<-chan struct{}, error) {
	w := &watch{Directory: d, marks: d.notes.begin()}
	w.renew()
	if fault := d.WatchFault(); fault != nil && (poll <= 0 || errors.Is(fault, fs.ErrNotExist)) {
		w.end()
		return nil, fmt.Errorf("watch content folder: %w", fault)
	}
	notices := make(chan struct{}, 1)
	go func() {
		defer close(notices)
		defer w.end()
		w.loop(ctx, poll, notices)
	}()
	return notices, nil
}

// WatchFault says why changes in the directory may not be told of; nil when they
// are, and when nobody watches it.
func (d *Directory) WatchFault() error {
	d.notes.mu.Lock()
	defer d.notes.mu.Unlock()
	if d.notes.blind == errStale {
		return nil
	}
	return d.notes.blind
}

// watch is one run of Watch.
type watch struct {
	*Directory
	watcher *fsnotify.Watcher // nil when there cannot be one for now
	dir     string            // as the watcher has it
	marks   string
	stale   bool // what is watched may not be what is there
}

// renew watches everything anew. A folder that was renamed goes on to be told of
// under its old name, or not at all: the system watches what stood there. What
// happens meanwhile is found by the look at everything that comes after it.
func (w *watch) renew() {
	w.close()
	w.stale = false
	w.notes.rewatched(w.open())
}

func (w *watch) open() error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	w.watcher = watcher
	if w.dir, err = filepath.EvalSymlinks(w.Directory.dir); err != nil { // a walk does not follow its root
		return err
	}
	err = w.addFolders(w.dir)
	if w.marks != "" {
		err = errors.Join(err, watcher.Add(w.marks))
	}
	return err
}

func (w *watch) close() {
	if w.watcher != nil {
		_ = w.watcher.Close() // its events are of no use any more
	}
	w.watcher = nil
}

func (w *watch) end() {
	w.close()
	w.notes.end()
}

// told are the channels of the watcher; nil, which never tell, without one.
func (w *watch) told() (<-chan fsnotify.Event, <-chan error) {
	if w.watcher == nil {
		return nil, nil
	}
	return w.watcher.Events, w.watcher.Errors
}

func (w *watch) loop(ctx context.Context, poll time.Duration, notices chan<- struct{}) {
	quiet := time.NewTimer(time.Hour)
	quiet.Stop()
	var waiting, last time.Time // since when a change is to be told; when the last one came
	wait := func(settle time.Duration) {
		quiet.Reset(min(settle-time.Since(last), patienceOfReaders-time.Since(waiting)))
	}
	later := func() {
		last = time.Now()
		if waiting.IsZero() {
			waiting = last
		}
		wait(settle)
	}
	var tick <-chan time.Time
	if poll > 0 {
		ticker := time.NewTicker(poll)
		defer ticker.Stop()
		tick = ticker.C
	}
	for {
		events, faults := w.told()
		select {
		case <-ctx.Done():
			return
		case event, open := <-events:
			switch {
			case !open:
				w.watcher = nil
				w.notes.unwatched(errEnded)
			case w.notes.mark(event.Name):
			case w.event(event):
				later()
			}
		case _, open := <-faults:
			w.notes.lost() // look at everything
			if open {
				later()
			}
		case <-tick:
			if w.WatchFault() != nil {
				w.renew() // perhaps it can be done by now
			}
			w.notes.lost() // perhaps
			notify(notices)
		case <-quiet.C:
			now := time.Now()
			if now.Sub(last) < settleUnfinished && now.Sub(waiting) < patienceOfReaders && w.unfinished(w.dir) {
				wait(settleUnfinished)
				continue
			}
			waiting = time.Time{}
			if w.stale {
				w.renew()
			}
			w.notes.tell()
			notify(notices)
		}
	}
}

var errEnded = errors.New("the system has ceased to tell of changes")

// errStale is no fault: the next quiet moment mends it.
var errStale = errors.New("a folder was renamed")

// event notes what an event tells of, and reports whether it is to be told: a
// change of permissions alone is not.
func (w *watch) event(event fsnotify.Event) bool {
	name, err := filepath.Rel(w.dir, event.Name)
	if err != nil {
		w.notes.lost()
		return event.Op != fsnotify.Chmod
	}
	name = filepath.ToSlash(name)
	w.notes.change(name)
	if event.Has(fsnotify.Rename) && w.notes.isWatched(event.Name) {
		w.stale = true
		w.notes.unwatched(errStale)
	}
	if event.Has(fsnotify.Create) || event.Op == fsnotify.Chmod {
		// Fails for what is gone again; the next look finds it.
		if err := w.addFolders(event.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			w.notes.unwatched(err)
		}
	}
	return event.Op != fsnotify.Chmod
}

func notify(notices chan<- struct{}) {
	select {
	case notices <- struct{}{}:
	default:
	}
}

// addFolders watches the folder from and those below it; fsnotify is not recursive. One that cannot be watched does not keep it from
// the others.
func (w *watch) addFolders(from string) error {
	info, err := os.Lstat(from)
	if err != nil || !info.IsDir() {
		return err
	}
	var fault error
	err = filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil && name == w.dir {
			return err
		}
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				fault = err
			}
			return nil
		}
		if !entry.IsDir() {
			return nil
		}
		if inside, err := filepath.Rel(w.dir, name); err != nil || inside != "." && ignored(filepath.ToSlash(inside)) {
			return fs.SkipDir
		}
		if err := w.watcher.Add(name); errors.Is(err, syscall.ENOSPC) {
			fault = errLimit
			return fs.SkipAll
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			fault = err
		}
		w.notes.watched(name)
		return nil
	})
	return errors.Join(err, fault)
}

// errLimit tells of the system's own bound (inotify(7), "/proc interfaces").
var errLimit = errors.New("there are more folders than the system lets a user watch (fs.inotify.max_user_watches); " +
	"raise the limit with \"sysctl fs.inotify.max_user_watches=1048576\", or look for changes now and then with --poll")
