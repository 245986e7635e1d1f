package render

import (
	"cmp"
	"net/http"
	"strings"

	"byline/internal/site"
)

// known reports whether the site has an address that it may tell everybody. What
// names the site to the world is there only where it has: not in a preview.
func (b *Bundle) known() bool { return b.absolute("/") != "" }

// document is the resource of a text that is no page: Markdown, a feed, a
// sitemap. It is made when it is first asked for, and its key is the hash of
// its bytes.
func (b *Bundle) document(kind string, make func() []byte) *Resource {
	return &Resource{
		Status: http.StatusOK, Type: kind, CacheControl: b.caching(PageCache), Modified: b.site.Modified, Compress: true, bundle: b,
		prepare: func() (string, func() ([]byte, error)) {
			text := make()
			return keyOf(b.options.Program, kind, string(text)), func() ([]byte, error) { return text, nil }
		},
	}
}

// short is a document of so few bytes that compressing it gains nothing.
func (b *Bundle) short(kind string, make func() []byte) *Resource {
	r := b.document(kind, make)
	r.Compress = false
	return r
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
	case !strings.HasPrefix(href, "/") || b.options.Preview != nil:
		return href
	case strings.HasPrefix(href, "//"): // of another site, by the scheme of this one
		scheme, _, _ := strings.Cut(b.site.Origin, "//")
		return scheme + href
	}
	return b.site.Origin + href
}

// canonicalOf is the address under which a page wants to be known; "" where it
// has none.
func (b *Bundle) canonicalOf(p *site.Page) string {
	if own := p.Meta.Canonical.Value; own != "" && b.options.Preview == nil {
		return own
	}
	return b.absolute(b.pageURL(p))
}
