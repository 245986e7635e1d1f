package source

import "strings"

// treeDiff compares two tree objects of git by the ids in them: what has the same
// id is the same, however much is below it.
type treeDiff struct {
	entries func(id string) ([]treeEntry, error)
	skip    func(name string) bool                      // what does not count, files and folders
	file    func(name string, was, now treeEntry) error // of each file that differs; one of the two is empty when it came or went

	strange func(name string, e treeEntry) bool // what is new and not to be told of by its name; nil: nothing is
	seen    map[string][]treeEntry              // is given the tree objects that are new; nil: nobody asks
	left    []string                            // ids of what was there and is not any more
}

// folders compares two folders at a path; an empty id is none.
func (d *treeDiff) folders(dir, was, now string) error {
	if was == now {
		return nil
	}
	before, err := d.read(was)
	if err != nil {
		return err
	}
	after, err := d.read(now)
	if err != nil {
		return err
	}
	if was != "" {
		d.left = append(d.left, was)
	}
	if now != "" && d.seen != nil {
		d.seen[strings.Clone(now)] = after
	}
	for len(before) > 0 || len(after) > 0 {
		var a, b treeEntry
		switch order := first(before, after); {
		case order < 0:
			a, before = before[0], before[1:]
		case order > 0:
			b, after = after[0], after[1:]
		default:
			a, b, before, after = before[0], after[0], before[1:], after[1:]
			if a == b {
				continue
			}
		}
		if err := d.entry(dir, a, b); err != nil {
			return err
		}
	}
	return nil
}

// entry compares what stands at one name: two files, two folders, or one of them
// and nothing.
func (d *treeDiff) entry(dir string, a, b treeEntry) error {
	name := a.name + b.name
	if a.name == b.name {
		name = a.name
	}
	if dir != "" {
		name = dir + "/" + name
	}
	if d.skip(name) {
		return nil
	}
	if b.id != "" && d.strange != nil && d.strange(name, b) {
		return errDoubt
	}
	if a.mode == modeFolder || b.mode == modeFolder {
		return d.folders(name, a.id, b.id)
	}
	if a.id != "" {
		d.left = append(d.left, a.id)
	}
	return d.file(name, a, b)
}

// read returns the lines of a tree object, which must be in order, as git writes
// them.
func (d *treeDiff) read(id string) ([]treeEntry, error) {
	if id == "" {
		return nil, nil
	}
	entries, err := d.entries(id)
	for i := 1; i < len(entries) && err == nil; i++ {
		if entries[i-1].compare(entries[i]) >= 0 {
			err = errDoubt
		}
	}
	return entries, err
}

// first tells which of two lists has the first entry: below 0 for a, above for b,
// 0 when both have it.
func first(a, b []treeEntry) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return a[0].compare(b[0])
}

// compare is the order of entries in a tree object: that of their names, with a
// slash after that of a folder (git's base_name_compare).
func (e treeEntry) compare(o treeEntry) int {
	n := min(len(e.name), len(o.name))
	if order := strings.Compare(e.name[:n], o.name[:n]); order != 0 {
		return order
	}
	return int(e.byteAt(n)) - int(o.byteAt(n))
}

func (e treeEntry) byteAt(i int) byte {
	switch {
	case i < len(e.name):
		return e.name[i]
	case e.mode == modeFolder:
		return '/'
	}
	return 0
}
