// Package site is the immutable model of one revision: which articles are
// public, in what order, by whom, in which category, under which tags, related
// to which others, and what every link and picture in them refers to.
//
//	article.Article ─┐
//	Settings         ├─► Builder.Build ─► Site ─► render
//	the tree's files ┘            └─► findings
//
// article knows one file, site all of them; it knows no HTTP, no templates and
// writes no URL. Visibility is decided in one place (visibility.go), and so is
// where an article is (permalink.go) and what answers where nothing is (lead.go):
// what articles declare, the table of redirects, and the history, in this order.
//
// An article with errors is held back alone: Build takes the last good version
// beside the new one and falls back to it, so that one typo neither takes the
// site down nor holds the other articles hostage.
//
// What has changed in substance since somebody looked is found by comparing two
// pictures of the site (changes.go): what a Cursor knows, which the history can
// draw again (known.go), and what is shown now. Of what was never public neither
// tells anything.
//
// What stands beside a page is made when it is first asked for, of nothing but
// the site; a Builder takes the index of texts over from one build to the next.
//
// A Site and everything it points to is immutable and safe for concurrent use.
package site

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"byline/internal/article"
	"byline/internal/history"
	"byline/internal/redirect"
	"byline/internal/search"
)

// Site is one revision as readers see it.
type Site struct {
	Settings   Settings
	Origin     string // scheme and host; "" when it is not known
	Path       string // where the site hangs: "" or "/articles"
	Zone       *time.Location
	Revision   string
	Modified   time.Time // of the revision, or the last timed change if later
	NextChange time.Time // when visibility changes next by itself; zero: never
	LastChange time.Time // when it last did so, or by a commit that the history tells of; zero: never
	Pages      []*Page   // all that are shown, newest first
	Authors    []*Group
	Categories []*Group
	Tags       []*Group
	Files      map[string]File // every file that can be served, by path
	Bases      []string        // where the site hung before, see Path; the last first

	bySlug    directory
	byAddress directory
	byPath    directory
	forms     []Permalink // in which addresses are known: today's, names alone, and former ones

	// What answers at addresses at which nothing is, see Lead: of whole addresses,
	// as redirect.Key writes them, and of slugs.
	aliases map[string]*Page // that articles declare
	table   *redirect.Table
	idle    map[*redirect.Rule]bool // those of the table that never apply
	former  map[string]Former       // that the history tells of
	renamed map[string]Former       // by slug
	gone    map[string]Gone
	ended   map[string]Gone // by slug

	names   *names        // the slugs of Pages
	index   *search.Index // of Pages
	hidden  []bool        // by page: it is not public; nil when all are
	history *history.Facts
	made    time.Time // of the revision
	present present
}

// Former is an address that an article had.
type Former struct {
	*Page
	Date   time.Time // that it had there, which may be a part of the address
	Commit string    // that took the article away from the address
	Time   time.Time // of that commit
}

// Gone is an article that readers could see and cannot any more.
type Gone struct {
	Title   string
	Date    time.Time        // that it had, which may be a part of its address; zero when it has expired
	Time    time.Time        // when it was taken down or its time was over
	Commit  string           // that removed it; "" when it has expired
	Article *article.Article // when it has expired
}

// File is a file of the tree that is not an article.
type File struct {
	Path, Hash string
	Size       int64
}

// Page is one article with all that the other files say about it.
type Page struct {
	*article.Article
	*Said
	Description string
	Updated     time.Time // after Date, and never still to come; zero when it is not known
	First       First
	State       State
	Authors     []*Group
	Category    *Group
	Tags        []*Group
	Image       *Picture
	Linked      bool // another page's text leads here, or its editor pinned this one

	site    *Site
	record  *record
	number  int     // its place in Site.Pages
	pins    []*Page // those that its editor put first beside it
	targets targets
	beside  beside
}

// Said is what an article says by itself under the site's settings. Pages of
// revisions share it.
type Said struct {
	Address    string // whole path from the root of the site's addresses
	Title      string
	TitleWords string // the title without all in which two may differ and yet say the same
	Subtitle   string
	Date       time.Time
	CTA        *CallToAction // nil when there is none
	Minutes    int           // reading time
}

// Changed is when what a page says last became another: when it was published or,
// later, updated.
func (p *Page) Changed() time.Time { return latest(p.Date, p.Updated) }

