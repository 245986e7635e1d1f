package article

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	goldparser "github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// grammar is the Markdown that Byline reads, and how it is written as HTML. It is
// a compiled pattern of a kind: made once, the same for every document, and safe
// for concurrent use. What belongs to one document goes along with it: in the
// parser's context (see parse) and in the writer (page).
var grammar = goldmark.New(
	goldmark.WithExtensions(
		extension.Table, extension.Strikethrough, extension.TaskList, extension.DefinitionList, extension.Typographer,
		extension.NewFootnote(extension.WithFootnoteBacklinkHTML("↩&#xFE0E;")),
	),
	goldmark.WithParserOptions(
		goldparser.WithHeadingAttribute(),
		goldparser.WithBlockParsers(util.Prioritized(mathParser{}, 150)),
		goldparser.WithInlineParsers(util.Prioritized(linkParser{extension.NewLinkifyParser(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:", "mailto:"}))}, 999)),
		goldparser.WithInlineParsers(util.Prioritized(quoteParser{}, 9000)),
		goldparser.WithASTTransformers(util.Prioritized(unusedNotes{}, 998)), // before goldmark drops them
	),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(nodes{}, 10))),
)

// linkParser finds addresses in running text. It stands between goldmark and its
// own parser of them, which would look at every word for all that it may be.
type linkParser struct{ goldparser.InlineParser }

// addressesKey is what kinds of addresses the source can have.
var addressesKey = goldparser.NewContextKey()

type addresses struct{ web, mail bool }

func addressesIn(source []byte) addresses {
	has := func(sign string) bool { return bytes.Contains(source, []byte(sign)) }
	return addresses{has("http") || has("www.") || has("mailto:"), has("@")}
}

// Parse implements parser.InlineParser.
func (p linkParser) Parse(parent ast.Node, block text.Reader, context goldparser.Context) ast.Node {
	possible := context.Get(addressesKey).(addresses)
	if !possible.web && !possible.mail {
		return nil
	}
	line, _ := block.PeekLine()
	word := line
	switch line[0] {
	case ' ', '*', '_', '~', '(':
		word = line[1:]
	}
	const longest = 64 // part of a mail address before its @
	switch {
	case bytes.HasPrefix(word, []byte("ht")), bytes.HasPrefix(word, []byte("ma")), bytes.HasPrefix(word, []byte("ww")):
	case possible.mail && bytes.IndexByte(word[:min(len(word), longest+1)], '@') > 0:
	default:
		return nil
	}
	return p.InlineParser.Parse(parent, block, context)
}

// parse parses the source. notes, if any, is handed the unused footnotes.
func (d *document) parse(notes *references) ast.Node {
	context := goldparser.NewContext()
	context.Set(addressesKey, addressesIn(d.source))
	context.Set(notesKey, notes)
	return grammar.Parser().Parse(text.NewReader(d.source), goldparser.WithContext(context))
}

// page is what a document is rendered into. The functions that render a node are
// handed it as their writer, and so know the document.
type page struct {
	strings.Builder
	*document
}

// Available implements util.BufWriter: nothing waits to be written.
func (*page) Available() int { return 0 }

// Buffered implements util.BufWriter.
func (*page) Buffered() int { return 0 }

// Flush implements util.BufWriter.
func (*page) Flush() error { return nil }
