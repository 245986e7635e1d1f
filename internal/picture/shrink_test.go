package picture

import (
	"image"
	"image/color"
	"testing"
)

// near reports whether two colours are as good as one.
func near(a, b color.Color, tolerance int) bool {
	x, y := color.NRGBAModel.Convert(a).(color.NRGBA), color.NRGBAModel.Convert(b).(color.NRGBA)
	for _, d := range []int{int(x.R) - int(y.R), int(x.G) - int(y.G), int(x.B) - int(y.B), int(x.A) - int(y.A)} {
		if d > tolerance || d < -tolerance {
			return false
		}
	}
	return true
}

// One colour stays that colour, to the edges, in whatever size and form; what is
// seen through stays so without a dark rim.
func TestShrinkKeepsColours(t *testing.T) {
	for _, c := range []color.NRGBA{{0, 0, 0, 255}, {255, 255, 255, 255}, {200, 30, 99, 255}, {255, 255, 255, 128}, {200, 100, 50, 20}} {
		m := image.NewNRGBA(image.Rect(3, 5, 103, 82)) // not at the origin
		for i := 0; i < len(m.Pix); i += 4 {
			m.Pix[i], m.Pix[i+1], m.Pix[i+2], m.Pix[i+3] = c.R, c.G, c.B, c.A
		}
		for _, size := range [][2]int{{1, 1}, {7, 5}, {99, 76}, {50, 1}, {100, 77}} {
			small := shrink(m, size[0], size[1])
			for y := range size[1] {
				for x := range size[0] {
					if !near(small.At(x, y), c, 3) {
						t.Fatalf("%v in %v: pixel %d,%d is %v", c, size, x, y, small.At(x, y))
					}
				}
			}
		}
	}
	empty := shrink(image.NewNRGBA(image.Rect(0, 0, 10, 10)), 5, 5)
	if empty.At(2, 2) != (color.NRGBA{}) {
		t.Errorf("nothing becomes %v", empty.At(2, 2))
	}
}

// A line of one pixel in ten stays a grey of the same light in all: no pixel of
// the source is passed over.
func TestShrinkSeesEveryPixel(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 1000, 10))
	for x := 0; x < 1000; x += 10 {
		for y := range 10 {
			m.SetGray(x, y, color.Gray{Y: 250})
		}
	}
	small := shrink(m, 90, 1)
	for x := range 90 {
		if light := small.NRGBAAt(x, 0).R; light < 15 || light > 35 {
			t.Errorf("pixel %d is %d, want about 25", x, light)
		}
	}
}

// All eight ways in which a camera can be held give the picture upright.
func TestOrientation(t *testing.T) {
	upright := scene(40, 24)
	for o := orientation(1); o <= 8; o++ {
		width, height := 40, 24
		if o.sideways() {
			width, height = height, width
		}
		// held is the file: what turned makes of it must be upright.
		held := image.NewNRGBA(image.Rect(0, 0, width, height))
		for y := range height {
			for x := range width {
				seen := where(o, x, y, width, height)
				held.Set(x, y, upright.At(seen.X, seen.Y))
			}
		}
		if got := (turned{held, o}); !same(got, upright) {
			t.Errorf("orientation %d is not upright", o)
		}
	}
}

// where is the place at which a pixel of the file is seen, from the words of the
// standard: for each orientation, the side of the scene where the file's row 0
// and its column 0 are.
func where(o orientation, x, y, width, height int) image.Point {
	type sides struct{ row, column string }
	s := []sides{
		{}, {"top", "left"}, {"top", "right"}, {"bottom", "right"}, {"bottom", "left"}, {"left", "top"}, {"right", "top"}, {"right", "bottom"}, {"left", "bottom"},
	}[o]
	var p image.Point
	put := func(side string, n, last int) {
		switch side {
		case "top":
			p.Y = n
		case "bottom":
			p.Y = last - n
		case "left":
			p.X = n
		case "right":
			p.X = last - n
		}
	}
	put(s.row, y, height-1)
	put(s.column, x, width-1)
	return p
}
