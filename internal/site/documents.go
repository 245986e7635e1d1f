package site

import "strings"

// isDocument reports whether something that is neither an article nor a list
// answers at a path below P: the search and the feeds.
func (s *Site) isDocument(rest string) bool {
	switch rest {
	case "search", "feed.xml", "atom.xml", "feed.json":
		return true
	}
	list, ok := strings.CutSuffix(rest, "/atom.xml")
	if !ok {
		return false
	}
	g := s.groupAt(list)
	return g != nil && len(g.Pages) > 0
}

// rootDocument reports whether Byline answers with something for crawlers and
// browsers at a path outside P, whatever the content is.
func rootDocument(key string) bool {
	switch key {
	case "/favicon.ico", "/apple-touch-icon.png", "/robots.txt", "/sitemap.xml", "/llms.txt", "/opensearch.xml", "/manifest.webmanifest", "/changes.json":
		return true
	}
	return strings.HasPrefix(key, "/sitemap-") && strings.HasSuffix(key, ".xml")
}
