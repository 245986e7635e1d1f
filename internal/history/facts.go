package history

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Facts is what the site needs to know of its history. It is immutable and safe
// for concurrent use. All methods work on nil, which knows nothing.
type Facts struct {
	state  *State
	lives  []*life // all of them
	former []Former
}

// Former is an address that is not an article's own any more.
type Former struct {
	Slug   string    // under the site's path, wherever that is
	Path   string    // or a whole path, which was an alias
	To     string    // path of the file that the article is in now; "" when it was removed
	Title  string    // of the article
	Date   time.Time // the day that the article had there, which may be a part of its address
	Commit string    // that took the article away from the address
	Time   time.Time // of that commit
	Ended  time.Time // when the article was removed
}

// Facts returns what the state tells.
func (s *State) Facts() *Facts {
	f := &Facts{state: s, lives: livesOf(s)}
	for _, path := range slices.Sorted(maps.Keys(s.alive)) {
		f.addressesOf(s.alive[path])
	}
	for _, l := range s.dead {
		f.addressesOf(l)
	}
	slices.SortStableFunc(f.former, func(a, b Former) int { return b.Time.Compare(a.Time) })
	seen := map[string]bool{}
	f.former = slices.DeleteFunc(f.former, func(a Former) bool {
		key := a.Slug + "\x00" + a.Path
		if a.Path == "" {
			key += a.Date.Format(time.DateOnly) // which may be a part of the address
		}
		again := seen[key]
		seen[key] = true
		return again // who had it last has it
	})
	return f
}

func (f *Facts) addressesOf(l *life) {
	for _, a := range l.Was {
		former := Former{Slug: a.At, Commit: a.Commit, Time: a.Time, Title: cmp.Or(l.Told, l.Shown.Title), Date: a.Date}
		if strings.HasPrefix(a.At, "/") {
			former.Slug, former.Path = "", a.At
		}
		switch {
		case l.End != nil:
			former.Ended = l.End.Time
		case slices.Contains(l.Shown.addresses(), a.At):
			continue // it is there again
		default:
			former.To = l.Path
		}
		f.former = append(f.former, former)
	}
}

// Former lists the former addresses, those that ended last first: each whole one
// once, and a slug once for every date that an article of that slug had.
func (f *Facts) Former() []Former {
	if f == nil {
		return nil
	}
	return f.former
}

// Updated is when the text of the article in a file last changed in substance
// after readers first saw it; zero when it did not.
func (f *Facts) Updated(path string) time.Time {
	if f == nil || f.state.alive[path] == nil {
		return time.Time{}
	}
	return f.state.alive[path].Updated
}

// Versions lists the ids of the sound versions of the article in a file, the
// newest first, as far as they are remembered.
func (f *Facts) Versions(path string) []string {
	if f == nil || f.state.alive[path] == nil {
		return nil
	}
	l := f.state.alive[path]
	if l.Faulty {
		return l.Earlier
	}
	return append([]string{l.Blob}, l.Earlier...)
}

// Bases lists the paths where the site hung before, the last first, each once;
// the one where it hangs now is not among them.
func (f *Facts) Bases() []Base {
	if f == nil {
		return nil
	}
	var all []Base
	for _, b := range slices.Backward(f.state.bases) {
		known := func(a Base) bool { return a.Path == b.Path }
		if b.Path != f.state.settings().Path && !slices.ContainsFunc(all, known) {
			all = append(all, b)
		}
	}
	return all
}

// Forms lists the forms in which the addresses of articles were written before,
// the last first, each once; the one of now is not among them.
func (f *Facts) Forms() []Form {
	if f == nil {
		return nil
	}
	var all []Form
	for _, form := range slices.Backward(f.state.forms) {
		known := func(a Form) bool { return a.Permalink == form.Permalink }
		if form.Permalink != f.state.settings().Permalink && !slices.ContainsFunc(all, known) {
			all = append(all, form)
		}
	}
	return all
}

// Counts tells how much the history holds: articles that are there, articles
// that were removed, and former addresses.
func (f *Facts) Counts() (alive, removed, former int) {
	if f == nil {
		return 0, 0, 0
	}
	return len(f.state.alive), len(f.state.dead), len(f.former)
}
