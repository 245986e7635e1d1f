package render

import (
	"cmp"
	"time"

	"byline/internal/site"
)

// atom writes a feed as Atom (RFC 4287).
func (b *Bundle) atom(f feed) []byte {
	w := newXML()
	w.start("feed", "xmlns", "http://www.w3.org/2005/Atom", "xml:lang", b.site.Settings.Lang.Value)
	w.text("id", b.absolute(f.path))
	w.text("title", f.title)
	w.text("subtitle", f.description)
	w.text("updated", b.updated(f.pages).Format(time.RFC3339))
	w.empty("link", "rel", "self", "type", mimeOf(atomType), "href", b.absolute(f.path))
	w.empty("link", "rel", "alternate", "type", "text/html", "href", b.absolute(f.home))
	if hub := b.site.Settings.Hub.Value; hub != "" {
		w.empty("link", "rel", "hub", "href", hub)
	}
	atomPerson(w, b.feedAuthor())
	w.text("icon", b.site.Origin+cmp.Or(b.rasterIcon(), b.icon()))
	w.text("generator", "Byline")
	for _, p := range f.pages {
		b.atomEntry(w, p)
	}
	return w.bytes()
}

func (b *Bundle) atomEntry(w *xmlWriter, p *site.Page) {
	w.start("entry")
	w.text("id", b.entryID(p))
	w.text("title", p.Title)
	w.empty("link", "rel", "alternate", "type", "text/html", "href", b.absolute(b.pageURL(p)))
	w.text("published", p.Date.Format(time.RFC3339))
	w.text("updated", p.Changed().Format(time.RFC3339))
	for _, a := range b.feedAuthors(p) {
		atomPerson(w, a)
	}
	for _, s := range b.subjects(p) {
		w.empty("category", "term", s.id, "label", s.name, "scheme", s.scheme)
	}
	w.text("summary", p.Description)
	if b.full() {
		w.text("content", b.feedBody(p), "type", "html")
	}
	w.end()
}

func atomPerson(w *xmlWriter, a named) {
	w.start("author")
	w.text("name", a.Name)
	w.text("uri", a.URL)
	w.end()
}
