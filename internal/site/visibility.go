package site

import (
	"time"

	"byline/internal/article"
)

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

// stateOf is the one rule for visibility: all that is served, listed or counted
// has passed through it.
func stateOf(a *article.Article, now time.Time, zone *time.Location) State {
	switch {
	case a.Meta.Draft:
		return Draft
	case a.Meta.Date.In(zone).After(now):
		return Scheduled
	case !a.Meta.Expires.IsZero() && !a.Meta.Expires.In(zone).After(now):
		return Expired
	}
	return Public
}

// nextChange is when what is shown of an article changes next by itself, and when
// it last did. Both are zero for never.
func nextChange(a *article.Article, now time.Time, zone *time.Location) (last, next time.Time) {
	if a.Meta.Draft {
		return last, next
	}
	for _, at := range []article.Date{a.Meta.Date, a.Meta.Updated, a.Meta.Expires} {
		t := at.In(zone)
		switch {
		case at.IsZero():
		case t.After(now) && (next.IsZero() || t.Before(next)):
			next = t
		case !t.After(now) && t.After(last):
			last = t
		}
	}
	return last, next
}
