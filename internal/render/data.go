package render

import (
	"encoding/json"
	"path"
	"strings"
	"time"

	"byline/internal/site"
)

// What pages say about themselves to machines, as JSON-LD: types and properties
// of schema.org, those that Google documents for articles, breadcrumbs, site
// names, organizations and profile pages. Nothing is said that the page does not
// show. Things that more than one page speaks of are told once in full and have
// an @id, by which the others name them.
//
// https://developers.google.com/search/docs/appearance/structured-data/search-gallery

// graph is a document of linked data.
type graph struct {
	Context string `json:"@context"`
	Graph   []any  `json:"@graph"`
}

// thing is what any thing can have.
type thing struct {
	Type string `json:"@type"`
	ID   string `json:"@id,omitempty"`
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

// party is a Person or an Organization.
type party struct {
	thing
	Description string        `json:"description,omitempty"`
	JobTitle    string        `json:"jobTitle,omitempty"`
	Logo        *imageObject  `json:"logo,omitempty"`
	Image       *imageObject  `json:"image,omitempty"`
	SameAs      []string      `json:"sameAs,omitempty"`
	Statistic   *interactions `json:"agentInteractionStatistic,omitempty"`
}

// interactions counts what somebody did.
type interactions struct {
	Type  string `json:"@type"`
	Of    string `json:"interactionType"`
	Count int    `json:"userInteractionCount"`
}

type imageObject struct {
	Type    string `json:"@type"`
	URL     string `json:"url"`
	Width   int    `json:"width,omitempty"`
	Height  int    `json:"height,omitempty"`
	Caption string `json:"caption,omitempty"`
}

type webSite struct {
	thing
	Description string        `json:"description,omitempty"`
	InLanguage  string        `json:"inLanguage,omitempty"`
	Publisher   *thing        `json:"publisher,omitempty"`
	Search      *searchAction `json:"potentialAction,omitempty"`
}

type searchAction struct {
	Type   string     `json:"@type"`
	Target entryPoint `json:"target"`
	Query  string     `json:"query-input"`
}

type entryPoint struct {
	Type     string `json:"@type"`
	Template string `json:"urlTemplate"`
}

type blogPosting struct {
	thing
	Headline     string        `json:"headline"`
	Alternative  string        `json:"alternativeHeadline,omitempty"`
	Description  string        `json:"description,omitempty"`
	Image        []imageObject `json:"image,omitempty"`
	Published    string        `json:"datePublished"`
	Modified     string        `json:"dateModified"`
	Author       []party       `json:"author"`
	Publisher    party         `json:"publisher"`
	Section      string        `json:"articleSection,omitempty"`
	Keywords     []string      `json:"keywords,omitempty"`
	WordCount    int           `json:"wordCount,omitempty"`
	InLanguage   string        `json:"inLanguage,omitempty"`
	IsPartOf     thing         `json:"isPartOf"`
	MainEntityOf string        `json:"mainEntityOfPage"`
}

type breadcrumbs struct {
	thing
	Items []listItem `json:"itemListElement"`
}

type listItem struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	Name     string `json:"name,omitempty"`
	Item     string `json:"item,omitempty"`
	URL      string `json:"url,omitempty"`
}

// collection is a CollectionPage or a ProfilePage.
type collection struct {
	thing
	Description string `json:"description,omitempty"`
	InLanguage  string `json:"inLanguage,omitempty"`
	IsPartOf    thing  `json:"isPartOf"`
	MainEntity  any    `json:"mainEntity,omitempty"`
	HasPart     any    `json:"hasPart,omitempty"`
}

type itemList struct {
	thing
	Count int        `json:"numberOfItems"`
	Items []listItem `json:"itemListElement,omitempty"`
}

// headlineLength is how many characters of a headline Google reads.
const headlineLength = 110

// data puts things into one document; "" where the site does not know by what
// address it is known, and in a preview, which nobody should know.
func (b *Bundle) data(things ...any) string {
	if !b.known() {
		return ""
	}
	// encoding/json writes <, > and & as escapes: nothing ends the element early.
	text, err := json.Marshal(graph{"https://schema.org", things})
	if err != nil {
		panic("render: linked data cannot be written: " + err.Error()) // plain data: it would show in the first test
	}
	return string(text)
}

func (b *Bundle) siteID() thing {
	return thing{Type: "WebSite", ID: b.absolute("/") + "#website", Name: b.site.Settings.Title, URL: b.absolute(b.home())}
}

// publisher is who answers for the site: an organization of its name.
func (b *Bundle) publisher() party {
	return party{
		thing: thing{Type: "Organization", ID: b.absolute("/") + "#publisher", Name: b.site.Settings.Title, URL: b.absolute(b.home())},
		Logo:  b.logo(),
	}
}

// logo is the site's logo, else its own icon; nil when it has neither.
func (b *Bundle) logo() *imageObject {
	for _, name := range []string{b.site.Settings.Logo.Value, b.site.Settings.Favicon.Value} {
		if name != "" {
			if image := b.imageData(strings.TrimPrefix(name, "/"), ""); image != nil {
				return image
			}
		}
	}
	return nil
}

