package picture

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"slices"
)

// Kind is a format that variants are made in, and what with. Variants of one
// kind have the same bytes on every machine.
type Kind struct {
	Format
	Edition string
}

// Ext is how the names of files of the kind end, with the dot.
func (k Kind) Ext() string { return k.ext() }

// Variant is one form of a picture: as wide as this, in this kind. Its height
// follows.
type Variant struct {
	Width int
	Kind
}

// Height is that of a variant of a picture of the size.
func (v Variant) Height(of Size) int { return max(1, (of.Height*v.Width+of.Width/2)/of.Width) }

// Source is a picture that variants are made of.
type Source struct {
	Info
	Name string                 // for the log
	Hash string                 // names the content
	Read func() ([]byte, error) // the content
}

// worth is the size in bytes under which a picture is sent as it is: less than
// what a request costs.
const worth = 4 << 10

// Forms are the kinds in which a picture comes beside the file itself.
type Forms struct {
	Own     Kind   // of its own format; the zero Kind when there is none
	Smaller []Kind // the smallest first
}

// Forms lists the kinds of a picture whose file has so many bytes. There are none
// when it is only served as it is.
func (m *Maker) Forms(info Info, bytes int64) Forms {
	var f Forms
	if !info.Resizable || info.TooLarge() || bytes < worth {
		return f
	}
	if info.Format == JPEG || info.Format == PNG {
		f.Own = Kind{info.Format, Edition}
	}
	for _, p := range []struct {
		Format
		Program
	}{{AVIF, m.programs.AVIF}, {WebP, m.programs.WebP}} {
		kind := Kind{p.Format, Edition + " " + p.version}
		switch {
		case !p.there():
		case p.Format == info.Format:
			f.Own = kind
		default:
			f.Smaller = append(f.Smaller, kind)
		}
	}
	return f
}

// Widths lists the widths in which a picture is offered, narrowest first: those
// of wanted (ascending) that are narrower than it is, and at the end its own or
// the last of wanted. One that would hardly be smaller than the last is left out.
func Widths(size Size, wanted []int) []int {
	top := min(size.Width, wanted[len(wanted)-1])
	all := slices.DeleteFunc(slices.Clone(wanted), func(w int) bool { return w*8 > top*7 })
	return append(all, top)
}

// Variant returns a variant: what is kept, else it is made, once, while others
// who ask for it wait. Where the picture itself or its variant in its own format
// is smaller, that one is returned in its place, since whoever can show the other
// can show it, too: FormatOf tells. After an error, which is logged once, another
// kind must do; after one that is ForNow, or of the last kind, the picture itself. It is safe for concurrent use.
func (m *Maker) Variant(s Source, v Variant) ([]byte, error) {
	if why := m.failed.get(s.Hash); why != nil {
		return nil, why // it could not be decoded
	}
	content, err := m.once(work{
		key: "variant-" + keyOf(s.Hash, v.Width, v.Format, v.Edition), memory: s.Memory, what: s.Name,
		make:  func(ctx context.Context) ([]byte, error) { return m.make(ctx, s, v) },
		plain: func() ([]byte, error) { return m.plain(s, v) },
	})
	if errors.As(err, new(broken)) {
		m.failed.put(s.Hash, err)
	}
	return content, err
}

// plain is what a variant must be smaller than: the variant of the same width in
// the picture's own format, else the picture.
func (m *Maker) plain(s Source, v Variant) ([]byte, error) {
	if own := m.Forms(s.Info, worth).Own; v.Kind != own && own.Format != "" && v.Width < s.Width {
		return m.Variant(s, Variant{v.Width, own})
	}
	content, err := s.Read()
	if err != nil {
		return nil, passing{err}
	}
	return Strip(content), nil
}

// make decodes the picture and encodes the variant.
func (m *Maker) make(ctx context.Context, s Source, v Variant) ([]byte, error) {
	content, err := s.Read()
	if err != nil {
		return nil, passing{err}
	}
	p, err := decode(content)
	if err != nil {
		return nil, broken{err}
	}
	small := shrink(p, v.Width, v.Height(s.Size))
	lines := s.Format == PNG
	switch v.Format {
	case WebP, AVIF:
		program := m.programs.WebP
		if v.Format == AVIF {
			program = m.programs.AVIF
		}
		encoded, err := encode(small, p, PNG, png.BestSpeed)
		if err != nil {
			return nil, err
		}
		return program.run(ctx, encoded, lines)
	case JPEG, PNG:
		return encode(small, p, v.Format, png.DefaultCompression) // the best takes ten times as long, for a hundredth of the bytes
	}
	return nil, fmt.Errorf("no variants are made as %s", v.Format)
}

// Verify decodes a picture to the end, as Variant would, and says what is wrong
// with it.
func (m *Maker) Verify(info Info, content []byte) error {
	if !info.Resizable || info.TooLarge() {
		return nil
	}
	weight := min(max(info.Memory, 1), MaxMemory)
	if err := m.memory.Acquire(context.Background(), weight); err != nil {
		return err
	}
	defer m.memory.Release(weight)
	_, err := decode(content)
	return err
}
