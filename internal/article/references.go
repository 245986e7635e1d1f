package article

import (
	"bytes"
	"regexp"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// A Reference is an address in the text of an article, where it was written:
// that of a link, a picture or a definition ([id]: address), in Markdown or in
// raw HTML. What stands in code is none.
type Reference struct {
	Target    string // as slots have it
	Written   string // as it stands in the file
	Line, Col int    // in the file
	HTML      bool   // Written is in an attribute of raw HTML

	offset int // in Source
}

// References lists the addresses in an article's text, in document order, each
// place once. It parses the text anew: only who edits files asks for it.
func (a *Article) References() []Reference {
	r, root := a.reread()
	r.gather(root)
	return r.list
}

// reread parses the text anew.
func (a *Article) reread() (*references, ast.Node) {
	_, source := a.Unpack(nil)
	d := newDocument(&parser{path: a.Path}, a.Line, source)
	r := &references{document: d, seen: map[int]bool{}}
	return r, d.parse(r)
}

func (r *references) gather(root ast.Node) {
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			r.markdown(n.Destination)
		case *ast.Image:
			r.markdown(n.Destination)
		case *ast.LinkReferenceDefinition:
			r.markdown(n.Destination)
		case *ast.RawHTML, *ast.HTMLBlock:
			r.raw(n)
		}
		return ast.WalkContinue, nil
	})
}

type references struct {
	*document
	seen     map[int]bool // offsets
	list     []Reference
	comments [][2]int // of raw HTML: from and to in the source
	notes    [][2]int // at the foot that no text refers to
}

func (r *references) add(offset int, written, target string, inHTML bool) {
	if r.seen[offset] {
		return
	}
	r.seen[offset] = true
	line, col := r.document.place(offset)
	r.list = append(r.list, Reference{Target: target, Written: written, Line: line, Col: col, HTML: inHTML, offset: offset})
}

// markdown keeps a destination that is a part of the source: goldmark hands on
// the bytes that it read, and so tells where they stand. One that it had to put
// together is passed over.
func (r *references) markdown(destination []byte) {
	if len(destination) == 0 || cap(destination) > cap(r.source) {
		return
	}
	offset := cap(r.source) - cap(destination)
	if offset+len(destination) > len(r.source) || &r.source[offset] != &destination[0] {
		return
	}
	r.add(offset, string(destination), unescape(destination), false)
}

// address is an attribute that refers to something.
var address = regexp.MustCompile(`(?i)\s(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`)

// raw looks into the tags of raw HTML, one line of the source at a time: what
// stands between two lines, in a quote, is not a part of it.
func (r *references) raw(n ast.Node) {
	reader := r.pieceReader(n)
	z := html.NewTokenizer(bytes.NewReader(reader.raw))
	for at := 0; ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		tag := z.Raw()
		if kind == html.CommentToken {
			from, to := r.offset(reader.place(at)), r.offset(reader.place(at+len(tag)-1))
			r.comments = append(r.comments, [2]int{from, to + 1})
		}
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			for _, m := range address.FindAllSubmatchIndex(tag, -1) {
				for group := 2; group < len(m); group += 2 {
					if m[group] >= 0 {
						r.attribute(reader, at+m[group], string(tag[m[group]:m[group+1]]))
					}
				}
			}
		}
		at += len(tag)
	}
}

func (r *references) attribute(reader *pieceReader, at int, written string) {
	line, col := reader.place(at)
	offset := r.offset(line, col)
	if offset < 0 || !bytes.HasPrefix(r.source[offset:], []byte(written)) || written == "" {
		return
	}
	r.add(offset, written, html.UnescapeString(written), true)
}

// offset is the opposite of place; -1 when there is no such place.
func (d *document) offset(line, col int) int {
	if line < d.first || line-d.first >= len(d.lines) {
		return -1
	}
	offset := d.lines[line-d.first]
	for ; col > 1 && offset < len(d.source); col-- {
		_, n := utf8.DecodeRune(d.source[offset:])
		offset += n
	}
	return offset
}
