package site

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/history"
	"byline/internal/redirect"
	"byline/internal/strict"
)

// Candidate is an article of the new revision beside versions of it that passed.
type Candidate struct {
	New    *article.Article
	Faulty bool // New has errors of its own: it is looked at, never published
	Good   *article.Article

	// Earlier returns the versions that the history has, the newest first. It is
	// asked only where New cannot be published; nil: there are none.
	Earlier func() []*article.Article
}

// path is that of the article's file.
func (c Candidate) path() string {
	if c.New != nil {
		return c.New.Path
	}
	return c.fallbacks()[0].Path
}

// fallbacks are the versions that can take the place of the new one.
func (c Candidate) fallbacks() []*article.Article {
	var all []*article.Article
	if c.Earlier != nil {
		all = c.Earlier()
	}
	if c.Good != nil {
		all = append(all, c.Good)
	}
	return all
}

func (c Candidate) claim() int {
	switch {
	case c.Good == nil && c.New != nil && c.New.Meta.Slug.Value != "":
		return 3
	case c.Good == nil:
		return 2
	case c.New != nil && c.New.Slug != c.Good.Slug:
		return 1
	}
	return 0
}

// Input is all that a site is made of.
type Input struct {
	Settings   Settings
	Origin     string      // overrides the settings' url when not empty
	Candidates []Candidate // in the order in which they may claim a slug
	Held       []string    // paths of articles that have errors and never passed
	Files      []File
	Redirects  []redirect.Row // beside those in Settings
	History    *history.Facts // nil when there is none
	Revision   string
	Time       time.Time // of the revision
	Now        time.Time
	Drafts     bool // show drafts and scheduled articles, marked
}

// Result is a site and what was found on the way.
type Result struct {
	Site     *Site
	Findings finding.List
	Accepted map[string]*article.Article // by path: the versions that passed, shown or not
}

// Builder builds sites and keeps what stays true from one to the next: the
// analysis of texts, the slug that is nearest to one that is not there. The
// result is a pure function of the Input. A Builder is not safe for concurrent
// use.
type Builder struct {
	analysis analysis
	nearest  nearest
	table    keptTable
}

// Build makes the site. It always returns one; whether its findings allow it to
// go live is for the caller to decide.
func (b *Builder) Build(in Input) Result {
	zone, err := time.LoadLocation(in.Settings.Timezone.Value)
	if err != nil {
		zone = time.UTC
	}
	w := &build{
		Input: in, zone: zone, builder: b,
		site: &Site{
			Settings: in.Settings, Origin: cmp.Or(in.Origin, in.Settings.URL.Value), Path: in.Settings.Path.Value, Zone: zone,
			Revision: in.Revision, Modified: in.Time, LastChange: in.History.LastCommit(in.Now), made: in.Time, history: in.History,
			Files: map[string]File{}, bySlug: map[string]*Page{}, byAddress: map[string]*Page{}, byPath: map[string]*Page{}, forms: slices.Compact([]Permalink{in.Settings.form(), byName}),
			aliases: map[string]*Page{}, idle: map[*redirect.Rule]bool{}, former: map[string]Former{}, renamed: map[string]Former{}, gone: map[string]Gone{}, ended: map[string]Gone{},
		},
		accepted: map[string]*article.Article{}, taken: map[string]string{}, hidden: map[string]State{}, held: map[string]bool{}, kept: map[string]bool{},
		groups: map[string]*Group{},
	}
	for _, f := range in.Files {
		w.site.Files[f.Path] = f
	}
	w.files, w.byPath = keys(w.site.Files), w.site.byPath
	w.admitAll()
	w.declareGroups()
	w.makePages()
	b.nearest = b.nearest.among(keys(w.site.bySlug))
	w.group()
	w.makeAliases()
	w.makeGone()
	w.makeFormer()
	w.makeTable()
	w.checkTable()
	w.inspectFiles()
	w.resolveAll()
	w.indexAll()
	w.pinAll()
	w.checkSecurity()
	w.inspectUnpublished()
	w.found.Sort()
	return Result{w.site, w.found, w.accepted}
}

// build is one run of Build.
type build struct {
	Input
	builder   *Builder
	zone      *time.Location
	site      *Site
	found     finding.List
	accepted  map[string]*article.Article
	taken     map[string]string // slug → path
	byPath    map[string]*Page
	hidden    map[string]State // path → why it is not shown
	concealed []string         // the paths of those, ordered
	held      map[string]bool  // paths of articles whose errors keep them out
	kept      map[string]bool  // paths of articles shown in their last good version
	refused   []*article.Article
	unshown   []*Page           // drafts and scheduled articles, where they are not shown
	files     []string          // paths of the files, ordered
	byName    map[string]string // the first of those of a name, once it was asked for
	groups    map[string]*Group
}

func (w *build) add(file string, rule finding.Rule, line, col int, message, suggestion string) {
	w.found = append(w.found, finding.Finding{Rule: rule, File: file, Line: line, Col: col, Message: message, Suggestion: suggestion})
}