// imageData is a picture of the tree; nil when it is not there.
func (b *Bundle) imageData(file, caption string) *imageObject {
	f, ok := b.site.Files[file]
	if !ok {
		return nil
	}
	image := &imageObject{Type: "ImageObject", URL: b.absolute(mediaURL(f)), Caption: caption}
	if size, ok := b.options.Size(file); ok && path.Ext(file) != ".svg" {
		image.Width, image.Height = size.Width, size.Height
	}
	return image
}

// author is one under whose name articles stand.
func (b *Bundle) author(g *site.Group) party {
	kind := "Person"
	if g.Author.Type == site.Organization {
		kind = "Organization"
	}
	address := b.absolute(b.groupURL("author", g))
	return party{thing: thing{Type: kind, ID: address + "#author", Name: g.Name, URL: address}}
}

// articleData is what an article's page says.
func (b *Bundle) articleData(p *site.Page, images []imageObject) string {
	canonical := b.canonicalOf(p)
	post := blogPosting{
		thing: thing{Type: "BlogPosting", ID: b.absolute(b.pageURL(p)) + "#article", URL: canonical}, MainEntityOf: canonical,
		Headline: site.Shorten(p.Title, headlineLength), Alternative: p.Subtitle, Description: p.Description, Image: images,
		Published: p.Date.Format(time.RFC3339), Modified: p.Changed().Format(time.RFC3339),
		Publisher: b.publisher(), InLanguage: b.site.Settings.Lang.Value, IsPartOf: b.siteID(),
		WordCount: p.Words,
	}
	for _, g := range p.Authors {
		post.Author = append(post.Author, b.author(g))
	}
	if post.Author == nil {
		post.Author = []party{b.publisher()}
	}
	trail := []crumb{{b.words.Articles, b.home()}}
	if p.Category != nil {
		post.Section = p.Category.Name
		trail = append(trail, crumb{p.Category.Name, b.groupURL("category", p.Category)})
	}
	for _, g := range p.Tags {
		post.Keywords = append(post.Keywords, g.Name)
	}
	return b.data(post, b.breadcrumbs(append(trail, crumb{p.Title, b.pageURL(p)})))
}

// crumb is a step on the way to a page.
type crumb struct{ name, path string }

func (b *Bundle) breadcrumbs(trail []crumb) breadcrumbs {
	list := breadcrumbs{thing: thing{Type: "BreadcrumbList", ID: b.absolute(trail[len(trail)-1].path) + "#breadcrumbs"}}
	for i, step := range trail {
		list.Items = append(list.Items, listItem{Type: "ListItem", Position: i + 1, Name: step.name, Item: b.absolute(step.path)})
	}
	return list
}

// listData is what a page of a list says: the articles on it, on the first page
// of all also whose site it is, on an author's who that is.
func (b *Bundle) listData(l list, n int, rows []*site.Page) string {
	address := b.absolute(numbered(l.path, n))
	items := itemList{thing: thing{Type: "ItemList"}, Count: len(rows)}
	for i, p := range rows {
		items.Items = append(items.Items, listItem{Type: "ListItem", Position: i + 1, Name: p.Title, URL: b.absolute(b.pageURL(p))})
	}
	page := collection{
		thing: thing{Type: "CollectionPage", ID: address + "#page", Name: l.heading, URL: address}, Description: l.description,
		InLanguage: b.site.Settings.Lang.Value, IsPartOf: b.siteID(), MainEntity: items,
	}
	if l.kind == "author" && n == 1 {
		page.Type, page.MainEntity, page.HasPart = "ProfilePage", b.profile(l.group), items
	}
	things := []any{page}
	switch {
	case l.kind != "":
		things = append(things, b.breadcrumbs([]crumb{{b.words.Articles, b.home()}, {l.heading, l.path}}))
	case n == 1:
		things = append(things, b.webSite(), b.publisher())
	}
	return b.data(things...)
}

// profile is all that an author's page shows of the author.
func (b *Bundle) profile(g *site.Group) party {
	a := b.author(g)
	a.Description, a.SameAs = g.Author.Bio, g.Author.SameAs
	if a.Type == "Person" {
		a.JobTitle = g.Author.Role
	}
	if g.Author.URL != "" {
		a.SameAs = append([]string{g.Author.URL}, a.SameAs...)
	}
	if g.Avatar != "" {
		a.Image = b.imageData(g.Avatar, "")
	}
	a.Statistic = &interactions{"InteractionCounter", "https://schema.org/WriteAction", len(g.Pages)}
	return a
}

func (b *Bundle) webSite() webSite {
	s := b.site.Settings
	publisher := b.publisher().thing
	w := webSite{thing: b.siteID(), Description: s.Description, InLanguage: s.Lang.Value, Publisher: &publisher}
	if b.serves(b.searchURL()) {
		w.Search = &searchAction{Type: "SearchAction", Query: "required name=search_term_string",
			Target: entryPoint{"EntryPoint", b.absolute(b.searchURL()) + "?q={search_term_string}"}}
	}
	return w
}
