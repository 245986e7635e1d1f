package check

import (
	"fmt"
	"html"
	"strings"

	"byline/internal/article"
	"byline/internal/edit"
	"byline/internal/finding"
)

// A Mend is how a finding is mended without judgement.
type Mend struct {
	finding.Finding
	Edits []edit.Edit // none when those of another finding mend this one too
}

// String says what was done.
func (m Mend) String() string {
	done := fmt.Sprintf("%q is now %q", m.Fix.Old, m.Fix.New)
	switch m.Rule {
	case finding.MixedLineEnds:
		done = "all lines end in LF now"
	case finding.ByteOrderMark:
		done = "the byte order mark is gone"
	}
	return fmt.Sprintf("%s: mended: %s (%s)", m.Place(), done, m.Rule)
}

// Fixes works out how to mend what can be mended: the text that was found must
// stand where it was found, and there must be one way only. read returns a file
// as it is on disk; a file that it does not return is left alone, and its error
// is among those returned.
func Fixes(found finding.List, read func(file string) ([]byte, error)) (mends []Mend, refused []error) {
	mendable := map[finding.Rule]bool{}
	for _, about := range finding.Rules() {
		mendable[about.Rule] = about.Mends
	}
	files := map[string]*fixer{}
	for _, f := range found {
		if !mendable[f.Rule] || f.Line == 0 {
			continue
		}
		x := files[f.File]
		if x == nil {
			x = &fixer{file: f.File, taken: map[int]bool{}, all: found.Of(f.File)}
			files[f.File] = x
			src, err := read(f.File)
			if err != nil {
				refused = append(refused, err)
			}
			x.src = src
		}
		if edits, ok := x.mend(f); ok {
			mends = append(mends, Mend{f, edits})
		}
	}
	return mends, refused
}

// fixer mends one file.
type fixer struct {
	file  string
	src   []byte // nil: not to be touched
	all   finding.List
	taken map[int]bool // offsets that have an edit
}

func (x *fixer) mend(f finding.Finding) (edits []edit.Edit, ok bool) {
	switch {
	case x.src == nil:
		return nil, false
	case f.Rule == finding.MixedLineEnds:
		return x.lineEnds(), true
	case f.Rule == finding.ByteOrderMark:
		return []edit.Edit{{File: x.file, Offset: 0, Old: article.Mark}}, true
	case f.Fix == finding.Fix{} || x.contested(f):
		return nil, false
	}
	if at, ok := edit.Find(x.src, f.Line, f.Col, f.Fix.Old); ok {
		return x.edit(nil, at, f.Fix.Old, f.Fix.New), true
	}
	if f.Rule == finding.RedirectedLink {
		return x.links(f.Fix)
	}
	return nil, false
}

func (x *fixer) edit(edits []edit.Edit, at int, old, fresh string) []edit.Edit {
	if x.taken[at] {
		return edits
	}
	x.taken[at] = true
	return append(edits, edit.Edit{File: x.file, Offset: at, Old: old, New: fresh})
}

// contested reports whether two slips want to be the same key.
func (x *fixer) contested(f finding.Finding) bool {
	n := 0
	for _, other := range x.all {
		if f.Rule == finding.MistypedKey && other.Rule == f.Rule && other.Fix.New == f.Fix.New {
			n++
		}
	}
	return n > 1
}

func (x *fixer) lineEnds() (edits []edit.Edit) {
	for i, b := range x.src {
		if b != '\r' {
			continue
		}
		old := "\r"
		if i+1 < len(x.src) && x.src[i+1] == '\n' {
			old = "\r\n"
		}
		edits = x.edit(edits, i, old, "\n")
	}
	return edits
}

// links replaces an address wherever the text links to it.
func (x *fixer) links(fix finding.Fix) (edits []edit.Edit, ok bool) {
	a, _ := article.Parse(x.file, "", x.src)
	if a == nil {
		return nil, false
	}
	for _, r := range a.References() {
		if r.Target != fix.Old {
			continue
		}
		at, there := edit.Find(x.src, r.Line, r.Col, r.Written)
		if !there {
			continue
		}
		edits, ok = x.edit(edits, at, r.Written, Written(r, fix.New)), true
	}
	return edits, ok
}

// Written is an address as it is written where a reference stands.
func Written(r article.Reference, target string) string {
	if r.HTML {
		return html.EscapeString(target)
	}
	return strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29").Replace(target)
}
