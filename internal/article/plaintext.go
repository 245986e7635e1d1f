package article

import (
	"html"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// textOf returns the words of a node, without markup. Blocks and lines are
// parted by a space; code blocks and raw HTML are left out.
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
			b.Write(n.Label(d.source))
		case *ast.FencedCodeBlock, *ast.CodeBlock, *mathBlock, *extast.FootnoteBacklink, *extast.FootnoteLink:
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// unescape resolves the backslashes and entities that goldmark leaves in the
// source of a text node.
func unescape(b []byte) string {
	s := string(b)
	if strings.ContainsRune(s, '\\') {
		var out strings.Builder
		for i := 0; i < len(s); i++ {
			if s[i] == '\\' && i+1 < len(s) && unicode.In(rune(s[i+1]), unicode.Punct, unicode.Symbol) && s[i+1] < 0x80 {
				i++
			}
			out.WriteByte(s[i])
		}
		s = out.String()
	}
	return html.UnescapeString(s)
}

// plainText fills in what the article says as plain text.
func (d *document) plainText(root ast.Node) {
	a := d.article
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == ast.KindParagraph {
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
// sign of a script that writes without spaces.
func CountWords(s string) int {
	n, inside := 0, false
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			n++
			inside = false
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' || r == '’':
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
