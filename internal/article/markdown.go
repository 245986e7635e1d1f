package article

import (
	"bytes"
	"fmt"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	goldparser "github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"byline/internal/finding"
)

// document is one body on its way from Markdown to HTML.
type document struct {
	*parser
	article *Article
	source  []byte
	lines   []int // offset of each line of source
	first   int   // line of the file on which source begins
	slots   []Slot
	mark    string              // the scheme of the slots' markers
	labels  map[ast.Node]string // the id of the heading above a node
	ids     headingIDs          // ids that are taken
	pieces  []ast.Node          // the nodes of raw HTML
	read    map[ast.Node]piece  // what was made of them
	open    []openTag           // elements that they left open
	targets map[string][][2]int // places of "element address" in them
}

// body fills in all of the article that comes from below the front matter.
func (p *parser) body(a *Article, source []byte) {
	d := newDocument(p, a, source)
	markdown := d.goldmark()
	root := markdown.Parser().Parse(text.NewReader(source))
	d.prepare(root)
	var out bytes.Buffer
	if err := markdown.Renderer().Render(&out, source, root); err != nil {
		p.add(finding.FrontMatter, a.Line, 1, fmt.Sprintf("the Markdown cannot be rendered: %v", err), "")
		return
	}
	html := out.String()
	if len(d.pieces) > 0 {
		html = d.sanitise(html)
	}
	a.Body = d.cut(html)
	d.plainText(root)
}

func newDocument(p *parser, a *Article, source []byte) *document {
	d := &document{
		parser: p, article: a, source: source, first: a.Line, mark: newMark(source), labels: map[ast.Node]string{},
		ids: headingIDs{}, read: map[ast.Node]piece{}, targets: map[string][][2]int{},
	}
	d.lines = []int{0}
	for i, b := range source {
		if b == '\n' {
			d.lines = append(d.lines, i+1)
		}
	}
	return d
}

func (d *document) goldmark() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(
			extension.Table, extension.Strikethrough, extension.TaskList, extension.DefinitionList, extension.Typographer,
			extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:", "mailto:"})),
			extension.NewFootnote(extension.WithFootnoteBacklinkHTML("↩&#xFE0E;")),
		),
		goldmark.WithParserOptions(
			goldparser.WithHeadingAttribute(),
			goldparser.WithBlockParsers(util.Prioritized(mathParser{}, 150)),
			goldparser.WithInlineParsers(util.Prioritized(quoteParser{}, 9000)),
		),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(&nodes{d}, 10))),
	)
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
	shift := d.survey(root)
	d.article.Shift = shift
	d.readPieces()
	own := map[string]bool{}
	label := ""
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			label = d.heading(n, shift, own)
		case *ast.Blockquote:
			d.alert(n)
		case *ast.FencedCodeBlock:
			d.fence(n)
		case *mathBlock:
			d.math(n)
		}
		d.labels[n] = label
		return ast.WalkContinue, nil
	})
	d.leftovers(root)
}

// survey returns by how much headings shift, and gathers raw HTML and the ids
// that authors wrote, which come before those made of a heading's words.
func (d *document) survey(root ast.Node) (shift int) {
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if n.Level == 1 {
				shift = 1
				line, col := d.place(n.Pos())
				d.add(finding.HeadingInBody, line, col, "an h1 in the body; the title is the only h1, so this one and those below it are shown a level deeper", "begin sections with ##")
			}
			if id := ownID(n); id != "" {
				d.ids[id] = true
			}
		case *ast.RawHTML, *ast.HTMLBlock:
			d.pieces = append(d.pieces, n)
		}
		return ast.WalkContinue, nil
	})
	return shift
}

// usableID is an id that needs no escaping anywhere it is written.
var usableID = regexp.MustCompile(`^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.:-]*$`)

// ownID is the id that an author gave a heading: ## Words {#id}. It is kept as
// it is written, because links to it are out in the world.
func ownID(h *ast.Heading) string {
	value, _ := h.AttributeString("id")
	id, _ := value.([]byte)
	if !usableID.Match(id) {
		return Slugify(string(id))
	}
	return string(id)
}

func (d *document) heading(h *ast.Heading, shift int, own map[string]bool) string {
	if !h.HasChildren() {
		return "" // heads nothing and is not shown
	}
	h.Level = max(2, min(h.Level+shift, 6))
	words := squeeze(d.textOf(h))
	id := ownID(h)
	if id == "" || own[id] {
		id = d.ids.take(words)
	}
	own[id] = true
	h.SetAttributeString("id", []byte(id))
	line, col := d.place(h.Pos())
	d.article.Headings = append(d.article.Headings, Heading{Level: h.Level, ID: id, Text: words, Line: line, Col: col})
	return id
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
