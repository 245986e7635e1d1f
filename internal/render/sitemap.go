package render

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"byline/internal/article"
	"byline/internal/site"
)

const (
	xmlType     = "application/xml; charset=utf-8"
	sitemapPath = "/sitemap.xml"
	// sitemapSize is how many addresses one sitemap has at most. The protocol
	// takes 50,000; parts of this size stay small enough to be fetched often.
	sitemapSize = 10_000
)

// addSitemaps adds the sitemaps (sitemaps.org/protocol.html): an index at the
// one address that crawlers are told, and its parts. The parts of articles are in
// the order in which those were first published, so that a new article changes
// the last part alone; lists, which change with every article, have parts of
// their own. There is nothing in them that is not public, its own canonical and
// allowed to be found; where that leaves nothing there is no sitemap, as the
// protocol has none that is empty.
func (b *Bundle) addSitemaps() {
	if !b.known() {
		return
	}
	var parts []sitemapPart
	parts = append(parts, cutSitemap("/sitemap-articles-", b.articlesFound())...)
	parts = append(parts, cutSitemap("/sitemap-lists-", b.listsFound())...)
	if parts == nil {
		return
	}
	for _, part := range parts {
		b.resources[part.path] = b.document(xmlType, func() []byte { return b.sitemap(part) })
	}
	b.resources[sitemapPath] = b.document(xmlType, func() []byte { return b.sitemapIndex(parts) })
}

// found is an address that search engines may show.
type found struct {
	path     string
	modified time.Time
	page     *site.Page // with the pictures; nil for lists
}

type sitemapPart struct {
	path string
	urls []found
}

func cutSitemap(name string, all []found) []sitemapPart {
	var parts []sitemapPart
	for urls := range slices.Chunk(all, sitemapSize) {
		parts = append(parts, sitemapPart{name + strconv.Itoa(len(parts)+1) + ".xml", urls})
	}
	return parts
}

// indexable reports whether search engines may show a page under its own
// address.
func (b *Bundle) indexable(p *site.Page) bool {
	return p.State == site.Public && !p.Meta.NoIndex && b.canonicalOf(p) == b.absolute(b.pageURL(p)) && !b.site.Settings.Robots.Blocks(escape(b.pageURL(p)))
}

func (b *Bundle) articlesFound() []found {
	var all []found
	for _, p := range b.site.Pages {
		if b.indexable(p) {
			all = append(all, found{b.pageURL(p), p.Changed(), p})
		}
	}
	slices.SortStableFunc(all, func(x, y found) int {
		return cmp.Or(x.page.First.Date.Compare(y.page.First.Date), cmp.Compare(x.page.First.Path, y.page.First.Path))
	})
	return all
}

func (b *Bundle) listsFound() []found {
	var all []found
	for _, l := range b.lists {
		for n, modified := range b.listChanges(l) {
			at := numbered(l.path, n+1)
			if !modified.IsZero() && !b.site.Settings.Robots.Blocks(escape(at)) {
				all = append(all, found{path: at, modified: modified})
			}
		}
	}
	return all
}

// listChanges is when each page of a list changed last: when one of its articles
// did, or a new article moved all of them on. Zero for one that has nothing to
// read.
func (b *Bundle) listChanges(l list) []time.Time {
	all := make([]time.Time, site.ListPages(len(l.pages)))
	var moved time.Time // the date of the newest article on this page and before it
	for n := range all {
		var changed time.Time
		for _, p := range l.pages[n*site.PerPage : min((n+1)*site.PerPage, len(l.pages))] {
			if p.State == site.Public {
				moved, changed = later(moved, p.Date), later(changed, p.Changed())
			}
		}
		all[n] = later(moved, changed)
	}
	return all
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

func (b *Bundle) sitemap(part sitemapPart) []byte {
	w := newXML()
	w.start("urlset", "xmlns", sitemapSpace, "xmlns:image", "http://www.google.com/schemas/sitemap-image/1.1")
	for _, f := range part.urls {
		w.start("url")
		w.text("loc", b.absolute(f.path))
		w.text("lastmod", f.modified.Format(time.RFC3339))
		if f.page != nil {
			for _, picture := range b.picturesOf(f.page) {
				w.start("image:image")
				w.text("image:loc", picture)
				w.end()
			}
		}
		w.end()
	}
	return w.bytes()
}

func (b *Bundle) sitemapIndex(parts []sitemapPart) []byte {
	w := newXML()
	w.start("sitemapindex", "xmlns", sitemapSpace)
	for _, part := range parts {
		var last time.Time
		for _, f := range part.urls {
			last = later(last, f.modified)
		}
		w.start("sitemap")
		w.text("loc", b.absolute(part.path))
		w.text("lastmod", last.Format(time.RFC3339))
		w.end()
	}
	return w.bytes()
}

// mostPictures is how many pictures of one page a sitemap may name.
const mostPictures = 1000

// picturesOf are the whole addresses of the pictures on a page, each once.
func (b *Bundle) picturesOf(p *site.Page) []string {
	var all []string
	add := func(t site.Target) {
		if b.image(t, "", "", false) == nil || len(all) == mostPictures {
			return
		}
		if address := b.outwardHref(p, t); strings.HasPrefix(address, "http") && !slices.Contains(all, address) {
			all = append(all, address)
		}
	}
	if p.Image != nil {
		add(p.Image.Target)
	}
	for i, t := range p.Targets() {
		if p.Slots[i].Kind == article.PictureSlot {
			add(t)
		}
	}
	return all
}
