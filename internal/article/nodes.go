package article

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"byline/internal/finding"
)

// nodes renders the kinds of nodes whose HTML is ours to choose, and text, which
// is most of it; goldmark renders the others. The document is the writer's: see
// page.
type nodes struct{}

// RegisterFuncs is called by goldmark.
func (r nodes) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindText, r.renderText)
	reg.Register(ast.KindHeading, r.renderHeading)
	reg.Register(ast.KindParagraph, r.renderParagraph)
	reg.Register(ast.KindLink, r.renderLink)
	reg.Register(ast.KindAutoLink, r.renderAutoLink)
	reg.Register(ast.KindImage, r.renderImage)
	reg.Register(ast.KindFencedCodeBlock, r.renderFence)
	reg.Register(ast.KindCodeBlock, r.renderCode)
	reg.Register(kindMath, r.renderCode)
	reg.Register(ast.KindBlockquote, r.renderBlockquote)
	reg.Register(ast.KindRawHTML, r.renderRaw)
	reg.Register(ast.KindHTMLBlock, r.renderRaw)
	reg.Register(extast.KindTable, r.renderTable)
	reg.Register(extast.KindTableCell, r.renderCell)
	reg.Register(extast.KindFootnoteBacklink, r.renderBacklink)
	reg.Register(extast.KindTaskCheckBox, r.renderCheckBox)
}

func (nodes) renderHeading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h := n.(*ast.Heading)
	value, _ := h.AttributeString("id")
	id, _ := value.([]byte)
	level := strconv.Itoa(h.Level)
	switch {
	case !h.HasChildren(): // ## and nothing behind it heads nothing
		w.(*page).label = ""
	case entering:
		w.(*page).label = string(id)
		w.WriteString("<h" + level + ` id="` + string(util.EscapeHTML(id)) + `">`)
	default:
		// The link is for those who point and copy. Read aloud, or met with the
		// keyboard, it would say every heading twice.
		w.WriteString(` <a aria-hidden="true" class="anchor" href="#` + string(util.URLEscape(id, false)) + `" tabindex="-1">#</a></h` + level + ">\n")
	}
	return ast.WalkContinue, nil
}

// renderText writes text as goldmark does, but at once where nothing in it needs
// to be written otherwise than it is.
func (nodes) renderText(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	t := n.(*ast.Text)
	value := t.Segment.Value(source)
	switch {
	case t.IsRaw():
		goldhtml.DefaultWriter.RawWrite(w, value)
		return ast.WalkContinue, nil
	case has(value, writtenByte):
		goldhtml.DefaultWriter.Write(w, value)
	default:
		w.Write(value)
	}
	if t.HardLineBreak() {
		w.WriteString("<br>\n")
	} else if t.SoftLineBreak() {
		w.WriteByte('\n')
	}
	return ast.WalkContinue, nil
}

// alone returns the picture that is all of a paragraph.
func alone(p ast.Node) *ast.Image {
	image, ok := p.FirstChild().(*ast.Image)
	if ok && image.NextSibling() == nil && p.Kind() == ast.KindParagraph {
		return image
	}
	return nil
}

func (nodes) renderParagraph(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	image := alone(n)
	switch {
	case image != nil && len(image.Title) > 0:
		if entering {
			w.WriteString("<figure>")
		} else {
			fmt.Fprintf(w, "<figcaption>%s</figcaption></figure>\n", html.EscapeString(Typeset(unescape(image.Title))))
		}
	case image != nil:
		if entering {
			w.WriteString(`<figure>`)
		} else {
			w.WriteString("</figure>\n")
		}
	case entering:
		w.WriteString("<p>")
	default:
		w.WriteString("</p>\n")
	}
	return ast.WalkContinue, nil
}

func (nodes) renderLink(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		w.WriteString("</a>")
		return ast.WalkContinue, nil
	}
	link, d := n.(*ast.Link), w.(*page).document
	w.WriteString("<a " + d.slotHref(d.slot(Slot{Kind: LinkSlot, Target: unescape(link.Destination)}, link.Pos())))
	if len(link.Title) > 0 {
		fmt.Fprintf(w, ` title="%s"`, html.EscapeString(unescape(link.Title)))
	}
	w.WriteByte('>')
	return ast.WalkContinue, nil
}

func (nodes) renderAutoLink(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	link, d := n.(*ast.AutoLink), w.(*page).document
	target := entities(string(link.URL(source)))
	if link.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(target), "mailto:") {
		target = "mailto:" + target
	}
	fmt.Fprintf(w, "<a %s>%s</a>", d.slotHref(d.slot(Slot{Kind: LinkSlot, Target: target}, link.Pos())), html.EscapeString(entities(string(link.Label(source)))))
	return ast.WalkContinue, nil
}

func (nodes) renderImage(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	image, d := n.(*ast.Image), w.(*page).document
	s := Slot{Kind: PictureSlot, Target: unescape(image.Destination), Alt: string(d.textOf(image))}
	if alone(image.Parent()) == nil {
		s.Title = unescape(image.Title)
	}
	number := d.slot(s, image.Pos())
	d.checkAlt(d.slots[number])
	w.WriteString(d.slotImage(number))
	return ast.WalkSkipChildren, nil
}

