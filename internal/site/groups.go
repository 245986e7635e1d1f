package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/strict"
)

// declareGroups makes a group of every author and category in site.yaml, so
// that their pages are there before their first article is.
func (w *build) declareGroups() {
	for _, id := range keys(w.Settings.Authors) {
		author := w.Settings.Authors[id]
		g := &Group{ID: article.Slugify(id), Name: author.Name, Description: author.Bio, Author: &author}
		g.Avatar = w.settingsFile(author.Avatar)
		w.sit("author "+id, g)
		w.site.Authors = append(w.site.Authors, g)
	}
	for _, id := range keys(w.Settings.Categories) {
		category := w.Settings.Categories[id]
		g := &Group{ID: article.Slugify(id), Name: category.Name, Description: category.Description}
		w.sit("category "+id, g)
		w.site.Categories = append(w.site.Categories, g)
	}
	w.settingsFile(w.Settings.Logo)
	w.settingsFile(w.Settings.Favicon)
}

// settingsFile checks that a file named in site.yaml is there.
func (w *build) settingsFile(name strict.Text) string {
	path := strings.TrimPrefix(name.Value, "/")
	if path == "" {
		return ""
	}
	if _, ok := w.site.Files[path]; !ok {
		w.add(SettingsFile, finding.MissingPicture, name.Line, name.Col, fmt.Sprintf("there is no file %q in the content folder", name.Value), cmp.Or(w.sameName(path), "put it there, like media/logo.svg, or mend the path"))
		return ""
	}
	return path
}

// sit makes a group the one of a name in this build.
func (w *build) sit(name string, g *Group) {
	w.builder.sit(named(w.builder.seats, name), g)
}

func (k *records) sit(s *seat, g *Group) {
	s.build, s.group = k.number, g
	g.Pages = make([]*Page, 0, s.size+1)
	s.size = 0
}

// group puts every page into the lists it belongs to. Pages come newest first,
// and so do their lists.
func (w *build) group() {
	b := w.builder
	all := 0
	for _, p := range w.site.Pages {
		all += len(p.record.authors) + len(p.record.tags)
	}
	lists := make([]*Group, 0, all) // those of all pages, page by page
	for _, p := range w.site.Pages {
		r := p.record
		w.found = append(w.found, r.unnamed...)
		from := len(lists)
		for _, s := range r.authors {
			lists = append(lists, s.join(p))
		}
		p.Authors = lists[from:len(lists):len(lists)]
		if r.category != nil {
			p.Category = r.category.join(p)
		}
		from = len(lists)
		for _, t := range r.tags {
			if t.build != b.number { // the first to have it names it
				g := &Group{ID: article.Slugify(t.name), Name: t.name}
				b.sit(t.seat, g)
				w.site.Tags = append(w.site.Tags, g)
			}
			lists = append(lists, t.join(p))
		}
		p.Tags = lists[from:len(lists):len(lists)]
	}
	byName := func(a, b *Group) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	}
	slices.SortFunc(w.site.Authors, byName)
	slices.SortFunc(w.site.Categories, byName)
	slices.SortFunc(w.site.Tags, byName)
}

// folded orders names without regard to case.
func folded(names []string) []string {
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
	})
	return names
}

func (s *seat) join(p *Page) *Group {
	s.group.Pages = append(s.group.Pages, p)
	s.size++
	return s.group
}
