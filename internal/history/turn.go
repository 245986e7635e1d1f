package history

import (
	"time"

	"byline/internal/article"
)

// turn is what readers could see of an article from the commit at a place of the
// line on, until the next turn: nothing when the slug is empty, as of a draft.
type turn struct {
	At        int
	Slug      string       `json:",omitempty"`
	Category  string       `json:",omitempty"`
	Substance string       `json:",omitempty"`
	From      article.Date `json:",omitzero"`
	Until     article.Date `json:",omitzero"`
}

// turn notes what readers can see with the commit at a place, if it is something
// else than before.
func (l *life) turn(at int) {
	next := turn{At: at}
	if v := l.Shown; v != nil && !v.Draft && l.End == nil {
		next = turn{at, v.Slug, v.Category, v.Substance, v.From, v.Until}
	}
	n := len(l.Turns)
	if n > 0 && l.Turns[n-1].At == at {
		l.Turns = l.Turns[:n-1] // the same commit
		n--
	}
	if n == 0 && next.Slug == "" || n > 0 && l.Turns[n-1].like(next) {
		return
	}
	l.Turns = append(l.Turns, next)
}

// like reports whether two turns show the same.
func (t turn) like(other turn) bool {
	return t.Slug == other.Slug && t.Category == other.Category && t.Substance == other.Substance && t.From.Equal(other.From) && t.Until.Equal(other.Until)
}

// stay is a turn, or a part of one, under the same settings all the time.
type stay struct {
	turn
	Settings
	From, Until time.Time // as the settings have it
}

// stays are what readers could see of an article up to the commit at a place, the
// oldest first: a stay begins with a turn, or with other settings for what can be
// seen.
func (s *State) stays(l *life, place int) []stay {
	var all []stay
	for i, t := range l.Turns {
		if t.At > place {
			break
		}
		next := place + 1
		if i+1 < len(l.Turns) {
			next = min(next, l.Turns[i+1].At)
		}
		all = append(all, t.under(s.settingsAt(t.At)))
		for _, other := range s.seats {
			if t.Slug != "" && other.At > t.At && other.At < next {
				t.At = other.At
				all = append(all, t.under(other.Settings))
			}
		}
	}
	return all
}

func (t turn) under(s Settings) stay {
	return stay{t, s, t.From.In(s.Zone), t.Until.In(s.Zone)}
}

// visible reports whether readers see the article at a moment of the stay.
func (s stay) visible(at time.Time) bool { return s.meets(at, at) }

// meets reports whether readers see the article at some moment between two.
func (s stay) meets(from, to time.Time) bool {
	return s.Slug != "" && !s.From.After(to) && !s.over(from)
}

// spans reports whether readers see the article all the time between two.
func (s stay) spans(from, to time.Time) bool {
	return s.Slug != "" && !s.From.After(from) && !s.over(to)
}

// over reports whether the article's time is over at a moment.
func (s stay) over(at time.Time) bool { return !s.Until.IsZero() && !s.Until.After(at) }
