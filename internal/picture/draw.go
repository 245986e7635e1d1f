package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Where things stand on a card, in pixels.
const (
	margin    = 80
	column    = CardWidth - 2*margin
	ruleTop   = 80  // the short rule above the title
	titleTop  = 128 // of the first line
	footRule  = 500 // the hairline above the names
	footBase  = 560 // on which the names stand
	titleRoom = footRule - 44 - titleTop
	deckRoom  = 110
	footRoom  = 60
)

// The inks of a card.
const (
	ink = iota
	soft
	accent
	hair
)

// shades is in how many steps an ink fades into the paper: few colours make a
// small file.
const shades = 24

// palette is the paper, then each ink from its faintest shade to its full: the
// colours of the site's light pages (static/css/site.css).
func palette() color.Palette {
	paper := color.RGBA{0xff, 0xfd, 0xf9, 0xff}
	all := color.Palette{paper}
	for _, c := range []color.RGBA{ink: {0x1f, 0x1c, 0x18, 0xff}, soft: {0x52, 0x4d, 0x45, 0xff}, accent: {0x0a, 0x5a, 0x4e, 0xff}, hair: {0xdd, 0xd6, 0xc9, 0xff}} {
		for n := 1; n <= shades; n++ {
			mix := func(paper, ink uint8) uint8 {
				return uint8((int(paper)*(shades-n) + int(ink)*n + shades/2) / shades)
			}
			all = append(all, color.RGBA{mix(paper.R, c.R), mix(paper.G, c.G), mix(paper.B, c.B), 0xff})
		}
	}
	return all
}

// titleSizes are the sizes of a title, the largest that fits is taken.
func titleSizes() []int { return []int{112, 100, 92, 84, 76, 68, 62, 56, 50} }

// sheet is a card being drawn.
type sheet struct {
	setter setter
	pixels *image.Paletted
	mask   *image.Alpha
}

// draw draws a card.
func (m *Maker) draw(d Drawing) ([]byte, error) {
	s := sheet{
		setter: setter{language: language.NewLanguage(d.lang)},
		pixels: image.NewPaletted(image.Rect(0, 0, CardWidth, CardHeight), palette()),
		mask:   image.NewAlpha(image.Rect(0, 0, CardWidth, CardHeight)),
	}
	var ready [4]typeset
	for i, t := range []text{d.title, d.deck, d.left, d.right} {
		var err error
		if ready[i], err = m.typeset(t); err != nil {
			return nil, passing{err}
		}
	}
	s.head(ready[0], ready[1])
	s.foot(ready[2], ready[3], ready[0].rtl)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err := encoder.Encode(&out, s.pixels)
	return out.Bytes(), err
}

// typeset reads the fonts of a text.
func (m *Maker) typeset(t text) (typeset, error) {
	ready := typeset{words: t.string, rtl: rightToLeft(t.string), faces: faceMap{font.NewFace(m.faces.site(t.weight).font)}}
	for _, ref := range t.fonts {
		f, err := ref.load()
		if err != nil {
			return typeset{}, fmt.Errorf("read a font: %w", err)
		}
		ready.faces = append(ready.faces, font.NewFace(f.font))
	}
	return ready, nil
}

// head draws the title and what stands below it.
func (s *sheet) head(title, deck typeset) {
	s.rule(margin, ruleTop, 72, 8, accent, title.rtl)
	height := titleRoom
	if deck.words != "" {
		height -= deckRoom
	}
	b := s.setter.fit(title, titleSizes(), room{column, height, 5})
	s.block(b, titleTop, ink)
	if deck.words != "" {
		s.block(s.setter.fit(deck, []int{40, 34}, room{column, deckRoom, 2}), titleTop+b.height()+16, soft)
	}
}

// foot draws the names: the authors' first, the site's at the other side. Each
// has the room that the other leaves.
func (s *sheet) foot(first, other typeset, rtl bool) {
	if first.words == "" {
		return
	}
	s.rule(margin, footRule, column, 2, hair, false)
	sizes, width, shade := []int{32}, column, accent
	if other.words != "" {
		b := s.setter.fit(other, sizes, room{column / 2, footRoom, 1})
		s.line(b, 0, footBase, accent, !rtl)
		width -= b.lines[0].width.Ceil() + 48
		shade = ink
	}
	s.line(s.setter.fit(first, sizes, room{width, footRoom, 1}), 0, footBase, shade, rtl)
}

// rule fills a bar; rtl measures from the right.
func (s *sheet) rule(x, y, width, height, shade int, rtl bool) {
	if rtl {
		x = CardWidth - x - width
	}
	for row := y; row < y+height; row++ {
		for col := x; col < x+width; col++ {
			s.pixels.SetColorIndex(col, row, uint8((shade+1)*shades))
		}
	}
}

// block draws lines below each other, at the side where they begin.
func (s *sheet) block(b block, top, shade int) {
	for n := range b.lines {
		s.line(b, n, top+n*b.lineHeight()+b.size*88/100, shade, b.rtl)
	}
}

// line draws one line of a block on a baseline.
func (s *sheet) line(b block, n, baseline, shade int, right bool) {
	l := b.lines[n]
	dot := fixed.I(margin)
	if right {
		dot = fixed.I(CardWidth-margin) - l.width
	}
	for _, run := range l.runs {
		s.run(run, dot, baseline)
		dot += run.Advance
	}
	s.ink(shade)
}

// run adds the outlines of glyphs to the mask.
func (s *sheet) run(run shaping.Output, dot fixed.Int26_6, baseline int) {
	r := vector.NewRasterizer(CardWidth, CardHeight)
	r.DrawOp = draw.Over
	scale := float32(run.Size) / 64 / float32(run.Face.Upem())
	for _, g := range run.Glyphs {
		x := float32(dot+g.XOffset) / 64
		y := float32(baseline) - float32(g.YOffset)/64
		outline, ok := run.Face.GlyphDataOutline(g.GlyphID)
		if ok {
			trace(r, outline.Segments, func(p opentype.SegmentPoint) (float32, float32) { return x + p.X*scale, y - p.Y*scale })
		}
		dot += g.Advance
	}
	r.Draw(s.mask, s.mask.Rect, image.Opaque, image.Point{})
}

func trace(r *vector.Rasterizer, segments []font.Segment, at func(opentype.SegmentPoint) (x, y float32)) {
	for _, s := range segments {
		ax, ay := at(s.Args[0])
		bx, by := at(s.Args[1])
		cx, cy := at(s.Args[2])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			r.ClosePath()
			r.MoveTo(ax, ay)
		case opentype.SegmentOpLineTo:
			r.LineTo(ax, ay)
		case opentype.SegmentOpQuadTo:
			r.QuadTo(ax, ay, bx, by)
		case opentype.SegmentOpCubeTo:
			r.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	r.ClosePath()
}

// ink fills the mask with an ink and clears it.
func (s *sheet) ink(shade int) {
	for i, alpha := range s.mask.Pix {
		if n := (int(alpha)*shades + 127) / 255; n > 0 {
			s.pixels.Pix[i] = uint8(shade*shades + n)
		}
	}
	clear(s.mask.Pix)
}
