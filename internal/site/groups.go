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
		w.groups["author "+id] = g
		w.site.Authors = append(w.site.Authors, g)
	}
	for _, id := range keys(w.Settings.Categories) {
		category := w.Settings.Categories[id]
		g := &Group{ID: article.Slugify(id), Name: category.Name, Description: category.Description}
		w.groups["category "+id] = g
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

// group puts every page into the lists it belongs to. Pages come newest first,
// and so do their lists.
func (w *build) group() {
	tags, slugs := map[string]*Group{}, map[string]string{}
	for _, p := range w.site.Pages {
		for _, id := range p.Meta.AuthorIDs() {
			p.Authors = append(p.Authors, join(w.groups["author "+id.Value], p))
		}
		if id := p.Meta.Category.Value; id != "" {
			p.Category = join(w.groups["category "+id], p)
		}
		for _, tag := range p.Meta.Tags {
			slug, known := slugs[tag.Value]
			if !known {
				slug = article.Slugify(tag.Value)
				slugs[tag.Value] = slug
			}
			if slug == "" {
				w.add(p.Path, finding.BadValue, tag.Line, tag.Col, fmt.Sprintf("tag %q has no letter or digit", tag.Value), "")
				continue
			}
			g := tags[slug]
			if g == nil {
				g = &Group{ID: slug, Name: tag.Value}
				tags[slug] = g
			}
			if !slices.Contains(p.Tags, g) {
				p.Tags = append(p.Tags, join(g, p))
			}
		}
	}
	for _, slug := range keys(tags) {
		w.site.Tags = append(w.site.Tags, tags[slug])
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

func join(g *Group, p *Page) *Group {
	g.Pages = append(g.Pages, p)
	return g
}
