package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long the directory must be quiet before a change is told. Most
// editors write a file in several steps; a person does not notice 25 ms.
const settle = 25 * time.Millisecond

// patienceOfReaders is how long a change waits when the directory does not
// become quiet at all.
const patienceOfReaders = 10 * settle

// Watch tells of changes below the directory until ctx ends; the channel is
// then closed. It holds at most one untaken notice, so that a burst becomes
// one. A notice means "look again", not that the content differs. Where the
// system cannot watch (some network disks), a look every poll still finds the
// change; poll 0 turns that off.
func (d *Directory) Watch(ctx context.Context, poll time.Duration) (<-chan struct{}, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch content folder: %w", err)
	}
	dir, err := filepath.EvalSymlinks(d.dir) // a walk does not follow its root
	if err == nil {
		err = addFolders(watcher, dir)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("watch content folder: %w", err), watcher.Close())
	}
	notices := make(chan struct{}, 1)
	go func() {
		defer close(notices)
		defer watcher.Close()
		watchLoop(ctx, watcher, poll, notices)
	}()
	return notices, nil
}

func watchLoop(ctx context.Context, watcher *fsnotify.Watcher, poll time.Duration, notices chan<- struct{}) {
	quiet := time.NewTimer(time.Hour)
	quiet.Stop()
	var waiting time.Time // since when a change is to be told
	later := func() {
		if waiting.IsZero() {
			waiting = time.Now()
		}
		quiet.Reset(min(settle, patienceOfReaders-time.Since(waiting)))
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
			if !open {
				return
			}
			if event.Op == fsnotify.Chmod {
				continue
			}
			if event.Has(fsnotify.Create) {
				addFolders(watcher, event.Name) // fails for what is gone again; the next look finds it
			}
			later()
		case <-watcher.Errors:
			later() // events were lost: look at everything
		case <-tick:
			notify(notices)
		case <-quiet.C:
			waiting = time.Time{}
			notify(notices)
		}
	}
}

func notify(notices chan<- struct{}) {
	select {
	case notices <- struct{}{}:
	default:
	}
}

// addFolders watches dir and the folders below it; fsnotify is not recursive.
func addFolders(watcher *fsnotify.Watcher, dir string) error {
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return err
	}
	return filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			if name == dir {
				return err
			}
			return nil
		}
		if !entry.IsDir() {
			return nil
		}
		if name != dir && strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".well-known" {
			return fs.SkipDir
		}
		return watcher.Add(name)
	})
}
