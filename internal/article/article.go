// Package article turns one file into one typed Article: front matter, body,
// headings, links and plain text.
//
// Parse is a pure function of the path and the bytes. It knows no other file,
// no settings and no URL, so that its work can be kept for as long as the bytes
// stay, whatever else on the site changes:
//
//	source.File ─► Parse ─► Article ─► site
//	                  └──► findings
//
// What the text refers to is left open: the Body is HTML with a typed Slot for
// each link, picture, embed and code block. Package site resolves the slots
// (which article, which file), package render writes them (which URL). Code is a
// slot too, because highlighting costs more than all else together and is only
// needed once somebody reads the page; Highlight does it then.
//
// A site keeps all of its articles, and of most of them nobody reads a page for
// hours. So an Article holds what publishing needs of every one (front matter,
// headings, slots, what is counted), and the rest in one compressed piece:
// Source and Text are unpacked when they are asked for, the Body is made anew of
// the source. Parse makes the same body once to see what is in it, and lets go
// of it.
//
// Two other forms of the text are made when they are asked for: Public is the
// Markdown that everybody may have, Standalone the HTML for readers of feeds.
//
// The package is the home of goldmark, chroma, bluemonday and s2. Raw HTML in the
// Markdown passes a policy (sanitise.go); what the policy removes is a finding.
// Everything here is safe for concurrent use; an Article is immutable.
package article

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"byline/internal/finding"
)

// An Article is one Markdown file, read.
type Article struct {
	Path     string // slash-separated, relative to the content folder
	Hash     string // the content's hash, as the caller named it
	Slug     string
	Meta     FrontMatter
	Slots    []Slot // those of the Body, in its order, without their Code
	Headings []Heading
	Shift    int    // by how much headings are shown deeper than they are written
	Lead     string // plain text of the first paragraph
	Words    int    // words of the body, code blocks included
	HasCode  bool
	Line     int // the line of the file on which the source begins

	Substance string // a hash of the words that readers read; see Substance

	ids     []string  // those in the body that are not of Headings, as HTML has them
	outline []Heading // level and id of each heading shown; nil: those of Headings
	packed  packed    // the source and the text
}

// A Heading is one heading of the body. Level is as shown: 2 or deeper.
type Heading struct {
	Level int
	ID    string
	Text  string
	Line  int
	Col   int
}

// MaxSize is the size in bytes over which a Markdown file is refused.
const MaxSize = 8 << 20

// Parse reads the article at path. The Article is nil when the file is so
// faulty that nothing can be said of it; otherwise it is whole, even when the
// findings have errors. hash identifies src; it is only handed on.
func Parse(path, hash string, src []byte) (*Article, finding.List) {
	p := &parser{path: path}
	if !p.readable(src) {
		return nil, p.found
	}
	p.lineEnds(src)
	text, firstLine := normalise(src)
	meta, body, bodyLine, ok := p.frontMatter(text, firstLine)
	if !ok {
		return nil, p.found
	}
	a := &Article{Path: path, Hash: hash, Meta: meta, Line: bodyLine}
	a.Slug, a.Substance = p.slug(meta), substance(meta.Title, meta.Subtitle, body)
	newDocument(p, bodyLine, body).fill(a)
	p.found.Sort()
	return a, p.found
}

// parser gathers the findings of one file.
type parser struct {
	path  string
	found finding.List
}

func (p *parser) add(rule finding.Rule, line, col int, message, suggestion string) {
	p.found = append(p.found, finding.Finding{Rule: rule, File: p.path, Line: line, Col: col, Message: message, Suggestion: suggestion})
}

