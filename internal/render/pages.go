package render

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"byline/internal/site"
	"byline/templates"
)

const htmlType = "text/html; charset=utf-8"

// page is what a page is made of once it is asked for. The view is all that it
// depends on beside the program.
type page struct {
	view      any
	component templ.Component
}

// html makes the resource of a page. Its view is made when it is first asked
// for, and its component run when the bytes are: publishing pays for neither.
func (b *Bundle) html(status int, view func() page) *Resource {
	return &Resource{
		Status: status, Type: htmlType, CacheControl: b.caching(PageCache), Modified: b.site.Modified, Compress: true, Fields: b.pageFields, bundle: b,
		prepare: func() (string, func() ([]byte, error)) {
			p := view()
			return keyOf(b.options.Program, p.view), func() ([]byte, error) {
				var out bytes.Buffer
				err := p.component.Render(context.Background(), &out)
				return out.Bytes(), err
			}
		},
	}
}

// listOfAll is the list of all articles.
func (b *Bundle) listOfAll() list {
	return list{path: b.home(), heading: b.words.Articles, pages: b.site.Pages,
		intro:       cmp.Or(b.site.Settings.Description, b.site.Settings.Tagline),
		description: cmp.Or(b.site.Settings.Description, templates.Fill(b.words.DescriptionAll, "site", b.site.Settings.Title))}
}

// lists are all lists of articles: of all, and of every group.
func (b *Bundle) lists() iter.Seq[list] {
	return func(yield func(list) bool) {
		if !yield(b.all) {
			return
		}
		for kind, groups := range b.kinds() {
			for _, g := range groups {
				if !yield(b.groupList(kind, g)) {
					return
				}
			}
		}
	}
}

// list is a list of articles before it is cut into pages.
type list struct {
	kind, path, heading, intro, description string
	group                                   *site.Group
	pages                                   []*site.Page
}

func (b *Bundle) groupList(kind string, g *site.Group) list {
	heading, description := b.words.ArticlesTagged, b.words.DescriptionTagged
	switch kind {
	case "author":
		heading, description = b.words.ArticlesBy, b.words.DescriptionBy
	case "category":
		heading, description = b.words.ArticlesIn, b.words.DescriptionIn
	}
	l := list{kind: kind, path: b.groupURL(kind, g), group: g, pages: g.Pages, intro: g.Description,
		heading:     templates.Fill(heading, "name", g.Name),
		description: templates.Fill(description, "name", g.Name, "site", b.site.Settings.Title)}
	if g.Description != "" {
		l.description = site.Shorten(l.description+" "+g.Description, 155)
	}
	return l
}

// listPage is a page of a list.
func (b *Bundle) listPage(l list, n int) *Resource {
	total := site.ListPages(len(l.pages))
	rows := l.pages[(n-1)*site.PerPage : min(n*site.PerPage, len(l.pages))]
	return b.html(http.StatusOK, func() page {
		v := b.listView(l, n, total, rows)
		return page{v, templates.List(v)}
	}).of(KindList)
}

func (b *Bundle) listView(l list, n, total int, pages []*site.Page) templates.ListPage {
	address := numbered(l.path, n)
	v := templates.ListPage{
		Frame: b.frame(address, l.heading, l.description), Kind: l.kind, Heading: l.heading, Intro: l.intro, First: (n-1)*site.PerPage + 1,
		Count: b.words.ArticleCount.Count(len(l.pages)), CTA: b.siteCTA(),
	}
	v.NoIndex = v.NoIndex || len(l.pages) == 0
	v.Feeds = b.feedLinks(l)
	v.Card = b.listCard()
	if total > 1 {
		v.Position = templates.Fill(b.words.PageOf, "n", strconv.Itoa(n), "total", strconv.Itoa(total))
	}
	if n > 1 {
		number := strconv.Itoa(n)
		v.CardTitle = templates.Fill(b.words.TitleOnPage, "title", l.heading, "n", number)
		v.Title = b.title(v.CardTitle)
		v.Description = l.description + " " + v.Position + "."
		v.Newer = b.urlOf(numbered(l.path, n-1))
		v.Prev = b.absolute(numbered(l.path, n-1))
	}
	if n < total {
		v.Older = b.urlOf(numbered(l.path, n+1))
		v.Next = b.absolute(numbered(l.path, n+1))
	}
	b.describeGroup(&v, l)
	v.Data = b.listData(l, n, pages)
	for _, p := range pages {
		v.Rows = append(v.Rows, b.row(p, l))
	}
	return v
}

