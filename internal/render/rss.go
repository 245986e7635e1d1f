package render

import (
	"time"

	"byline/internal/site"
)

// rssDate is RFC 822 with a year of four digits, as RSS asks for.
const rssDate = "Mon, 02 Jan 2006 15:04:05 -0700"

// rss writes a feed as RSS 2.0 (rssboard.org/rss-specification), with what its
// best practices add: Atom's link to itself, content:encoded for the text,
// dc:creator for authors, whose e-mail addresses are nobody's business.
func (b *Bundle) rss(f feed) []byte {
	w := newXML()
	w.start("rss", "version", "2.0", "xmlns:atom", "http://www.w3.org/2005/Atom",
		"xmlns:content", "http://purl.org/rss/1.0/modules/content/", "xmlns:dc", "http://purl.org/dc/elements/1.1/")
	w.start("channel")
	w.text("title", f.title)
	w.text("link", b.absolute(f.home))
	w.text("description", f.description)
	w.text("language", b.site.Settings.Lang.Value)
	w.text("lastBuildDate", b.updated(f.pages).Format(rssDate))
	w.text("generator", "Byline")
	w.empty("atom:link", "rel", "self", "type", mimeOf(rssType), "href", b.absolute(f.path))
	if hub := b.site.Settings.Hub.Value; hub != "" {
		w.empty("atom:link", "rel", "hub", "href", hub)
	}
	if icon := b.rasterIcon(); icon != "" { // no other pictures are allowed
		w.start("image")
		w.text("url", b.site.Origin+icon)
		w.text("title", f.title)
		w.text("link", b.absolute(f.home))
		w.end()
	}
	for _, p := range f.pages {
		b.rssItem(w, p)
	}
	return w.bytes()
}

func (b *Bundle) rssItem(w *xmlWriter, p *site.Page) {
	w.start("item")
	w.text("title", p.Title)
	w.text("link", b.absolute(b.pageURL(p)))
	w.text("guid", b.entryID(p), "isPermaLink", "false")
	w.text("pubDate", p.Date.Format(rssDate))
	for _, a := range b.feedAuthors(p) {
		w.text("dc:creator", a.Name)
	}
	for _, s := range b.subjects(p) {
		w.text("category", s.name)
	}
	w.text("description", inText.Replace(p.Description)) // readers take it for HTML
	if b.full() {
		w.text("content:encoded", b.feedBody(p))
	}
	if !p.Updated.IsZero() {
		w.text("atom:updated", p.Updated.Format(time.RFC3339))
	}
	w.end()
}
