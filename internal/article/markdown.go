package article

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"byline/internal/finding"
)

// document is one body on its way from Markdown to HTML.
type document struct {
	*parser
	source   []byte
	lines    []int // offset of each line of source
	first    int   // line of the file on which source begins
	slots    []Slot
	headings []Heading
	shift    int                 // by how much headings are shown deeper
	mark     string              // the scheme of the slots' markers
	label    string              // while rendering: the id of the heading above
	ids      headingIDs          // ids that are taken
	pieces   []ast.Node          // the nodes of raw HTML
	read     map[ast.Node]piece  // what was made of them
	open     []openTag           // elements that they left open
	targets  map[string][][2]int // places of "element address" in them
}

// newDocument begins with a source that nobody changes, which begins on line
// first of the file.
func newDocument(p *parser, first int, source []byte) *document {
	d := &document{parser: p, source: source, first: first, mark: newMark(source), ids: headingIDs{}}
	d.lines = make([]int, 1, 1+bytes.Count(source, []byte("\n")))
	for at := 0; ; {
		i := bytes.IndexByte(source[at:], '\n')
		if i < 0 {
			return d
		}
		at += i + 1
		d.lines = append(d.lines, at)
	}
}

// fill fills in all of the article that comes from below the front matter.
func (d *document) fill(a *Article) {
	root, html := d.html()
	body := d.cut(html)
	text := d.plainText(root, body, a)
	a.packed = pack(text, d.source)
	a.Shift, a.Headings, a.Slots = d.shift, slices.Clone(d.headings), body.Slots
	for i := range a.Slots {
		a.Slots[i].Code = nil
	}
	a.ids = otherIDs(body, a.Headings)
	if len(d.pieces) > 0 {
		a.outline = outline(body)
	}
	a.own()
}

// html makes HTML of the source, with a marker where a slot is, and reports what
// editors should mend.
func (d *document) html() (root ast.Node, html string) {
	root = d.parse(nil)
	d.prepare(root)
	out := &page{document: d}
	out.Grow(len(d.source) + len(d.source)/4)
	_ = grammar.Renderer().Render(out, d.source, root) // writing into memory does not fail
	if len(d.pieces) > 0 {
		return root, d.sanitise(out.String())
	}
	return root, out.String()
}

// place returns the line and column in the file of an offset into source.
func (d *document) place(offset int) (line, col int) {
	if offset < 0 || offset > len(d.source) {
		return 0, 0
	}
	i := sort.SearchInts(d.lines, offset+1) - 1
	return d.first + i, utf8.RuneCount(d.source[d.lines[i]:offset]) + 1
}

// slot keeps s and returns its number.
func (d *document) slot(s Slot, offset int) int {
	s.Line, s.Col = d.place(offset)
	d.slots = append(d.slots, s)
	return len(d.slots) - 1
}

// prepare goes over the parsed document twice: first for what holds for all of
// it (is there an h1, which ids are the author's own), then it gives headings
// their levels and ids, finds what the text calls for beside plain CommonMark,
// and reports what editors should mend.
func (d *document) prepare(root ast.Node) {
	d.survey(root)
	if len(d.pieces) > 0 {
		d.readPieces()
	}
	own := map[string]bool{}
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			d.heading(n, own)
		case *ast.Blockquote:
			d.alert(n)
		case *ast.FencedCodeBlock:
			d.fence(n)
		case *mathBlock:
			d.math(n)
		}
		if runs(n) {
			return ast.WalkSkipChildren, nil // there is none of these in running text
		}
		return ast.WalkContinue, nil
	})
	d.leftovers(root)
}

// survey finds by how much headings shift, and gathers raw HTML and the ids that
// authors wrote, which come before those made of a heading's words.
func (d *document) survey(root ast.Node) {
	raw := bytes.IndexByte(d.source, '<') >= 0
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if n.Level == 1 {
				d.shift = 1
				line, col := d.place(n.Pos())
				d.add(finding.HeadingInBody, line, col, "an h1 in the body; the title is the only h1, so this one and those below it are shown a level deeper", "begin sections with ##")
			}
			if id := ownID(n); id != "" {
				d.ids[id] = true
			}
		case *ast.RawHTML, *ast.HTMLBlock:
			d.pieces = append(d.pieces, n)
		}
		if !raw && runs(n) {
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
}

// runs reports whether what is in a block is running text.
func runs(n ast.Node) bool {
	return n.Type() == ast.TypeBlock && n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeInline
}

// usableID is an id that needs no escaping anywhere it is written.
var usableID = regexp.MustCompile(`^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.:-]*$`)

// ownID is the id that an author gave a heading: ## Words {#id}. It is kept as
// it is written, because links to it are out in the world.
func ownID(h *ast.Heading) string {
	value, _ := h.AttributeString("id")
	id, _ := value.([]byte)
	if len(id) == 0 {
		return ""
	}
	if !usableID.Match(id) {
		return Slugify(string(id))
	}
	return string(id)
}

func (d *document) heading(h *ast.Heading, own map[string]bool) {
	if !h.HasChildren() {
		return // heads nothing and is not shown
	}
	h.Level = max(2, min(h.Level+d.shift, 6))
	words := string(d.textOf(h))
	id := ownID(h)
	if id == "" || own[id] {
		id = d.ids.take(words)
	}
	own[id] = true
	h.SetAttributeString("id", []byte(id))
	line, col := d.place(h.Pos())
	d.headings = append(d.headings, Heading{Level: h.Level, ID: id, Text: words, Line: line, Col: col})
}

// fence reports a code block that is not closed, and diagrams.
func (d *document) fence(n *ast.FencedCodeBlock) {
	line, col := d.place(n.Pos())
	end := d.fenceEnd(n)
	if !closesFence(d.source[end:]) {
		end := "the end of the text"
		if n.Parent().Kind() != ast.KindDocument {
			end = "the end of the list item or quote that it stands in"
		}
		d.add(finding.UnclosedFence, line, col, "the code block that begins here is not closed and runs on to "+end, "write the closing fence on a line of its own")
	}
	switch language := strings.ToLower(string(n.Language(d.source))); language {
	case "mermaid", "plantuml", "dot", "graphviz", "math", "latex-math":
		d.add(finding.SourceShown, line, col, fmt.Sprintf("a %s block is shown as its source", language), "draw it as a picture (SVG) beside the article")
	}
}

// fenceEnd is where the code of a fenced block ends and its closing fence begins.
func (d *document) fenceEnd(n *ast.FencedCodeBlock) int {
	if n.Lines().Len() > 0 {
		return n.Lines().At(n.Lines().Len() - 1).Stop
	}
	if i := bytes.IndexByte(d.source[n.Pos():], '\n'); i >= 0 {
		return n.Pos() + i + 1
	}
	return len(d.source)
}

func closesFence(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimLeft(line, " \t>")
	return bytes.HasPrefix(line, []byte("```")) || bytes.HasPrefix(line, []byte("~~~"))
}
