package site

import "byline/internal/search"

// Found is what a search found.
type Found struct {
	Total     int // of all pages that match
	Pages     []Hit
	Corrected string // the query that was answered when words of the other were misspelt; else ""
}

// Hit is a page that a search found.
type Hit struct {
	*Page
	Snippet []search.Span // where its text has the words; nil where only its title or tags have them
}

// hides reports whether a page is never found. It is asked of all that match.
func (s *Site) hides(page int) bool { return s.hidden != nil && s.hidden[page] }

// Search returns n of the public pages that match a query, from the one at from
// on, the best first: one with that very title, then those that the words lead to.
func (s *Site) Search(query string, from, n int) Found {
	answer := s.index.Search(query, from, n, search.Library{
		Title:  func(d int) string { return s.Pages[d].Title },
		Text:   func(d int, room []byte) []byte { text, _ := s.Pages[d].Unpack(room); return text },
		Hidden: s.hides,
	})
	found := Found{Total: answer.Total, Corrected: answer.Corrected}
	for _, r := range answer.Results {
		found.Pages = append(found.Pages, Hit{s.Pages[r.Document], r.Snippet})
	}
	return found
}
