// Package redirect is the table of redirects that an editor writes: for the
// addresses of an old system, campaigns, and what is gone for good.
//
//	redirects in site.yaml ─┐
//	a CSV file ─► Read ─────┴─► Row ─► Make ─► Table ─► Rule for a request
//	                                      └─► findings
//
// A rule is from one address (/blog/old), from one address asked with certain
// parameters (/?p=123), or from all at and below one (/shop/*). It leads to a
// path of the site, to an article or file of the content folder, or to a whole
// address elsewhere, or says that what was there is gone (410). What * stands for
// is carried over to where the rule leads, if a * stands there. Paths are matched
// without regard to case and to a slash at the end.
//
// A row that cannot be used is a warning and is left out: one slip among ten
// thousand rows costs one old address, not the revision. What cannot lead to
// another place than its editor wrote: what * stands for only ever comes behind
// "/" in a path of which the host is fixed.
//
// The package knows what the rows say, not what is on the site: where a path
// leads, and whether a rule is from an address at which something is, is for
// package site to know. A Table is immutable and safe for concurrent use.
package redirect

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"golang.org/x/text/unicode/norm"

	"byline/internal/finding"
	"byline/internal/strict"
)

// Row is a redirect as it was written.
type Row struct {
	From   strict.Text `yaml:"from"`
	To     strict.Text `yaml:"to"`
	Status strict.Text `yaml:"status"`

	File      string // that it stands in
	Line, Col int    // where it begins
}

// SetPlace implements strict.Placed.
func (r *Row) SetPlace(line, col int) { r.Line, r.Col = line, col }

// SpareRule implements strict.Spare: a row that cannot be used is left out.
func (r *Row) SpareRule() finding.Rule { return finding.BadRedirect }

// Place returns "file:line".
func (r Row) Place() string { return fmt.Sprintf("%s:%d", r.File, r.Line) }

// Gone is the status of a rule that leads nowhere, because what was there is
// gone for good.
const Gone = 410

// Rule is a row that can be used.
type Rule struct {
	Row
	Status int    // one of 301, 302, 307, 308 and Gone
	Path   string // that it is from, as Key writes it; of a prefix what stands before "/*"
	Prefix bool   // it is from all that is at and below Path
	Target Target

	query string   // the parameters that a request must have, as askedKey writes them; "" for any
	names []string // of them
}

// Asks reports whether the rule is only for requests with certain parameters.
func (r *Rule) Asks() bool { return r.query != "" }

// Temporary reports whether the address stays the one to use.
func (r *Rule) Temporary() bool { return r.Status == 302 || r.Status == 307 }

// Target is where a rule leads. One of Outside, Path and File is set, but for
// Gone.
type Target struct {
	Outside         string // a whole address without query and fragment, escaped
	Path            string // of the site, not escaped; "" with Carry for its root
	File            string // of the content folder: an article or a file
	Carry           bool   // what * stands for comes behind
	Query, Fragment string // that were written; the fragment not escaped
}

// PathFor is the path of the site to which what * stands for leads.
func (t Target) PathFor(rest string) string {
	switch {
	case !t.Carry:
		return t.Path
	case rest == "":
		return "/" + strings.TrimPrefix(t.Path, "/")
	}
	return t.Path + "/" + rest
}

// OutsideFor is the address elsewhere to which what * stands for leads, without
// query and fragment.
func (t Target) OutsideFor(rest string) string {
	if !t.Carry || rest == "" {
		return t.Outside
	}
	return strings.TrimSuffix(t.Outside, "/") + "/" + (&url.URL{Path: rest}).EscapedPath()
}

// Key is the form under which a path as it was written is found: clean,
// unescaped, lower case, NFC.
func Key(written string) string { return Fold(Unescape(written)) }

// Fold is Key for a path that is unescaped.
func Fold(address string) string { return norm.NFC.String(strings.ToLower(path.Clean(address))) }

// Unescape resolves percent escapes; what is none stays as it is.
func Unescape(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

func (r Row) bad(at strict.Text, message, suggestion string) *finding.Finding {
	line, col := at.Line, at.Col
	if line == 0 {
		line, col = r.Line, r.Col
	}
	return &finding.Finding{Rule: finding.BadRedirect, File: r.File, Line: line, Col: col, Message: message, Suggestion: suggestion}
}