// readable reports whether src can be an article at all.
func (p *parser) readable(src []byte) bool {
	if translated(p.path) {
		p.add(finding.NotSupported, 0, 0, "is an article in another language, which this version does not serve; it is left out", "")
		return false
	}
	if len(src) > MaxSize {
		p.add(finding.TooLarge, 0, 0, fmt.Sprintf("has %d bytes; the limit for an article is %d", len(src), MaxSize), "split it")
		return false
	}
	if i := invalidUTF8(src); i >= 0 {
		before := bytes.ReplaceAll(bytes.ReplaceAll(src[:i], []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
		line := 1 + bytes.Count(before, []byte("\n"))
		col := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
		p.add(finding.NotText, line, col, fmt.Sprintf("byte 0x%02x is not UTF-8 text", src[i]), "save the file as UTF-8")
		return false
	}
	return true
}

var languageSuffix = regexp.MustCompile(`\.([a-z]{2}(?:-[A-Za-z]{2,4})?)\.md$`)

// translated reports whether a name ends in a language, as x.es.md does and
// intro-to-node.js.md does not.
func translated(path string) bool {
	if strings.Count(path, ".") < 2 {
		return false
	}
	m := languageSuffix.FindStringSubmatch(path)
	if m == nil {
		return false
	}
	_, err := language.Parse(m[1])
	return err == nil
}

func invalidUTF8(src []byte) int {
	if utf8.Valid(src) {
		return -1
	}
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// normalise drops a byte order mark, makes every line end a line feed, and
// blanks the control characters that HTML forbids. Positions stay: every
// replaced byte becomes one byte, and a line stays a line. What it returns may
// be a part of src, which nobody changes.
func normalise(src []byte) (text []byte, firstLine int) {
	text = bytes.TrimPrefix(src, []byte(Mark))
	if has(text, controlByte) {
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
		text = bytes.Map(func(r rune) rune {
			switch {
			case r == '\r':
				return '\n'
			case r < utf8.RuneSelf && kinds[r]&controlByte != 0:
				return ' '
			}
			return r
		}, text)
	}
	firstLine = 1
	for {
		line, rest, ok := bytes.Cut(text, []byte("\n"))
		if !ok || len(bytes.TrimSpace(line)) > 0 {
			return text, firstLine
		}
		text, firstLine = rest, firstLine+1
	}
}

// slug is the front matter's, else the file's name, made to follow the rule.
func (p *parser) slug(meta FrontMatter) string {
	if name := meta.Slug; name.Value != "" {
		slug := Slugify(name.Value)
		if slug == "" {
			p.add(finding.BadValue, name.Line, name.Col, fmt.Sprintf("slug: %q has no letter or digit", name.Value), "")
		} else if slug != name.Value {
			p.add(finding.BadSlug, name.Line, name.Col, fmt.Sprintf("slug %q is not lower-case letters and digits with single hyphens", name.Value), fmt.Sprintf("write %q, which is used until then", slug))
			p.found[len(p.found)-1].Fix = finding.Fix{Old: name.Value, New: slug}
		}
		return slug
	}
	name := FileSlug(p.path)
	slug := Slugify(name)
	if slug == "" {
		p.add(finding.BadValue, 0, 0, fmt.Sprintf("the file name %q gives no slug", path.Base(p.path)), "rename the file or set \"slug\"")
	} else if slug != name {
		p.add(finding.BadSlug, 0, 0, fmt.Sprintf("the name %q is not lower-case letters and digits with single hyphens", name), fmt.Sprintf("rename it to %q, which is used as the slug until then", slug))
	}
	return slug
}

// FileSlug is the part of an article's path that names it: the file's name
// without .md, or the folder's when the file is index.md.
func FileSlug(file string) string {
	name := strings.TrimSuffix(path.Base(file), ".md")
	if dir := path.Dir(file); name == "index" && dir != "." {
		return path.Base(dir)
	}
	return name
}

// IsArticle reports whether a file of the tree is an article by its place.
func IsArticle(file string) bool {
	return strings.HasSuffix(file, ".md") && !strings.HasPrefix(file, "media/") && !strings.HasPrefix(file, "root/")
}
