package article

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"byline/internal/finding"
)

// slip is what a text shows to readers though its author meant something else.
type slip struct {
	rule              finding.Rule
	signs             string // parted by spaces: without one of them there is nothing to look for
	pattern           *regexp.Regexp
	found, suggestion string
}

// slips are looked for outside of code. What stands in the first group, else
// the whole match, is shown in the message.
var slips = []slip{
	{finding.ForeignSyntax, "{%", regexp.MustCompile(`\{%-?\s*[a-z]\w*[^\n]*?%\}`), "the template tag %s is shown as it is", "write Markdown in its place, or put it in `backquotes` if it is meant to be read"},
	{finding.ForeignSyntax, "{{", regexp.MustCompile(`\{\{[<%]\s*/?\s*[a-zA-Z][^\n]*?[>%]\}\}`), "the shortcode %s is shown as it is", "write Markdown or HTML in its place, or put it in `backquotes` if it is meant to be read"},
	{finding.ForeignSyntax, "{{", regexp.MustCompile(`\{\{-?\s*[a-z][\w.-]*\s*(?:\|[^\n}]*)?-?\}\}`), "the template expression %s is shown as it is", "write what it stood for, or put it in `backquotes` if it is meant to be read"},
	{finding.ForeignSyntax, "{:", regexp.MustCompile(`(\{:\s*[.#a-z][^}\n]*\})`), "the attribute list %s is shown as it is", "remove it; an id behind a heading is written {#id}"},
	{finding.ForeignSyntax, ":::", regexp.MustCompile(`(?m)^[ \t]*(:::+\s*\{?[a-z][^\n]*)$`), "the container %s is shown as it is", "write an alert in its place: > [!NOTE]"},
	{finding.ForeignSyntax, "[caption [gallery [embed [playlist [audio [video [/", regexp.MustCompile(`(?m)\[(?:caption|gallery|embed|playlist|audio|video)\s+\w+=[^\]\n]*\]|\[/(?:caption|gallery|embed|playlist|audio|video)\]|^\[(?:gallery|playlist)\]$`), "the shortcode %s is shown as it is", "write Markdown in its place"},
	{finding.ForeignSyntax, "TOC] toc] _TOC_]", regexp.MustCompile(`(?m)^(\[(?:TOC|toc)\]|\[\[_TOC_\]\])[ \t]*$`), "%s is shown as it is", "remove it"},
	{finding.SuspiciousQuotes, "â€", regexp.MustCompile(`â€.?`), "%s is a sign that was read in the wrong encoding", "write the quote or dash that was meant"},
	{finding.SuspiciousQuotes, "Ã", regexp.MustCompile(`Ã[\x{a1}-\x{bf}]`), "%s is a letter that was read in the wrong encoding", "write the letter that was meant"},
	{finding.SuspiciousQuotes, "Â", regexp.MustCompile(`Â[\x{a0}©®°±·»«§£]`), "%s is a sign that was read in the wrong encoding", "write it without the Â"},
	{finding.SuspiciousQuotes, "\uFFFD", regexp.MustCompile("\uFFFD+"), "%s stands where a sign was lost", "write the sign that was meant"},
	{finding.SuspiciousQuotes, "&amp;", regexp.MustCompile(`&amp;(?:quot|apos|amp|lt|gt|nbsp|[lr][sd]quo|[mn]dash|hellip|#\d+);`), "%s is shown as an entity, not as the sign that it names", "write the sign itself"},
}

// inCode is HTML in which signs stand for themselves.
var inCode = regexp.MustCompile(`(?is)<!--.*?-->|<pre\b.*?</pre>|<code\b.*?</code>|<script\b.*?</script>|<style\b.*?</style>|<textarea\b.*?</textarea>|<kbd\b.*?</kbd>|<samp\b.*?</samp>`)

// leftovers reports what other systems and programs left in the text.
func (d *document) leftovers(root ast.Node) {
	var prose []byte // the source with everything blanked that is code
	for _, s := range slips {
		if !s.possible(d.source) {
			continue
		}
		if prose == nil {
			prose = d.prose(root)
		}
		for _, m := range s.pattern.FindAllSubmatchIndex(prose, -1) {
			from, to := m[0], m[1]
			if len(m) > 2 && m[2] >= 0 {
				from, to = m[2], m[3]
			}
			if from > 0 && (prose[from-1] == '\\' || prose[from-1] == '{') {
				continue // escaped, or the middle of {{% … %}}
			}
			line, col := d.place(from)
			d.add(s.rule, line, col, fmt.Sprintf(s.found, short(prose[from:to])), s.suggestion)
		}
	}
	if bytes.IndexByte(d.source, '`') >= 0 || bytes.Contains(d.source, []byte("“")) || bytes.Contains(d.source, []byte("”")) {
		d.quotes(root)
	}
}

// possible reports whether one of the signs stands in a text.
func (s slip) possible(text []byte) bool {
	for sign := range strings.SplitSeq(s.signs, " ") {
		if bytes.Contains(text, []byte(sign)) {
			return true
		}
	}
	return false
}

