package article

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"

	"byline/internal/finding"
)

// piece is one node of raw HTML, made safe to stand among the HTML of the rest:
// it holds whole tags only, and nothing in it takes what stands behind it.
type piece struct{ html, text string }

// swallowing are the elements that a browser reads to their closing tag,
// whatever stands between, or of which the policy takes the content away too.
const swallowing = "script style template object noscript textarea title xmp noembed noframes plaintext select svg math frame frameset nostyle"

// framing are the elements that become one slot, with all that is in them.
const framing = "iframe video audio"

// formatting are the elements that, left open, a browser opens again in each
// block that follows.
const formatting = "a b big code em font i nobr s small strike strong tt u"

// keepsOpen are the elements that HTML lets people leave open, or that have no end.
const keepsOpen = "p li dt dd tr td th thead tbody tfoot caption colgroup col rt rp br hr img wbr source"

// pieceReader reads one node of raw HTML.
type pieceReader struct {
	*document
	raw    []byte
	lower  []byte // raw in lower case, byte for byte
	place  func(offset int) (line, col int)
	closes map[string]int // where the last closing tag of an element stands
	out    piece
}

// readPieces makes a piece of each node of raw HTML and reports what the policy
// takes away. Inline, what stands between the tags of an element that is not
// allowed goes with them.
func (d *document) readPieces() {
	d.read, d.targets = map[ast.Node]piece{}, map[string][][2]int{}
	ends := d.pairs()
	for _, n := range d.pieces {
		inline, ok := n.(*ast.RawHTML)
		if n.Parent() == nil {
			continue // went with the element around it
		}
		r := d.pieceReader(n)
		if ok {
			r.inline(inline, ends[n])
		} else {
			r.block(r.raw)
		}
		d.read[n] = r.out
	}
	for _, tag := range d.open {
		d.add(finding.UnsafeHTML, tag.line, tag.col, fmt.Sprintf("<%s> is not closed; it was closed where the element around it ends", tag.name), fmt.Sprintf("write </%s> where it ends", tag.name))
	}
}

// pieceReader returns a reader of the raw text of n. Its lines need not follow
// each other in the source: in a quote, "> " stands between.
func (d *document) pieceReader(n ast.Node) *pieceReader {
	var segments [][2]int // in raw, in the source
	var raw []byte
	add := func(start int, value []byte) {
		segments = append(segments, [2]int{len(raw), start})
		raw = append(raw, value...)
	}
	lines := n.Lines
	if inline, ok := n.(*ast.RawHTML); ok {
		for i := range inline.Segments.Len() {
			s := inline.Segments.At(i)
			add(s.Start, s.Value(d.source))
		}
	} else {
		for i := range lines().Len() {
			s := lines().At(i)
			add(s.Start, s.Value(d.source))
		}
	}
	if block, ok := n.(*ast.HTMLBlock); ok && block.HasClosure() {
		add(block.ClosureLine.Start, block.ClosureLine.Value(d.source))
	}
	return &pieceReader{document: d, raw: raw, lower: lowerASCII(raw), closes: map[string]int{}, place: func(offset int) (line, col int) {
		i, ok := slices.BinarySearchFunc(segments, offset, func(s [2]int, o int) int { return s[0] - o })
		if !ok {
			i--
		}
		if i < 0 {
			return d.place(n.Pos())
		}
		return d.place(segments[i][1] + offset - segments[i][0])
	}}
}

// inline reads a single tag (or comment) in running text.
func (r *pieceReader) inline(n *ast.RawHTML, end ast.Node) {
	name, opens := tagName(r.raw)
	if opens && hasWord(formatting, name) && end == nil {
		line, col := r.place(0)
		r.add(finding.UnsafeHTML, line, col, fmt.Sprintf("<%s> is not closed in the text it stands in and was removed", name), fmt.Sprintf("write </%s> where it ends", name))
		return
	}
	if !opens || !hasWord(swallowing, name) && !hasWord(framing, name) {
		r.block(r.raw)
		return
	}
	removeBetween(n, end)
	if end == nil && hasWord(framing, name) {
		r.raw = append(r.raw, "</"+name+">"...)
	}
	if end != nil {
		r.closes[name] = len(r.raw)
	}
	r.block(r.raw)
}

var (
	openingTag = regexp.MustCompile(`^<([A-Za-z][^\s/>]*)`)
	closingTag = regexp.MustCompile(`^</([A-Za-z][^\s/>]*)`)
)

func tagName(raw []byte) (name string, opens bool) {
	m := openingTag.FindSubmatch(raw)
	if m == nil {
		return "", false
	}
	return strings.ToLower(string(m[1])), true
}

// pairs finds, for each opening tag in running text, the closing tag that
// belongs to it, among the tags that stand beside it.
func (d *document) pairs() map[ast.Node]ast.Node {
	type key struct {
		parent ast.Node
		name   string
	}
	ends, waiting := map[ast.Node]ast.Node{}, map[key][]ast.Node{}
	for _, n := range slices.Backward(d.pieces) {
		inline, ok := n.(*ast.RawHTML)
		if !ok {
			continue
		}
		raw := inline.Segments.Value(d.source)
		name, opens := tagName(raw)
		if opens {
			at := key{n.Parent(), name}
			if i := len(waiting[at]) - 1; i >= 0 {
				ends[n], waiting[at] = waiting[at][i], waiting[at][:i]
			}
		} else if m := closingTag.FindSubmatch(raw); m != nil {
			at := key{n.Parent(), strings.ToLower(string(m[1]))}
			waiting[at] = append(waiting[at], n)
		}
	}
	return ends
}