func (d *document) checkAlt(s Slot) {
	if s.Alt == "" {
		d.add(finding.MissingAlt, s.Line, s.Col, fmt.Sprintf("the picture %s has no alt text", s.Target), "say between the brackets what it shows: ![…](…)")
	}
}

func (nodes) renderFence(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	block := n.(*ast.FencedCodeBlock)
	code := &Code{}
	if block.Info != nil {
		code = parseInfo(string(block.Info.Segment.Value(source)))
	}
	return writeCode(w, code, n)
}

func (nodes) renderCode(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	return writeCode(w, &Code{}, n)
}

func writeCode(w util.BufWriter, code *Code, n ast.Node) (ast.WalkStatus, error) {
	d := w.(*page).document
	code.Source = strings.TrimRight(string(n.Lines().Value(d.source)), "\n")
	w.WriteString(d.slotImage(d.slot(Slot{Kind: CodeSlot, Code: code}, n.Pos())) + "\n")
	return ast.WalkSkipChildren, nil
}

var (
	infoMarks = regexp.MustCompile(`\{([\d,\s-]+)\}`)
	infoTitle = regexp.MustCompile(`\b(?:title|filename)=(?:"([^"]*)"|'([^']*)'|(\S+))`)
)

// parseInfo reads what stands behind an opening fence:
//
//	python {2,4-6} title="app/views.py"
func parseInfo(info string) *Code {
	code := &Code{}
	if m := infoTitle.FindStringSubmatch(info); m != nil {
		code.Title = m[1] + m[2] + m[3]
		info = strings.Replace(info, m[0], "", 1)
	}
	if m := infoMarks.FindStringSubmatch(info); m != nil {
		code.Marks = parseMarks(m[1])
		info = strings.Replace(info, m[0], "", 1)
	}
	if words := strings.Fields(info); len(words) > 0 {
		code.Language = strings.ToLower(strings.Trim(words[0], "{}.,:"))
	}
	return code
}

func parseMarks(list string) []Range {
	var marks []Range
	for part := range strings.SplitSeq(list, ",") {
		from, to, ranged := strings.Cut(strings.TrimSpace(part), "-")
		if !ranged {
			to = from
		}
		a, errA := strconv.Atoi(strings.TrimSpace(from))
		b, errB := strconv.Atoi(strings.TrimSpace(to))
		if errA == nil && errB == nil && a >= 1 && b >= a {
			marks = append(marks, Range{a, b})
		}
	}
	return marks
}

func (nodes) renderTable(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		w.WriteString("</table></div>\n")
		return ast.WalkContinue, nil
	}
	// A table scrolls in its own box, so the keyboard must reach it; the heading
	// above names it.
	w.WriteString(`<div class="table" tabindex="0"`)
	if id := w.(*page).label; id != "" {
		fmt.Fprintf(w, ` role="group" aria-labelledby="%s"`, util.EscapeHTML([]byte(id)))
	}
	w.WriteString("><table>\n")
	return ast.WalkContinue, nil
}

func (nodes) renderCell(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	cell := n.(*extast.TableCell)
	tag := "td"
	if n.Parent().Kind() == extast.KindTableHeader && cell.HasChildren() { // an empty one heads nothing
		tag = "th"
	}
	if !entering {
		w.WriteString("</" + tag + ">\n")
		return ast.WalkContinue, nil
	}
	w.WriteString("<" + tag)
	if tag == "th" {
		w.WriteString(` scope="col"`)
	}
	switch cell.Alignment {
	case extast.AlignCenter:
		w.WriteString(` class="center"`)
	case extast.AlignRight:
		w.WriteString(` class="right"`)
	}
	w.WriteByte('>')
	return ast.WalkContinue, nil
}

// renderCheckBox draws a task's box as a sign: a disabled input has no name and
// is nothing that a reader could use.
func (nodes) renderCheckBox(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		if n.(*extast.TaskCheckBox).IsChecked {
			w.WriteString(`<span class="task" role="img" aria-label="✓">☑</span> `)
		} else {
			w.WriteString(`<span class="task" role="img" aria-label="○">☐</span> `)
		}
	}
	return ast.WalkContinue, nil
}

func (nodes) renderRaw(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		w.WriteString(w.(*page).read[n].html)
	}
	return ast.WalkSkipChildren, nil
}

// renderBacklink names the way back from a footnote by the number it goes back
// to; the arrow says nothing to those who hear it.
func (nodes) renderBacklink(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		link := n.(*extast.FootnoteBacklink)
		reference := fmt.Sprintf("fnref:%d", link.Index)
		if link.RefIndex > 0 {
			reference = fmt.Sprintf("fnref%d:%d", link.RefIndex, link.Index)
		}
		fmt.Fprintf(w, `&#160;<a href="#%s" class="footnote-backref" role="doc-backlink" aria-labelledby="%s">↩&#xFE0E;</a>`, reference, reference)
	}
	return ast.WalkContinue, nil
}
