package article

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldparser "github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// grammar is the Markdown that Byline reads, and how it is written as HTML. It is
// a compiled pattern of a kind: made once, the same for every document, and safe
// for concurrent use. What belongs to one document goes along with it: in the
// parser's context (notesKey) and in the writer (page).
var grammar = goldmark.New(
	goldmark.WithExtensions(
		extension.Table, extension.Strikethrough, extension.TaskList, extension.DefinitionList, extension.Typographer,
		extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:", "mailto:"})),
		extension.NewFootnote(extension.WithFootnoteBacklinkHTML("↩&#xFE0E;")),
	),
	goldmark.WithParserOptions(
		goldparser.WithHeadingAttribute(),
		goldparser.WithBlockParsers(util.Prioritized(mathParser{}, 150)),
		goldparser.WithInlineParsers(util.Prioritized(quoteParser{}, 9000)),
		goldparser.WithASTTransformers(util.Prioritized(unusedNotes{}, 998)), // before goldmark drops them
	),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(nodes{}, 10))),
)

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
