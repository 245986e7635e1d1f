package render

import (
	"path"
	"time"

	"byline/internal/site"
	"byline/templates"
)

// card is the picture that stands for an article where it is shared: its own.
// Cards show no SVG.
func (b *Bundle) card(p *site.Page, own *templates.Picture) *templates.Card {
	if own == nil || b.site.Origin == "" || b.options.Preview != nil || p.Image.Kind != site.ToFile || path.Ext(p.Image.File) == ".svg" {
		return nil
	}
	return &templates.Card{URL: b.site.Origin + own.URL, Type: mediaType(p.Image.File), Alt: own.Alt, Width: own.Width, Height: own.Height}
}

// imagesOf are the pictures that stand for an article: its own, and its card.
func (b *Bundle) imagesOf(p *site.Page, card *templates.Card) []imageObject {
	var all []imageObject
	if p.Image != nil && p.Image.Kind == site.ToFile {
		if own := b.imageData(p.Image.File, p.Image.Alt); own != nil {
			all = append(all, *own)
		}
	}
	if card != nil && (len(all) == 0 || all[0].URL != card.URL) {
		all = append(all, imageObject{Type: "ImageObject", URL: card.URL, Width: card.Width, Height: card.Height})
	}
	return all
}

// about is what the head of an article says of it beside its card.
func (b *Bundle) about(p *site.Page) *templates.About {
	a := &templates.About{Published: p.Date.Format(time.RFC3339)}
	if !p.Updated.IsZero() {
		a.Modified = p.Updated.Format(time.RFC3339)
	}
	for _, g := range p.Authors {
		if address := b.absolute(b.groupURL("author", g)); address != "" {
			a.Authors = append(a.Authors, address)
		}
	}
	if p.Category != nil {
		a.Section = p.Category.Name
	}
	for _, g := range p.Tags {
		a.Tags = append(a.Tags, g.Name)
	}
	return a
}
