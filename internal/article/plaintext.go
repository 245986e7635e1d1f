package article

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// textOf returns the words of a node, without markup. Blocks and lines are
// parted by a space; code blocks and the tags of raw HTML are left out.
func (d *document) textOf(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.WriteString(unescape(n.Segment.Value(d.source)))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.WriteString(html.UnescapeString(string(n.Value)))
		case *ast.AutoLink:
			b.WriteString(entities(string(n.Label(d.source))))
		case *ast.CodeSpan:
			b.WriteString(d.literal(n))
			return ast.WalkSkipChildren, nil
		case *ast.HTMLBlock:
			b.WriteString(d.read[n].text)
		case *ast.FencedCodeBlock, *ast.CodeBlock, *mathBlock, *extast.FootnoteBacklink, *extast.FootnoteLink:
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// literal is the text of a code span, in which nothing is an escape.
func (d *document) literal(n ast.Node) string {
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if t, ok := child.(*ast.Text); ok {
			b.Write(t.Segment.Value(d.source))
		}
	}
	return b.String()
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

// plainText fills in what the article says as plain text.
func (d *document) plainText(root ast.Node) {
	a := d.article
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == ast.KindParagraph && alone(n) == nil {
			if a.Lead = squeeze(d.textOf(n)); a.Lead != "" {
				break
			}
		}
	}
	a.Text = squeeze(d.textOf(root))
	a.Words = CountWords(a.Text)
	for _, s := range a.Body.Slots {
		if s.Kind == CodeSlot {
			a.HasCode = true
			a.Words += CountWords(s.Code.Source)
		}
	}
}

// squeeze makes every run of white space one space.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// CountWords counts the words of a text: runs of letters and digits, and every
// sign of a script that writes without spaces. Marks and apostrophes belong to
// the word that they stand in.
func CountWords(s string) int {
	n, inside := 0, false
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			n++
			inside = false
		case inside && (unicode.IsMark(r) || r == '\'' || r == '’'):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if !inside {
				n++
			}
			inside = true
		default:
			inside = false
		}
	}
	return n
}
