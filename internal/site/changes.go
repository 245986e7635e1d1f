package site

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"byline/internal/redirect"
)

// What can become of an article.
const (
	ChangeNew    = "new"
	ChangeEdited = "edited" // at the same address
	ChangeMoved  = "moved"  // to another address, edited or not
	ChangeGone   = "gone"
)

// Change is what is another in substance than somebody knows. Who does in order
// what the changes say has what the site shows: new, edited and moved say what is
// at Path now, moved and gone what is no more at From or Path.
type Change struct {
	Kind  string
	Path  string
	From  string // of what has moved
	Time  time.Time
	Page  *Page  // nil when it is gone
	Title string // of what is gone, where that may be named

	order  string  // the address by which it is ordered among those of one time
	missed *Except // what stays known at that address, where it is not told what is there
}

// Changes are what differs between two states of a site, the oldest first.
type Changes struct {
	Order string // a digest of their order, by which it is known again
	all   []Change
}

// ChangePage are some changes, one after the other.
type ChangePage struct {
	List   []Change
	Missed []Except // what is not so any more and so was not told
	Last   string   // the key of the last of both
	More   bool
}

// Page returns up to limit changes after the one with the key; "" is before the
// first.
func (c Changes) Page(after string, limit int) ChangePage {
	var page ChangePage
	for _, change := range c.all {
		switch {
		case after != "" && !change.After(after):
			continue
		case len(page.List) == limit:
			page.More = true
			return page
		case change.Kind != "":
			page.List = append(page.List, change)
		}
		if change.missed != nil {
			page.Missed = append(page.Missed, *change.missed)
		}
		page.Last = change.Key()
	}
	return page
}

// Key orders changes, see After.
func (c Change) Key() string { return strconv.FormatInt(c.Time.Unix(), 10) + c.order }

// After reports whether a change is told after the one with the key.
func (c Change) After(key string) bool {
	digits, path, _ := strings.Cut(key, "/")
	seconds, err := strconv.ParseInt(digits, 10, 64)
	return err != nil || cmp.Or(cmp.Compare(c.Time.Unix(), seconds), cmp.Compare(c.order, "/"+path)) > 0
}

// Changes tells what differs in substance between what two cursors know; where
// until knows nothing it is the site as it is. What happened to an article in
// several steps is told as one, and what came to nothing not at all. The error is
// ErrUnknown or ErrAmbiguous.
func (s *Site) Changes(since, until Cursor) (Changes, error) {
	before, err := s.know(since)
	if err != nil {
		return Changes{}, err
	}
	cursor, after := s.now()
	if until.Missed = nil; until.Revision != "" && until.String() != cursor.String() {
		if after, err = s.know(until); err != nil {
			return Changes{}, err
		}
	}
	c := comparison{site: s, before: before, after: after, was: map[int]string{}, left: map[string]bool{}}
	for path, k := range before.at {
		if k.article != nobody {
			c.was[k.article] = path
		}
	}
	return c.changes(), nil
}

// comparison is one run of Changes.
type comparison struct {
	site          *Site
	before, after picture
	was           map[int]string  // where an article of the history was
	left          map[string]bool // addresses that were left for others
}

func (c *comparison) changes() Changes {
	var all []Change
	shown := c.site.shown()
	for path, now := range c.after.at {
		change, ok := c.change(path, now)
		if !ok {
			continue
		}
		change.Page, change.order = shown[path], path
		if change.Page == nil || !now.says(change.Page.Substance) {
			change = c.past(change)
		}
		all = append(all, change)
	}
	for path, was := range c.before.at {
		if _, there := c.after.at[path]; !there && !c.left[path] {
			all = append(all, c.gone(path, was))
		}
	}
	return ordered(all)
}

// past is a change that is not so any more, and so is not told, but that what has
// moved is not where it was. Who does not hear of it still knows what was there
// before.
func (c *comparison) past(change Change) Change {
	was, knew := c.before.at[change.Path]
	missed := Except{Path: change.Path}
	switch {
	case knew && was.sure && was.substance != unknown:
		missed.Tag = was.substance[:tagLength]
	case knew:
		missed.Tag = strings.Repeat("0", tagLength) // or does not, and hears of it again
	}
	told := Change{Time: change.Time}
	if change.From != "" {
		told = c.gone(change.From, c.before.at[change.From])
	}
	told.Time, told.order, told.missed = change.Time, change.Path, &missed
	return told
}

func ordered(all []Change) Changes {
	for i := range all {
		all[i].Time = all[i].Time.Truncate(time.Second)
	}
	slices.SortFunc(all, func(a, b Change) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.order, b.order)) })
	var order []string
	for _, c := range all {
		order = append(order, c.Key())
	}
	return Changes{digestOf(order), all}
}

// change tells what has become of what is at an address; ok is false when nothing
// has.
func (c *comparison) change(path string, now sight) (change Change, ok bool) {
	was, knew := c.before.at[path]
	if knew && was.sure && was.says(now.substance) {
		return change, false
	}
	change = Change{Kind: ChangeNew, Path: path, Time: now.since}
	from := ""
	if now.article != nobody {
		from = c.was[now.article]
	}
	_, taken := c.after.at[from] // what stands there now must not be taken away
	switch {
	case from != "" && from != path && !taken:
		change.Kind, change.From = ChangeMoved, from
		c.left[from] = true
	case knew && was.sure:
		change.Kind = ChangeEdited
	}
	return change, true
}

// gone tells of what is no more at an address.
func (c *comparison) gone(path string, was sight) Change {
	change := Change{Kind: ChangeGone, Path: path, Time: c.after.when, order: path}
	lead, ok := c.site.Lead(path)
	gone, named := lead.Gone, ok && lead.Status == redirect.Gone && lead.Rule == nil
	if since, ok := c.after.hidden[was.article]; ok {
		change.Time = since
	} else if named && c.after.hidden == nil {
		change.Time = gone.Time
	}
	if named && c.site.Settings.Gone != GoneSilent {
		change.Title = gone.Title
	}
	return change
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
