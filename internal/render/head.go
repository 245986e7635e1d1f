package render

import (
	"net/http"
	"strings"
	"time"

	"byline/internal/picture"
	"byline/internal/site"
	"byline/templates"
)

// heavy is the size in bytes over which readers of cards give a picture up.
const heavy = 5 << 20

// card is the picture that stands for an article where it is shared: its own, and
// a drawn one where it has none that is shown there.
func (b *Bundle) card(p *site.Page, own *templates.Picture) *templates.Card {
	switch {
	case !b.known():
		return nil
	case own == nil || !picture.IsRaster(p.Image.File):
		return b.drawnCard(b.cards[p], p.Title)
	}
	card := &templates.Card{URL: b.site.Origin + own.URL, Type: mediaType(p.Image.File), Alt: own.Alt, Width: own.Width, Height: own.Height}
	f := b.site.Files[p.Image.File]
	if forms, size := b.forms(f.Path); f.Size > heavy && forms.Own.Format != "" {
		for _, width := range picture.Widths(size, columnWidths()) {
			if width <= picture.CardWidth {
				v := picture.Variant{Width: width, Kind: forms.Own}
				card.URL, card.Type = b.absolute(variantURL(f, v)), v.Type()
				card.Width, card.Height = width, v.Height(size)
			}
		}
	}
	return card
}

// listCard is the picture that stands for the site.
func (b *Bundle) listCard() *templates.Card { return b.drawnCard(b.siteCard, b.site.Settings.Title) }

func (b *Bundle) drawnCard(address, alt string) *templates.Card {
	if address == "" {
		return nil
	}
	return &templates.Card{URL: b.absolute(address), Type: "image/png", Alt: alt, Width: picture.CardWidth, Height: picture.CardHeight}
}

// addCards adds the cards that are drawn: one for the site, and one for each
// article that has no picture that others show.
func (b *Bundle) addCards() {
	if !b.known() || b.options.Pictures.Plan == nil {
		return
	}
	s := b.site.Settings
	_, host, _ := strings.Cut(b.site.Origin, "://")
	b.siteCard = b.addCard("site", picture.Card{Title: s.Title, Deck: s.Tagline, Site: host, Lang: s.Lang.Value})
	for _, p := range b.site.Pages {
		if p.Image != nil && p.Image.Kind == site.ToFile && picture.IsRaster(p.Image.File) {
			continue
		}
		c := picture.Card{Title: p.Title, Site: s.Title, Tagline: s.Tagline, Lang: s.Lang.Value}
		for _, g := range p.Authors {
			c.Authors = append(c.Authors, g.Name)
		}
		b.cards[p] = b.addCard(p.Slug, c)
	}
}

// addCard returns the address of a card, which is known before it is drawn; ""
// when there is nothing that could be written on it.
func (b *Bundle) addCard(name string, c picture.Card) string {
	d, ok := b.options.Pictures.Plan(c)
	if !ok {
		return ""
	}
	address := "/media/cards/" + name + "." + d.Key[:12] + ".png"
	b.resources[address] = &Resource{
		Status: http.StatusOK, Kind: KindFile, Type: "image/png", CacheControl: b.caching(assetCache), Modified: b.site.Modified,
		key: d.Key, fresh: true,
		make: func() ([]byte, error) { return b.options.Pictures.Draw(d) },
	}
	return address
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
