package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"byline/internal/store"
)

func open(t *testing.T) (*store.Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "deep", "kept")
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

// TestStore: what was put last is what one gets, by another Store of the folder,
// too; what was never put or was dropped is not there.
func TestStore(t *testing.T) {
	s, dir := open(t)
	if data, ok := s.Get("history"); ok {
		t.Errorf("before the first Put: %q", data)
	}
	for _, text := range []string{"one", "", strings.Repeat("a long one ", 100_000)} {
		if err := s.Put("history", []byte(text)); err != nil {
			t.Fatal(err)
		}
		other, err := store.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if data, ok := other.Get("history"); !ok || string(data) != text {
			t.Errorf("got %d bytes, %v; want %d", len(data), ok, len(text))
		}
	}
	if err := s.Delete("history"); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Get("history"); ok {
		t.Error("it is still there")
	}
	if err := s.Delete("history"); err != nil {
		t.Errorf("dropping what is not there: %v", err)
	}
}

// TestBroken: a file that was cut off, changed in one bit, or written by another
// form of the program is as good as none.
func TestBroken(t *testing.T) {
	s, dir := open(t)
	if err := s.Put("k", []byte("the text")); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "k")
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		flipped := bytes.Clone(whole)
		flipped[n] ^= 1
		for _, spoilt := range [][]byte{whole[:n], flipped} {
			if err := os.WriteFile(name, spoilt, 0o600); err != nil {
				t.Fatal(err)
			}
			if data, ok := s.Get("k"); ok {
				t.Fatalf("byte %d: got %q", n, data)
			}
		}
	}
}

// TestFull: a Put that fails leaves what was there, and nothing beside it.
func TestFull(t *testing.T) {
	s, dir := open(t)
	if err := s.Put("k", []byte("old")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.Put("folder", []byte("new")); err == nil { // a file cannot take a folder's place
		t.Error("no error")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
	if data, ok := s.Get("k"); !ok || string(data) != "old" {
		t.Errorf("%q, %v", data, ok)
	}
}

// TestTwoAtOnce: of two that write at once, readers get one or the other.
func TestTwoAtOnce(t *testing.T) {
	s, _ := open(t)
	a, b := bytes.Repeat([]byte("a"), 1<<16), bytes.Repeat([]byte("b"), 1<<16)
	var group sync.WaitGroup
	for _, text := range [][]byte{a, b} {
		group.Go(func() {
			for range 50 {
				if err := s.Put("k", text); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 200 {
		if data, ok := s.Get("k"); ok && !bytes.Equal(data, a) && !bytes.Equal(data, b) {
			t.Fatal("a mixture")
		}
	}
	group.Wait()
}

// What nobody has asked for in a long time is dropped, and nothing else.
func TestPrune(t *testing.T) {
	s, dir := open(t)
	long := time.Now().Add(-100 * time.Hour)
	for _, key := range []string{"picture-old", "picture-used", "picture-new", "other-old"} {
		if err := s.Put(key, []byte(key)); err != nil {
			t.Fatal(err)
		}
		if key != "picture-new" {
			if err := os.Chtimes(filepath.Join(dir, key), long, long); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.Touch("picture-used")
	if err := s.Prune("picture-", 99*time.Hour); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]bool{"picture-old": false, "picture-used": true, "picture-new": true, "other-old": true} {
		if _, ok := s.Get(key); ok != want {
			t.Errorf("%s is kept: %v, want %v", key, ok, want)
		}
	}
}

// What a program left that was killed while it wrote is dropped by a later one,
// and what another is writing now is not.
func TestOpenDropsLeftovers(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{".new-1": 2 * time.Hour, ".new-2": 0, "kept": 2 * time.Hour} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		when := time.Now().Add(-age)
		if err := os.Chtimes(file, when, when); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Open(dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{".new-1": false, ".new-2": true, "kept": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
}
