package history

import (
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

func (a Address) of(s stay) string { return a(s.Settings, s.Slug, s.Category, s.From) }

// Seen returns what readers could see at a moment, and what they could see before
// and not then, in no order that means anything.
func (f *Facts) Seen(m Moment, address Address) []Sight {
	all := make([]Sight, 0, len(f.lives))
	for n, l := range f.lives {
		stays := f.state.stays(l, m.place)
		if len(stays) == 0 {
			continue
		}
		now := stays[len(stays)-1]
		s := Sight{Article: n, Sure: now.spans(m.From, m.To)}
		if now.meets(m.From, m.To) {
			s.Path, s.Substance = address.of(now), now.Substance
			s.Since = f.shownSince(stays, address)
		} else {
			s.Since = f.hiddenSince(stays, m.To)
		}
		all = append(all, s)
	}
	return all
}

// shownSince is since when readers have seen what the last stay shows, where it
// was: the stays before it may have shown the same.
func (f *Facts) shownSince(stays []stay, address Address) time.Time {
	at := len(stays) - 1
	for ; at > 0; at-- {
		before, now := stays[at-1], stays[at]
		turned := f.state.line.time(now.At)
		if !before.visible(turned) || !now.visible(turned) || before.Substance != now.Substance || address.of(before) != address.of(now) {
			break
		}
	}
	return later(f.state.line.time(stays[at].At), stays[at].From)
}

// hiddenSince is since when readers have not seen what they saw before the last
// stay, or in it.
func (f *Facts) hiddenSince(stays []stay, end time.Time) time.Time {
	last := len(stays) - 1
	began := f.state.line.time(stays[last].At)
	switch {
	case stays[last].over(end) && stays[last].Until.After(began):
		return stays[last].Until
	case last > 0 && stays[last-1].over(began):
		return f.hiddenSince(stays[:last], began)
	}
	return began
}

// First is where readers could first see the article in a file, and its date
// then, in the time zone of then; ok is false when nothing is known of that.
func (f *Facts) First(file string, address Address) (path string, date time.Time, ok bool) {
	l := f.at(file)
	if l == nil {
		return "", time.Time{}, false
	}
	stays := f.state.stays(l, f.state.line.last())
	for i, s := range stays {
		if i+1 < len(stays) {
			from, to := f.state.line.time(s.At), f.state.line.time(stays[i+1].At)
			if !s.meets(from, later(from, to)) {
				continue
			}
		}
		if s.Slug != "" {
			return address.of(s), s.From, true
		}
	}
	return "", time.Time{}, false
}

// livesOf lists all lives in an order of their own.
func livesOf(s *State) []*life { return slices.Concat(s.alive.list, s.dead, s.unseen) }

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