// describeGroup fills in what only an author's or a category's list has.
func (b *Bundle) describeGroup(v *templates.ListPage, l list) {
	if l.kind != "" {
		v.Back = b.urlOf(b.home())
	}
	if l.kind == "" || l.kind == "category" {
		v.Topics = b.topics(l.group)
	}
	if l.kind == "author" {
		a := l.group.Author
		v.Detail = cmp.Or(a.Role, a.Tagline)
		for _, address := range append([]string{a.URL}, a.SameAs...) {
			if address != "" {
				v.Elsewhere = append(v.Elsewhere, templates.Link{Label: bare(address), URL: address})
			}
		}
		if a.Role != "" && a.Tagline != "" {
			v.Detail = a.Role + " · " + a.Tagline
		}
		v.Avatar = b.avatar(l.group)
	}
}

// topics are the categories that have articles, one of them marked.
func (b *Bundle) topics(current *site.Group) []templates.Link {
	var all []templates.Link
	for _, g := range b.site.Categories {
		if len(g.Pages) > 0 {
			all = append(all, templates.Link{Label: g.Name, URL: b.urlOf(b.groupURL("category", g)), Current: g == current})
		}
	}
	return all
}

// bare is an address as people write it.
func bare(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return strings.TrimSuffix(strings.TrimPrefix(rest, "www."), "/")
}

func (b *Bundle) row(p *site.Page, l list) templates.Row {
	row := templates.Row{
		Title: p.Title, URL: b.urlOf(b.pageURL(p)), Text: cmp.Or(p.Subtitle, p.Description), Date: b.date(p.Date),
		Meta: b.minutes(p), Marker: b.marker(p),
	}
	var names []string
	for _, a := range p.Authors {
		names = append(names, a.Name)
	}
	if len(names) > 0 && l.kind != "author" {
		row.Meta = strings.Join(names, ", ") + " · " + row.Meta
	}
	if p.Category != nil && l.kind != "category" {
		row.Category = b.categoryLink(p)
	}
	return row
}

func (b *Bundle) categoryLink(p *site.Page) *templates.Link {
	return &templates.Link{Label: p.Category.Name, URL: b.urlOf(b.groupURL("category", p.Category))}
}

// articleView is the page of one article.
func (b *Bundle) articleView(p *site.Page) templates.ArticlePage {
	related, recommended := b.site.Suggestions(p)
	v := templates.ArticlePage{
		Frame: b.frame(b.pageURL(p), p.Title, p.Description), Back: b.urlOf(b.home()),
		Marker: b.marker(p), Heading: p.Title, Subtitle: p.Subtitle, Date: b.date(p.Date), Minutes: b.minutes(p),
		Body:    templates.Body{HTML: func() string { return b.body(p) }},
		Related: b.suggestions(related), Recommended: b.suggestions(recommended), CTA: b.callToAction(p.CTA),
	}
	v.Kind, v.Markdown = "article", b.urlOf(b.markdownURL(p))
	v.NoIndex = v.NoIndex || p.Meta.NoIndex || p.State != site.Public
	v.Canonical = b.canonicalOf(p)
	v.Authors = b.bylines(p)
	v.Edit = b.editURL(p)
	if p.Category != nil {
		v.Category = b.categoryLink(p)
	}
	if !p.Updated.IsZero() {
		date := b.date(p.Updated)
		date.Text = templates.Fill(b.words.Updated, "date", date.Text)
		v.Updated = &date
	}
	for _, t := range p.Tags {
		v.Tags = append(v.Tags, templates.Link{Label: t.Name, URL: b.urlOf(b.groupURL("tag", t))})
	}
	if p.Image != nil {
		if picture := b.image(p.Image.Target, p.Image.Alt, "", false); picture != nil {
			picture.First = true
			v.Picture, v.Caption = b.responsive(picture, p.Image.Target, asLead), p.Image.Caption
		}
	}
	v.Card = b.card(p, v.Picture)
	v.Article, v.Data = b.about(p), b.articleData(p, b.imagesOf(p, v.Card))
	if b.options.Dev {
		v.Dev = b.dev(p.Path, true)
	}
	v.Body.Key = keyOf(p.Hash, b.targetsKey(p)) // the body is what this program makes of the bytes that the hash names
	return v
}

func (b *Bundle) bylines(p *site.Page) []templates.Byline {
	var all []templates.Byline
	for _, g := range p.Authors {
		all = append(all, templates.Byline{
			Name: g.Name, Tagline: g.Author.Tagline, URL: b.urlOf(b.groupURL("author", g)),
			More: templates.Fill(b.words.ArticlesBy, "name", g.Name), Avatar: b.avatar(g),
		})
	}
	if all == nil { // the site itself
		all = []templates.Byline{{Name: b.site.Settings.Title, Tagline: b.site.Settings.Tagline}}
	}
	return all
}

func (b *Bundle) suggestions(list []site.Suggestion) []templates.Suggestion {
	var rows []templates.Suggestion
	for _, s := range list {
		note := b.minutes(s.Page)
		if state, _, _ := strings.Cut(b.marker(s.Page), ":"); state != "" {
			note = state + " · " + note
		}
		rows = append(rows, templates.Suggestion{Title: s.Title, URL: b.urlOf(b.pageURL(s.Page)), Note: note})
	}
	return rows
}
