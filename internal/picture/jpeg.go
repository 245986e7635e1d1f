package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
)

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	soi   = 0xd8
	eoi   = 0xd9
	sos   = 0xda
	com   = 0xfe
	app0  = 0xe0
	app15 = 0xef
	// entropy stands for the coded data behind a scan's header, which has no marker.
	entropy = 0
)

// segment is one part of a JPEG: a marker with what belongs to it, or coded data.
type segment struct {
	marker byte
	bytes  []byte // the marker and the length included
}

// payload is what a segment holds behind its marker and its length.
func (s segment) payload() []byte {
	if len(s.bytes) < 4 {
		return nil
	}
	return s.bytes[4:]
}

func (s segment) begins(magic string) bool { return bytes.HasPrefix(s.payload(), []byte(magic)) }

// segments goes through a JPEG. As decoders do, it passes over what is between a
// segment and the next marker. It ends behind the end of the picture, or where
// the file breaks off.
func segments(content []byte) iter.Seq[segment] {
	return func(yield func(segment) bool) {
		for i := 0; i < len(content); {
			at := bytes.IndexByte(content[i:], 0xff)
			if at < 0 {
				return
			}
			for i += at; i+1 < len(content) && content[i+1] == 0xff; i++ { // fill
			}
			if i+1 >= len(content) {
				return
			}
			s := segment{content[i+1], content[i : i+2]}
			switch {
			case s.marker == 0: // a stuffed byte that belongs to nothing
				i += 2
				continue
			case standalone(s.marker):
			default:
				end := i + 2
				if end+2 <= len(content) {
					end += max(2, int(binary.BigEndian.Uint16(content[end:])))
				}
				if end == i+2 || end > len(content) {
					return
				}
				s.bytes = content[i:end]
			}
			if !yield(s) || s.marker == eoi {
				return
			}
			i += len(s.bytes)
			if s.marker == sos {
				end := i + coded(content[i:])
				if !yield(segment{entropy, content[i:end]}) {
					return
				}
				i = end
			}
		}
	}
}

// standalone reports whether nothing belongs to a marker.
func standalone(marker byte) bool {
	return marker == soi || marker == eoi || marker == 0x01 || marker >= 0xd0 && marker <= 0xd7
}

// coded is the length of the coded data at the start of b: up to a marker that
// is not one of those within it.
func coded(b []byte) int {
	for i := 0; ; i += 2 {
		at := bytes.IndexByte(b[min(i, len(b)):], 0xff)
		if at < 0 {
			return len(b)
		}
		if i += at; i+1 >= len(b) {
			return len(b)
		}
		if m := b[i+1]; m != 0 && (m < 0xd0 || m > 0xd7) {
			return i
		}
	}
}

const (
	exifMagic = "Exif\x00\x00"
	iccMagic  = "ICC_PROFILE\x00"
)

// stripJPEG keeps what the picture is drawn with: tables, frames and scans, the
// JFIF and Adobe headers that tell how its colours are coded, the ICC profile
// and, when it is not upright, the orientation. All else goes: EXIF, XMP, IPTC,
// comments, thumbnails, makers' own segments, and what follows the picture.
func stripJPEG(content []byte) []byte {
	out := bytes.NewBuffer(make([]byte, 0, len(content)))
	turned := false
	for s := range segments(content) {
		switch {
		case s.marker == app0+1 && s.begins(exifMagic) && !turned:
			if o := orientationOf(s.payload()[len(exifMagic):]); o != 1 {
				out.Write(app(1, append([]byte(exifMagic), bareEXIF(o)...)))
				turned = true
			}
		case s.marker == app0 && s.begins("JFIF\x00") && len(s.payload()) >= 14:
			jfif := bytes.Clone(s.payload()[:14])
			jfif[12], jfif[13] = 0, 0 // the size of its thumbnail
			out.Write(app(0, jfif))
		case s.marker == app0+2 && s.begins(iccMagic), s.marker == app0+14 && s.begins("Adobe"):
			out.Write(s.bytes)
		case s.marker >= app0 && s.marker <= app15, s.marker == com:
		default:
			out.Write(s.bytes)
		}
	}
	return out.Bytes()
}

// app makes an application segment.
func app(n byte, payload []byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, app0 + n}, uint16(len(payload)+2)), payload...)
}

// frame is what the header of a frame tells (T.81, section B.2.2).
type frame struct {
	marker     byte
	precision  byte
	components int
	samples    int64 // of all components, in whole blocks of 64
}

// isFrame reports whether a marker begins the header of a frame.
func isFrame(marker byte) bool {
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
}

func readFrame(s segment) (f frame, ok bool) {
	p := s.payload()
	if len(p) < 6 || len(p) < 6+3*int(p[5]) {
		return frame{}, false
	}
	height, width := int64(binary.BigEndian.Uint16(p[1:])), int64(binary.BigEndian.Uint16(p[3:]))
	f = frame{marker: s.marker, precision: p[0], components: int(p[5])}
	high, wide := int64(1), int64(1)
	for c := range f.components {
		wide, high = max(wide, int64(p[7+3*c]>>4)), max(high, int64(p[7+3*c]&15))
	}
	for c := range f.components {
		h, v := int64(p[7+3*c]>>4), int64(p[7+3*c]&15)
		f.samples += (width*h/wide + 8) / 8 * ((height*v/high + 8) / 8) * 64
	}
	return f, true
}

// measureJPEG follows the segments to the end of the picture.
func measureJPEG(content []byte, info *Info) error {
	var f frame
	var turn orientation = 1
	ended := false
	for s := range segments(content) {
		switch {
		case isFrame(s.marker):
			f, _ = readFrame(s)
		case s.marker == app0+1 && s.begins(exifMagic) && turn == 1:
			turn = orientationOf(s.payload()[len(exifMagic):])
		}
		ended = s.marker == eoi
	}
	if turn.sideways() {
		info.Width, info.Height = info.Height, info.Width
	}
	info.Memory = f.samples
	if f.marker == 0xc2 {
		info.Memory *= 5 // progressive: the coefficients, four bytes each, too
	}
	// Four components are ink on paper, which the browser turns into light by a
	// profile that we cannot read.
	info.Resizable = f.marker >= 0xc0 && f.marker <= 0xc2 && f.precision == 8 && f.components < 4
	switch {
	case !ended:
		return errors.New("cut off: the file ends before the picture does")
	case f.samples/64 > 8*int64(len(content)): // a block takes at least a bit
		return fmt.Errorf("not as large as it says: %d bytes cannot hold %d by %d pixels", len(content), info.Width, info.Height)
	}
	return nil
}
