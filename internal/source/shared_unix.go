//go:build unix

package source

import (
	"io/fs"
	"syscall"
)

// shared reports whether a file has other names, through which it can be changed
// without an event for this one.
func shared(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return !ok || s.Nlink > 1
}
