package article

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"byline/internal/finding"
)

// allowed are the elements that raw HTML may use, with their attributes beside
// the ones in everywhere.
var allowed = map[string]string{
	"a": "href name", "abbr": "", "audio": "src", "b": "", "bdi": "", "bdo": "", "blockquote": "cite", "br": "", "caption": "", "cite": "",
	"code": "", "col": "span", "colgroup": "span", "dd": "", "del": "datetime", "details": "open", "dfn": "", "div": "",
	"dl": "", "dt": "", "em": "", "figcaption": "", "figure": "", "h1": "", "h2": "", "h3": "", "h4": "", "h5": "", "h6": "",
	"hr": "", "i": "", "iframe": "src", "img": "src alt", "ins": "datetime", "kbd": "", "li": "value", "mark": "",
	"ol": "start reversed", "p": "", "pre": "", "q": "cite", "rp": "", "rt": "", "ruby": "", "s": "", "samp": "",
	"section": "", "small": "", "source": "src type media", "span": "", "strong": "", "sub": "", "summary": "", "sup": "", "table": "", "tbody": "",
	"td": "colspan rowspan", "tfoot": "", "th": "colspan rowspan scope", "thead": "", "time": "datetime", "tr": "",
	"u": "", "ul": "", "var": "", "video": "src", "wbr": "",
}

// everywhere are the attributes that every element may have.
const everywhere = "id lang dir title"

// silent are attributes that mean nothing here and do no harm: they are removed
// without a finding, because pages that moved from another system are full of them.
const silent = "class style width height target rel loading decoding align border cellpadding cellspacing frameborder allowfullscreen allow role sizes srcset name referrerpolicy valign bgcolor controls autoplay loop muted playsinline preload poster tabindex crossorigin"

// ours are the attributes that our own HTML has in the same document.
var ours = map[string]string{
	"div": "class role aria-labelledby", "a": "class role aria-labelledby aria-hidden", "p": "class", "th": "class", "td": "class",
	"span": "class role aria-label", "li": "id", "sup": "id",
}

// tabIndex is what does not change the order in which the keyboard goes through a page.
var tabIndex = regexp.MustCompile(`^(0|-1)$`)

// policy builds the bluemonday policy out of the tables above. Its one scheme of
// our own is the mark of this document's slots, which no author can know.
func (d *document) policy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowURLSchemes("http", "https", "mailto", "tel", d.mark)
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
	p.AllowAttrs("tabindex").Matching(tabIndex).OnElements("div", "a")
	return p
}

// sanitise passes a body that has raw HTML through the policy, closes what was
// left open, and makes slots of the links, pictures and frames in it.
func (d *document) sanitise(body string) string {
	clean := d.policy().Sanitize(body)
	context := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(clean), context)
	if err != nil {
		d.add(finding.UnsafeHTML, d.first, 1, fmt.Sprintf("the raw HTML cannot be read: %v", err), "")
		return html.EscapeString(clean)
	}
	for _, n := range nodes {
		context.AppendChild(n)
	}
	d.adoptBelow(context, map[string]bool{})
	var out bytes.Buffer
	for n := range context.ChildNodes() {
		if err := html.Render(&out, n); err != nil {
			d.add(finding.UnsafeHTML, d.first, 1, fmt.Sprintf("the raw HTML cannot be written: %v", err), "")
		}
	}
	return out.String()
}

// adoptBelow makes slots of the elements below n that refer to something. seen
// are the ids that stand above.
func (d *document) adoptBelow(n *html.Node, seen map[string]bool) {
	var next *html.Node
	for child := n.FirstChild; child != nil; child = next {
		next = child.NextSibling
		if child.Type != html.ElementNode {
			continue
		}
		d.ownID(child, seen)
		d.adopt(child)
		d.adoptBelow(child, seen)
		if child.DataAtom == atom.P {
			d.tidy(child)
		}
	}
}

// tidy takes away a paragraph in which nothing is left, or only a frame: that is
// a block of its own.
func (d *document) tidy(p *html.Node) {
	only := p.FirstChild
	switch {
	case only == nil || only.NextSibling == nil && only.Type == html.TextNode && strings.TrimSpace(only.Data) == "":
		p.Parent.RemoveChild(p)
	case only.NextSibling == nil && d.isEmbed(only):
		p.RemoveChild(only)
		p.Parent.InsertBefore(only, p)
		p.Parent.RemoveChild(p)
	}
}

func (d *document) isEmbed(n *html.Node) bool {
	number, ours := strings.CutPrefix(attribute(n, "src"), d.mark+":")
	i, err := strconv.Atoi(number)
	return ours && err == nil && i < len(d.slots) && d.slots[i].Kind == EmbedSlot
}

