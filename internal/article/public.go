package article

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	goldparser "github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Public returns the Markdown of the text as everybody may have it: with the
// addresses that address returns, and without what no reader of the page meets.
// That is comments, and definitions and footnotes that nothing refers to, which
// people write as comments ([//]: # (like this)); an empty comment stands in their place, so
// that what they kept apart stays apart. All else is as it was written. It
// parses the text anew.
func (a *Article) Public(address func(Reference) string) string {
	r, root := a.reread()
	r.gather(root)
	var cuts []cut
	for _, span := range slices.Concat(r.comments, r.notes, unusedDefinitions(root)) {
		cuts = append(cuts, cut{span[0], span[1], "<!-- -->"})
	}
	for _, ref := range r.list {
		if now := address(ref); now != ref.Written {
			cuts = append(cuts, cut{ref.offset, ref.offset + len(ref.Written), now})
		}
	}
	return replaceCuts(string(r.source), cuts)
}

// cut is a stretch of a text, and what takes its place.
type cut struct {
	from, to int
	text     string
}

// replaceCuts makes every cut that is not within one before it.
func replaceCuts(source string, cuts []cut) string {
	slices.SortStableFunc(cuts, func(a, b cut) int { return cmp.Or(a.from-b.from, b.to-a.to) })
	var out strings.Builder
	at := 0
	for _, c := range cuts {
		if c.from < at || c.to > len(source) {
			continue
		}
		out.WriteString(source[at:c.from])
		out.WriteString(c.text)
		at = c.to
	}
	out.WriteString(source[at:])
	return out.String()
}

// unusedDefinitions are the places of the definitions that no link and no
// picture has, the second ones of a label too.
func unusedDefinitions(root ast.Node) [][2]int {
	definitions, used := map[string][2]int{}, map[string]bool{}
	var unused [][2]int
	refer := func(ref *ast.ReferenceLink) {
		if ref != nil {
			used[util.ToLinkReference(ref.Value)] = true
		}
	}
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			refer(n.Reference)
		case *ast.Image:
			refer(n.Reference)
		case *ast.LinkReferenceDefinition:
			span := [2]int{n.Pos(), n.Lines().At(n.Lines().Len() - 1).Stop}
			label := util.ToLinkReference(n.Label)
			if _, again := definitions[label]; again {
				unused = append(unused, span)
			} else {
				definitions[label] = span
			}
		}
		return ast.WalkContinue, nil
	})
	for label, span := range definitions {
		if !used[label] {
			unused = append(unused, span)
		}
	}
	return unused
}

// unusedNotes finds the places of the footnotes that no text refers to, for who
// asks for them: the references under notesKey.
type unusedNotes struct{}

var notesKey = goldparser.NewContextKey()

// Transform implements goldmark's parser.ASTTransformer.
func (unusedNotes) Transform(root *ast.Document, _ text.Reader, context goldparser.Context) {
	u := context.Get(notesKey).(*references)
	if u == nil {
		return
	}
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if note, ok := n.(*extast.Footnote); ok && entering && note.Index < 0 {
			u.notes = append(u.notes, [2]int{note.Pos(), u.endOf(note)})
		}
		return ast.WalkContinue, nil
	})
}

// endOf is where the last line of a block ends, without its line feed.
func (d *document) endOf(block ast.Node) int {
	end := block.Pos()
	_ = ast.Walk(block, func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		if n.Type() == ast.TypeBlock {
			if lines := n.Lines(); lines != nil && lines.Len() > 0 {
				end = max(end, lines.At(lines.Len()-1).Start)
			}
			if h, ok := n.(*ast.HTMLBlock); ok && h.HasClosure() {
				end = max(end, h.ClosureLine.Start)
			}
		}
		return ast.WalkContinue, nil
	})
	end = d.endOfLine(end)
	if next := d.endOfLine(end + 1); closingFence.MatchString(string(d.source[min(end+1, next):next])) {
		return next // that closes code
	}
	return end
}

// closingFence is a line that closes code.
var closingFence = regexp.MustCompile("^[ >\t]*(```+|~~~+)\\s*$")

func (d *document) endOfLine(at int) int {
	at = min(at, len(d.source))
	if n := bytes.IndexByte(d.source[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(d.source)
}
