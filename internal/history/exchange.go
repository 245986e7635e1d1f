package history

import (
	"maps"
	"slices"

	"byline/internal/source"
)

// exchanged tells files that took each other's places as renamed: to git, a file
// that stands where another stood was edited. Files whose content moved on without
// an edit count, where each place that one came to was left by another: in a ring
// (two that swapped their names), or in a row from a new place to one that is empty
// now.
func (f *fold) exchanged(changes []source.Change) []source.Change {
	x := f.exchange(changes)
	moves := map[string]string{}
	for _, c := range changes {
		row, ok := x.row(c.Path)
		for _, path := range row {
			if ok {
				moves[path] = x.from[path]
			}
		}
	}
	if len(moves) == 0 {
		return changes
	}
	var all []source.Change
	taken := map[string]bool{}
	for _, c := range changes {
		if from, ok := moves[c.Path]; ok {
			c.Kind, c.From = source.Renamed, from
		}
		if taken[c.From] = true; c.Kind != source.Deleted {
			all = append(all, c)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(x.left)) {
		if !taken[path] {
			all = append(all, source.Change{Kind: source.Deleted, Path: path})
		}
	}
	return all
}

// exchange is what one step did to contents.
type exchange struct {
	from   map[string]string // by path, where its content was
	left   map[string]bool   // paths at which there is no file any more
	edited map[string]bool   // paths at which there is another content
}

func (f *fold) exchange(changes []source.Change) exchange {
	x := exchange{map[string]string{}, map[string]bool{}, map[string]bool{}}
	before := map[string]string{} // paths by their former content
	note := func(path string) {
		if l := f.alive.at(path); l != nil {
			before[l.Blob] = path
		}
	}
	for _, c := range changes {
		switch c.Kind {
		case source.Modified:
			x.edited[c.Path] = true
			note(c.Path)
		case source.Deleted:
			x.left[c.Path] = true
			note(c.Path)
		case source.Renamed:
			x.left[c.From] = true
			note(c.From)
		}
	}
	for _, c := range changes {
		path, ok := before[c.Blob]
		switch l := f.alive.at(c.From); {
		case c.Kind == source.Renamed && l != nil && l.Blob == c.Blob:
			x.from[c.Path] = c.From // of several with one content, the one that git took
		case ok && c.Blob != "" && path != c.Path:
			x.from[c.Path] = path
		}
	}
	return x
}

// row is the paths whose contents moved on one by one, from a path back to where
// it ends; ok is false where it does not end as exchanged says.
func (x exchange) row(path string) (row []string, ok bool) {
	at := path
	for from := x.from[at]; from != "" && len(row) <= len(x.from); from = x.from[at] {
		row = append(row, at)
		if at = from; at == path {
			return row, true // a ring
		}
	}
	return row, len(row) > 0 && !x.edited[path] && x.left[at]
}
