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

// sitemapParts are the parts of the sitemap (sitemaps.org/protocol.html), of which
// there is an index at the one address that crawlers are told. The parts of
// articles are in the order in which those were first published, so that a new
// article changes the last part alone; lists, which change with every article, have
// parts of their own. There is nothing in them that is not public, its own canonical
// and allowed to be found; where that leaves nothing there is no sitemap, as the
// protocol has none that is empty.
func (b *Bundle) sitemapParts() []sitemapPart {
	if !b.known() {
		return nil
	}
	articles := 0
	for _, p := range b.site.Pages {
		if b.indexable(p) {
			articles++
		}
	}
	return append(cutSitemap("/sitemap-articles-", articles, b.articlePart), cutSitemap("/sitemap-lists-", len(b.listsFound()), b.listPart)...)
}

// sitemapAt is the sitemap at a path: the index, or a part.
func (b *Bundle) sitemapAt(p string) *Resource {
	if !strings.HasPrefix(p, "/sitemap") {
		return nil
	}
	parts := b.sitemaps()
	if p == sitemapPath && parts != nil {
		return b.document(xmlType, func() []byte { return b.sitemapIndex(parts) })
	}
	for _, part := range parts {
		if part.path == p {
			return b.document(xmlType, func() []byte { return b.sitemap(part) })
		}
	}
	return nil
}

// found is an address that search engines may show.
type found struct {
	path     string
	modified time.Time
	page     *site.Page // with the pictures; nil for lists
}

// sitemapPart is a sitemap: what is in it from one place to another of all that is
// found.
type sitemapPart struct {
	path     string
	from, to int
	of       func(from, to int) []found
}

func (s sitemapPart) urls() []found { return s.of(s.from, s.to) }

func cutSitemap(name string, count int, of func(from, to int) []found) []sitemapPart {
	var parts []sitemapPart
	for from := 0; from < count; from += sitemapSize {
		parts = append(parts, sitemapPart{name + strconv.Itoa(len(parts)+1) + ".xml", from, min(from+sitemapSize, count), of})
	}
	return parts
}

// indexable reports whether search engines may show a page under its own
// address.
func (b *Bundle) indexable(p *site.Page) bool {
	if p.State != site.Public || p.Meta.NoIndex {
		return false
	}
	if own := p.Meta.Canonical.Value; own != "" && b.options.Preview == nil && own != b.absolute(b.pageURL(p)) {
		return false
	}
	rules := b.site.Settings.Robots
	return len(rules.Disallow) == 0 || !rules.Blocks(escape(b.pageURL(p)))
}

// articlesFound are the articles that search engines may show, in the order in
// which they were first published.
func (b *Bundle) articlesFound() []*site.Page {
	var all []*site.Page
	for _, p := range b.site.Pages {
		if b.indexable(p) {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(x, y *site.Page) int {
		return cmp.Or(x.First.Date.Compare(y.First.Date), cmp.Compare(x.First.Path, y.First.Path))
	})
	return all
}

func (b *Bundle) articlePart(from, to int) []found {
	all := make([]found, 0, to-from)
	for _, p := range b.inOrder()[from:to] {
		all = append(all, found{b.pageURL(p), p.Changed(), p})
	}
	return all
}

func (b *Bundle) listPart(from, to int) []found { return b.listsFound()[from:to] }

func (b *Bundle) listsFound() []found {
	var all []found
	for l := range b.lists() {
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
	for _, f := range part.urls() {
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
		for _, f := range part.urls() {
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