func removeBetween(from, to ast.Node) {
	if to == nil {
		return
	}
	for n := from.NextSibling(); n != nil && n != to; n = from.NextSibling() {
		from.Parent().RemoveChild(from.Parent(), n)
	}
}

// block reads raw HTML from its first byte to its last whole tag.
func (r *pieceReader) block(raw []byte) {
	var out, text strings.Builder
	for offset := 0; offset < len(raw); {
		offset = r.tokens(raw, offset, &out, &text)
	}
	r.out = piece{out.String(), text.String()}
}

// tokens reads on from offset until it must skip something, and returns where
// to read on.
func (r *pieceReader) tokens(raw []byte, offset int, out, text *strings.Builder) int {
	z := html.NewTokenizer(bytes.NewReader(raw[offset:]))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			r.incomplete(raw, offset)
			return len(raw)
		}
		source := string(z.Raw())
		token := z.Token()
		at := offset
		offset += len(source)
		switch {
		case kind == html.TextToken:
			out.WriteString(source)
			text.WriteString(token.Data)
		case kind == html.StartTagToken || kind == html.SelfClosingTagToken:
			r.reportTag(token, at)
			if next, skip := r.start(token, source, at, offset, out); skip {
				return next
			}
		case kind == html.EndTagToken && !hasWord(swallowing, token.Data):
			out.WriteString(source)
			text.WriteByte(' ')
			r.closeTag(token.Data)
		}
	}
}

// incomplete reports a tag or comment that the piece does not finish.
func (r *pieceReader) incomplete(raw []byte, offset int) {
	if len(bytes.TrimSpace(raw[offset:])) > 0 {
		line, col := r.place(offset)
		r.add(finding.UnsafeHTML, line, col, "a tag or comment begins here that is not finished; it was removed", "end it with >, without a blank line in it")
	}
}

// start writes an opening tag. skip tells that reading goes on at next, because
// what stands between is not to be read as HTML or not to be shown.
func (r *pieceReader) start(token html.Token, source string, at, offset int, out *strings.Builder) (next int, skip bool) {
	name := token.Data
	end := r.closing(name, at)
	switch {
	case hasWord(swallowing, name) && end < 0 && (name == "script" || name == "style"):
		return len(r.raw), true // the rest is code
	case hasWord(swallowing, name) && end < 0:
		return offset, true
	case hasWord(swallowing, name):
		return max(end, offset), true
	case hasWord(framing, name) && end < 0:
		out.WriteString(source + "</" + name + ">")
		return offset, true
	}
	out.WriteString(source)
	if !hasWord(framing, name) && !hasWord(keepsOpen, name) && allowedElement(name) {
		line, col := r.place(at)
		r.open = append(r.open, openTag{name, line, col})
	}
	return offset, false
}

// closing returns the offset behind the closing tag of an element that opens at
// the offset at, or -1.
func (r *pieceReader) closing(name string, at int) int {
	closing := []byte("</" + name)
	if _, known := r.closes[name]; !known {
		r.closes[name] = bytes.LastIndex(r.lower, closing)
	}
	if r.closes[name] < at {
		return -1
	}
	i := bytes.Index(r.lower[min(at, len(r.lower)):], closing)
	if i < 0 {
		return len(r.raw)
	}
	if end := bytes.IndexByte(r.lower[at+i:], '>'); end >= 0 {
		return at + i + end + 1
	}
	return len(r.raw)
}

// lowerASCII keeps every offset, which bytes.ToLower does not.
func lowerASCII(raw []byte) []byte {
	lower := bytes.Clone(raw)
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return lower
}

// openTag is an element that raw HTML opened.
type openTag struct {
	name      string
	line, col int
}

// closeTag takes the nearest open element of that name, and those within it,
// off the list.
func (d *document) closeTag(name string) {
	for i := len(d.open) - 1; i >= 0; i-- {
		if d.open[i].name == name {
			d.open = slices.Delete(d.open, i, i+1)
			return
		}
	}
}

// reportTag reports what of a tag the policy takes away, and keeps the place of
// what it refers to.
func (r *pieceReader) reportTag(t html.Token, offset int) {
	line, col := r.place(offset)
	attributes, ok := allowed[t.Data]
	if t.Data == "picture" {
		return // its <img> stays; render makes the sizes
	}
	if !ok {
		r.add(finding.UnsafeHTML, line, col, fmt.Sprintf("<%s> is not allowed and was removed", t.Data), removedHint(t.Data))
		return
	}
	if t.Data == "h1" {
		r.add(finding.HeadingInBody, line, col, "an h1 in the body; the title is the only h1, so this one is shown as an h2", "begin sections with ##")
	}
	for _, a := range t.Attr {
		refers := a.Key == "href" || a.Key == "src"
		switch {
		case hasWord(silent, a.Key) || strings.HasPrefix(a.Key, "data-") || strings.HasPrefix(a.Key, "aria-"):
		case !hasWord(attributes, a.Key) && !hasWord(everywhere, a.Key):
			r.add(finding.UnsafeHTML, line, col, fmt.Sprintf("the attribute %s of <%s> is not allowed and was removed", a.Key, t.Data), "")
		case refers && refused(a.Val):
			r.add(finding.UnsafeHTML, line, col, fmt.Sprintf("the address %q is not allowed and was removed", a.Val), "write an http, https, mailto or tel address, or a path")
		case refers:
			key := t.Data + " " + a.Val
			r.targets[key] = append(r.targets[key], [2]int{line, col})
		}
	}
}