// admitAll chooses for every candidate the version that can be published. A
// slug stays with the article that has it: those that keep theirs come first,
// then those that take another, then newcomers by their file names, then those
// that ask for a slug: their front matter is where the clash can be mended.
func (w *build) admitAll() {
	for _, path := range w.Held {
		w.held[path] = true
	}
	candidates := slices.Clone(w.Candidates)
	slices.SortStableFunc(candidates, func(a, b Candidate) int { return a.claim() - b.claim() })
	for _, c := range candidates {
		if c.New != nil {
			faults := w.faults(c.New)
			w.found = append(w.found, faults...)
			if !c.Faulty && !faults.HasErrors() {
				w.admit(c.New)
				continue
			}
			w.refused = append(w.refused, c.New)
		}
		if !w.fallBack(c) {
			w.held[c.path()] = true
		}
	}
}

// fallBack admits the newest version before a faulty one that passes.
func (w *build) fallBack(c Candidate) bool {
	for _, was := range c.fallbacks() {
		if !w.faults(was).HasErrors() {
			w.admit(was)
			w.kept[was.Path] = true
			return true
		}
	}
	return false
}

func (w *build) admit(a *article.Article) {
	w.accepted[a.Path] = a
	w.taken[a.Slug] = a.Path
}

// faults are the errors of an article that only show beside the other files.
func (w *build) faults(a *article.Article) finding.List {
	var found finding.List
	add := func(rule finding.Rule, line, col int, message, suggestion string) {
		found = append(found, finding.Finding{Rule: rule, File: a.Path, Line: line, Col: col, Message: message, Suggestion: suggestion})
	}
	for _, id := range a.Meta.AuthorIDs() {
		if _, ok := w.Settings.Authors[id.Value]; !ok {
			add(finding.UnknownAuthor, id.Line, id.Col, fmt.Sprintf("author %q is not in site.yaml", id.Value), idHint(id.Value, keys(w.Settings.Authors), "authors"))
		}
	}
	if c := a.Meta.Category; c.Value != "" {
		if _, ok := w.Settings.Categories[c.Value]; !ok {
			add(finding.UnknownCategory, c.Line, c.Col, fmt.Sprintf("category %q is not in site.yaml", c.Value), idHint(c.Value, keys(w.Settings.Categories), "categories"))
		}
	}
	found = append(found, addressFaults(a)...)
	at := a.Meta.Slug
	if Reserved(a.Slug) {
		what, other := "is the address of something else", "another"
		if languageCode(a.Slug) {
			what, other = "is the code of a language, and kept for articles in it", "a longer"
		}
		add(finding.ReservedSlug, at.Line, at.Col, fmt.Sprintf("the slug %q %s", a.Slug, what), "choose "+other+" name, or set \"slug\"")
	} else if address := w.Settings.AddressOf(a, a.Slug, w.zone); ownAddress(address) {
		add(finding.ReservedSlug, at.Line, at.Col, fmt.Sprintf("the address %s is that of something of Byline's own", address), "choose another name, or set \"slug\"")
	}
	if other, clash := w.taken[a.Slug]; clash {
		add(finding.DuplicateSlug, at.Line, at.Col, fmt.Sprintf("the slug %q belongs to %s", a.Slug, other), "rename one of the two, or set \"slug\"")
	}
	return found
}

// addressFaults are the addresses in front matter that no page can have.
func addressFaults(a *article.Article) finding.List {
	var found finding.List
	add := func(at strict.Text, message, suggestion string) {
		found = append(found, finding.Finding{Rule: finding.BadValue, File: a.Path, Line: at.Line, Col: at.Col, Message: message, Suggestion: suggestion})
	}
	if own := a.Meta.CTA; own != nil && own.URL.Value != "" {
		if fault := linkFault(own.URL.Value); fault != "" {
			add(own.URL, "cta.url: "+fault, linkHint)
		}
	}
	if c := a.Meta.Canonical; c.Value != "" {
		if u, err := url.Parse(c.Value); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			add(c, fmt.Sprintf("canonical: %q is not an http or https address", c.Value), "write the whole address, like https://example.org/original")
		}
	}
	return found
}

// Reserved reports whether a slug is the address of something else under P:
// lists, search, feeds, languages (two letters) and years (four digits).
func Reserved(slug string) bool {
	switch slug {
	case "page", "authors", "categories", "tags", "series", "search", "feed", "archive", "-":
		return true
	}
	digits := len(slug) == 4 && strings.Trim(slug, "0123456789") == ""
	return digits || languageCode(slug)
}

// languageCode reports whether a slug is where the site in another language is:
// the two letters of one (ISO 639-1).
func languageCode(slug string) bool {
	if len(slug) != 2 || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz") != "" {
		return false
	}
	_, err := language.ParseBase(slug)
	return err == nil
}

