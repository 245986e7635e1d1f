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
		return b.drawnCard(b.pageCard(p), p.Title)
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
func (b *Bundle) listCard() *templates.Card { return b.drawnCard(b.siteCard(), b.site.Settings.Title) }

func (b *Bundle) drawnCard(address, alt string) *templates.Card {
	if address == "" {
		return nil
	}
	return &templates.Card{URL: b.absolute(address), Type: "image/png", Alt: alt, Width: picture.CardWidth, Height: picture.CardHeight}
}

// siteCard is the address of the card of the site; "" when it has none.
func (b *Bundle) siteCard() string {
	address, _ := b.planSite()
	return address
}

// siteCardName stands for a slug in the address of the card of the site.
const siteCardName = "site"

func (b *Bundle) planSite() (address string, d picture.Drawing) {
	s := b.site.Settings
	_, host, _ := strings.Cut(b.site.Origin, "://")
	return b.planCard(siteCardName, picture.Card{Title: s.Title, Deck: s.Tagline, Site: host, Lang: s.Lang.Value})
}

// pageCard is the address of the card of an article that has no picture that
// others show; "" when it has none.
func (b *Bundle) pageCard(p *site.Page) string {
	address, _ := b.planPage(p)
	return address
}

func (b *Bundle) planPage(p *site.Page) (address string, d picture.Drawing) {
	if hasOwnCard(p) {
		return "", d
	}
	s := b.site.Settings
	c := picture.Card{Title: p.Title, Site: s.Title, Tagline: s.Tagline, Lang: s.Lang.Value}
	for _, g := range p.Authors {
		c.Authors = append(c.Authors, g.Name)
	}
	return b.planCard(p.Slug, c)
}

// hasOwnCard reports whether an article has a picture that others show.
func hasOwnCard(p *site.Page) bool {
	return p.Image != nil && p.Image.Kind == site.ToFile && picture.IsRaster(p.Image.File)
}

// planCard returns the address of a card, which is known before it is drawn; ""
// when there is nothing that could be written on it.
func (b *Bundle) planCard(name string, c picture.Card) (address string, d picture.Drawing) {
	if !b.known() || b.options.Pictures.Plan == nil {
		return "", d
	}
	d, ok := b.options.Pictures.Plan(c)
	if !ok {
		return "", d
	}
	return cardFolder + name + "." + d.Key[:12] + ".png", d
}

const cardFolder = "/media/cards/"

// cardAt is the card at a path: that of the site, or one of an article that has no
// picture that others show.
func (b *Bundle) cardAt(p string) *Resource {
	name, ok := strings.CutPrefix(p, cardFolder)
	if !ok {
		return nil
	}
	name, _, _ = strings.Cut(name, ".") // no slug has a dot
	if address, d := b.planSite(); name == siteCardName && address == p {
		return b.drawn(d)
	}
	if page, ok := b.site.Find(name); ok {
		if address, d := b.planPage(page); address == p {
			return b.drawn(d)
		}
	}
	return nil
}

func (b *Bundle) drawn(d picture.Drawing) *Resource {
	return &Resource{
		Status: http.StatusOK, Kind: KindFile, Type: "image/png", CacheControl: b.caching(assetCache), Modified: b.site.Modified,
		key: d.Key, fresh: true,
		make: func() ([]byte, error) { return b.options.Pictures.Draw(d) },
	}
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
