package article

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// textOf returns the words of a node, without markup and with single spaces.
// Blocks and lines are parted by a space; code blocks and the tags of raw HTML
// are left out.
func (d *document) textOf(n ast.Node) []byte {
	var out squeezer
	if n.Kind() == ast.KindDocument {
		out.text = make([]byte, 0, 2*len(d.source)) // pack puts the source behind it
	}
	d.gatherText(&out, n)
	return out.text
}

func (d *document) gatherText(out *squeezer, n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		out.markdown(n.Segment.Value(d.source))
		if n.SoftLineBreak() || n.HardLineBreak() {
			out.gap = true
		}
	case *ast.String:
		if bytes.IndexByte(n.Value, '&') >= 0 {
			out.add([]byte(html.UnescapeString(string(n.Value))))
		} else {
			out.add(n.Value)
		}
	case *ast.AutoLink:
		out.add([]byte(entities(string(n.Label(d.source)))))
	case *ast.CodeSpan:
		d.literal(out, n)
		return
	case *ast.HTMLBlock:
		out.add([]byte(d.read[n].text))
	case *ast.FencedCodeBlock, *ast.CodeBlock, *mathBlock, *extast.FootnoteBacklink, *extast.FootnoteLink:
		out.gap = out.gap || n.Type() == ast.TypeBlock
		return
	}
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		d.gatherText(out, child)
	}
	out.gap = out.gap || n.Type() == ast.TypeBlock
}

// literal adds the text of a code span, in which nothing is an escape.
func (d *document) literal(out *squeezer, n ast.Node) {
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if t, ok := child.(*ast.Text); ok {
			out.add(t.Segment.Value(d.source))
		}
	}
}

// unescape resolves the backslashes and entities that goldmark leaves in the
// source of a text node, an address or a title.
func unescape(b []byte) string {
	if bytes.IndexByte(b, '\\') < 0 {
		return entities(string(b))
	}
	return entities(escaped.ReplaceAllStringFunc(string(b), func(s string) string { return html.EscapeString(s[1:]) }))
}

// escaped is a backslash before punctuation; html.EscapeString keeps what stood
// behind it from being read as an entity.
var escaped = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]")

// entity is a character reference as CommonMark has it, with its semicolon: in
// "?a=1&copy=2" there is none.
var entity = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[0-9A-Za-z]+);`)

func entities(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return entity.ReplaceAllStringFunc(s, html.UnescapeString)
}

// plainText fills in what is known of an article by what it says as plain text,
// and returns that.
func (d *document) plainText(root ast.Node, body Body, a *Article) []byte {
	for n := root.FirstChild(); n != nil && a.Lead == ""; n = n.NextSibling() {
		if n.Kind() == ast.KindParagraph && alone(n) == nil {
			a.Lead = string(d.textOf(n))
		}
	}
	text := d.textOf(root)
	a.Words = CountWords(text)
	for _, s := range body.Slots {
		if s.Kind == CodeSlot {
			a.HasCode = true
			a.Words += CountWords(s.Code.Source)
		}
	}
	return text
}
