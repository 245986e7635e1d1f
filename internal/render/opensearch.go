package render

import "byline/internal/site"

const (
	openSearchPath = "/opensearch.xml"
	openSearchType = "application/opensearchdescription+xml"
)

// openSearchDocument tells browsers how this site is searched (OpenSearch 1.1),
// where it can be.
func (b *Bundle) openSearchDocument() *Resource {
	if !b.known() {
		return nil
	}
	return b.document(openSearchType+"; charset=utf-8", b.openSearch)
}

// openSearch keeps to the lengths that the format sets.
func (b *Bundle) openSearch() []byte {
	s := b.site.Settings
	w := newXML()
	w.start("OpenSearchDescription", "xmlns", "http://a9.com/-/spec/opensearch/1.1/")
	w.text("ShortName", site.Shorten(s.Title, 16))
	w.text("LongName", site.Shorten(s.Title, 48))
	w.text("Description", site.Shorten(b.all.description, 1024))
	w.empty("Url", "type", "text/html", "template", b.absolute(b.searchURL())+"?q={searchTerms}")
	w.empty("Url", "type", openSearchType, "rel", "self", "template", b.absolute(openSearchPath))
	for _, icon := range b.icons() {
		if icon.purpose == "" {
			w.text("Image", b.site.Origin+icon.url, "width", pixels(icon.width), "height", pixels(icon.height), "type", icon.kind)
		}
	}
	w.text("Language", s.Lang.Value)
	w.text("InputEncoding", "UTF-8")
	w.text("OutputEncoding", "UTF-8")
	return w.bytes()
}
