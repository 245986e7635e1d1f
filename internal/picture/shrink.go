package picture

import (
	"image"
	"math"
)

// shrink draws a picture smaller, with the kernel of Catmull and Rom as wide as
// the step between two pixels. (Package draw of golang.org/x/image does the same
// in memory for every row of the picture; this needs it for the rows under the
// kernel, whatever the picture's size.)
func shrink(p image.RGBA64Image, width, height int) *image.NRGBA {
	b := p.Bounds()
	s := shrinker{source: p, across: taps(b.Dx(), width), width: width, next: 0}
	down := taps(b.Dy(), height)
	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	sum := make([]float32, 4*width)
	for y, t := range down {
		clear(sum)
		for i, weight := range t.weights {
			for k, v := range s.row(t.first + i) {
				sum[k] += weight * v
			}
		}
		s.drop(t.first)
		pack(out.Pix[y*out.Stride:][:4*width], sum)
	}
	return out
}

// tap is which pixels, from the first on, make one of the result, by weight.
type tap struct {
	first   int
	weights []float32
}

func taps(from, to int) []tap {
	step := math.Max(1, float64(from)/float64(to))
	all := make([]tap, to)
	for i := range all {
		middle := (float64(i)+0.5)*float64(from)/float64(to) - 0.5
		first, last := max(0, int(math.Ceil(middle-2*step))), min(from-1, int(math.Floor(middle+2*step)))
		weights, sum := make([]float32, last-first+1), float32(0)
		for k := range weights {
			weights[k] = float32(catmullRom((float64(first+k) - middle) / step))
			sum += weights[k]
		}
		for k := range weights {
			weights[k] /= sum
		}
		all[i] = tap{first, weights}
	}
	return all
}

// catmullRom is the cubic kernel with B = 0 and C = 1/2 (Mitchell and Netravali,
// Reconstruction Filters in Computer Graphics, 1988).
func catmullRom(x float64) float64 {
	switch x = math.Abs(x); {
	case x < 1:
		return (1.5*x-2.5)*x*x + 1
	case x < 2:
		return ((-0.5*x+2.5)*x-4)*x + 2
	}
	return 0
}

// shrinker holds the rows under the kernel, already as narrow as the result.
// Its numbers are 16 bits a channel, multiplied by alpha.
type shrinker struct {
	source image.RGBA64Image
	across []tap
	width  int
	rows   [][]float32 // from the row next-len(rows) on
	next   int         // the first that was not read yet
	free   [][]float32
	line   []float32 // a row of the source
}

// row returns row y, which must not be one that was dropped.
func (s *shrinker) row(y int) []float32 {
	for s.next <= y {
		s.rows = append(s.rows, s.read(s.next))
		s.next++
	}
	return s.rows[len(s.rows)-(s.next-y)]
}

// drop lets the rows above y go.
func (s *shrinker) drop(y int) {
	for len(s.rows) > 0 && s.next-len(s.rows) < y {
		s.free = append(s.free, s.rows[0])
		s.rows = s.rows[1:]
	}
}

func (s *shrinker) read(y int) []float32 {
	b := s.source.Bounds()
	if s.line == nil {
		s.line = make([]float32, 4*b.Dx())
	}
	for x := range b.Dx() {
		c := s.source.RGBA64At(b.Min.X+x, b.Min.Y+y)
		l := s.line[4*x : 4*x+4 : 4*x+4]
		l[0], l[1], l[2], l[3] = float32(c.R), float32(c.G), float32(c.B), float32(c.A)
	}
	var row []float32
	if n := len(s.free); n > 0 {
		row, s.free = s.free[n-1], s.free[:n-1]
	} else {
		row = make([]float32, 4*s.width)
	}
	for x, t := range s.across {
		var r, g, b, a float32
		for i, weight := range t.weights {
			l := s.line[4*(t.first+i):][:4:4]
			r, g, b, a = r+weight*l[0], g+weight*l[1], b+weight*l[2], a+weight*l[3]
		}
		o := row[4*x : 4*x+4 : 4*x+4]
		o[0], o[1], o[2], o[3] = r, g, b, a
	}
	return row
}

// pack writes a row with eight bits a channel, not multiplied by alpha.
func pack(to []uint8, row []float32) {
	for x := 0; x < len(row); x += 4 {
		alpha := min(max(row[x+3], 0), 0xffff)
		if alpha == 0 {
			continue
		}
		for k := range 3 {
			to[x+k] = uint8(min(max(row[x+k], 0)/alpha, 1)*255 + 0.5)
		}
		to[x+3] = uint8(alpha/257 + 0.5)
	}
}
