package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/history"
	"byline/internal/redirect"
)

// Candidate is an article of the new revision beside the version of it that
// passed last.
type Candidate struct {
	Path   string           // of its file; may be left out where there is a New
	New    *article.Article // nil when nothing can be said of the file
	Faulty bool             // New has errors of its own: it is looked at, never published
	Good   *article.Article
}

// path is that of the article's file.
func (c Candidate) path() string {
	if c.New != nil {
		return c.New.Path
	}
	return c.Path
}

// claim is how late a candidate may claim its slug.
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

	// Earlier returns the versions of the article at a path that the history has,
	// the newest first. It is asked only where the new one cannot be published;
	// nil: there are none.
	Earlier func(path string) []*article.Article
}

// Result is a site and what was found on the way.
type Result struct {
	Site     *Site
	Findings finding.List
	Accepted Versions // that passed, shown or not
}

// Versions are articles ordered by their paths.
type Versions []*article.Article

// Find returns the version at a path; nil when there is none.
func (v Versions) Find(path string) *article.Article {
	i, ok := slices.BinarySearchFunc(v, path, func(a *article.Article, path string) int { return strings.Compare(a.Path, path) })
	if !ok {
		return nil
	}
	return v[i]
}

// Builder builds sites and keeps what stays true from one to the next: what an
// article says by itself and where its links lead (record.go), the order of the
// pages, the analysis of texts. So a build costs the work on what changed, and a
// few steps for each page that stays. The result is a pure function of the Input.
// A Builder is not safe for concurrent use.
type Builder struct {
	records
	orders
	shape    shape
	analysis analysis
	names    *names
	table    keptTable
	unpacker article.Unpacker
}

// Build makes the site. It always returns one; whether its findings allow it to
// go live is for the caller to decide.
func (b *Builder) Build(in Input) Result {
	zone, err := time.LoadLocation(in.Settings.Timezone.Value)
	if err != nil {
		zone = time.UTC
	}
	b.begin(in.Settings, zone)
	w := &build{
		Input: in, zone: zone, builder: b,
		site: &Site{
			Settings: in.Settings, Origin: cmp.Or(in.Origin, in.Settings.URL.Value), Path: in.Settings.Path.Value, Zone: zone,
			Revision: in.Revision, Modified: in.Time, LastChange: in.History.LastCommit(in.Now), made: in.Time, history: in.History,
			forms:   slices.Compact([]Permalink{in.Settings.form(), byName}),
			aliases: map[string]*Page{}, idle: map[*redirect.Rule]bool{}, former: map[string]Former{}, renamed: map[string]Former{}, gone: map[string]Gone{}, ended: map[string]Gone{},
		},
		held: map[string]bool{}, kept: map[string]bool{},
	}
	w.site.Files, w.files = b.shape.filesOf(in.Files)
	w.names = &fileNames{files: w.files}
	w.admitAll()
	w.declareGroups()
	w.makePages()
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
	w.markLinked()
	w.found.Sort()
	for _, r := range w.admitted {
		r.page = nil // what is kept for the next build keeps no site
	}
	return Result{w.site, w.found, w.versions()}
}

// build is one run of Build.
type build struct {
	Input
	builder   *Builder
	zone      *time.Location
	site      *Site
	found     finding.List
	silent    bool            // nothing is to be reported
	read      []*record       // whose headings were looked at
	loose     bool            // where a link leads depends on what is not there, too
	admitted  []*record       // the versions that can be published, ordered by path
	concealed []*record       // those of them that are not shown
	held      map[string]bool // paths of articles whose errors keep them out
	kept      map[string]bool // paths of articles shown in their last good version
	refused   []*article.Article
	unshown   []*Page  // drafts and scheduled articles, where they are not shown
	files     []string // paths of the files, ordered
	names     *fileNames
}

// add reports something.
func (w *build) add(file string, rule finding.Rule, line, col int, message, suggestion string) {
	w.found = append(w.found, finding.Finding{Rule: rule, File: file, Line: line, Col: col, Message: message, Suggestion: suggestion})
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
