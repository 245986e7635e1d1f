// Package finding says what an editor should mend.
//
// A Finding names a rule, a place (file, line, column), what was found there and
// what to write instead. Every stage of the flow that reads what people typed
// reports findings instead of stopping at the first fault, so that an editor
// sees all of them in one run:
//
//	strict, article, source ─► finding.List ◄─ site
//	                               │
//	                 publish, the log, the page under --dev
//
// The rules and their severities stand in one table, in table.go. The package
// imports nothing of ours and holds no state; its values are safe for
// concurrent use once made.
package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity tells whether a finding keeps a page from being made truthfully.
type Severity int

const (
	// Warning is worth mending, but the page is published.
	Warning Severity = iota
	// Error holds the article (or, for site.yaml, the revision) back.
	Error
)

// String returns "warning" or "error".
func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "warning"
}

// A Finding is one thing to mend. Line and Col count from 1, columns in
// characters; 0 means that the place is the file as a whole.
type Finding struct {
	Rule       Rule
	File       string
	Line, Col  int
	Message    string // what was found and what was expected
	Suggestion string // what to write instead; may be empty
	Fix        Fix    // when there is only one way to mend it
}

// A Fix is the text that was found and the one to write in its place. The zero
// Fix is none.
type Fix struct{ Old, New string }

// Severity is that of the finding's rule.
func (f Finding) Severity() Severity { return f.Rule.Severity() }

// Place returns "file:line:col", without the parts that are not known.
func (f Finding) Place() string {
	switch {
	case f.Line == 0:
		return f.File
	case f.Col == 0:
		return fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Col)
}

// String returns "file:line:col: severity: message; suggestion (rule)".
func (f Finding) String() string {
	text := f.Message
	if f.Suggestion != "" {
		text += "; " + f.Suggestion
	}
	return fmt.Sprintf("%s: %s: %s (%s)", f.Place(), f.Severity(), text, f.Rule)
}

// A List is a set of findings.
type List []Finding

// Sort orders the list by file, line, column and rule, in place.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Rule, b.Rule))
	})
}

// HasErrors reports whether any finding is an Error.
func (l List) HasErrors() bool { return l.Count(Error) > 0 }

// Count returns how many findings have the severity s.
func (l List) Count(s Severity) int {
	n := 0
	for _, f := range l {
		if f.Severity() == s {
			n++
		}
	}
	return n
}

// Of returns the findings of one file, in their order.
func (l List) Of(file string) List {
	var of List
	for _, f := range l {
		if f.File == file {
			of = append(of, f)
		}
	}
	return of
}

// ByRule counts the findings of each rule.
func (l List) ByRule() map[Rule]int {
	n := map[Rule]int{}
	for _, f := range l {
		n[f.Rule]++
	}
	return n
}

// String returns one finding a line.
func (l List) String() string {
	var b strings.Builder
	for _, f := range l {
		b.WriteString(f.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// Error makes a List an error: what cannot go on because of its findings.
func (l List) Error() string { return strings.TrimRight(l.String(), "\n") }
