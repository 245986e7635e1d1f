package site

import (
	"slices"

	"byline/internal/article"
)

// Search returns the public pages that match a query, the best first: one with
// that very title, then those that the words lead to.
func (s *Site) Search(query string) []*Page {
	var pages []*Page
	for _, m := range s.index.Matching(query) {
		if p := s.Pages[m.Document]; p.State == Public {
			pages = append(pages, p)
		}
	}
	title := article.Slugify(query)
	if i := slices.IndexFunc(pages, func(p *Page) bool { return article.Slugify(p.Title) == title }); i > 0 {
		named := pages[i]
		pages = slices.Insert(slices.Delete(pages, i, i+1), 0, named)
	}
	return pages
}
