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
// where they led; most edits leave it as it is.
type shape struct {
	number    int // counts the changes
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
	now := make([]standing, len(w.admitted))
	same := len(now) == len(s.standings)
	for i, r := range w.admitted {
		now[i] = standing{r, r.state, r.shown == w.builder.number}
		if same {
			was := s.standings[i]
			same = was.state == r.state && was.shown == now[i].shown && (was.record == r || r.state != Expired && was.record.same(r))
		}
	}
	held := keys(w.held)
	same = s.samePast(w.History) && same && s.origin == w.site.Origin && s.table == w.site.table && slices.Equal(s.held, held)
	s.standings = now
	if !same {
		s.number++
		s.origin, s.table, s.held = w.site.Origin, w.site.table, held
	}
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
	state State
	image *Picture
	found finding.List
	leads []*lead   // to the pages that its links lead to, but for its own
	read  []*record // whose headings were looked at
}

// holds reports whether a resolution is still true.
func (l *resolution) holds(r *record, w *build) bool {
	return l.shape == w.builder.shape.number && l.state == r.state && !slices.ContainsFunc(l.read, func(other *record) bool { return other.shown != w.builder.number })
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
		own.found, own.read = nil, nil
		p.record.links = own.resolvePage(p)
	})
}
