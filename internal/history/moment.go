package history

import (
	"maps"
	"slices"
	"time"
)

// Moment is the site with one commit of the line, looked at at some time between
// two.
type Moment struct {
	place    int
	From, To time.Time
}

// Sight is what can be said of one article at a moment.
type Sight struct {
	Article   int    // names it among all sights of the same Facts
	Path      string // where readers saw it, as a whole path; "" when they did not
	Substance string
	Sure      bool      // they saw it all the time
	Since     time.Time // when they began to see it so, or to see nothing
}

// MinCommit is how many digits of a commit's id must be named.
const MinCommit = 7

// Commit returns the site with a commit, while that was the newest: from when it
// was made until the next was, by the commits' own clocks, and until the time now.
// The commit may be named by the beginning of its id; matches is how many commits
// of the line are.
func (f *Facts) Commit(id string, now time.Time) (m Moment, matches int) {
	if f == nil || len(id) < MinCommit {
		return m, 0
	}
	line := f.state.line
	place, matches := line.find(id)
	if matches == 0 {
		return m, 0
	}
	m = Moment{place, earlier(line.since(place), now), now}
	if place < line.last() {
		m.To = later(m.From, earlier(line.time(place+1), now))
	}
	return m, matches
}

// At is the moment with the same commit at one time.
func (m Moment) At(t time.Time) Moment { return Moment{m.place, t, t} }

// Newest returns the site with the newest commit at a time; ok is false when
// there is none.
func (f *Facts) Newest(at time.Time) (m Moment, ok bool) {
	if f == nil || f.state.line.last() < 0 {
		return m, false
	}
	return Moment{f.state.line.last(), at, at}, true
}

// LastCommit is when a commit was last made, not after the time now; zero when none
// was. What a commit takes away leaves no other trace of when it did.
func (f *Facts) LastCommit(now time.Time) time.Time {
	if f == nil {
		return time.Time{}
	}
	return f.state.line.newest(now)
}

// Then returns the site at a time, as the commits' own clocks have it. Where they
// go back it is the older state, so that nothing is missed.
func (f *Facts) Then(at time.Time) Moment { return Moment{f.state.line.before(at), at, at} }

// Name is the id of a moment's commit.
func (f *Facts) Name(m Moment) string {
	if f == nil || m.place < 0 || m.place > f.state.line.last() {
		return ""
	}
	return f.state.line.id(m.place)
}

// Address writes where an article is under settings: its whole path, of its slug,
// its category as it stands in an address, and its date.
type Address func(s Settings, slug, category string, date time.Time) string

func (a Address) of(s Settings, t turn) string { return a(s, t.Slug, t.Category, t.From) }

// Seen returns what readers could see at a moment, and what they could see before
// and not then, in no order that means anything.
func (f *Facts) Seen(m Moment, address Address) []Sight {
	all := make([]Sight, 0, len(f.lives))
	where := f.state.settingsAt(m.place)
	for n, l := range f.lives {
		at := l.turnAt(m.place)
		if at < 0 {
			continue
		}
		s := Sight{Article: n, Sure: l.Turns[at].spans(m.From, m.To)}
		if t := l.Turns[at]; t.meets(m.From, m.To) {
			s.Path, s.Substance = address.of(where, t), t.Substance
			s.Since = f.shownSince(l, at, m.place, address)
		} else {
			s.Since = f.hiddenSince(l, at, m.To)
		}
		all = append(all, s)
	}
	return all
}

// shownSince is since when readers have seen what a turn shows, where it was with
// the commit at a place: the turns before it may have shown the same.
func (f *Facts) shownSince(l *life, at, place int, address Address) time.Time {
	where := f.state.settingsAt(place)
	for ; at > 0; at-- {
		before, now := l.Turns[at-1], l.Turns[at]
		turned := f.state.line.time(now.At)
		if before.Slug == "" || address.of(where, before) != address.of(where, now) || before.Substance != now.Substance || !before.visible(turned) || !now.visible(turned) {
			break
		}
	}
	since := later(f.state.line.time(l.Turns[at].At), l.Turns[at].From)
	for i, s := range f.state.seats[1:] {
		if s.At > l.Turns[at].At && s.At <= place && address.of(s.Settings, l.Turns[at]) != address.of(f.state.seats[i].Settings, l.Turns[at]) {
			since = later(since, f.state.line.time(s.At)) // all articles have moved
		}
	}
	return since
}

// hiddenSince is since when readers have not seen what they saw before a turn, or
// in it.
func (f *Facts) hiddenSince(l *life, at int, now time.Time) time.Time {
	t := l.Turns[at]
	since := f.state.line.time(t.At)
	switch {
	case t.Slug != "" && !t.Until.IsZero() && !t.Until.After(now):
		return later(since, t.Until)
	case at > 0 && !l.Turns[at-1].Until.IsZero():
		return earlier(since, l.Turns[at-1].Until)
	}
	return since
}

// First is where readers could first see the article in a file, and its date
// then, in the time zone of then; ok is false when nothing is known of that.
func (f *Facts) First(file string, address Address) (path string, date time.Time, ok bool) {
	if f == nil || f.state.alive[file] == nil {
		return "", time.Time{}, false
	}
	turns := f.state.alive[file].Turns
	for i, t := range turns {
		last := f.state.line.last()
		if i+1 < len(turns) {
			last = turns[i+1].At - 1
			from := f.state.line.time(t.At)
			if !t.meets(from, later(from, f.state.line.time(turns[i+1].At))) {
				continue
			}
		}
		if t.Slug == "" {
			continue
		}
		place := t.At // moved on to the newest commit that was there when its date came
		for _, s := range f.state.seats {
			if s.At > place && s.At <= last && !f.state.line.time(s.At).After(t.From) {
				place = s.At
			}
		}
		where := f.state.settingsAt(place)
		return address.of(where, t), t.From.In(where.Zone), true
	}
	return "", time.Time{}, false
}

// livesOf lists all lives in an order of their own.
func livesOf(s *State) []*life {
	var all []*life
	for _, path := range slices.Sorted(maps.Keys(s.alive)) {
		all = append(all, s.alive[path])
	}
	return append(append(all, s.dead...), s.unseen...)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
