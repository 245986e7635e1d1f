package render

import (
	"net/http"

	"byline/internal/finding"
	"byline/internal/site"
	"byline/templates"
)

// Preview makes a bundle one that only who has its link sees: it names what it
// shows, and lists what differs from the live site.
type Preview struct {
	Name   string     // the branch, tag or commit, as it was asked for
	Commit string     // short
	Live   *site.Site // what everybody sees; nil when there is nothing yet
}

// changesPath is where a preview lists what differs.
const changesPath = "/-/changes"

// privateCache is for content-addressed files of a preview: whoever may see one
// may keep it, but no cache that answers others, because the link's time ends.
const privateCache = "private, max-age=31536000, immutable"

// caching is the Cache-Control here of what has the given one on the live site.
// Nothing of a preview is kept under a name that does not change with it. Its
// entity tags stay what they are: the prefix and the name stand in every view
// and so in its hash, and one rule for all is easier to trust than two.
func (b *Bundle) caching(live string) string {
	switch {
	case b.options.Preview == nil:
		return live
	case live == assetCache:
		return privateCache
	}
	return "no-store"
}

// Entrance leads to the root of the bundle, for who asks for its prefix alone.
func (b *Bundle) Entrance(query string) *Resource { return b.redirect("/", query) }

// changesDocument is the page that lists what differs from the live site; nil on
// that itself.
func (b *Bundle) changesDocument() *Resource {
	if b.options.Preview == nil {
		return nil
	}
	return b.html(http.StatusOK, func() page {
		v := b.changesView(site.Compare(b.options.Preview.Live, b.site))
		return page{v, templates.Changes(v)}
	})
}

func (b *Bundle) changesView(d site.Differences) templates.ChangesPage {
	w := b.words
	v := templates.ChangesPage{Frame: b.frame("", w.Changes, w.Changes), Back: b.urlOf(b.home()), Heading: w.Changes, Same: d.Articles() == 0}
	d = b.keepHeld(d)
	for _, group := range []struct {
		id      string
		heading templates.Plural
		all     []site.Difference
	}{
		{"changes_new", w.ChangesNew, d.New}, {"changes_changed", w.ChangesChanged, d.Changed}, {"changes_moved", w.ChangesMoved, d.Moved},
		{"changes_removed", w.ChangesRemoved, d.Removed}, {"changes_hidden", w.ChangesHidden, d.Hidden},
	} {
		var rows []templates.Change
		for _, difference := range group.all {
			rows = append(rows, b.change(difference))
		}
		v.Groups = appendGroup(v.Groups, group.id, group.heading, rows)
	}
	var files []templates.Change
	for _, f := range d.Files {
		files = append(files, templates.Change{Title: f.Path, State: b.fileState(f)})
	}
	v.Groups = appendGroup(v.Groups, "changes_files", w.ChangesFiles, files)
	if n := len(b.options.Findings); n > 0 {
		v.Mend, v.Findings = w.ChangesFindings.Count(n), findingRows(b.options.Findings)
	}
	return v
}

func appendGroup(groups []templates.ChangeGroup, id string, heading templates.Plural, rows []templates.Change) []templates.ChangeGroup {
	if len(rows) == 0 {
		return groups
	}
	return append(groups, templates.ChangeGroup{ID: id, Heading: heading.Count(len(rows)), Rows: rows})
}

// keepHeld takes the articles that only their errors keep out from among those
// that are removed: publishing the revision would not take them away.
func (b *Bundle) keepHeld(d site.Differences) site.Differences {
	var removed []site.Difference
	for _, difference := range d.Removed {
		if difference.Next == nil && b.options.Findings.Of(difference.Live.Path).HasErrors() {
			d.Changed = append(d.Changed, difference)
		} else {
			removed = append(removed, difference)
		}
	}
	d.Removed = removed
	return d
}

func (b *Bundle) change(d site.Difference) templates.Change {
	var c templates.Change
	if d.Live != nil {
		c.Title, c.Live = d.Live.Title, escape(d.Live.Address)
	}
	switch {
	case d.Next == nil:
		if b.options.Findings.Of(d.Live.Path).HasErrors() {
			c.Note = b.words.ChangeHeld
		}
		return c
	case b.options.Held[d.Next.Path]:
		c.Note = b.words.ChangeHeld
	case d.Live != nil && d.Live.Address != d.Next.Address:
		c.Note = b.movedNote(d.Live.Address)
	}
	c.Title, c.URL, c.Marker = d.Next.Title, b.urlOf(b.pageURL(d.Next)), b.marker(d.Next)
	return c
}

// movedNote tells what becomes of the address that an article has now.
func (b *Bundle) movedNote(from string) string {
	note := b.words.ChangeFrom
	if b.Find(from, "", "").Status >= http.StatusBadRequest {
		note = b.words.ChangeLost
	}
	return templates.Fill(note, "path", from)
}

func (b *Bundle) fileState(f site.FileDifference) string {
	switch {
	case !f.Live:
		return b.words.FileNew
	case !f.Now:
		return b.words.FileRemoved
	}
	return b.words.FileChanged
}

func findingRows(all finding.List) []templates.Finding {
	var rows []templates.Finding
	for _, f := range all {
		rows = append(rows, templates.Finding{
			Severity: f.Severity().String(), Place: f.Place(), Message: f.Message, Suggestion: f.Suggestion, Rule: string(f.Rule),
		})
	}
	return rows
}
