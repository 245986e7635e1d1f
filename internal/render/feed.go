package render

import (
	"iter"
	"net/url"
	"slices"
	"strings"
	"time"

	"byline/internal/site"
	"byline/templates"
)

// The media types of feeds.
const (
	rssType      = "application/rss+xml; charset=utf-8"
	atomType     = "application/atom+xml; charset=utf-8"
	jsonFeedType = "application/feed+json; charset=utf-8"
)

// feed is a list of articles before it is written in one of the forms: RSS 2.0
// (rss.go), Atom (atom.go) or JSON Feed (jsonfeed.go).
//
// A feed has the newest articles that everybody may read, as many as site.yaml
// says, and no pages of older ones: who comes late has the lists. An article's id
// never changes, whatever becomes of its address, its title and its date.
type feed struct {
	path        string // of the feed itself
	home        string // path of the list
	title       string
	description string
	pages       []*site.Page
}

// feedForms are the forms of the feed of all articles, with their names below P.
func (b *Bundle) feedForms() []feedForm {
	return []feedForm{{"/feed.xml", rssType, b.rss}, {"/atom.xml", atomType, b.atom}, {"/feed.json", jsonFeedType, b.jsonFeed}}
}

type feedForm struct {
	name, kind string
	write      func(feed) []byte
}

// feedAt is the feed at a path: of the site, or of a list that has articles. They
// name the site to everybody: where it has no address for that, there are none.
func (b *Bundle) feedAt(p string) *Resource {
	if !b.known() {
		return nil
	}
	for _, form := range b.feedForms() {
		if p == b.site.Path+form.name {
			return b.feed(b.feedOf(b.all, p), form.kind, form.write)
		}
	}
	if at, ok := strings.CutSuffix(p, "/atom.xml"); ok {
		if l, ok := b.listOf(at); ok && b.listFeed(l) == p {
			return b.feed(b.feedOf(l, p), atomType, b.atom)
		}
	}
	return nil
}

// feedOf is the feed of a list, at a path.
func (b *Bundle) feedOf(l list, path string) feed {
	f := feed{path, l.path, b.site.Settings.Title, l.description, b.newestPublic(l.pages)}
	if l.kind != "" {
		f.title = l.heading + " – " + f.title
	}
	return f
}

// feeds are all feeds of the site, each of which news are told of.
func (b *Bundle) feeds() iter.Seq[feed] {
	return func(yield func(feed) bool) {
		if !b.known() {
			return
		}
		for _, form := range b.feedForms() {
			if !yield(b.feedOf(b.all, b.site.Path+form.name)) {
				return
			}
		}
		for l := range b.lists() {
			if path := b.listFeed(l); path != "" && !yield(b.feedOf(l, path)) {
				return
			}
		}
	}
}

// listFeed is the path of the feed of a group's list; "" when it has none.
func (b *Bundle) listFeed(l list) string {
	if l.kind == "" || !b.known() || !slices.ContainsFunc(l.pages, func(p *site.Page) bool { return p.State == site.Public }) {
		return ""
	}
	return l.path + "/atom.xml"
}

func (b *Bundle) feed(f feed, kind string, write func(feed) []byte) *Resource {
	r := b.document(kind, func() []byte { return write(f) }).of(KindFeed)
	r.Fields = map[string]string{"Access-Control-Allow-Origin": "*"}
	if kind == jsonFeedType {
		r.Fields["X-Robots-Tag"] = "noindex"
	}
	if hub := b.site.Settings.Hub.Value; hub != "" { // WebSub, section 4
		r.Fields["Link"] = linkField(hub, "hub") + ", " + linkField(b.absolute(f.path), "self")
	}
	return r
}

// feedLinks are the feeds that a page announces: the site's, and before them
// that of a list on its own pages.
func (b *Bundle) feedLinks(l list) []templates.Feed {
	if !b.known() {
		return nil
	}
	title, base := b.site.Settings.Title, b.site.Path
	all := []templates.Feed{
		{Title: title + " (RSS)", Type: mimeOf(rssType), URL: escape(base + "/feed.xml")},
		{Title: title + " (Atom)", Type: mimeOf(atomType), URL: escape(base + "/atom.xml")},
		{Title: title + " (JSON Feed)", Type: mimeOf(jsonFeedType), URL: escape(base + "/feed.json")},
	}
	if own := b.listFeed(l); own != "" {
		all = append([]templates.Feed{{Title: l.heading + " – " + title, Type: mimeOf(atomType), URL: escape(own)}}, all...)
	}
	return all
}

// mimeOf is a Content-Type without its parameters.
func mimeOf(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	return kind
}

// newestPublic are the first articles of a list that everybody may read, as many
// as a feed has.
func (b *Bundle) newestPublic(pages []*site.Page) []*site.Page {
	var public []*site.Page
	for _, p := range pages {
		if len(public) == b.site.Settings.Feed.Items.Count() {
			break
		}
		if p.State == site.Public {
			public = append(public, p)
		}
	}
	return public
}

// updated is when a feed changed last: when the newest of its articles did.
func (b *Bundle) updated(pages []*site.Page) time.Time {
	var last time.Time
	for _, p := range pages {
		if t := p.Changed(); t.After(last) {
			last = t
		}
	}
	if last.IsZero() {
		return b.site.Modified
	}
	return last
}

// entryID names an article for ever: where and when it was first published, as a
// tag (RFC 4151).
func (b *Bundle) entryID(p *site.Page) string {
	u, err := url.Parse(b.site.Origin)
	if err != nil {
		return b.absolute(b.pageURL(p))
	}
	return "tag:" + u.Hostname() + "," + p.First.Date.Format(time.DateOnly) + ":" + escape(p.First.Path)
}

// named is an author as feeds name one.
type named struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

// feedAuthors are an article's authors, or the site.
func (b *Bundle) feedAuthors(p *site.Page) []named {
	var all []named
	for _, g := range p.Authors {
		all = append(all, named{g.Name, b.absolute(b.groupURL("author", g))})
	}
	if all == nil {
		all = []named{b.feedAuthor()}
	}
	return all
}

// feedAuthor is the site as an author.
func (b *Bundle) feedAuthor() named { return named{b.site.Settings.Title, b.absolute(b.home())} }

// subject is a category or a tag of an article.
type subject struct{ id, name, scheme string }

func (b *Bundle) subjects(p *site.Page) []subject {
	var all []subject
	if p.Category != nil {
		all = append(all, subject{p.Category.ID, p.Category.Name, b.absolute(b.site.Path + "/categories")})
	}
	for _, g := range p.Tags {
		all = append(all, subject{g.ID, g.Name, b.absolute(b.site.Path + "/tags")})
	}
	return all
}

// full reports whether feeds have the whole text of articles.
func (b *Bundle) full() bool { return b.site.Settings.Feed.Text != site.FeedSummary }
