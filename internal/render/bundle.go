// Package render turns a site into every response that it can give: pages,
// redirects, pictures, assets, the documents that programs ask for (document.go)
// and the pages that say why there is none.
//
//	site.Site ─► New ─► Bundle ─► Find(path) ─► Resource ─► Body(encoding)
//
// A Bundle is immutable, and making one costs the same however many articles there
// are: what is at a path follows from the site (lookup.go), and is made on the
// first request, once, while others wait. What a client gets does not depend on
// who asks first: a resource's ETag is the hash of all its inputs (its view, its
// body, the program), known without making its bytes.
//
// Bytes are dear (highlighting, templates, compression) and the same in most
// bundles. They are kept by that hash in a Cache (cache.go), which the bundles of
// a process share and which has a budget: an edit makes anew what shows it.
//
// This is the package that writes URLs: root-relative on pages, absolute where
// a document must say who it is, below a prefix in a preview (address.go). Find
// is asked with paths without the prefix. It knows no sockets and no disks; files come
// through the Open function of its Options.
package render

import (
	"cmp"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

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
	Cache    *Cache                                         // of all bundles of the process; nil: one of its own
	Program  string                                         // identifies the program; part of every ETag
	Open     func(file string) ([]byte, error)              // reads a file of the tree
	Size     func(file string) (size picture.Size, ok bool) // of a picture of the tree
	Pictures Pictures                                       // that are made; the zero value makes none
	Findings finding.List                                   // shown on the pages under Dev
	Held     map[string]bool                                // paths of articles shown in their last good version
	Dev      bool
	HSTS     bool     // send Strict-Transport-Security even when the site is below a path
	Prefix   string   // what the paths of the site stand below, like "/-/preview/TOKEN"; "" on the live site
	Preview  *Preview // nil on the live site
}

// Bundle is every response of one revision. It is safe for concurrent use.
type Bundle struct {
	site      *site.Site
	options   Options
	words     *templates.Words
	all       list     // of all articles
	made      sync.Map // path → *Resource: what was asked for
	outlived  outlived // what is left of those that were forgotten
	views     views
	errorPage *Resource
	header    map[string]string
	answers   recent // of the change feed

	everywhere lines    // header, ready to be sent
	partly     sync.Map // names that a resource has in their place → lines of the others
	lastShared atomic.Pointer[shared]

	pageFields map[string]string // header fields of pages beside those

	// What is worked out when it is first asked for.
	groups   func() map[string]*site.Group
	media    func() mediaIndex
	sitemaps func() []sitemapPart
	inOrder  func() []*site.Page
}

// New makes the bundle of a site.
func New(s *site.Site, options Options) (*Bundle, error) {
	words, err := templates.WordsFor(s.Settings.Lang.Value)
	if err != nil {
		return nil, err
	}
	if options.Cache == nil {
		options.Cache = NewCache(DefaultBudget)
	}
	b := &Bundle{site: s, options: options, words: words}
	// A page is for people to open; other sites may show its pictures and read its feeds.
	b.pageFields = map[string]string{"Cross-Origin-Resource-Policy": "same-origin"}
	b.header = b.siteHeader()
	b.everywhere = lines(nil).addAll(b.header)
	b.all = b.listOfAll()
	b.groups = sync.OnceValue(b.groupsByPath)
	b.media = sync.OnceValue(b.indexMedia)
	b.sitemaps = sync.OnceValue(b.sitemapParts)
	b.inOrder = sync.OnceValue(b.articlesFound)
	b.errorPage = b.messagePage(http.StatusInternalServerError, words.ErrorTitle, words.ErrorText, "", nil)
	// The page that says that something went wrong must not be able to.
	body, err := b.errorPage.Body(Identity)
	if err != nil {
		return nil, err
	}
	b.errorPage.hold(body)
	return b, nil
}

// Site returns the model that the bundle was made of.
func (b *Bundle) Site() *site.Site { return b.site }

// Revision names the revision that the bundle shows.
func (b *Bundle) Revision() string { return b.site.Revision }

// Find returns the resource for a request: the page, a redirect to its one
// canonical form, or the page that says that there is none. It never returns
// nil. A request has asked with other than the canonical escapes when raw is
// not empty (url.URL.RawPath).
func (b *Bundle) Find(p, raw, query string) *Resource {
	if r := b.asked(p, query); r != nil {
		return r
	}
	if r := b.lookup(p); r != nil && !hides(raw) {
		switch p {
		case b.searchURL():
			return b.search(query)
		case changeFeedPath:
			return b.changes(query)
		}
		return b.withQuery(r, query)
	}
	tidy := cleaned(p)
	clean := b.canonical(tidy)
	if b.serves(clean) {
		return b.redirect(clean, query)
	}
	// As it was written first: a former address may end in what canonical drops.
	if lead, ok := b.site.Lead(tidy, clean); ok {
		if r := b.follow(clean, lead, query); r != nil {
			return r
		}
	}
	if r := b.lookup(clean); r != nil {
		return b.withQuery(r, query) // a redirect of its own
	}
	if to, ok := b.rebased(clean); ok {
		return b.redirect(to, query)
	}
	if r := b.formerMarkdown(clean, query); r != nil {
		return r
	}
	return b.missing(clean)
}

// serves reports whether there is content at a path, not a redirect.
func (b *Bundle) serves(p string) bool {
	r := b.lookup(p)
	return r != nil && r.Status < 300
}

// ErrorPage is the page for a response that could not be made.
func (b *Bundle) ErrorPage() *Resource { return b.errorPage }

// hides reports whether a path, as it was sent, escapes what needs no escape: a
// letter, a digit, one of -._~ or a slash. Proxies write the other escapes in
// their own way (%c3 for %C3, a plain parenthesis for %28); sending them to ours
// would be a redirect that never ends.
func hides(raw string) bool {
	for i := 0; i+2 < len(raw); i++ {
		if raw[i] != '%' {
			continue
		}
		c, err := strconv.ParseUint(raw[i+1:i+3], 16, 8)
		if err == nil && strings.IndexByte(needsNoEscape, byte(c)) >= 0 {
			return true
		}
	}
	return false
}

const needsNoEscape = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/"

// cleaned is a path without dots, doubled slashes and a slash at the end, NFC.
func cleaned(p string) string {
	return norm.NFC.String(path.Clean("/" + strings.ReplaceAll(p, "\\", "/")))
}

// canonical is the one form in which a cleaned path is served: in lower case
// below P, and without what says "the first page". Files keep their case.
func (b *Bundle) canonical(clean string) string {
	prefix := b.site.Path
	if b.lookup(clean) != nil {
		return clean
	}
	lower := norm.NFC.String(strings.ToLower(clean))
	if prefix == "" || lower == prefix || strings.HasPrefix(lower, prefix+"/") {
		clean = lower
	}
	switch first := strings.TrimSuffix(clean, "/index.html"); {
	case first != clean:
		clean = first
	case strings.HasSuffix(clean, "/page/1"):
		clean = strings.TrimSuffix(clean, "/page/1")
	}
	return cmp.Or(clean, "/")
}

// WithFindings returns a bundle of the same site whose pages show other
// findings under Dev.
func (b *Bundle) WithFindings(found finding.List) (*Bundle, error) {
	options := b.options
	options.Findings = found
	return New(b.site, options)
}
