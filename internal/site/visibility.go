package site

import "time"

// State is whether and why an article is shown.
type State int

const (
	// Public articles are shown to everybody.
	Public State = iota
	// Draft articles are shown, marked, only where drafts are.
	Draft
	// Scheduled articles have a date that is still to come.
	Scheduled
	// Expired articles were public until their time was over.
	Expired
)

// String returns the state's name in lower case.
func (s State) String() string {
	return [...]string{"public", "draft", "scheduled", "expired"}[s]
}

// stateAt is whether and why the article is shown: the one rule for visibility.
// All that is served, listed or counted has passed through it.
func (r *record) stateAt(now time.Time) State {
	switch {
	case r.draft:
		return Draft
	case r.said.Date.After(now):
		return Scheduled
	case !r.expires.IsZero() && !r.expires.After(now):
		return Expired
	}
	return Public
}

// nextChange is when what is shown of the article changes next by itself, and when
// it last did. Both are zero for never.
func (r *record) nextChange(now time.Time) (last, next time.Time) {
	if r.draft {
		return last, next
	}
	for _, t := range [...]time.Time{r.said.Date, r.updated, r.expires} {
		switch {
		case t.IsZero():
		case t.After(now) && (next.IsZero() || t.Before(next)):
			next = t
		case !t.After(now) && t.After(last):
			last = t
		}
	}
	return last, next
}
