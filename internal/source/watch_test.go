package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
)

// patience is how long a test waits for what the operating system tells.
const patience = 10 * time.Second

func noticesOf(t *testing.T, dir string) <-chan struct{} {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	notices, err := NewDirectory(dir).Watch(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		for range notices { // ends when the goroutine does
		}
	})
	return notices
}

func expectNotice(t *testing.T, notices <-chan struct{}, what string) {
	t.Helper()
	select {
	case _, open := <-notices:
		if !open {
			t.Fatalf("%s: the channel was closed", what)
		}
	case <-time.After(patience):
		t.Fatalf("%s was not told", what)
	}
	// A change can be told in two parts; what follows is about the next one.
	for quiet := time.After(4 * settle); ; {
		select {
		case <-notices:
		case <-quiet:
			return
		}
	}
}

// TestWatch: every kind of change that an editor makes is told, in folders that
// were there and in new ones.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.md", "a", "folder/b.md", "b", "root/.well-known/x", "x")
	notices := noticesOf(t, dir)
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	for _, change := range []struct {
		what string
		do   func() error
	}{
		{"a changed file", func() error { return os.WriteFile(at("a.md"), []byte("changed"), 0o644) }},
		{"a changed file in a folder", func() error { return os.WriteFile(at("folder/b.md"), []byte("changed"), 0o644) }},
		{"a changed file in .well-known", func() error { return os.WriteFile(at("root/.well-known/x"), []byte("y"), 0o644) }},
		{"new folders", func() error { return os.MkdirAll(at("new/deep/er"), 0o755) }},
		{"a file in a new folder", func() error { return os.WriteFile(at("new/deep/er/c.md"), []byte("c"), 0o644) }},
		{"a changed file in a new folder", func() error { return os.WriteFile(at("new/deep/er/c.md"), []byte("changed"), 0o644) }},
		{"an editor's rename-over save", func() error {
			if err := os.WriteFile(at("a.md.tmp"), []byte("saved"), 0o644); err != nil {
				return err
			}
			return os.Rename(at("a.md.tmp"), at("a.md"))
		}},
		{"a change after the rename-over save", func() error { return os.WriteFile(at("a.md"), []byte("again"), 0o644) }},
		{"a removal", func() error { return os.Remove(at("a.md")) }},
		{"a removed folder", func() error { return os.RemoveAll(at("new")) }},
	} {
		if err := change.do(); err != nil {
			t.Fatal(err)
		}
		expectNotice(t, notices, change.what)
	}
}

// TestWatchLinkedFolder: a content folder that is itself reached through a
// symbolic link is watched.
func TestWatchLinkedFolder(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "real/a.md", "a")
	link := filepath.Join(dir, "link")
	if err := os.Symlink("real", link); err != nil {
		t.Fatal(err)
	}
	notices := noticesOf(t, link)
	put(t, dir, "real/a.md", "changed")
	expectNotice(t, notices, "a change behind the link")
}

// TestWatchAfterRename: after a folder got another name, changes in it cost what
// changed again, and are told under its new name; so are those after the content
// folder itself was away.
func TestWatchAfterRename(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	put(t, dir, "f/g/a.md", "a", "b.md", "b")
	age(t, dir)
	d := NewDirectory(dir)
	ctx, cancel := context.WithCancel(t.Context())
	notices, err := d.Watch(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		for range notices {
		}
	}()
	snapshot(t, d)
	if err := os.Rename(filepath.Join(dir, "f"), filepath.Join(dir, "h")); err != nil {
		t.Fatal(err)
	}
	expectNotice(t, notices, "another name of a folder")
	expectPaths(t, snapshot(t, d), "b.md", "h/g/a.md")
	for _, text := range []string{"one", "two"} {
		put(t, dir, "h/g/a.md", text)
		expectNotice(t, notices, "a change in the renamed folder")
		walks := d.walks.Load()
		if f, _ := snapshot(t, d).Find("h/g/a.md"); f.Hash != Hash([]byte(text)) {
			t.Errorf("after the change to %q the old text is there", text)
		}
		if d.walks.Load() != walks {
			t.Error("everything is looked at")
		}
	}
}