// ownID takes an id away that a heading has or that stands above: the first of
// two is the one that links lead to.
func (d *document) ownID(n *html.Node, seen map[string]bool) {
	if name := attribute(n, "name"); n.DataAtom == atom.A && name != "" && attribute(n, "id") == "" {
		n.Attr = append(n.Attr, html.Attribute{Key: "id", Val: name}) // as links were led to before ids
	}
	heading := n.DataAtom == atom.H2 || n.DataAtom == atom.H3 || n.DataAtom == atom.H4 || n.DataAtom == atom.H5 || n.DataAtom == atom.H6
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool {
		if a.Key != "id" {
			return a.Key == "name"
		}
		if seen[a.Val] || !heading && d.ids[a.Val] || strings.TrimSpace(a.Val) == "" {
			return true
		}
		seen[a.Val] = true
		return false
	})
}

func (d *document) adopt(n *html.Node) {
	switch n.DataAtom {
	case atom.H1:
		n.Data, n.DataAtom = "h2", atom.H2
	case atom.A:
		d.adoptLink(n)
	case atom.Img:
		d.adoptWhole(n, attribute(n, "src"), PictureSlot)
	case atom.Iframe:
		d.adoptWhole(n, attribute(n, "src"), EmbedSlot)
	case atom.Video, atom.Audio:
		d.adoptWhole(n, recording(n), EmbedSlot)
	case atom.Source:
		n.Parent.RemoveChild(n)
	}
}

// recording is the address of a video or audio: its own, or its first source's.
// Which of several a browser could play is for the page to which it leads.
func recording(n *html.Node) string {
	if src := attribute(n, "src"); src != "" {
		return src
	}
	for child := range n.Descendants() {
		if child.DataAtom == atom.Source && attribute(child, "src") != "" {
			return attribute(child, "src")
		}
	}
	return ""
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func (d *document) adoptLink(n *html.Node) {
	target := attribute(n, "href")
	ours := attribute(n, "class") == "anchor" || strings.HasPrefix(attribute(n, "role"), "doc-")
	if target == "" || strings.HasPrefix(target, d.mark+":") || ours && strings.HasPrefix(target, "#") {
		return
	}
	number := d.slotAt(Slot{Kind: LinkSlot, Target: target}, n.Data)
	for i := range n.Attr {
		if n.Attr[i].Key == "href" {
			n.Attr[i].Val = d.mark + ":" + strconv.Itoa(number)
		}
	}
}

// adoptWhole makes an element, with all that is in it, one slot. Without a
// target nothing can be shown but what the author gave in its place.
func (d *document) adoptWhole(n *html.Node, target string, kind SlotKind) {
	if strings.HasPrefix(target, d.mark+":") {
		return
	}
	if target == "" {
		n.InsertBefore(&html.Node{Type: html.TextNode, Data: attribute(n, "alt")}, n.FirstChild)
		n.Data, n.DataAtom, n.Attr = "span", atom.Span, nil
		if n.FirstChild.Data == "" && n.FirstChild.NextSibling == nil {
			n.Parent.RemoveChild(n)
		}
		return
	}
	s := Slot{Kind: kind, Target: target, Alt: attribute(n, "alt"), Title: attribute(n, "title")}
	number := d.slotAt(s, n.Data)
	if kind == PictureSlot {
		d.checkAlt(d.slots[number])
	}
	for child := n.FirstChild; child != nil; child = n.FirstChild {
		n.RemoveChild(child)
	}
	n.Data, n.DataAtom = "img", atom.Img
	n.Attr = []html.Attribute{{Key: "src", Val: d.mark + ":" + strconv.Itoa(number)}}
}

// slotAt keeps a slot that raw HTML calls for, with the place of the tag that
// named its target.
func (d *document) slotAt(s Slot, element string) int {
	number := d.slot(s, -1)
	for _, name := range []string{element, "source"} {
		key := name + " " + s.Target
		if at := d.targets[key]; len(at) > 0 {
			d.slots[number].Line, d.slots[number].Col = at[0][0], at[0][1]
			if len(at) > 1 {
				d.targets[key] = at[1:]
			}
			break
		}
	}
	return number
}

// refused reports whether the policy takes an address away. Browsers pass over
// white space and control characters in a scheme.
func refused(address string) bool {
	plain := strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, address)
	u, err := url.Parse(plain)
	return err != nil || u.Scheme != "" && !hasWord("http https mailto tel", strings.ToLower(u.Scheme))
}

func allowedElement(name string) bool {
	_, ok := allowed[name]
	return ok
}

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
	case "track":
		return "link to a transcript"
	case "object", "embed":
		return "link to the recording, or use an <iframe> from a host under \"embeds\" in site.yaml"
	case "form", "input", "button", "select", "textarea":
		return "link to a page that has the form"
	}
	return "write Markdown, or text in `backquotes` if the tag is meant to be read; remove the tag"
}