// short is text as it can stand in a message.
func short(text []byte) string {
	const most = 40
	words := bytes.Join(bytes.Fields(text), []byte(" "))
	if utf8.RuneCount(words) <= most {
		return string(words)
	}
	return string([]rune(string(words))[:most]) + "…"
}

// prose returns the source with everything blanked in which signs stand for
// themselves. Every byte keeps its place.
func (d *document) prose(root ast.Node) []byte {
	prose := bytes.Clone(d.source)
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.CodeSpan:
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				if t, ok := c.(*ast.Text); ok {
					blank(prose, t.Segment.Start, t.Segment.Stop)
				}
			}
		case *ast.FencedCodeBlock:
			blank(prose, n.Pos(), d.fenceEnd(n))
		case *ast.CodeBlock, *mathBlock:
			for i := range n.Lines().Len() {
				blank(prose, n.Lines().At(i).Start, n.Lines().At(i).Stop)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, m := range inCode.FindAllIndex(prose, -1) {
		blank(prose, m[0], m[1])
	}
	return prose
}

// blank keeps line ends.
func blank(text []byte, from, to int) {
	for i := max(from, 0); i < min(to, len(text)); i++ {
		if text[i] != '\n' {
			text[i] = ' '
		}
	}
}

// quotes looks at the running text of each block.
func (d *document) quotes(root ast.Node) {
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering || !runs(n) {
			return ast.WalkContinue, nil
		}
		if d.hasQuotes(n.Lines()) {
			d.quotesOf(n)
		}
		return ast.WalkSkipChildren, nil
	})
}

// hasQuotes reports whether there may be something to say of the quotes in these
// lines.
func (d *document) hasQuotes(lines *text.Segments) bool {
	for i := range lines.Len() {
		line := lines.At(i)
		if has(line.Value(d.source), quoteByte|highByte) {
			return true
		}
	}
	return lines.Len() == 0
}

// quoteState is what is known on the way through the quotes of a block.
type quoteState struct {
	typed    int  // where “ opened one that is open; -1: none
	straight bool // one is open that " opened, which is curled to fit
	fault    int  // the first sign that is out of turn; -1: none
	strayed  bool // a backquote was reported
	foreign  bool // the signs are those of a language that uses them otherwise
}

// close closes the open quote of one kind and reports whether there was one.
func (q *quoteState) close(straight bool) bool {
	was := q.typed >= 0
	if straight {
		was, q.straight = q.straight, false
	} else {
		q.typed = -1
	}
	return was
}

// quotesOf reports a backquote that is shown, and typographic quotes that close
// what is not open or open what is. A quote may go on over several paragraphs,
// each of which opens it again and only the last of which closes it; and where
// ” also opens (Swedish, Finnish), or “ closes (German, Czech), nothing is said.
func (d *document) quotesOf(block ast.Node) {
	q := quoteState{typed: -1, fault: -1}
	_ = ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.CodeSpan, *ast.RawHTML:
			return ast.WalkSkipChildren, nil
		case *ast.String:
			if string(n.Value) == "&ldquo;" {
				q.straight = true
			} else if string(n.Value) == "&rdquo;" && !q.close(true) {
				q.close(false)
			}
		case *ast.Text:
			d.quotesIn(n.Segment.Start, n.Segment.Value(d.source), &q)
		}
		return ast.WalkContinue, nil
	})
	if q.fault < 0 || q.foreign {
		return
	}
	line, col := d.place(q.fault)
	found := "the quote that “ opens here is opened again before it is closed"
	if sign, _ := utf8.DecodeRune(d.source[q.fault:]); sign == '”' {
		found = "” closes a quote here that is not open"
	}
	d.add(finding.SuspiciousQuotes, line, col, found, "write “ where a quote begins and ” where it ends")
}

func (d *document) quotesIn(start int, text []byte, q *quoteState) {
	if !has(text, quoteByte|highByte) {
		return
	}
	for i, r := range string(text) {
		at := start + i
		switch r {
		case '`':
			if !q.strayed && (at == 0 || d.source[at-1] != '\\') {
				d.stray(at)
				q.strayed = true
			}
		case '„', '»':
			q.foreign = true
		case '“':
			if q.typed >= 0 && q.fault < 0 {
				q.fault = q.typed
			}
			q.typed = at
		case '”':
			before, _ := utf8.DecodeLastRune(d.source[:at])
			closed := q.close(false) || q.close(true)
			if !closed && q.fault < 0 && !unicode.IsDigit(before) { // 6” are inches
				q.fault = at
			}
			q.foreign = q.foreign || unicode.IsSpace(before)
		}
	}
}

func (d *document) stray(at int) {
	line, col := d.place(at)
	d.add(finding.SuspiciousQuotes, line, col, "a backquote is shown as it is: none closes it", "write `code` between two, a quote with \" or ', and \\` for the sign itself")
}
