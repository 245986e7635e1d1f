package article

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	goldparser "github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"byline/internal/finding"
)

// The kinds of alert, as GitHub writes them: > [!NOTE].
var alertMark = regexp.MustCompile(`(?i)^\[!(note|tip|important|warning|caution)\]\s*$`)

// alert makes a block quote that begins with a line [!NOTE] an alert. The line
// goes; its kind becomes the attribute "alert".
func (d *document) alert(quote *ast.Blockquote) {
	p, ok := quote.FirstChild().(*ast.Paragraph)
	if !ok || p.Lines().Len() == 0 {
		return
	}
	first := p.Lines().At(0)
	line := bytes.TrimSpace(first.Value(d.source))
	if !bytes.HasPrefix(line, []byte("[!")) {
		return
	}
	m := alertMark.FindSubmatch(line)
	if m == nil {
		return
	}
	quote.SetAttributeString("alert", []byte(strings.ToLower(string(m[1]))))
	for n := p.FirstChild(); n != nil; {
		next := n.NextSibling()
		t, ok := n.(*ast.Text)
		if ok && t.Segment.Start >= first.Stop {
			break
		}
		p.RemoveChild(p, n)
		if ok && (t.SoftLineBreak() || t.HardLineBreak()) {
			break
		}
		n = next
	}
	if p.FirstChild() == nil {
		quote.RemoveChild(quote, p)
	}
}

func (nodes) renderBlockquote(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	d := w.(*page).document
	value, ok := n.AttributeString("alert")
	switch {
	case ok && entering:
		number := d.slot(Slot{Kind: AlertSlot, Target: string(value.([]byte))}, n.Pos())
		w.WriteString(`<div class="alert ` + string(value.([]byte)) + `"><p class="alert-title">` + d.slotImage(number) + "</p>\n")
	case ok:
		w.WriteString("</div>\n")
	case entering:
		w.WriteString("<blockquote>\n")
	default:
		w.WriteString("</blockquote>\n")
	}
	return ast.WalkContinue, nil
}

// mathBlock is a block between $$ lines. Byline draws no formulas: it is shown
// as its source, and reported.
type mathBlock struct{ ast.BaseBlock }

var kindMath = ast.NewNodeKind("Math")

// Kind implements ast.Node.
func (*mathBlock) Kind() ast.NodeKind { return kindMath }

// IsRaw implements ast.Node: the lines hold no Markdown.
func (*mathBlock) IsRaw() bool { return true }

// Dump implements ast.Node.
func (m *mathBlock) Dump(source []byte, level int) { ast.DumpHelper(m, source, level, nil, nil) }

// mathParser reads blocks that begin with a line $$….
type mathParser struct{}

var mathFence = []byte("$$")

// Trigger implements parser.BlockParser.
func (mathParser) Trigger() []byte { return []byte{'$'} }

// Open implements parser.BlockParser.
func (mathParser) Open(_ ast.Node, reader text.Reader, _ goldparser.Context) (ast.Node, goldparser.State) {
	line, segment := reader.PeekLine()
	if !bytes.HasPrefix(bytes.TrimLeft(line, " "), mathFence) {
		return nil, goldparser.NoChildren
	}
	if !mathCloses(reader.Source()[segment.Start:]) {
		return nil, goldparser.NoChildren
	}
	trimmed := bytes.TrimSpace(line)
	closed := len(trimmed) > 3 && bytes.HasSuffix(trimmed, mathFence)
	if !closed && len(trimmed) > 2 && bytes.Contains(trimmed[2:], mathFence) {
		return nil, goldparser.NoChildren // $$x$$ and text behind it: a paragraph
	}
	node := &mathBlock{}
	node.Lines().Append(segment)
	reader.AdvanceToEOL()
	if closed {
		node.SetAttributeString("closed", true)
	}
	return node, goldparser.NoChildren
}

// mathCloses reports whether a second $$ stands in the block of lines: else the
// first one is about money.
func mathCloses(source []byte) bool {
	block := bytes.TrimLeft(source, " ")[len(mathFence):]
	if end := blankLine.FindIndex(block); end != nil {
		block = block[:end[0]]
	}
	return bytes.Contains(block, mathFence)
}

var blankLine = regexp.MustCompile(`\n[ \t>]*\n`)

// Continue implements parser.BlockParser.
func (mathParser) Continue(node ast.Node, reader text.Reader, _ goldparser.Context) goldparser.State {
	if _, closed := node.AttributeString("closed"); closed {
		return goldparser.Close
	}
	line, segment := reader.PeekLine()
	if len(bytes.TrimSpace(line)) == 0 {
		return goldparser.Close
	}
	node.Lines().Append(segment)
	if bytes.HasSuffix(bytes.TrimSpace(line), mathFence) {
		node.SetAttributeString("closed", true)
	}
	reader.AdvanceToEOL()
	return goldparser.Continue | goldparser.NoChildren
}

// Close implements parser.BlockParser.
func (mathParser) Close(ast.Node, text.Reader, goldparser.Context) {}

// CanInterruptParagraph implements parser.BlockParser.
func (mathParser) CanInterruptParagraph() bool { return true }

// CanAcceptIndentedLine implements parser.BlockParser.
func (mathParser) CanAcceptIndentedLine() bool { return false }

func (d *document) math(n ast.Node) {
	line, col := d.place(n.Pos())
	d.add(finding.SourceShown, line, col, "math is shown as its source", "write it in words or as a picture (SVG) beside the article")
}
