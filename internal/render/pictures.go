package render

import (
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"

	"byline/internal/picture"
	"byline/internal/site"
	"byline/templates"
)

// Pictures make what is not in the tree but of it. A nil function makes nothing.
type Pictures struct {
	Forms   func(file string) picture.Forms // of a picture of the tree
	Variant func(file string, v picture.Variant) ([]byte, error)
	Plan    func(picture.Card) (d picture.Drawing, ok bool)
	Draw    func(picture.Drawing) ([]byte, error)
}

// fileURL is the address of a file of the tree as pages have it: of one below
// root/ the only one that it has.
func fileURL(f site.File) string {
	if rest, ok := strings.CutPrefix(f.Path, "root/"); ok {
		return "/" + rest
	}
	return mediaURL(f)
}

// place is where on a page a picture stands.
type place int

const (
	inBody place = iota
	asLead
	asAvatar
)

// What the style sheet has room for, in CSS pixels: the column (--measure) with
// what it keeps to the left and right on a phone, the height of a lead picture,
// and an avatar.
const (
	columnWidth = 700
	gutters     = 40
	leadHeight  = 416
	avatarSize  = 48
)

// columnWidths are the widths in pixels in which pictures come for the column:
// for phones and screens of one and two dots a pixel.
func columnWidths() []int { return []int{480, 768, 1080, 1440} }

// avatarWidths are those for an avatar, which is cut to a square, on screens of
// one to three dots a pixel.
func avatarWidths(size picture.Size) []int {
	shown := shownAvatar(size)
	return []int{shown, 2 * shown, 3 * shown}
}

// shownAvatar is how wide a picture stands that fills a square.
func shownAvatar(size picture.Size) int {
	return max(avatarSize, (avatarSize*size.Width+size.Height-1)/size.Height)
}

// forms are the kinds in which a file comes; none when its size is not known.
func (b *Bundle) forms(file string) (picture.Forms, picture.Size) {
	size, ok := b.options.Size(file)
	if !ok || b.options.Pictures.Forms == nil || strings.HasPrefix(file, "root/") {
		return picture.Forms{}, size
	}
	return b.options.Pictures.Forms(file), size
}

// responsive adds to a picture the smaller forms that it comes in, for the place
// where it stands.
func (b *Bundle) responsive(p *templates.Picture, t site.Target, at place) *templates.Picture {
	if p == nil || t.Kind != site.ToFile {
		return p
	}
	f := b.site.Files[t.File]
	forms, size := b.forms(t.File)
	widths := columnWidths()
	if at == asAvatar && size.Height > 0 {
		widths = avatarWidths(size)
	}
	for _, kind := range forms.Smaller {
		p.Sources = append(p.Sources, templates.Source{Type: kind.Type(), SrcSet: b.srcSet(f, size, widths, kind, "")})
	}
	if forms.Own.Format != "" {
		p.SrcSet = b.srcSet(f, size, widths, forms.Own, p.URL)
	}
	if p.SrcSet != "" || p.Sources != nil {
		p.Sizes = sizes(size, at)
	}
	return p
}

// srcSet lists a picture in its widths. own is the address of the file itself,
// for the widest when that is as wide; alone it needs no list.
func (b *Bundle) srcSet(f site.File, size picture.Size, wanted []int, kind picture.Kind, own string) string {
	var list []string
	for _, width := range picture.Widths(size, wanted) {
		address := b.urlOf(variantURL(f, picture.Variant{Width: width, Kind: kind}))
		if width == size.Width && own != "" {
			if len(list) == 0 {
				return ""
			}
			address = own
		}
		list = append(list, fmt.Sprintf("%s %dw", address, width))
	}
	return strings.Join(list, ", ")
}

// sizes tells the browser how wide a picture stands before it knows the page.
func sizes(size picture.Size, at place) string {
	if at == asAvatar {
		return fmt.Sprintf("%dpx", shownAvatar(size))
	}
	widest := columnWidth
	if at == asLead { // it fills the column, and is as high as there is room
		widest = min(widest, leadHeight*size.Width/size.Height)
	} else {
		widest = min(widest, size.Width)
	}
	widest = max(widest, 1)
	return fmt.Sprintf("(min-width: %dpx) %dpx, calc(100vw - %dpx)", widest+gutters, widest, gutters)
}

// variants tells of a picture of the tree in all its smaller forms: where each is,
// and what does as well where it cannot be made. That is the next kind, and in the
// end the file itself.
func (b *Bundle) variants(f site.File) iter.Seq2[string, pictureForm] {
	return func(yield func(string, pictureForm) bool) {
		forms, size := b.forms(f.Path)
		if forms.Own.Format == "" && forms.Smaller == nil {
			return
		}
		widths := picture.Widths(size, columnWidths())
		if b.isAvatar(f.Path) {
			widths = append(widths, picture.Widths(size, avatarWidths(size))...)
		}
		kinds := slices.Clone(forms.Smaller) // the best first
		if forms.Own.Format != "" {
			kinds = append(kinds, forms.Own)
		}
		for _, width := range widths {
			instead := mediaURL(f)
			for _, kind := range slices.Backward(kinds) {
				v := picture.Variant{Width: width, Kind: kind}
				address := variantURL(f, v)
				if !yield(address, pictureForm{v, instead}) {
					return
				}
				instead = address
			}
		}
	}
}

// pictureForm is a smaller form of a picture, and the path of what does as well.
type pictureForm struct {
	picture.Variant
	instead string
}

func (b *Bundle) isAvatar(file string) bool {
	return slices.ContainsFunc(b.site.Authors, func(g *site.Group) bool { return g.Avatar == file })
}

// variantAt is the smaller form of a picture that is at a path.
func (b *Bundle) variantAt(p string) *Resource {
	for _, name := range b.filesInForms(p) {
		f := b.site.Files[name]
		for address, form := range b.variants(f) {
			if address == p {
				return b.variant(f, form.Variant, b.urlOf(form.instead))
			}
		}
	}
	return nil
}

// variant is the resource of one form of a picture.
func (b *Bundle) variant(f site.File, v picture.Variant, instead string) *Resource {
	return &Resource{
		Status: http.StatusOK, Kind: KindFile, Type: v.Type(), CacheControl: b.caching(assetCache), Modified: b.site.Modified,
		Fields: map[string]string{"Content-Security-Policy": filePolicy},
		key:    keyOf(f.Hash, v), sniffed: true, fresh: true,
		make: func() ([]byte, error) {
			content, err := b.options.Pictures.Variant(f.Path, v)
			switch {
			case picture.ForNow(err):
				return nil, &Instead{b.urlOf(mediaURL(f)), err}
			case err != nil:
				return nil, &Instead{instead, err}
			}
			return content, nil
		},
	}
}
