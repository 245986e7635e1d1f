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
// change; poll 0 turns that off. One watch at a time.
func (d *Directory) Watch(ctx context.Context, poll time.Duration) (<-chan struct{}, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch content folder: %w", err)
	}
	dir, err := filepath.EvalSymlinks(d.dir) // a walk does not follow its root
	if err == nil {
		err = d.addFolders(watcher, dir, dir)
	}
	if err != nil && poll <= 0 || errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(fmt.Errorf("watch content folder: %w", err), watcher.Close())
	}
	marks := d.notes.begin()
	if err != nil {
		d.notes.unwatched()
	}
	if marks != "" && watcher.Add(marks) != nil {
		d.notes.unwatched()
	}
	notices := make(chan struct{}, 1)
	go func() {
		defer close(notices)
		defer d.notes.end()
		defer watcher.Close()
		d.watchLoop(ctx, watcher, dir, poll, notices)
	}()
	return notices, nil
}

func (d *Directory) watchLoop(ctx context.Context, watcher *fsnotify.Watcher, dir string, poll time.Duration, notices chan<- struct{}) {
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
		select {
		case <-ctx.Done():
			return
		case event, open := <-watcher.Events:
			switch {
			case !open:
				return
			case d.notes.mark(event.Name):
			case d.event(watcher, dir, event):
				later()
			}
		case <-watcher.Errors:
			d.notes.lost() // look at everything
			later()
		case <-tick:
			d.notes.lost() // perhaps
			notify(notices)
		case <-quiet.C:
			now := time.Now()
			if now.Sub(last) < settleUnfinished && now.Sub(waiting) < patienceOfReaders && d.unfinished(dir) {
				wait(settleUnfinished)
				continue
			}
			waiting = time.Time{}
			d.notes.tell()
			notify(notices)
		}
	}
}

// event notes what an event tells of, and reports whether it is to be told: a
// change of permissions alone is not.
func (d *Directory) event(watcher *fsnotify.Watcher, dir string, event fsnotify.Event) bool {
	name, err := filepath.Rel(dir, event.Name)
	if err != nil {
		d.notes.lost()
		return event.Op != fsnotify.Chmod
	}
	name = filepath.ToSlash(name)
	d.notes.change(name)
	if event.Has(fsnotify.Rename) && d.notes.isWatched(event.Name) {
		// Its watch goes on under the old name, or ends after that of the new name
		// was added: what happens in it is not told reliably any more.
		d.notes.unwatched()
	}
	if event.Has(fsnotify.Create) || event.Op == fsnotify.Chmod {
		// Fails for what is gone again; the next look finds it.
		if err := d.addFolders(watcher, dir, event.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			d.notes.unwatched()
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

// addFolders watches the folder from and those below it, in the content folder
// dir; fsnotify is not recursive. One that cannot be watched does not keep it from
// the others.
func (d *Directory) addFolders(watcher *fsnotify.Watcher, dir, from string) error {
	info, err := os.Lstat(from)
	if err != nil || !info.IsDir() {
		return err
	}
	var fault error
	err = filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil && name == dir {
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
		if inside, err := filepath.Rel(dir, name); err != nil || inside != "." && ignored(filepath.ToSlash(inside)) {
			return fs.SkipDir
		}
		if err := watcher.Add(name); errors.Is(err, syscall.ENOSPC) {
			fault = errLimit
			return fs.SkipAll
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			fault = err
		}
		d.notes.watched(name)
		return nil
	})
	return errors.Join(err, fault)
}

// errLimit tells of the system's own bound (inotify(7), "/proc interfaces").
var errLimit = errors.New("there are more folders than the system lets a user watch (fs.inotify.max_user_watches); " +
	"raise the limit with \"sysctl fs.inotify.max_user_watches=1048576\", or look for changes now and then with --poll")
