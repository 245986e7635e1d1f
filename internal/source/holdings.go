package source

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"byline/internal/finding"
)

// holdings is what a Directory knows of its folder: enough to make the next Tree
// from the names that changed. Trees share its files, never its maps.
type holdings struct {
	root    fs.FileInfo          // of the content folder
	views   map[string]view      // by path: what is no folder
	folders map[string]time.Time // by path: when each changed
	faults  map[string]finding.Finding
	again   map[string]bool     // names that are to be looked at each time, see view.unsure
	folded  map[string][]string // by path in lower case: the files, in order
	clashes map[string]bool     // keys of folded with more than one
	sum     setSum

	files []File           // as of the last Tree
	edits map[string]*File // since then; nil for a file that went
	time  time.Time        // the newest of files and folders
	gone  time.Time        // the newest that is no more, since then
}

func newHoldings(root fs.FileInfo) *holdings {
	return &holdings{
		root: root, views: map[string]view{}, folders: map[string]time.Time{}, faults: map[string]finding.Finding{}, again: map[string]bool{},
		folded: map[string][]string{}, clashes: map[string]bool{}, edits: map[string]*File{},
	}
}

// folder notes when a folder changed.
func (h *holdings) folder(name string, at time.Time) {
	if was, ok := h.folders[name]; ok && !was.Equal(at) {
		h.gone = later(h.gone, was)
	}
	h.folders[name] = at
	h.time = later(h.time, at)
}

func (h *holdings) isFolder(name string) bool {
	_, ok := h.folders[name]
	return ok
}

// dropFolder forgets a folder and everything below it.
func (h *holdings) dropFolder(name string) {
	inside := name + "/"
	for other := range h.views {
		if strings.HasPrefix(other, inside) {
			h.put(other, view{})
		}
	}
	for other, at := range h.folders {
		if other == name || strings.HasPrefix(other, inside) {
			h.gone = later(h.gone, at)
			delete(h.folders, other)
		}
	}
	for other := range h.faults {
		if other == name || strings.HasPrefix(other, inside) {
			delete(h.faults, other)
		}
	}
}

// put notes what is at a name now.
func (h *holdings) put(name string, now view) {
	was := h.views[name]
	if was.read && !(now.read && now.time.Equal(was.time)) {
		h.gone = later(h.gone, was.time)
	}
	if now.read {
		h.time = later(h.time, now.time)
	}
	if now.here {
		h.views[name] = now
	} else {
		delete(h.views, name)
	}
	delete(h.faults, name)
	if now.fault != nil {
		h.faults[name] = *now.fault
	}
	delete(h.again, name)
	if now.unsure() {
		h.again[name] = true
	}
	if was.served() && now.served() && was.hash == now.hash {
		return
	}
	if was.served() {
		h.sum.remove(name, was.hash)
		h.edits[name] = nil
	}
	if now.served() {
		h.sum.add(name, now.hash)
		h.edits[name] = &File{Path: name, Hash: now.hash, Size: now.size, open: now.open}
	}
	if was.served() != now.served() {
		h.fold(name, now.served())
	}
}

// fold notes that a file came or went among those that differ only in case.
func (h *holdings) fold(name string, came bool) {
	key := strings.ToLower(name)
	names := h.folded[key]
	at, _ := slices.BinarySearch(names, name)
	if came {
		names = slices.Insert(names, at, name)
	} else {
		names = slices.Delete(names, at, at+1)
	}
	h.folded[key] = names
	if len(names) == 0 {
		delete(h.folded, key)
	}
	if len(names) > 1 {
		h.clashes[key] = true
	} else {
		delete(h.clashes, key)
	}
}

// tree makes the Tree of what is known.
func (h *holdings) tree() Tree {
	h.files = merged(h.files, h.edits)
	h.edits = map[string]*File{}
	if !h.gone.Before(h.time) {
		h.renew()
	}
	h.gone = time.Time{}
	return Tree{Revision: h.sum.revision(), Time: h.time, Files: h.files, Findings: h.findings()}
}

// merged is a list of files with edits, by path; nil for one that went. Those
// between two edits are copied at once.
func merged(files []File, edits map[string]*File) []File {
	if len(edits) == 0 {
		return files
	}
	all := make([]File, 0, len(files)+len(edits))
	for _, name := range slices.Sorted(maps.Keys(edits)) {
		at, found := slices.BinarySearchFunc(files, name, func(f File, p string) int { return cmp.Compare(f.Path, p) })
		all = append(all, files[:at]...)
		if f := edits[name]; f != nil {
			all = append(all, *f)
		}
		if found {
			at++
		}
		files = files[at:]
	}
	return append(all, files...)
}

// renew finds the newest time again, when what had it is no more.
func (h *holdings) renew() {
	h.time = time.Time{}
	for _, v := range h.views {
		if v.read {
			h.time = later(h.time, v.time)
		}
	}
	for _, at := range h.folders {
		h.time = later(h.time, at)
	}
}

func (h *holdings) findings() finding.List {
	var all finding.List
	for _, f := range h.faults {
		all = append(all, f)
	}
	for key := range h.clashes {
		names := h.folded[key]
		for i, name := range names[1:] {
			all = append(all, caseConflict(name, names[i]))
		}
	}
	all.Sort()
	return all
}

func caseConflict(name, other string) finding.Finding {
	return finding.Finding{
		Rule: finding.CaseConflict, File: name,
		Message:    fmt.Sprintf("differs only in case from %s; on many machines these are one file", other),
		Suggestion: "rename one of the two",
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
