package picture

import (
	"strings"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// setter sets texts in lines. It belongs to one goroutine.
type setter struct {
	segmenter shaping.Segmenter
	shaper    shaping.HarfbuzzShaper
	wrapper   shaping.LineWrapper
	language  language.Language
}

// typeset is a text ready to be set in any size.
type typeset struct {
	words string
	faces faceMap
	rtl   bool
}

// faceMap asks fonts in their order; what none of them has is for the first.
type faceMap []*font.Face

func (m faceMap) ResolveFace(r rune) *font.Face {
	for _, f := range m {
		if _, ok := f.NominalGlyph(r); ok {
			return f
		}
	}
	return m[0]
}

// block is a text set in lines.
type block struct {
	lines []line
	size  int // of the letters, in pixels
	rtl   bool
}

// line is a line of a text, its runs from left to right.
type line struct {
	runs  []shaping.Output
	width fixed.Int26_6
}

// runs shapes a text in a size.
func (s *setter) runs(t typeset, size int) ([]rune, []shaping.Output) {
	words := []rune(t.words)
	in := shaping.Input{
		Text: words, RunEnd: len(words), Direction: t.direction(), Size: fixed.I(size), Language: s.language,
	}
	var out []shaping.Output
	for _, run := range s.segmenter.Split(in, t.faces) {
		out = append(out, s.shaper.Shape(run))
	}
	return words, out
}

func (t typeset) direction() di.Direction {
	if t.rtl {
		return di.DirectionRTL
	}
	return di.DirectionLTR
}

// wrap sets a text in lines of at most width pixels. whole is false when a word
// had to be broken.
func (s *setter) wrap(t typeset, size, width int) (b block, whole bool) {
	words, runs := s.runs(t, size)
	config := shaping.WrapConfig{Direction: t.direction(), BreakPolicy: shaping.Never}
	b, fits := s.lines(config, t, size, width, words, runs)
	if fits {
		return b, true
	}
	config.BreakPolicy = shaping.WhenNecessary
	b, _ = s.lines(config, t, size, width, words, runs)
	return b, false
}

func (s *setter) lines(config shaping.WrapConfig, t typeset, size, width int, words []rune, runs []shaping.Output) (b block, fits bool) {
	wrapped, _ := s.wrapper.WrapParagraph(config, width, words, shaping.NewSliceIterator(runs))
	b, fits = block{size: size, rtl: t.rtl}, true
	for _, w := range wrapped {
		l := line{runs: make([]shaping.Output, len(w))}
		for _, run := range w {
			l.runs[run.VisualIndex] = run
			l.width += run.Advance
		}
		fits = fits && l.width <= fixed.I(width)
		b.lines = append(b.lines, l)
	}
	return b, fits
}

// room is what a text may take: pixels, and lines.
type room struct{ width, height, lines int }

func (r room) holds(b block) bool { return len(b.lines) <= r.lines && b.height() <= r.height }

// fit sets a text in the largest of the sizes in which there is room for it
// without breaking a word. A word that is too long in all of them is broken, and
// what has no room in the last of them is left out at the end, at a word.
func (s *setter) fit(t typeset, sizes []int, r room) block {
	broken := block{}
	for _, size := range sizes {
		b, whole := s.wrap(t, size, r.width)
		switch {
		case !r.holds(b):
		case whole:
			return s.balance(t, b, r.width)
		case broken.lines == nil:
			broken = b
		}
	}
	size := sizes[len(sizes)-1]
	if _, whole := s.wrap(t, size, r.width); !whole && broken.lines != nil {
		return broken
	}
	return s.cut(t, size, r)
}

// cut leaves out words at the end, or letters where there is no space, until
// there is room.
func (s *setter) cut(t typeset, size int, r room) block {
	for words := t.words; ; {
		b, _ := s.wrap(t, size, r.width)
		letters := []rune(words)
		if r.holds(b) || len(letters) < 2 {
			return b
		}
		if at := strings.LastIndexByte(words, ' '); at > 0 {
			words = words[:at]
		} else {
			words = string(letters[:len(letters)-1])
		}
		t.words = strings.TrimRightFunc(words, unicode.IsPunct) + "…"
	}
}

// balance sets a text as narrow as it can be in as many lines, so that the last
// is not much shorter than the others.
func (s *setter) balance(t typeset, b block, width int) block {
	low, high := width/2, width // low may be too narrow, high is not
	for high-low > 4 {
		middle := (low + high) / 2
		if n, whole := s.wrap(t, b.size, middle); whole && len(n.lines) == len(b.lines) {
			b, high = n, middle
		} else {
			low = middle
		}
	}
	return b
}

// leading is the height of a line, in hundredths of the letters' size.
const leading = 116

func (b block) lineHeight() int { return b.size * leading / 100 }

// height is that of all lines in pixels.
func (b block) height() int { return len(b.lines) * b.lineHeight() }

// rightToLeft reports whether the first letter of a text is of a script that is
// written from right to left.
func rightToLeft(words string) bool {
	for _, r := range words {
		switch {
		case unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam, unicode.Mandaic, unicode.Samaritan, unicode.Hanifi_Rohingya):
			return true
		case unicode.IsLetter(r):
			return false
		}
	}
	return false
}