// TestWatchFault: a content folder that is away cannot be watched, which is said as
// long as it is so; when it is there again, its changes are told again.
func TestWatchFault(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	put(t, dir, "a.md", "a")
	d := NewDirectory(dir)
	ctx, cancel := context.WithCancel(t.Context())
	notices, err := d.Watch(ctx, 5*time.Millisecond)
	if err != nil || d.WatchFault() != nil {
		t.Fatal(err, d.WatchFault())
	}
	wait := func(what string, until func() bool) {
		t.Helper()
		for give := time.After(patience); !until(); {
			select {
			case <-notices:
			case <-give:
				t.Fatal(what)
			}
		}
	}
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	wait("a folder that is away is no fault", func() bool { return errors.Is(d.WatchFault(), fs.ErrNotExist) })
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	wait("the fault stays when the folder is there again", func() bool { return d.WatchFault() == nil })
	cancel()
	for range notices {
	}
	if err := d.WatchFault(); err != nil {
		t.Errorf("nobody watches any more, and %v", err)
	}
}

// TestWatchNoFolder: a folder that is not there cannot be watched.
func TestWatchNoFolder(t *testing.T) {
	if _, err := NewDirectory(filepath.Join(t.TempDir(), "none")).Watch(t.Context(), 0); err == nil {
		t.Error("no error")
	}
}

// loop runs watchLoop with events from the test, in a bubble with its own clock.
func loop(t *testing.T, poll time.Duration, test func(events chan<- fsnotify.Event, errs chan<- error, notices <-chan struct{})) {
	dir := t.TempDir()
	put(t, dir, "a.md", "a", "log", "l")
	d := NewDirectory(dir)
	marks := d.notes.begin()
	defer d.notes.end()
	synctest.Test(t, func(t *testing.T) {
		watcher := &fsnotify.Watcher{Events: make(chan fsnotify.Event), Errors: make(chan error)}
		ctx, cancel := context.WithCancel(t.Context())
		notices := make(chan struct{}, 1)
		go func() {
			defer close(notices)
			(&watch{Directory: d, watcher: watcher, dir: dir, marks: marks}).loop(ctx, poll, notices)
		}()
		test(watcher.Events, watcher.Errors, notices)
		cancel()
		for range notices { // the bubble fails if the goroutine stays
		}
	})
}

func write(name string) fsnotify.Event { return fsnotify.Event{Name: name, Op: fsnotify.Write} }

// TestWatchCoalesces: a burst of changes is one notice, told when it is over.
func TestWatchCoalesces(t *testing.T) {
	loop(t, 0, func(events chan<- fsnotify.Event, _ chan<- error, notices <-chan struct{}) {
		begin := time.Now()
		for range 5 {
			events <- write("a.md")
			time.Sleep(settle / 2)
		}
		<-notices
		if told := time.Since(begin); told != 4*settle/2+settle {
			t.Errorf("told after %v", told)
		}
		time.Sleep(time.Hour)
		select {
		case <-notices:
			t.Error("a second notice of one burst")
		default:
		}
	})
}

// TestWatchNeverWaitsForever: a folder in which something is written all the
// time is told of all the same.
func TestWatchNeverWaitsForever(t *testing.T) {
	loop(t, 0, func(events chan<- fsnotify.Event, _ chan<- error, notices <-chan struct{}) {
		begin := time.Now()
		for range 1000 {
			events <- write("log")
			time.Sleep(settle / 2)
			select {
			case <-notices:
				if told := time.Since(begin); told > patienceOfReaders+settle {
					t.Errorf("told after %v", told)
				}
				return
			default:
			}
		}
		t.Error("never told")
	})
}

// TestWatchUntaken: notices that nobody takes do not hold the watcher up.
func TestWatchUntaken(t *testing.T) {
	loop(t, 0, func(events chan<- fsnotify.Event, _ chan<- error, notices <-chan struct{}) {
		for range 3 {
			events <- write("a.md")
			time.Sleep(time.Minute)
		}
		<-notices
		select {
		case <-notices:
			t.Error("more than one untaken notice")
		default:
		}
	})
}

// TestWatchQuiet: a change of permissions alone is not told; lost events are;
// and with poll, there is a look without any event.
func TestWatchQuiet(t *testing.T) {
	loop(t, 0, func(events chan<- fsnotify.Event, errs chan<- error, notices <-chan struct{}) {
		events <- fsnotify.Event{Name: "a.md", Op: fsnotify.Chmod}
		time.Sleep(time.Hour)
		select {
		case <-notices:
			t.Error("a change of permissions was told")
		default:
		}
		errs <- fsnotify.ErrEventOverflow
		<-notices
	})
	loop(t, time.Minute, func(_ chan<- fsnotify.Event, _ chan<- error, notices <-chan struct{}) {
		begin := time.Now()
		<-notices
		if told := time.Since(begin); told != time.Minute {
			t.Errorf("the poll came after %v", told)
		}
	})
}
