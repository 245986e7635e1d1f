package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"iter"
	"math"
)

// riffChunk is one part of a WebP file (RFC 9649, section 2.3). One that is cut
// off is not whole.
type riffChunk struct {
	kind  string
	bytes []byte // type, size, data and padding
	whole bool
}

// riffChunks goes through a WebP file, up to its end or where the file breaks
// off.
func riffChunks(content []byte) iter.Seq[riffChunk] {
	return func(yield func(riffChunk) bool) {
		end := int64(len(content))
		if len(content) >= 12 {
			end = min(end, 8+int64(binary.LittleEndian.Uint32(content[4:])))
		}
		for i := int64(12); i+8 <= end; {
			next := i + 8 + int64(binary.LittleEndian.Uint32(content[i+4:]))
			whole := next <= end
			next = min(next+next&1, end) // the padding at the end is often forgotten
			if !yield(riffChunk{string(content[i : i+4]), content[i:next], whole}) {
				return
			}
			i = next
		}
	}
}

func newRIFFChunk(kind string, data []byte) []byte {
	b := append([]byte(kind), binary.LittleEndian.AppendUint32(nil, uint32(len(data)))...)
	if b = append(b, data...); len(b)&1 == 1 {
		b = append(b, 0)
	}
	return b
}

// Flags of the VP8X chunk (RFC 9649, section 2.7.1).
const (
	flagAnimation = 0x02
	flagXMP       = 0x04
	flagEXIF      = 0x08
)

// stripWebP keeps the chunks that the picture is drawn with and, when it is not
// upright, its orientation.
func stripWebP(content []byte) []byte {
	out := bytes.NewBuffer(make([]byte, 0, len(content)))
	out.WriteString("RIFF\x00\x00\x00\x00WEBP")
	flags, turn, missing := 0, orientation(1), uint64(0)
	for c := range riffChunks(content) {
		switch c.kind {
		case "VP8X":
			if len(c.bytes) > 8 {
				flags = out.Len() + 8
			}
			out.Write(c.bytes)
		case "VP8 ", "VP8L", "ALPH", "ICCP", "ANIM", "ANMF":
			out.Write(c.bytes)
			if !c.whole {
				missing = uint64(binary.LittleEndian.Uint32(c.bytes[4:])) - uint64(len(c.bytes)-8)
			}
		case "EXIF":
			turn = riffOrientation(c)
		}
	}
	if turn != 1 {
		out.Write(newRIFFChunk("EXIF", bareEXIF(turn)))
	}
	b := out.Bytes()
	if flags > 0 {
		b[flags] &^= flagEXIF | flagXMP
		if turn != 1 {
			b[flags] |= flagEXIF
		}
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(min(uint64(len(b)-8)+missing, math.MaxUint32)))
	return b
}

// riffOrientation reads an EXIF chunk, which some programs begin as in a JPEG.
func riffOrientation(c riffChunk) orientation {
	return orientationOf(bytes.TrimPrefix(c.bytes[8:], []byte(exifMagic)))
}

// measureWebP follows the chunks to the end.
func measureWebP(content []byte, info *Info) error {
	claimed := int64(binary.LittleEndian.Uint32(content[4:])) + 8
	upright, moves, drawn, bytesPerPixel := true, false, false, int64(4)
	for c := range riffChunks(content) {
		if !c.whole {
			return errors.New("cut off: the file ends before the picture does")
		}
		switch c.kind {
		case "VP8X":
			moves = len(c.bytes) > 8 && c.bytes[8]&flagAnimation != 0
		case "VP8 ", "VP8L", "ANMF":
			drawn = true
			if c.kind == "VP8L" {
				bytesPerPixel = 8 // its tables and what it is unpacked into
			}
		case "EXIF":
			upright = upright && riffOrientation(c) == 1
		}
	}
	if claimed > int64(len(content))+1 || !drawn {
		return errors.New("cut off: the file ends before the picture does")
	}
	info.Memory = int64(info.Width) * int64(info.Height) * bytesPerPixel
	info.Resizable = upright && !moves // browsers do not agree on turning a WebP
	return nil
}
