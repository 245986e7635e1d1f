package site

import (
	"slices"

	"byline/internal/finding"
	"byline/internal/history"
	"byline/internal/parallel"
	"byline/internal/redirect"
)

// shape is all that decides where links lead, whatever the texts say: which
// articles there are, where, in which lists, which files, which former addresses
// and which redirects. While it stays, the links of an article that stays lead
// where they led; most edits leave it as it is. An article that comes, goes or
// moves changes only links to it, and those that nothing stood directly behind.
type shape struct {
	number    int // counts the changes of all but the standings
	moved     int // the last build in which standings changed
	origin    string
	standings []standing // ordered by path
	held      []string
	files     []File
	table     *redirect.Table
	past      *history.Facts
	former    []history.Former
	bases     []history.Base
	forms     []history.Form

	byPath map[string]File // files
	paths  []string        // ordered
}

// standing is an article that can be published, and how it stood.
type standing struct {
	*record
	state State
	shown bool
}

// filesOf returns files by path and their paths, ordered; for the same files the
// same.
func (s *shape) filesOf(files []File) (byPath map[string]File, paths []string) {
	if s.byPath == nil || !slices.Equal(s.files, files) {
		s.byPath = make(map[string]File, len(files))
		for _, f := range files {
			s.byPath[f.Path] = f
		}
		s.files, s.paths = files, keys(s.byPath)
		s.number++
	}
	return s.byPath, s.paths
}

// follow notes the shape of a build.
func (s *shape) follow(w *build) {
	s.followStandings(w)
	held := keys(w.held)
	if !s.samePast(w.History) || s.origin != w.site.Origin || s.table != w.site.table || !slices.Equal(s.held, held) {
		s.number++
		s.origin, s.table, s.held = w.site.Origin, w.site.table, held
	}
}

// followStandings notes how articles stand, and which of them stand otherwise than
// in the last build.
func (s *shape) followStandings(w *build) {
	number, last := w.builder.number, s.standings
	move := func(r *record) { r.lead.moved, s.moved = number, number }
	now := make([]standing, len(w.admitted))
	for i, r := range w.admitted {
		now[i] = standing{r, r.state, r.shown == number}
		for len(last) > 0 && last[0].article.Path < r.article.Path {
			move(last[0].record)
			last = last[1:]
		}
		if len(last) == 0 || last[0].article.Path != r.article.Path {
			move(r)
			continue
		}
		if !last[0].same(now[i]) {
			move(r)
		}
		last = last[1:]
	}
	for _, gone := range last {
		move(gone.record)
	}
	s.standings = now
}

// same reports whether all that leads to an article leads to it as before.
func (s standing) same(o standing) bool {
	return s.state == o.state && s.shown == o.shown && (s.record == o.record || o.state != Expired && s.record.same(o.record))
}

// samePast reports whether the history leads where it led.
func (s *shape) samePast(past *history.Facts) bool {
	if s.past == past {
		return true
	}
	former, bases, forms := past.Former(), past.Bases(), past.Forms()
	same := slices.Equal(s.former, former) && slices.Equal(s.bases, bases) && slices.Equal(s.forms, forms)
	s.past, s.former, s.bases, s.forms = past, former, bases, forms
	return same
}

// resolution is where the links of an article lead, in the shape of a number.
type resolution struct {
	shape int // 0: not known
	build int // the last in which it was true
	state State
	loose bool // it depends on what is not there, too
	image *Picture
	found finding.List
	leads []*lead   // to the pages that its links lead to, but for its own
	read  []*record // whose headings were looked at
}

// holds reports whether a resolution is still true, and notes it.
func (l *resolution) holds(r *record, w *build) bool {
	shape, number := &w.builder.shape, w.builder.number
	if l.shape != shape.number || l.state != r.state || slices.ContainsFunc(l.read, func(other *record) bool { return other.shown != number }) {
		return false
	}
	if l.build < shape.moved && (l.loose || slices.ContainsFunc(l.leads, func(to *lead) bool { return to.moved > l.build })) {
		return false
	}
	l.build = number
	return true
}

// resolveRecords brings the resolutions of articles up to date, on all cores.
func (w *build) resolveRecords(pages []*Page) {
	var stale []*Page
	for _, p := range pages {
		if !p.record.links.holds(p.record, w) {
			stale = append(stale, p)
		}
	}
	parallel.Each(len(stale), func(i int) {
		p := stale[i]
		own := *w
		own.found, own.read, own.loose = nil, nil, false
		p.record.links = own.resolvePage(p)
	})
}
