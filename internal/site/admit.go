package site

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/strict"
)

// admitAll chooses for every candidate the version that can be published. A
// slug stays with the article that has it: those that keep theirs come first,
// then those that take another, then newcomers by their file names, then those
// that ask for a slug: their front matter is where the clash can be mended.
func (w *build) admitAll() {
	for _, path := range w.Held {
		w.held[path] = true
	}
	w.admitted = make([]*record, 0, len(w.Candidates))
	for turn := range 4 {
		for i := range w.Candidates {
			if c := &w.Candidates[i]; c.claim() == turn {
				w.choose(c)
			}
		}
	}
	slices.SortFunc(w.admitted, func(a, b *record) int { return strings.Compare(a.article.Path, b.article.Path) })
}

func (w *build) choose(c *Candidate) {
	if c.New != nil {
		r := w.builder.record(c.New)
		faults := w.faults(r)
		w.found = append(w.found, faults...)
		if !c.Faulty && !faults.HasErrors() {
			w.admit(r)
			return
		}
		w.refused = append(w.refused, c.New)
	}
	if !w.fallBack(c) {
		w.held[c.path()] = true
	}
}

// fallBack admits the newest version before a faulty one that passes.
func (w *build) fallBack(c *Candidate) bool {
	var before []*article.Article
	if w.Earlier != nil {
		before = w.Earlier(c.path())
	}
	if c.Good != nil {
		before = append(before, c.Good)
	}
	for _, was := range before {
		if r := w.builder.record(was); !w.faults(r).HasErrors() {
			w.admit(r)
			w.kept[was.Path] = true
			return true
		}
	}
	return false
}

func (w *build) admit(r *record) {
	w.admitted = append(w.admitted, r)
	r.claim.build, r.claim.path = w.builder.number, r.article.Path
}

// versions are the articles that can be published.
func (w *build) versions() Versions {
	all := make(Versions, len(w.admitted))
	for i, r := range w.admitted {
		all[i] = r.article
	}
	return all
}

// faults are the errors of an article that only show beside the other files.
func (w *build) faults(r *record) finding.List {
	if r.claim.build != w.builder.number {
		return r.faults
	}
	at := r.article.Meta.Slug
	return append(slices.Clip(r.faults), finding.Finding{
		Rule: finding.DuplicateSlug, File: r.article.Path, Line: at.Line, Col: at.Col,
		Message: fmt.Sprintf("the slug %q belongs to %s", r.article.Slug, r.claim.path), Suggestion: "rename one of the two, or set \"slug\"",
	})
}

// ownFaults are the errors of an article beside the settings.
func (s *Settings) ownFaults(a *article.Article, address string) finding.List {
	var found finding.List
	add := func(rule finding.Rule, line, col int, message, suggestion string) {
		found = append(found, finding.Finding{Rule: rule, File: a.Path, Line: line, Col: col, Message: message, Suggestion: suggestion})
	}
	for _, id := range a.Meta.AuthorIDs() {
		if _, ok := s.Authors[id.Value]; !ok {
			add(finding.UnknownAuthor, id.Line, id.Col, fmt.Sprintf("author %q is not in site.yaml", id.Value), idHint(id.Value, keys(s.Authors), "authors"))
		}
	}
	if c := a.Meta.Category; c.Value != "" {
		if _, ok := s.Categories[c.Value]; !ok {
			add(finding.UnknownCategory, c.Line, c.Col, fmt.Sprintf("category %q is not in site.yaml", c.Value), idHint(c.Value, keys(s.Categories), "categories"))
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
	} else if ownAddress(address) {
		add(finding.ReservedSlug, at.Line, at.Col, fmt.Sprintf("the address %s is that of something of Byline's own", address), "choose another name, or set \"slug\"")
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
