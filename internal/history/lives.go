package history

import (
	"maps"
	"slices"
	"strings"
)

// lives are the articles that are there, by the paths of their files: a list that
// states share and, while a fold is at work, what it changed beside that. So a fold
// costs what it changes, and one copy of a list of pointers.
type lives struct {
	list []*life          // ordered by path; never changed
	over map[string]*life // in the place of those in the list; nil where there is none any more
}

// at returns the life whose file is at a path; nil for none.
func (a lives) at(path string) *life {
	if l, ok := a.over[path]; ok {
		return l
	}
	if i, ok := a.find(path); ok {
		return a.list[i]
	}
	return nil
}

func (a lives) find(path string) (int, bool) { return findLife(a.list, path) }

func findLife(list []*life, path string) (int, bool) {
	return slices.BinarySearchFunc(list, path, func(l *life, path string) int { return strings.Compare(l.Path, path) })
}

// set puts a life at a path; nil takes away what is there.
func (a *lives) set(path string, l *life) {
	if a.over == nil {
		a.over = map[string]*life{}
	}
	a.over[path] = l
}

// settled is the same as one list. Those between two changes are copied at once.
func (a lives) settled() lives {
	if len(a.over) == 0 {
		return lives{list: a.list}
	}
	all, rest := make([]*life, 0, len(a.list)+len(a.over)), a.list
	for _, path := range slices.Sorted(maps.Keys(a.over)) {
		at, found := findLife(rest, path)
		all = append(all, rest[:at]...)
		if l := a.over[path]; l != nil {
			all = append(all, l)
		}
		if found {
			at++
		}
		rest = rest[at:]
	}
	return lives{list: append(all, rest...)}
}
