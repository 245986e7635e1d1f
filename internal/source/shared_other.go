//go:build !unix

package source

import "io/fs"

// shared reports whether a file may have other names.
func shared(fs.FileInfo) bool { return true }
