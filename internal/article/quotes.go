package article

import (
	"regexp"
	"unicode"

	"github.com/yuin/goldmark/ast"
	goldparser "github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// quoteParser opens single quotes where goldmark's typographer takes them for an
// apostrophe: it does so before every word in t, e, n or l, on account of 'tis
// and 'em, so that 'the end' would come out as ’the end’.
type quoteParser struct{}

// clipped are the words that really begin with an apostrophe.
var clipped = regexp.MustCompile(`(?i)^'(?:tis|twas|twere|twill|til|till|tween|em|en|neath|net|n|nuff|low)\b`)

// clippedLetter begins the words in question.
var clippedLetter = regexp.MustCompile(`^'[tenl]`)

// Trigger implements parser.InlineParser.
func (quoteParser) Trigger() []byte { return []byte{'\''} }

// Parse implements parser.InlineParser.
func (quoteParser) Parse(_ ast.Node, block text.Reader, _ goldparser.Context) ast.Node {
	line, _ := block.PeekLine()
	before := block.PrecendingCharacter()
	if !unicode.IsSpace(before) && !unicode.IsPunct(before) || !clippedLetter.Match(line) || clipped.Match(line) {
		return nil
	}
	node := ast.NewString([]byte("&lsquo;"))
	node.SetCode(true)
	block.Advance(1)
	return node
}
