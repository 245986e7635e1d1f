package article

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"byline/internal/finding"
)

// allowed are the elements that raw HTML may use, with their attributes beside
// the ones in everywhere.
var allowed = map[string]string{
	"a": "href", "abbr": "", "b": "", "bdi": "", "bdo": "", "blockquote": "cite", "br": "", "caption": "", "cite": "",
	"code": "", "col": "span", "colgroup": "span", "dd": "", "del": "datetime", "details": "open", "dfn": "", "div": "",
	"dl": "", "dt": "", "em": "", "figcaption": "", "figure": "", "h1": "", "h2": "", "h3": "", "h4": "", "h5": "", "h6": "",
	"hr": "", "i": "", "iframe": "src", "img": "src alt", "ins": "datetime", "kbd": "", "li": "value", "mark": "",
	"ol": "start reversed", "p": "", "pre": "", "q": "cite", "rp": "", "rt": "", "ruby": "", "s": "", "samp": "",
	"section": "", "small": "", "span": "", "strong": "", "sub": "", "summary": "", "sup": "", "table": "", "tbody": "",
	"td": "colspan rowspan", "tfoot": "", "th": "colspan rowspan scope", "thead": "", "time": "datetime", "tr": "",
	"u": "", "ul": "", "var": "", "wbr": "",
}

// everywhere are the attributes that every element may have.
const everywhere = "id lang dir title"

// silent are attributes that mean nothing here and do no harm: they are removed
// without a finding, because pages that moved from another system are full of them.
const silent = "class style width height target rel loading decoding align border cellpadding cellspacing frameborder allowfullscreen allow role sizes srcset name referrerpolicy valign bgcolor"

// ours are the attributes that our own HTML has in the same document.
var ours = map[string]string{
	"div": "class tabindex role aria-labelledby", "a": "class role aria-labelledby", "p": "class", "th": "class", "td": "class",
	"span": "class role aria-label", "li": "id", "sup": "id",
}

// policy builds the bluemonday policy out of the tables above.
func policy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowURLSchemes("http", "https", "mailto", "tel", "slot")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	for element, attributes := range allowed {
		p.AllowElements(element)
		p.AllowNoAttrs().OnElements(element)
		for name := range strings.FieldsSeq(attributes + " " + ours[element]) {
			p.AllowAttrs(name).OnElements(element)
		}
	}
	p.AllowAttrs(strings.Fields(everywhere)...).Globally()
	p.SkipElementsContent("script", "style", "template", "object", "noscript")
	return p
}

// sanitise passes a body that has raw HTML through the policy, closes what was
// left open, and makes slots of the links, pictures and frames in it.
func (d *document) sanitise(body string) string {
	for _, n := range d.pieces {
		d.reportRemoved(n)
	}
	clean := policy().Sanitize(body)
	context := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(clean), context)
	if err != nil {
		d.add(finding.UnsafeHTML, d.first, 1, fmt.Sprintf("the raw HTML cannot be read: %v", err), "")
		return html.EscapeString(clean)
	}
	var out bytes.Buffer
	for _, n := range nodes {
		d.adopt(n)
		if err := html.Render(&out, n); err != nil {
			d.add(finding.UnsafeHTML, d.first, 1, fmt.Sprintf("the raw HTML cannot be written: %v", err), "")
		}
	}
	return out.String()
}

var slotTarget = regexp.MustCompile(`^slot:\d+$`)

// adopt makes slots of the elements below n that refer to something.
func (d *document) adopt(n *html.Node) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		d.adopt(child)
	}
	if n.Type != html.ElementNode {
		return
	}
	switch n.DataAtom {
	case atom.H1:
		n.Data, n.DataAtom = "h2", atom.H2
	case atom.A:
		d.refer(n, "href", LinkSlot)
	case atom.Img:
		d.refer(n, "src", PictureSlot)
	case atom.Iframe:
		d.refer(n, "src", EmbedSlot)
		n.Data, n.DataAtom, n.FirstChild, n.LastChild = "img", atom.Img, nil, nil
	}
}

func (d *document) refer(n *html.Node, key string, kind SlotKind) {
	s := Slot{Kind: kind}
	for _, a := range n.Attr {
		switch a.Key {
		case key:
			s.Target = a.Val
		case "alt":
			s.Alt = a.Val
		case "title":
			s.Title = a.Val
		}
	}
	if slotTarget.MatchString(s.Target) || s.Target == "" && kind == LinkSlot {
		return
	}
	number := d.slot(s, bytes.Index(d.source, []byte(s.Target)))
	if kind == PictureSlot {
		d.checkAlt(d.slots[number])
	}
	if kind != LinkSlot {
		n.Attr = nil
	}
	value := "slot:" + strconv.Itoa(number)
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			// The marker must come out as one unbroken href="slot:n".
			n.Attr[i].Val = value
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
}

// reportRemoved reports what of a piece of raw HTML the policy takes away.
func (d *document) reportRemoved(n ast.Node) {
	raw, offset := d.rawText(n)
	z := html.NewTokenizer(bytes.NewReader(raw))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		size := len(z.Raw())
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			line, col := d.place(offset)
			d.reportTag(z.Token(), line, col)
		}
		offset += size
	}
}

func (d *document) rawText(n ast.Node) (raw []byte, offset int) {
	lines := n.Lines
	if inline, ok := n.(*ast.RawHTML); ok {
		return inline.Segments.Value(d.source), inline.Segments.At(0).Start
	}
	if lines().Len() == 0 {
		return nil, n.Pos()
	}
	return lines().Value(d.source), lines().At(0).Start
}

func (d *document) reportTag(t html.Token, line, col int) {
	attributes, ok := allowed[t.Data]
	if !ok {
		d.add(finding.UnsafeHTML, line, col, fmt.Sprintf("<%s> is not allowed and was removed", t.Data), removedHint(t.Data))
		return
	}
	for _, a := range t.Attr {
		switch {
		case hasWord(silent, a.Key) || strings.HasPrefix(a.Key, "data-") || strings.HasPrefix(a.Key, "aria-"):
		case !hasWord(attributes, a.Key) && !hasWord(everywhere, a.Key):
			d.add(finding.UnsafeHTML, line, col, fmt.Sprintf("the attribute %s of <%s> is not allowed and was removed", a.Key, t.Data), "")
		case (a.Key == "href" || a.Key == "src") && unsafeURL.MatchString(a.Val):
			d.add(finding.UnsafeHTML, line, col, fmt.Sprintf("the address %q is not allowed and was removed", a.Val), "link to an http or https address")
		}
	}
}

var unsafeURL = regexp.MustCompile(`(?i)^\s*(javascript|data|vbscript|file):`)

func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}

func removedHint(element string) string {
	switch element {
	case "script", "style":
		return "pages carry no script or style of their own; remove it"
	case "video", "audio", "object", "embed":
		return "link to the recording, or use an <iframe> from a host under \"embeds\" in site.yaml"
	case "form", "input", "button", "select", "textarea":
		return "link to a page that has the form"
	}
	return "write Markdown, or text in `backquotes` if the tag is meant to be read; remove the tag"
}
