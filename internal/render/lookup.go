package render

import (
	"cmp"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"weak"

	"byline/internal/site"
	"byline/templates"
)

// lookup returns what is at a path, in the one form in which it is served; nil
// when nothing is. It is made when it is first asked for, and kept while the cache
// has room for it.
func (b *Bundle) lookup(p string) *Resource {
	if made, ok := b.made.Load(p); ok {
		r := made.(*Resource)
		r.shelf.use()
		return r
	}
	r := b.resolve(p)
	if r == nil {
		return nil
	}
	r.address, r.bundle = strings.Clone(p), b
	r.shelf = &shelved{resource: weak.Make(r)}
	if made, again := b.made.LoadOrStore(r.address, r); again {
		return made.(*Resource)
	}
	b.options.Cache.shelve(r)
	return r
}

// resolve makes the resource at a path. What is first here takes the place of what
// comes later: no file that of a page, and a file under root/ that of the documents
// after it, since it is how an owner says it all in his own words.
func (b *Bundle) resolve(p string) *Resource {
	if !strings.HasPrefix(p, "/") {
		return nil
	}
	if r := b.ownAt(p); r != nil {
		return r
	}
	if r := b.pageAt(p); r != nil {
		return r
	}
	if r := b.cardAt(p); r != nil {
		return r
	}
	if r := b.fileAt(p); r != nil {
		return r
	}
	if r := b.variantAt(p); r != nil {
		return r
	}
	return b.documentAt(p)
}

// ownAt is what only Byline itself can have at a path.
func (b *Bundle) ownAt(p string) *Resource {
	switch p {
	case b.searchURL():
		return b.searchPage("")
	case changeFeedPath:
		return b.everyChange()
	case changesPath:
		return b.changesDocument()
	}
	if r := b.assetAt(p); r != nil {
		return r
	}
	if r := b.sitemapAt(p); r != nil {
		return r
	}
	return b.feedAt(p)
}

// pageAt is a page of the site, or the Markdown of one.
func (b *Bundle) pageAt(p string) *Resource {
	if of, markdown := strings.CutSuffix(p, markdownEnd); markdown {
		if shown, ok := b.site.At(of); ok {
			return b.markdown(shown)
		}
	}
	if l, n, ok := b.listAt(p); ok {
		return b.listPage(l, n)
	}
	if shown, ok := b.site.At(p); ok {
		return b.html(http.StatusOK, func() page {
			v := b.articleView(shown)
			return page{v, templates.Article(v)}
		}).of(KindArticle)
	}
	if p == "/" {
		return b.lead(http.StatusFound, b.urlOf(b.home()))
	}
	return nil
}

// documentAt is what programs ask for, where the site has no file of its own for
// it.
func (b *Bundle) documentAt(p string) *Resource {
	switch p {
	case iconPath:
		return b.iconFile()
	case robotsPath:
		return b.robotsDocument()
	case llmsPath:
		return b.llmsDocument()
	case securityPath:
		return b.securityDocument()
	case manifestPath:
		return b.manifestDocument()
	case openSearchPath:
		return b.openSearchDocument()
	case touchPath:
		return b.appleIcon()
	case b.indexNowPath():
		return b.indexNowKey()
	}
	return nil
}

// documents are the paths at which documentAt may answer.
func (b *Bundle) documents() []string {
	all := []string{iconPath, robotsPath, llmsPath, securityPath, manifestPath, openSearchPath, touchPath}
	if own := b.indexNowPath(); own != "" {
		all = append(all, own)
	}
	return all
}

// groupsByPath are the authors, categories and tags by where their lists are.
func (b *Bundle) groupsByPath() map[string]*site.Group {
	all := map[string]*site.Group{}
	for kind, groups := range b.kinds() {
		for _, g := range groups {
			all[b.groupURL(kind, g)] = g
		}
	}
	return all
}

// kinds are the groups of each kind, in the order in which their lists are told of.
func (b *Bundle) kinds() iter.Seq2[string, []*site.Group] {
	return func(yield func(string, []*site.Group) bool) {
		_ = yield("author", b.site.Authors) && yield("category", b.site.Categories) && yield("tag", b.site.Tags)
	}
}

// listAt is the list of which a page is at a path, and its number.
func (b *Bundle) listAt(p string) (l list, n int, ok bool) {
	if l, ok = b.listOf(p); ok {
		return l, 1, true
	}
	at := strings.LastIndex(p, "/page/")
	if at < 0 {
		return l, 0, false
	}
	n, err := strconv.Atoi(p[at+len("/page/"):])
	if l, ok = b.listOf(cmp.Or(p[:at], "/")); !ok || err != nil || n < 2 || n > site.ListPages(len(l.pages)) {
		return l, 0, false
	}
	return l, n, numbered(l.path, n) == p
}

// listOf is the list that begins at a path.
func (b *Bundle) listOf(p string) (list, bool) {
	if p == b.home() {
		return b.all, true
	}
	rest, below := strings.CutPrefix(p, b.site.Path+"/")
	folder, _, _ := strings.Cut(rest, "/")
	kind := kindOf(folder)
	if !below || kind == "" {
		return list{}, false
	}
	g := b.groups()[p]
	if g == nil {
		return list{}, false
	}
	return b.groupList(kind, g), true
}