// First is where and when readers could first see an article. It stays what it
// is through every later name of the article.
type First struct {
	Path string // of the page, from the root of the site's addresses
	Date time.Time
}

// Picture is the picture at the top of a page.
type Picture struct {
	Target
	Alt, Caption string
}

// Suggestion is another page beside a page, with the reason why.
type Suggestion struct {
	*Page
	Score  float64  // likeness, for related ones
	Terms  []string // shared terms, for related ones
	Reason string   // pinned, text, author, category, newest
}

// PerPage is how many articles a page of a list has.
const PerPage = 12

// ListPages is how many pages a list of that many articles takes; an empty list
// has one too.
func ListPages(articles int) int { return max(1, (articles+PerPage-1)/PerPage) }

// Group is a list of pages under one name: an author, a category or a tag.
type Group struct {
	ID          string
	Name        string
	Description string
	Author      *Author // of an author's group
	Avatar      string  // path of a file in the tree; may be empty
	Pages       []*Page // newest first
}

// Find returns the page with the slug, if it is shown.
func (s *Site) Find(slug string) (*Page, bool) {
	return s.bySlug.find(slug)
}

// Rebased lists where a path would be today that is below one where the site hung
// before. It says nothing of what is there.
func (s *Site) Rebased(path string) []string {
	var all []string
	for _, base := range s.Bases {
		rest, below := strings.CutPrefix(strings.ToLower(path), base)
		if below && (rest == "" || rest[0] == '/') {
			all = append(all, cmp.Or(s.Path+strings.TrimSuffix(rest, "/"), "/"))
		}
	}
	return all
}

// Redirect is a former address and what answers there now.
type Redirect struct {
	From   string
	Status int
	To     *Page          // nil when it leads to something else, or the article is gone
	Title  string         // of an article that is gone
	Commit string         // that made it; "" when the article declares it or has expired
	Time   time.Time      // since when; zero for declared ones
	Rule   *redirect.Rule // of the table; nil for others
}

// Redirects lists all former addresses and the redirects that apply, ordered.
// Where addresses have a category that is not known any more, {category} stands in
// its place.
func (s *Site) Redirects() []Redirect {
	var all []Redirect
	taken := map[string]bool{}
	add := func(r Redirect) {
		if taken[r.From] {
			return // what comes first answers
		}
		taken[r.From] = true
		all = append(all, r)
	}
	for from, p := range s.aliases {
		add(Redirect{From: from, Status: permanent, To: p})
	}
	for _, rule := range s.table.Rules() {
		if s.idle[rule] {
			continue
		}
		r := Redirect{From: strings.ToLower(rule.From.Value), Status: rule.Status, Rule: rule}
		if lead, err := s.apply(rule, "", nil); err == nil && !rule.Target.Carry {
			r.To = lead.Target.Page
		}
		add(r)
	}
	for from, f := range s.former {
		add(Redirect{From: from, Status: permanent, To: f.Page, Commit: f.Commit, Time: f.Time})
	}
	for slug, f := range s.renamed {
		add(Redirect{From: s.addressThen(slug, f.Date, nil), Status: permanent, To: f.Page, Commit: f.Commit, Time: f.Time})
	}
	for from, g := range s.gone {
		add(Redirect{From: from, Status: redirect.Gone, Title: g.Title, Commit: g.Commit, Time: g.Time})
	}
	for slug, g := range s.ended {
		add(Redirect{From: s.addressThen(slug, g.Date, g.Article), Status: redirect.Gone, Title: g.Title, Commit: g.Commit, Time: g.Time})
	}
	slices.SortFunc(all, func(a, b Redirect) int { return strings.Compare(a.From, b.From) })
	return all
}

// Idle is how many redirects of the table never apply.
func (s *Site) Idle() int { return len(s.idle) }

// addressThen is where an article would be today that had a slug and a date; by
// the article itself if that is known.
func (s *Site) addressThen(slug string, date time.Time, a *article.Article) string {
	switch {
	case a != nil:
		return s.Settings.AddressOf(a, slug, s.Zone)
	case date.IsZero():
		return s.Path + s.forms[0].named(slug)
	}
	return s.Path + s.forms[0].address(slug, categoryToken, date.In(s.Zone))
}

// Forms lists the forms in which addresses of articles lead to today's.
func (s *Site) Forms() []Permalink { return s.forms[1:] }
