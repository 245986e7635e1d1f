// Package store keeps bytes on disk by name, under --data: work that is dear to
// do again, and nothing that is not.
//
//	publish, picture ─► Put(key, bytes) ─► DIR/key
//	                 ◄─ Get(key)
//
// Everything in a store may be deleted at any time, at the cost of doing the
// work again. A file is written whole beside its place and then moved there, so
// that a program that is killed leaves the old one; it carries a checksum, and
// one that does not agree with it is as good as none.
//
// A Store is safe for concurrent use, by several programs, too: the last to
// write has written.
package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Store is a folder of kept bytes.
type Store struct{ dir string }

// magic begins every file; its number changes with the form of the files.
const magic = "byline store 1\n"

// Open returns the store in the folder dir and makes it where there is none.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for kept work: %w", err)
	}
	s := &Store{dir}
	// What cannot be dropped now is in nobody's way.
	_ = s.Prune(unfinished, abandoned)
	return s, nil
}

// unfinished begins the names of files that are being written. One that is older
// than abandoned was left by a program that was killed.
const (
	unfinished = ".new-"
	abandoned  = time.Hour
)

// Get returns what was put under the key. ok is false when there is nothing, or
// something broken.
func (s *Store) Get(key string) (data []byte, ok bool) {
	file, err := os.ReadFile(s.file(key))
	if err != nil {
		return nil, false
	}
	rest, found := bytes.CutPrefix(file, []byte(magic))
	if !found || len(rest) < sha256.Size {
		return nil, false
	}
	sum := sha256.Sum256(rest[sha256.Size:])
	return rest[sha256.Size:], bytes.Equal(sum[:], rest[:sha256.Size])
}

// Put keeps the data under the key, in place of what was there.
func (s *Store) Put(key string, data []byte) error {
	sum := sha256.Sum256(data)
	f, err := os.CreateTemp(s.dir, unfinished+"*")
	if err != nil {
		return fmt.Errorf("keep %s: %w", key, err)
	}
	_, err = f.Write(append(append([]byte(magic), sum[:]...), data...))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), s.file(key))
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", key, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// Delete drops what is kept under the key, if anything is.
func (s *Store) Delete(key string) error {
	if err := os.Remove(s.file(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("drop %s: %w", key, err)
	}
	return nil
}

// Touch notes that the data under the key is of use, for Prune. Once a day is
// enough.
func (s *Store) Touch(key string) {
	info, err := os.Stat(s.file(key))
	if now := time.Now(); err == nil && now.Sub(info.ModTime()) > 24*time.Hour {
		// Where this cannot be noted, the work is done again in time.
		_ = os.Chtimes(s.file(key), now, now)
	}
}

// Prune drops what is kept under keys with the prefix and was neither put nor
// touched for so long.
func (s *Store) Prune(prefix string, unused time.Duration) error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("look through kept work: %w", err)
	}
	var faults []error
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix) {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > unused {
			faults = append(faults, s.Delete(e.Name()))
		}
	}
	return errors.Join(faults...)
}

// file is where a key is kept. Keys are made by the program: letters, digits,
// dots and hyphens.
func (s *Store) file(key string) string { return filepath.Join(s.dir, filepath.Base(key)) }
