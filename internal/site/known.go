package site

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"byline/internal/article"
	"byline/internal/history"
)

// picture is what can be seen of a site at one moment.
type picture struct {
	at     map[string]sight  // by address
	hidden map[int]time.Time // since when articles of the history are not seen; nil where there is none
	when   time.Time         // of the last change that time has brought about
	digest string            // of what the history tells, whatever order that comes in
}

// sight is what is at an address.
type sight struct {
	article   int    // names it within the history; nobody where that does not tell
	substance string // or the beginning of it; unknown where that must be told anew
	sure      bool   // whoever knows the picture may not have seen it where this is false
	since     time.Time
}

const (
	nobody  = -1
	unknown = "?"
)

// ErrUnknown says that the site cannot tell what a cursor knows: the revision is
// of no commit of the branch, or the history is not at hand.
var ErrUnknown = errors.New("the site does not know this state of it (any more)")

// ErrAmbiguous says that a revision is too short.
var ErrAmbiguous = errors.New("more than one commit begins so; write more digits")

// present is how the site is now, made when it is first asked for.
type present struct {
	once    sync.Once
	cursor  Cursor
	picture picture
}

// Cursor is what somebody knows who sees the site as it is. It knows nothing
// where too much differs from what the history tells.
func (s *Site) Cursor() Cursor {
	cursor, _ := s.now()
	return cursor
}

// now is the site as it is.
func (s *Site) now() (Cursor, picture) {
	s.present.once.Do(func() {
		c := Cursor{Revision: s.Revision, Time: s.LastChange.Truncate(time.Second)}
		if s.LastChange.IsZero() {
			c.Time = time.Unix(0, 0).UTC()
		}
		var p picture
		if m, ok := s.moment(c.Time); ok {
			c.Revision = s.history.Name(m)[:16]
			p = pictureOf(s.history.Seen(m, AddressIn))
		} else {
			p = s.own(c.Time, time.Time{})
		}
		c.Digest, c.Except = p.digest, s.exceptions(p)
		p = p.with(c)
		if !c.Whole() {
			c = Cursor{}
		}
		s.present.cursor, s.present.picture = c, p
	})
	return s.present.cursor, s.present.picture
}

// moment is where the site stands in its history.
func (s *Site) moment(at time.Time) (history.Moment, bool) {
	if m, matches := s.history.Commit(s.Revision, at); matches == 1 {
		return m.At(at), true
	}
	return s.history.Newest(at)
}

// exceptions are the addresses at which the site shows something else than it is
// told to.
func (s *Site) exceptions(told picture) []Except {
	var all []Except
	shown := s.shown()
	for _, path := range keys(shown) {
		if was, ok := told.at[path]; !ok || was.substance != shown[path].Substance {
			all = append(all, Except{path, shown[path].Substance[:tagLength]})
		}
	}
	for _, path := range keys(told.at) {
		if shown[path] == nil {
			all = append(all, Except{Path: path})
		}
	}
	return all
}

// with is a picture, which must not be used any more, with what a cursor says
// beside it: where the site showed something else, and when.
func (p picture) with(c Cursor) picture {
	p.when = c.Time
	for _, e := range slices.Concat(c.Except, c.Missed) {
		if e.Tag == "" {
			delete(p.at, e.Path)
		} else {
			p.at[e.Path] = sight{nobody, e.Tag, true, c.Time}
		}
	}
	return p
}

// shown are the public pages by address.
func (s *Site) shown() map[string]*Page {
	all := make(map[string]*Page, len(s.Pages))
	for _, p := range s.Pages {
		if p.State == Public {
			all[p.Address] = p
		}
	}
	return all
}

// AddressIn is where an article was under settings that the history tells of.
func AddressIn(s history.Settings, slug, category string, date time.Time) string {
	return s.Path + Permalink(s.Permalink).address(slug, category, date.In(s.Zone))
}

