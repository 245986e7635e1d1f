// Package templates turns views into HTML.
//
// A view is plain data: all that a page shows, with URLs written and words
// chosen. Package render makes views out of the site and hands them to the
// components here, which decide nothing but the markup:
//
//	site.Site ─► render ─► View ─► component ─► HTML
//
// Because the view is all that a page depends on beside the program, its hash
// is the page's ETag. A component must therefore read nothing but its view.
// The words of the pages in each language lie in words/.
package templates

import (
	"strings"

	"byline/internal/search"
)

// Frame is what every page has: its head, and what stands around its content. A
// page has it under a name, so that no field of the page with the same name hides
// one of it from the hash.
type Frame struct {
	Words       *Words `json:"-"` // what they are follows from Lang and the program
	Lang, Dir   string
	Title       string // of the window
	CardTitle   string // on cards, beside the site's name
	Description string
	Canonical   string
	NoIndex     bool
	Prev, Next  string // neighbours in a paginated list
	Kind        string // Open Graph: article or website
	Card        *Card  // Open Graph; nil: there is no picture for it
	Article     *About // Open Graph; nil on pages that are no article
	Feeds       []Feed // that the page announces
	Feed        string // URL of the one that it links to; may be empty
	Markdown    string // URL of the page's text as Markdown; may be empty
	OpenSearch  string // URL of the description of the search; may be empty
	Manifest    string // URL of the web manifest; may be empty
	Data        string // the page as JSON-LD; "" in a preview
	Assets      AssetURLs
	SiteTitle   string
	Tagline     string
	Home        string
	Logo        *Picture
	Navigation  []Link
	Footer      []Link
	Search      Link
	Dev         *Dev
	Preview     *Preview
}

// Locale is the language as Open Graph writes it: en_US for en-US, en for en.
func (f Frame) Locale() string { return strings.ReplaceAll(f.Lang, "-", "_") }

// Card is the picture that stands for a page where it is shared.
type Card struct {
	URL           string // absolute
	Type, Alt     string
	Width, Height int // 0 when not known
}

// About is what the head of an article tells of it (Open Graph, article).
type About struct {
	Published, Modified string // RFC 3339
	Authors             []string
	Section             string
	Tags                []string
}

// Feed is a feed that a page announces.
type Feed struct{ Title, Type, URL string }

// AssetURLs are the assets that pages load.
type AssetURLs struct{ Sheet, Theme, Script, Font, Icon, Touch, DevScript string }

// Dev is what a page shows to editors under --dev.
type Dev struct {
	Findings []Finding
	Held     bool // the page shows the last good version
}

// Preview names what a preview shows, on each of its pages.
type Preview struct {
	Name, Commit string // the branch or other ref as it was asked for; the commit, short
	Changes      string // URL of what differs from the live site
}

// Finding is one thing to mend.
type Finding struct{ Severity, Place, Message, Suggestion, Rule string }

// Link is a labelled link.
type Link struct {
	Label, URL string
	Current    bool
}

// Picture is an <img>. What stands in SrcSet, Sizes and Sources are smaller forms
// of what is at URL, which is enough by itself.
type Picture struct {
	URL, Alt, Title string
	Width, Height   int
	Lazy            bool
	First           bool     // load it before others
	SrcSet          string   // in the format of URL; may be empty
	Sizes           string   // how wide it stands on the page
	Sources         []Source // in other formats, the best first
}

// Source is a picture in another format.
type Source struct{ Type, SrcSet string }

// Date is a date for people and for machines.
type Date struct{ Text, Machine string }

// Byline is an author as shown with an article.
type Byline struct {
	Name, Tagline, URL, More string
	Avatar                   *Picture
}

// ArticlePage is the page of one article.
type ArticlePage struct {
	Frame       `json:"frame"`
	Back        string
	Marker      string // draft or scheduled
	Heading     string
	Subtitle    string
	Date        Date
	Minutes     string
	Updated     *Date
	Edit        string // URL where the article can be changed
	Authors     []Byline
	Category    *Link
	Tags        []Link
	Picture     *Picture
	Caption     string
	Body        Body
	Related     []Suggestion
	Recommended []Suggestion
	CTA         *CallToAction
}

// AsideLabel names the aside by the first of its lists.
func (p ArticlePage) AsideLabel() string {
	if len(p.Related) == 0 {
		return p.Words.Recommended
	}
	return p.Words.Related
}

// Body is the text of an article. Key identifies it; HTML makes it, which is
// put off until the page is read.
type Body struct {
	Key  string
	HTML func() string `json:"-"`
}

// Suggestion is a row of the aside.
type Suggestion struct{ Title, URL, Note string }

// CallToAction is the block at the end of a page.
type CallToAction struct{ Heading, Text, Label, URL string }

// ListPage is a page of articles: all of them, or an author's, a category's, a
// tag's.
type ListPage struct {
	Frame     `json:"frame"`
	Kind      string // "", author, category, tag
	Back      string
	Heading   string
	Intro     string
	Detail    string // an author's role and tagline
	Elsewhere []Link // an author's own pages
	Avatar    *Picture
	Count     string
	Topics    []Link
	First     int // number of the first row in the whole list, from 1
	Rows      []Row
	Position  string // "Page 2 of 5"
	Newer     string
	Older     string
	EmptyHint string
	CTA       *CallToAction
}

// SearchPage is where articles are looked for, and what was found.
type SearchPage struct {
	Frame     `json:"frame"`
	Back      string
	Heading   string
	Action    string // URL of the form
	Query     string
	Count     string // "" before anything was looked for
	Corrected string // says which words were looked for instead of those of the query; "" when they were those
	Hint      string // when nothing was found
	Topics    []Link // to go on with, then
	Rows      []Row
}

// Row is an article in a list.
type Row struct {
	Title, URL, Text string
	Date             Date
	Meta             string // authors and reading time
	Category         *Link
	Marker           string
	Snippet          []search.Span // in place of Text where words were looked for
}

// MessagePage says why there is no page.
type MessagePage struct {
	Frame   `json:"frame"`
	Code    string
	Heading string
	Text    string
	Back    string
	Near    string // heading over Rows
	Rows    []Suggestion
}

// ChangesPage lists what differs between a preview and the live site.
type ChangesPage struct {
	Frame    `json:"frame"`
	Back     string
	Heading  string
	Same     bool // no article differs
	Groups   []ChangeGroup
	Mend     string // heading of the findings, which tells how many
	Findings []Finding
}

// ChangeGroup is what differs in one way.
type ChangeGroup struct {
	ID, Heading string // the heading tells how many
	Rows        []Change
}

// Change is one article or file that differs.
type Change struct {
	Title  string
	URL    string // in the preview; may be empty
	Live   string // URL on the live site; may be empty
	State  string // of a file: new, changed, removed
	Marker string // draft or scheduled
	Note   string
}

// Code is a block of code.
type Code struct {
	Title, Language string
	HTML            string // highlighted
}

// Embed is a frame of another site, or a link in its place; without a URL it is
// words only.
type Embed struct {
	URL, Title, Host, Label, Note string
	Frame                         bool
}
