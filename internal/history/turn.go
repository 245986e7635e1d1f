package history

import "time"

// turn is what readers could see of an article from the commit at a place of the
// line on, until the next turn: nothing when the slug is empty, as of a draft.
type turn struct {
	At        int
	Slug      string    `json:",omitempty"`
	Category  string    `json:",omitempty"`
	Substance string    `json:",omitempty"`
	From      time.Time `json:",omitzero"`
	Until     time.Time `json:",omitzero"`
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

// visible reports whether readers see the article at a moment of the turn.
func (t turn) visible(at time.Time) bool {
	return t.Slug != "" && !t.From.After(at) && (t.Until.IsZero() || t.Until.After(at))
}

// meets reports whether readers see the article at some moment between two.
func (t turn) meets(from, to time.Time) bool {
	return t.Slug != "" && !t.From.After(to) && (t.Until.IsZero() || t.Until.After(from))
}

// spans reports whether readers see the article all the time between two.
func (t turn) spans(from, to time.Time) bool {
	return t.Slug != "" && !t.From.After(from) && (t.Until.IsZero() || t.Until.After(to))
}

// turnAt is the index of the turn with the commit at a place; -1 before the
// first.
func (l *life) turnAt(place int) int {
	at := -1
	for i, t := range l.Turns {
		if t.At <= place {
			at = i
		}
	}
	return at
}
