package article

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plainAttributes are the attributes that mean something without a style sheet.
const plainAttributes = "href src alt title width height lang dir colspan rowspan scope start reversed value datetime span open"

// Standalone makes the HTML of a body, its slots filled, one that is read away
// from its page and the style sheet, as feed readers show it: without what only
// the page has use for (ids, classes, the links of headings to themselves, boxes
// that scroll), with alerts as quotes, and with links within the page leading to
// it. page is the whole address of the page.
func Standalone(body, page string) string {
	context := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(body), context)
	if err != nil {
		return html.EscapeString(body) // a reader of strings does not fail
	}
	for _, n := range nodes {
		context.AppendChild(n)
	}
	plainBelow(context, page)
	var out bytes.Buffer
	for n := range context.ChildNodes() {
		_ = html.Render(&out, n) // nor does a writer into memory
	}
	return out.String()
}

func plainBelow(n *html.Node, page string) {
	var next *html.Node
	for child := n.FirstChild; child != nil; child = next {
		next = child.NextSibling
		if child.Type != html.ElementNode {
			continue
		}
		plainBelow(child, page)
		class := attribute(child, "class")
		switch {
		case child.DataAtom == atom.A && class == "anchor":
			removeAnchor(child)
			continue
		case child.DataAtom == atom.Div && class == "table":
			unwrap(child)
		case child.DataAtom == atom.Div && strings.HasPrefix(class, "alert "):
			child.Data, child.DataAtom = "blockquote", atom.Blockquote
		case child.DataAtom == atom.P && class == "alert-title":
			embolden(child)
		}
		strip(child, page)
		if child.DataAtom == atom.Span && len(child.Attr) == 0 {
			unwrap(child)
		}
	}
}

// removeAnchor takes the link of a heading to itself away, with the space before
// it.
func removeAnchor(n *html.Node) {
	if text := n.PrevSibling; text != nil && text.Type == html.TextNode {
		text.Data = strings.TrimRight(text.Data, " ")
	}
	n.Parent.RemoveChild(n)
}

// strip takes the attributes away that mean nothing elsewhere.
func strip(n *html.Node, page string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return !hasWord(plainAttributes, a.Key) })
	for i, a := range n.Attr {
		if a.Key == "href" && strings.HasPrefix(a.Val, "#") {
			n.Attr[i].Val = page + a.Val
		}
	}
}

// unwrap puts what is in an element in its place.
func unwrap(n *html.Node) {
	for child := n.FirstChild; child != nil; child = n.FirstChild {
		n.RemoveChild(child)
		n.Parent.InsertBefore(child, n)
	}
	n.Parent.RemoveChild(n)
}

// embolden puts what is in an element into <strong>.
func embolden(n *html.Node) {
	strong := &html.Node{Type: html.ElementNode, Data: "strong", DataAtom: atom.Strong}
	for child := n.FirstChild; child != nil; child = n.FirstChild {
		n.RemoveChild(child)
		strong.AppendChild(child)
	}
	n.AppendChild(strong)
}
