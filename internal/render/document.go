package render

import (
	"cmp"
	"net/http"
	"strings"

	"byline/internal/site"
)

// document is the resource of a text that is no page: Markdown, a feed, a
// sitemap. It is made when it is first asked for, and its key is the hash of
// its bytes.
func (b *Bundle) document(kind string, make func() []byte) *Resource {
	return &Resource{
		Status: http.StatusOK, Type: kind, CacheControl: b.caching(PageCache), Modified: b.site.Modified, Compress: true,
		prepare: func() (string, func() ([]byte, error)) {
			text := make()
			return keyOf(b.options.Program, kind, string(text)), func() ([]byte, error) { return text, nil }
		},
	}
}

// outward writes a path of this site as it stands in a text that is read away
// from it: as a whole address, where there is one that everybody may know.
func (b *Bundle) outward(p string) string { return cmp.Or(b.absolute(p), b.urlOf(p)) }

// outwardHref is the address that a link or a picture on the page p gets in a
// text that is read away from it; "" when it leads nowhere.
func (b *Bundle) outwardHref(p *site.Page, t site.Target) string {
	href := b.href(t)
	switch {
	case t.Kind == site.ToFragment:
		return b.outward(b.pageURL(p)) + href
	case strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//") && b.options.Preview == nil:
		return b.site.Origin + href
	}
	return href
}

// canonicalOf is the address under which a page wants to be known; "" where it
// has none.
func (b *Bundle) canonicalOf(p *site.Page) string {
	if own := p.Meta.Canonical.Value; own != "" && b.options.Preview == nil {
		return own
	}
	return b.absolute(b.pageURL(p))
}
