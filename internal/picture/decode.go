package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"io"
)

// photo is a decoded picture with the profile of its colours.
type photo struct {
	image.RGBA64Image
	profile []byte // ICC; nil: sRGB
	gray    bool
}

// decode decodes a picture of which Measure said that it is Resizable, and turns
// it as it is shown. The caller has made sure of the memory.
func decode(content []byte) (photo, error) {
	decoded, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return photo{}, fmt.Errorf("decode: %w", err)
	}
	m, ok := decoded.(image.RGBA64Image)
	if !ok {
		return photo{}, fmt.Errorf("decode: pixels of an unknown form (%T)", decoded)
	}
	p := photo{RGBA64Image: m}
	switch decoded.(type) {
	case *image.Gray, *image.Gray16:
		p.gray = true
	}
	turn := orientation(1)
	switch FormatOf(content) {
	case JPEG:
		p.profile, turn = readJPEG(content)
	case PNG:
		p.profile = profilePNG(content)
	case WebP:
		p.profile = profileWebP(content)
	}
	if !fits(p.profile, p.gray) {
		p.profile = nil
	}
	if turn != 1 {
		p.RGBA64Image = turned{m, turn}
	}
	return p, nil
}

// fits reports whether a profile describes colours of the kind that we write
// (ICC.1:2022, section 7.2.6).
func fits(profile []byte, gray bool) bool {
	space := "RGB "
	if gray {
		space = "GRAY"
	}
	return len(profile) > 128 && string(profile[16:20]) == space
}

// readJPEG returns the profile, which may lie in several segments (ICC.1:2022,
// annex B.4), and the orientation.
func readJPEG(content []byte) (profile []byte, turn orientation) {
	turn = 1
	for s := range segments(content) {
		switch {
		case s.marker == app0+2 && s.begins(iccMagic) && len(s.payload()) > len(iccMagic)+2:
			profile = append(profile, s.payload()[len(iccMagic)+2:]...)
		case s.marker == app0+1 && s.begins(exifMagic) && turn == 1:
			turn = orientationOf(s.payload()[len(exifMagic):])
		case s.marker == sos:
			return profile, turn
		}
	}
	return profile, turn
}

// maxProfile is the largest profile that is kept. Those of cameras and screens
// have a few KiB.
const maxProfile = 1 << 20

func profilePNG(content []byte) []byte {
	for _, c := range chunks(content) {
		if c.kind != "iCCP" {
			continue
		}
		_, packed, ok := bytes.Cut(c.data(), []byte{0})
		if !ok || len(packed) < 2 {
			return nil
		}
		r, err := zlib.NewReader(bytes.NewReader(packed[1:]))
		if err != nil {
			return nil
		}
		profile, err := io.ReadAll(io.LimitReader(r, maxProfile+1))
		if err != nil || len(profile) > maxProfile {
			return nil
		}
		return profile
	}
	return nil
}

func profileWebP(content []byte) []byte {
	for c := range riffChunks(content) {
		if c.kind == "ICCP" && c.whole {
			return c.bytes[8 : 8+binary.LittleEndian.Uint32(c.bytes[4:])]
		}
	}
	return nil
}

// turned is a picture as its orientation wants it seen.
type turned struct {
	image.RGBA64Image
	turn orientation
}

func (t turned) Bounds() image.Rectangle {
	b := t.RGBA64Image.Bounds()
	if t.turn.sideways() {
		return image.Rect(0, 0, b.Dy(), b.Dx())
	}
	return image.Rect(0, 0, b.Dx(), b.Dy())
}

// RGBA64At follows the table of Exif 2.32, section 4.6.4: which edge of the file
// is seen on top, and which at the left.
func (t turned) RGBA64At(x, y int) color.RGBA64 {
	b := t.RGBA64Image.Bounds()
	right, bottom := b.Dx()-1, b.Dy()-1
	switch t.turn {
	case 2:
		x = right - x
	case 3:
		x, y = right-x, bottom-y
	case 4:
		y = bottom - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, bottom-x
	case 7:
		x, y = right-y, bottom-x
	case 8:
		x, y = right-y, x
	}
	return t.RGBA64Image.RGBA64At(b.Min.X+x, b.Min.Y+y)
}

func (t turned) At(x, y int) color.Color { return t.RGBA64At(x, y) }