func idHint(id string, known []string, key string) string {
	if near, ok := finding.Nearest(id, known, min(2, max(1, len(id)/2-1))); ok {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return fmt.Sprintf("add it under %q there", key)
}

func keys[V any](m map[string]V) []string {
	all := make([]string, 0, len(m))
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// makePages turns the accepted articles that are shown into pages, newest
// first.
func (w *build) makePages() {
	for _, path := range keys(w.accepted) {
		a := w.accepted[path]
		last, next := nextChange(a, w.Now, w.zone)
		w.site.Modified, w.site.LastChange = latest(w.site.Modified, last), latest(w.site.LastChange, last)
		if !next.IsZero() && (w.site.NextChange.IsZero() || next.Before(w.site.NextChange)) {
			w.site.NextChange = next
		}
		state := stateOf(a, w.Now, w.zone)
		page := w.page(a, state)
		switch {
		case state == Public, w.Drafts && state != Expired:
			w.site.Pages = append(w.site.Pages, page)
			w.site.bySlug[a.Slug] = page
			w.site.byAddress[page.Address] = page
			w.byPath[path] = page
			continue
		}
		w.hidden[path] = state
		w.concealed = append(w.concealed, path)
		if state != Expired {
			w.unshown = append(w.unshown, page)
		}
	}
	w.distinguish()
	slices.SortStableFunc(w.site.Pages, func(a, b *Page) int {
		return cmp.Or(b.Date.Compare(a.Date), cmp.Compare(a.Slug, b.Slug))
	})
}

// line is a line of front matter as readers meet it.
func line(text string) string { return article.Typeset(article.Plain(text)) }

// descriptionLength is how many characters search engines show at most.
const descriptionLength = 155

// distinguish gives pages that begin with the same words descriptions of their
// own: what led to them twice tells nobody which of the two to open.
func (w *build) distinguish() {
	shared := make(map[string]int, len(w.site.Pages))
	for _, p := range w.site.Pages {
		shared[p.Description]++
	}
	for _, p := range w.site.Pages {
		if shared[p.Description] > 1 && p.Meta.Description == "" && p.Description != p.Title {
			p.Description = Shorten(strings.TrimRight(p.Title, ".")+". "+cmp.Or(article.Plain(p.Meta.Subtitle), p.Lead), descriptionLength)
		}
	}
}

// wordsAMinute is how fast an adult reads English prose to understand it
// (Brysbaert, Journal of Memory and Language 109, 2019: 238).
const wordsAMinute = 238

func (w *build) page(a *article.Article, state State) *Page {
	p := &Page{
		Article: a, Address: w.Settings.AddressOf(a, a.Slug, w.zone), Title: line(a.Meta.Title), Subtitle: line(a.Meta.Subtitle), State: state,
		Date: a.Meta.Date.In(w.zone), Updated: w.updated(a),
		Description: cmp.Or(article.Plain(cmp.Or(a.Meta.Description, a.Meta.Subtitle)), Shorten(a.Lead, descriptionLength), article.Plain(a.Meta.Title)),
		Minutes:     max(1, (a.Words+wordsAMinute/2)/wordsAMinute),
		CTA:         w.callToAction(a.Meta.CTA),
	}
	p.First = First{p.Address, p.Date}
	if path, date, ok := w.History.First(a.Path, AddressIn); ok && state == Public {
		p.First = First{path, date}
	}
	return p
}

// updated is when the text last changed: as the article says, unless that is
// before it was published or still to come; else the last commit that changed its
// substance, if that is a later day than its date.
func (w *build) updated(a *article.Article) time.Time {
	if own := a.Meta.Updated.In(w.zone); !a.Meta.Updated.IsZero() {
		if own.After(a.Meta.Date.In(w.zone)) && !own.After(w.Now) {
			return own
		}
		return time.Time{}
	}
	changed := w.History.Updated(a.Path).In(w.zone)
	if y, m, d := a.Meta.Date.In(w.zone).Date(); changed.Before(time.Date(y, m, d+1, 0, 0, 0, 0, w.zone)) {
		return time.Time{}
	}
	return changed
}

// callToAction lays the article's own words over the site's.
func (w *build) callToAction(own *article.CallToAction) *CallToAction {
	base := CallToAction{}
	if w.Settings.CTA != nil && !w.Settings.CTA.Off {
		base = *w.Settings.CTA
	}
	if own != nil {
		if own.Off {
			return nil
		}
		base.Heading = cmp.Or(own.Heading, base.Heading)
		base.Text = cmp.Or(own.Text, base.Text)
		base.Label = cmp.Or(own.Label, base.Label)
		if own.URL.Value != "" {
			base.URL = own.URL
		}
	}
	if base.URL.Value == "" || base.Label == "" && base.Heading == "" {
		return nil
	}
	base.Label = cmp.Or(base.Label, base.Heading)
	return &base
}

// Shorten cuts text at a word so that it has at most n characters, the ellipsis
// included.
func Shorten(text string, n int) string {
	count, end := 0, 0 // end is where the last character would begin
	for i := range text {
		if count++; count == n {
			end = i
		}
		if count > n {
			break
		}
	}
	if count <= n {
		return text
	}
	cut := text[:end]
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:–—-") + "…"
}
