// Package edit changes files of a content folder, all of them or none.
//
//	check --fix ─► []Edit ─┐
//	mv          ─► Plan ───┴─► Plan.Apply ─► the folder
//
// An Edit names the bytes that it replaces and is only made where exactly these
// stand; nothing else of a file is touched. A Plan is worked out as a whole before
// anything is written: every edited file is first written beside the old one
// under another name, then all are renamed into place, then files are moved. When
// something fails on the way, what was done is undone.
//
// Files are opened through os.Root. Symbolic links are not followed: what they
// lead to is somebody else's file.
package edit

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// An Edit replaces Old, which stands at a place in a file, by New.
type Edit struct {
	File     string // slash-separated, in the folder
	Offset   int    // in bytes
	Old, New string
}

// A Move gives a file, or a folder with all that is in it, another path.
type Move struct{ From, To string }

// A Plan is what to do to a folder. Edits name files as they are before the
// moves. The order of the edits does not matter.
type Plan struct {
	Edits []Edit
	Moves []Move
}

// Offset returns where a line and column, counted from 1 and in characters, are
// in a file: line ends are LF, CR LF or CR, and a byte order mark takes no room.
func Offset(src []byte, line, col int) (int, bool) {
	offset := 0
	if strings.HasPrefix(string(src[:min(3, len(src))]), "\ufeff") {
		offset = 3
	}
	for ; line > 1; line-- {
		i := slices.IndexFunc(src[offset:], func(b byte) bool { return b == '\n' || b == '\r' })
		if i < 0 {
			return 0, false
		}
		offset += i + 1
		if src[offset-1] == '\r' && offset < len(src) && src[offset] == '\n' {
			offset++
		}
	}
	for ; col > 1; col-- {
		if offset >= len(src) || src[offset] == '\n' || src[offset] == '\r' {
			return 0, false
		}
		_, n := utf8.DecodeRune(src[offset:])
		offset += n
	}
	return offset, true
}

// Find returns where a text begins that was found at a line and column, in
// quotes or not.
func Find(src []byte, line, col int, text string) (offset int, ok bool) {
	at, ok := Offset(src, line, col)
	if !ok {
		return 0, false
	}
	rest := src[at:]
	if bytes.HasPrefix(rest, []byte(text)) && text != "" {
		return at, true
	}
	for _, quote := range []string{`"`, "'"} {
		if bytes.HasPrefix(rest, []byte(quote+text+quote)) {
			return at + 1, true
		}
	}
	return 0, false
}

// Change makes the edits of one file in its text. It fails, and changes nothing,
// if one of them does not find what it replaces or two want the same bytes.
func Change(src []byte, edits []Edit) ([]byte, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Compare(a.Offset, b.Offset) })
	var out []byte
	end := 0
	for _, e := range edits {
		switch {
		case e.Offset < end:
			return nil, fmt.Errorf("two edits want the text at byte %d", e.Offset)
		case e.Offset > len(src) || !strings.HasPrefix(string(src[e.Offset:min(len(src), e.Offset+len(e.Old))]), e.Old):
			return nil, fmt.Errorf("%q does not stand at byte %d any more", e.Old, e.Offset)
		}
		out = append(append(out, src[end:e.Offset]...), e.New...)
		end = e.Offset + len(e.Old)
	}
	return append(out, src[end:]...), nil
}

// Usable tells why a file cannot be edited; nil when it can.
func Usable(root *os.Root, file string) error {
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if info, err := root.Lstat(dir); err != nil || !info.IsDir() {
			return fmt.Errorf("%s: %s is no folder of the content itself", file, dir)
		}
	}
	info, err := root.Lstat(file)
	switch {
	case err != nil:
		return fmt.Errorf("%s cannot be read: %w", file, cause(err))
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s is a symbolic link; change the file that it leads to", file)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", file)
	}
	return nil
}

// cause is an error without the names of the calls that met it.
func cause(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	if l := (*os.LinkError)(nil); errors.As(err, &l) {
		return l.Err
	}
	return err
}
