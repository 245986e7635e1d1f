package article

import (
	"html"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// Highlight returns the code as HTML for the inside of a <code> element: text
// in spans whose classes the style sheet colours, and marked lines in
// <span class="hl">. It is the dearest step of all and is called when a page is
// first asked for.
//
// The classes are few (see class): a page is read with a handful of colours,
// and every span is bytes on the wire.
func Highlight(code *Code) string {
	lexer := lexers.Get(code.Language)
	if lexer == nil {
		lexer = lexers.Fallback
	}
	tokens, err := chroma.Tokenise(chroma.Coalesce(lexer), nil, code.Source)
	if err != nil {
		return html.EscapeString(code.Source) // the source is always right
	}
	if n := len(tokens); n > 0 && !strings.HasSuffix(code.Source, "\n") {
		// Some lexers need a last line end and add it.
		tokens[n-1].Value = strings.TrimSuffix(tokens[n-1].Value, "\n")
	}
	var b strings.Builder
	for i, line := range chroma.SplitTokensIntoLines(tokens) {
		marked := code.marks(i + 1)
		if marked {
			b.WriteString(`<span class="hl">`)
		}
		writeLine(&b, line)
		if marked {
			b.WriteString("</span>")
		}
	}
	return b.String()
}

// HasLanguage reports whether name is a language that Highlight knows.
func HasLanguage(name string) bool { return name != "" && lexers.Get(name) != nil }

func (c *Code) marks(line int) bool {
	for _, r := range c.Marks {
		if line >= r.From && line <= r.To {
			return true
		}
	}
	return false
}

// writeLine writes the tokens of a line, neighbours of one class as one span.
func writeLine(b *strings.Builder, line []chroma.Token) {
	open := ""
	for _, t := range line {
		name := class(t.Type)
		if strings.TrimSpace(t.Value) == "" {
			name = open // white space takes any colour
			if strings.Contains(t.Value, "\n") {
				name = ""
			}
		}
		if name != open {
			if open != "" {
				b.WriteString("</span>")
			}
			if name != "" {
				b.WriteString(`<span class="` + name + `">`)
			}
			open = name
		}
		value := t.Value
		ends := strings.HasSuffix(value, "\n")
		b.WriteString(html.EscapeString(strings.TrimSuffix(value, "\n")))
		if ends {
			if open != "" {
				b.WriteString("</span>")
				open = ""
			}
			b.WriteByte('\n')
		}
	}
	if open != "" {
		b.WriteString("</span>")
	}
}

// class maps chroma's many token types to the few that have a colour:
// k keyword, s string, c comment, n number or constant, f function or class
// name, t tag or type, a attribute, i inserted, d deleted, e error.
func class(t chroma.TokenType) string {
	switch {
	case t.InCategory(chroma.Comment):
		if t == chroma.CommentPreproc || t == chroma.CommentPreprocFile {
			return "k"
		}
		return "c"
	case t == chroma.KeywordType:
		return "t"
	case t == chroma.KeywordConstant:
		return "n"
	case t.InCategory(chroma.Keyword), t == chroma.OperatorWord:
		return "k"
	case t.InSubCategory(chroma.LiteralString):
		return "s"
	case t.InSubCategory(chroma.LiteralNumber), t == chroma.NameConstant:
		return "n"
	case t == chroma.NameFunction, t == chroma.NameFunctionMagic, t == chroma.NameClass, t == chroma.NameDecorator:
		return "f"
	case t == chroma.NameTag, t == chroma.NameBuiltin, t == chroma.NameBuiltinPseudo:
		return "t"
	case t == chroma.NameAttribute:
		return "a"
	case t == chroma.GenericInserted:
		return "i"
	case t == chroma.GenericDeleted:
		return "d"
	case t == chroma.GenericHeading, t == chroma.GenericSubheading:
		return "k"
	}
	return ""
}