// know returns what a cursor knows.
func (s *Site) know(c Cursor) (picture, error) {
	switch {
	case c.Revision == "" && c.Time.IsZero():
		return picture{}, nil
	case c.Revision == "":
		return s.then(c.Time), nil
	case c.Digest != "":
		return s.remember(c)
	}
	switch m, matches := s.history.Commit(c.Revision, s.LastChange); {
	case matches > 1:
		return picture{}, ErrAmbiguous
	case matches == 1:
		return pictureOf(s.history.Seen(m, AddressIn)), nil
	case s.isAt(c.Revision):
		return s.own(s.made, time.Time{}), nil
	}
	return picture{}, ErrUnknown
}

// isAt reports whether a name is that of the site's own revision.
func (s *Site) isAt(revision string) bool {
	return strings.HasPrefix(s.Revision, revision) || len(s.Revision) >= history.MinCommit && strings.HasPrefix(revision, s.Revision)
}

// then is what the site showed at a time, as far as can be told. Of articles
// whose time has not come nothing is told, whatever time is asked for.
func (s *Site) then(at time.Time) picture {
	if _, ok := s.history.Newest(at); ok {
		return pictureOf(s.history.Seen(s.history.Then(at).At(earliest(at, s.LastChange)), AddressIn))
	}
	return s.own(earliest(at, s.LastChange), at)
}

// remember is what a site told who has a cursor of it. The digest says that it
// did: nobody else can ask what a commit would have shown at another time.
func (s *Site) remember(c Cursor) (picture, error) {
	var p picture
	if m, matches := s.history.Commit(c.Revision, c.Time); matches == 1 {
		p = pictureOf(s.history.Seen(m.At(c.Time), AddressIn))
	} else if s.isAt(c.Revision) {
		p = s.own(c.Time, time.Time{})
	}
	if p.digest != c.Digest {
		return picture{}, ErrUnknown
	}
	return p.with(c), nil
}

// pictureOf is what sights tell. Where two articles claim an address, one is
// told, always the same.
func pictureOf(sights []history.Sight) picture {
	p := picture{at: map[string]sight{}, hidden: map[int]time.Time{}}
	var lines []string
	for _, s := range sights {
		if s.Path == "" {
			p.hidden[s.Article] = s.Since
			continue
		}
		lines = append(lines, s.Path+" "+s.Substance)
		if other, ok := p.at[s.Path]; !ok || s.Substance < other.substance {
			p.at[s.Path] = sight{s.Article, s.Substance, s.Sure, s.Since}
		}
	}
	p.digest = digestOf(lines)
	return p
}

// own is what this revision showed at a time; what was edited after another time is
// unknown, if that is not zero.
func (s *Site) own(at, edited time.Time) picture {
	told := picture{at: map[string]sight{}}
	var lines []string
	add := func(a *article.Article, known string, since time.Time) {
		if date, end := a.Meta.Date.In(s.Zone), a.Meta.Expires; !date.After(at) && (end.IsZero() || end.In(s.Zone).After(at)) {
			path := s.Settings.AddressOf(a, a.Slug, s.Zone)
			told.at[path] = sight{nobody, known, true, since}
			lines = append(lines, path+" "+a.Substance)
		}
	}
	for _, p := range s.shown() {
		known := p.Substance
		if !edited.IsZero() && p.Updated.After(edited) {
			known = unknown
		}
		add(p.Article, known, p.Changed())
	}
	for _, g := range s.ended {
		if a := g.Article; a != nil {
			add(a, a.Substance, a.Meta.Date.In(s.Zone))
		}
	}
	told.digest = digestOf(lines)
	return told
}

func digestOf(lines []string) string {
	slices.Sort(lines)
	sum := sha256.New()
	for _, line := range lines {
		_, _ = io.WriteString(sum, line+"\n") // never fails
	}
	return hex.EncodeToString(sum.Sum(nil)[:4])
}

// says reports whether two sights are of the same text; either may know only the
// beginning of its name.
func (k sight) says(other string) bool {
	return strings.HasPrefix(other, k.substance) || strings.HasPrefix(k.substance, other)
}
