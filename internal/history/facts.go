package history

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Facts is what the site needs to know of its history. It is immutable and safe
// for concurrent use. All methods work on nil, which knows nothing.
type Facts struct {
	state *State
	lives []*life // all of them
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
func (s *State) Facts() *Facts { return &Facts{s, livesOf(s)} }

// formerAddresses are what Former tells of.
func (s *State) formerAddresses() []Former {
	var all []Former
	for _, l := range s.alive.list {
		all = l.addFormer(all)
	}
	for _, l := range s.dead {
		all = l.addFormer(all)
	}
	slices.SortStableFunc(all, func(a, b Former) int { return b.Time.Compare(a.Time) })
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(a Former) bool {
		key := a.Slug + "\x00" + a.Path
		if a.Path == "" {
			key += a.Date.Format(time.DateOnly) // which may be a part of the address
		}
		again := seen[key]
		seen[key] = true
		return again // who had it last has it
	})
}

// addFormer adds the former addresses of the article.
func (l *life) addFormer(all []Former) []Former {
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
		all = append(all, former)
	}
	return all
}

// Former lists the former addresses, those that ended last first: each whole one
// once, and a slug once for every date that an article of that slug had.
func (f *Facts) Former() []Former {
	if f == nil {
		return nil
	}
	return f.state.former
}

// at returns the life whose file is at a path; nil for none.
func (f *Facts) at(path string) *life {
	if f == nil {
		return nil
	}
	return f.state.alive.at(path)
}

// Told names what is told of the article in a file: where two are equal, whatever
// facts they are of, Updated and First say the same.
type Told struct {
	life     *life
	settings *seat // the first of those that were ever in force
	seats    int
}

// Told returns a function that returns the Told of a file. It is quick for one
// file after the other, ordered by their paths.
func (f *Facts) Told() func(path string) Told {
	if f == nil {
		return func(string) Told { return Told{} }
	}
	all, now, next := f.state.alive, Told{seats: len(f.state.seats)}, 0
	if now.seats > 0 {
		now.settings = &f.state.seats[0]
	}
	return func(path string) Told {
		if next == len(all.list) || all.list[next].Path != path {
			var found bool
			if next, found = all.find(path); !found {
				return Told{}
			}
		}
		now.life = all.list[next]
		next++
		return now
	}
}

// Updated is when the text of the article in a file last changed in substance
// after readers first saw it; zero when it did not.
func (f *Facts) Updated(path string) time.Time {
	if l := f.at(path); l != nil {
		return l.Updated
	}
	return time.Time{}
}

// Versions lists the ids of the sound versions of the article in a file, the
// newest first, as far as they are remembered.
func (f *Facts) Versions(path string) []string {
	l := f.at(path)
	switch {
	case l == nil:
		return nil
	case l.Faulty:
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
	return len(f.state.alive.list), len(f.state.dead), len(f.state.former)
}
