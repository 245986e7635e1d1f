package render

import (
	"cmp"
	"html"
	"strconv"
	"strings"

	"byline/internal/article"
	"byline/internal/site"
	"byline/templates"
)

// feedBody is the text of an article as feed readers show it: its picture first,
// every address whole, code without colours, frames of other sites as links. The
// form for pages is in body.go.
func (b *Bundle) feedBody(p *site.Page) string {
	var out strings.Builder
	if p.Image != nil {
		out.WriteString("<figure>" + b.feedPicture(p, article.Slot{Alt: p.Image.Alt}, p.Image.Target))
		if p.Image.Caption != "" {
			out.WriteString("<figcaption>" + html.EscapeString(p.Image.Caption) + "</figcaption>")
		}
		out.WriteString("</figure>\n")
	}
	out.WriteString(compose(p, func(slot article.Slot, target site.Target) string { return b.feedSlot(p, slot, target) }))
	return strings.TrimSpace(article.Standalone(out.String(), b.outward(b.pageURL(p))))
}

func (b *Bundle) feedSlot(p *site.Page, slot article.Slot, target site.Target) string {
	switch slot.Kind {
	case article.LinkSlot:
		return html.EscapeString(b.outwardHref(p, target))
	case article.PictureSlot:
		return b.feedPicture(p, slot, target)
	case article.EmbedSlot:
		return b.feedEmbed(p, slot, target)
	case article.CodeSlot:
		return feedCode(slot.Code)
	case article.AlertSlot:
		return html.EscapeString(b.words.Alert(slot.Target))
	}
	return ""
}

// feedPicture is an <img>, or what stands on the page where there is none.
func (b *Bundle) feedPicture(p *site.Page, slot article.Slot, t site.Target) string {
	picture := b.image(t, slot.Alt, slot.Title, false)
	if picture == nil {
		if address := b.outwardHref(p, t); t.Kind == site.ToForeign {
			return anchor(address, cmp.Or(slot.Alt, templates.Fill(b.words.PictureOn, "host", host(t.Raw))))
		}
		return "<em>" + html.EscapeString(strings.TrimSuffix(b.words.PictureMissing+": "+slot.Alt, ": ")) + "</em>"
	}
	var out strings.Builder
	out.WriteString("<img")
	attribute := func(name, value string) { out.WriteString(" " + name + `="` + html.EscapeString(value) + `"`) }
	attribute("src", b.outwardHref(p, t))
	attribute("alt", picture.Alt)
	if picture.Title != "" {
		attribute("title", picture.Title)
	}
	if picture.Width > 0 {
		attribute("width", strconv.Itoa(picture.Width))
		attribute("height", strconv.Itoa(picture.Height))
	}
	out.WriteString(">")
	return out.String()
}

func (b *Bundle) feedEmbed(p *site.Page, slot article.Slot, t site.Target) string {
	address := b.outwardHref(p, t)
	if address == "" {
		return ""
	}
	label := cmp.Or(slot.Title, t.File, slot.Target)
	if h := host(t.Raw); h != "" {
		label = cmp.Or(slot.Title, templates.Fill(b.words.SeeOn, "host", h))
	}
	if t.Kind == site.ToNothing {
		return "<p>" + html.EscapeString(label) + "</p>"
	}
	return "<p>" + anchor(address, label) + "</p>"
}

func anchor(address, label string) string {
	return `<a href="` + html.EscapeString(address) + `">` + html.EscapeString(label) + "</a>"
}

func feedCode(code *article.Code) string {
	block := "<pre><code>" + html.EscapeString(code.Source) + "</code></pre>"
	if code.Title != "" {
		block = "<p><strong>" + html.EscapeString(code.Title) + "</strong></p>" + block
	}
	return block
}
