// Package render turns a site into every response that it can give: pages,
// redirects, pictures, assets and the pages that say why there is none.
//
//	site.Site ─► New ─► Bundle ─► Find(path) ─► Resource ─► Body(encoding)
//
// A Bundle is immutable. What it holds is known when it is made, URL by URL; the
// bytes are made on the first request, once, while others wait, because most of
// the cost of a page (highlighting, templates, compression) is not needed to be
// sure that a revision is sound. What a client gets does not depend on who asks
// first: a resource's ETag is the hash of all its inputs (its view, its body,
// the program), known without making it.
//
// This is the package that writes URLs: root-relative on pages, absolute where
// a document must say who it is. It knows no sockets and no disks; files come
// through the Open function of its Options.
package render

import (
	"net/url"
	"path"
	"strings"

	"golang.org/x/text/unicode/norm"

	"byline/internal/finding"
	"byline/internal/picture"
	"byline/internal/site"
	"byline/static"
	"byline/templates"
)

// Options are what a bundle is made with beside the site.
type Options struct {
	Assets   *static.Assets
	Program  string                                         // identifies the program; part of every ETag
	Open     func(file string) ([]byte, error)              // reads a file of the tree
	Size     func(file string) (size picture.Size, ok bool) // of a picture of the tree
	Findings finding.List                                   // shown on the pages under Dev
	Held     map[string]bool                                // paths of articles shown in their last good version
	Dev      bool
	HSTS     bool // send Strict-Transport-Security even when the site is below a path
}

// Bundle is every response of one revision. It is safe for concurrent use.
type Bundle struct {
	site      *site.Site
	options   Options
	words     *templates.Words
	resources map[string]*Resource
	errorPage *Resource
	header    map[string]string
}

// New makes the bundle of a site.
func New(s *site.Site, options Options) (*Bundle, error) {
	words, err := templates.WordsFor(s.Settings.Lang.Value)
	if err != nil {
		return nil, err
	}
	b := &Bundle{site: s, options: options, words: words, resources: map[string]*Resource{}}
	b.header = b.siteHeader()
	b.addPages()
	b.addFiles()
	b.addAliases()
	b.errorPage = b.message(errorMessage)
	// The page that says that something went wrong must not be able to.
	if _, err := b.errorPage.Body(Identity); err != nil {
		return nil, err
	}
	return b, nil
}

// Site returns the model that the bundle was made of.
func (b *Bundle) Site() *site.Site { return b.site }

// Revision names the revision that the bundle shows.
func (b *Bundle) Revision() string { return b.site.Revision }

// Header returns the fields that every response of the site carries. The map
// must not be changed.
func (b *Bundle) Header() map[string]string { return b.header }

// Paths lists the paths of all resources that are known beforehand.
func (b *Bundle) Paths() []string {
	paths := make([]string, 0, len(b.resources))
	for p := range b.resources {
		paths = append(paths, p)
	}
	return paths
}

// Find returns the resource for a request: the page, a redirect to its one
// canonical form, or the page that says that there is none. It never returns
// nil. A request has asked with other than the canonical escapes when raw is
// not empty (url.URL.RawPath).
func (b *Bundle) Find(p, raw, query string) *Resource {
	if r, ok := b.resources[p]; ok && raw == "" {
		return r
	}
	clean := b.canonical(p)
	if r, ok := b.resources[clean]; ok && r.Status < 300 {
		if clean == p && raw == "" {
			return r
		}
		return b.redirect(clean, query)
	}
	if page, ok := b.site.Alias(clean); ok {
		return b.redirect(b.pageURL(page), query)
	}
	if r, ok := b.resources[clean]; ok {
		return r // a 410, or a redirect of its own
	}
	return b.missing(clean)
}

// ErrorPage is the page for a response that could not be made.
func (b *Bundle) ErrorPage() *Resource { return b.errorPage }

// canonical is the one form in which a path is served: cleaned, NFC, without a
// trailing slash, and in lower case below P. Files keep their case.
func (b *Bundle) canonical(p string) string {
	clean := norm.NFC.String(path.Clean("/" + strings.TrimLeft(strings.ReplaceAll(p, "\\", "/"), "/")))
	prefix := b.site.Path
	if _, exact := b.resources[clean]; exact {
		return clean
	}
	lower := strings.ToLower(clean)
	if prefix == "" || lower == prefix || strings.HasPrefix(lower, prefix+"/") {
		clean = lower
	}
	switch first := strings.TrimSuffix(clean, "/index.html"); {
	case first != clean:
		clean = first
		if clean == "" {
			clean = "/"
		}
	case clean == b.home()+"/page/1", strings.HasSuffix(clean, "/page/1"):
		clean = strings.TrimSuffix(clean, "/page/1")
		if clean == "" {
			clean = "/"
		}
	}
	return clean
}

// home is the path of the list of all articles.
func (b *Bundle) home() string {
	if b.site.Path == "" {
		return "/"
	}
	return b.site.Path
}

func (b *Bundle) pageURL(p *site.Page) string { return b.site.Path + "/" + p.Slug }

// escape writes a path as it stands in a URL.
func escape(p string) string { return (&url.URL{Path: p}).EscapedPath() }

// absolute writes a path as a whole address; "" when the origin is not known.
func (b *Bundle) absolute(p string) string {
	if b.site.Origin == "" {
		return ""
	}
	if p == "/" {
		return b.site.Origin + "/"
	}
	return b.site.Origin + escape(p)
}

// WithFindings returns a bundle of the same site whose pages show other
// findings under Dev.
func (b *Bundle) WithFindings(found finding.List) (*Bundle, error) {
	options := b.options
	options.Findings = found
	return New(b.site, options)
}
