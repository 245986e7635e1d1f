package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"iter"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// chunk is one part of a PNG (PNG, third edition, section 5.3).
type chunk struct {
	kind  string
	bytes []byte // length, type, data and checksum
}

func (c chunk) data() []byte { return c.bytes[8 : len(c.bytes)-4] }

// sound reports whether the checksum agrees.
func (c chunk) sound() bool {
	end := len(c.bytes) - 4
	return crc32.ChecksumIEEE(c.bytes[4:end]) == binary.BigEndian.Uint32(c.bytes[end:])
}

// chunks goes through a PNG, up to its end or where the file breaks off. The
// bytes of a chunk that is cut off are not all there are, so that it is left out;
// rest is where it begins.
func chunks(content []byte) iter.Seq2[int, chunk] {
	return func(yield func(int, chunk) bool) {
		for i := len(pngSignature); i+12 <= len(content); {
			n := int64(binary.BigEndian.Uint32(content[i:]))
			if n > int64(len(content)-i-12) {
				return
			}
			c := chunk{string(content[i+4 : i+8]), content[i : i+12+int(n)]}
			if !yield(i, c) || c.kind == "IEND" {
				return
			}
			i += len(c.bytes)
		}
	}
}

func newChunk(kind string, data []byte) chunk {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return chunk{kind, binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))}
}

// isDrawn reports whether a PNG is drawn with a chunk of a kind: all that decoders
// must know, transparency, colour, and what moves it. The others are words,
// times, histograms and what programs keep for themselves.
func isDrawn(kind string) bool {
	switch kind {
	case "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD", "pHYs", "acTL", "fcTL", "fdAT":
		return true
	}
	return kind[0]&0x20 == 0 // critical
}

// stripPNG keeps the chunks that the picture is drawn with and, when it is not
// upright, its orientation.
func stripPNG(content []byte) []byte {
	out := bytes.NewBuffer(make([]byte, 0, len(content)))
	out.WriteString(pngSignature)
	end := len(pngSignature)
	for at, c := range chunks(content) {
		end = at + len(c.bytes)
		if o := orientationOf(c.data()); c.kind == "eXIf" && o != 1 {
			out.Write(newChunk("eXIf", bareEXIF(o)).bytes)
		} else if isDrawn(c.kind) {
			out.Write(c.bytes)
		}
		if c.kind == "IEND" {
			return out.Bytes()
		}
	}
	// Cut off: what there is of the pixels is shown all the same.
	if rest := content[end:]; len(rest) >= 8 && isDrawn(string(rest[4:8])) {
		out.Write(rest)
	}
	return out.Bytes()
}

// measurePNG follows the chunks to the end and checks their sums.
func measurePNG(content []byte, info *Info) error {
	var header []byte
	clear := false // one of its colours is not drawn, so that it is decoded with alpha
	packed, ended := int64(0), false
	plain := true // what shrinking would not change: it stands still, upright, and its colours are those of a screen
	for _, c := range chunks(content) {
		if !c.sound() {
			return fmt.Errorf("damaged: the checksum of a part of it (%s) does not agree", printable(c.kind))
		}
		switch c.kind {
		case "IHDR":
			header = c.data()
		case "tRNS":
			clear = true
		case "IDAT":
			packed += int64(len(c.data()))
		case "eXIf": // browsers do not agree on turning a PNG
			plain = plain && orientationOf(c.data()) == 1
		case "acTL", "cICP":
			plain = false
		case "IEND":
			ended = true
		}
	}
	if !ended || len(header) < 13 {
		return errors.New("cut off: the file ends before the picture does")
	}
	depth, channels := int64(header[8]), map[byte]int64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[header[9]]
	pixels := int64(info.Width) * int64(info.Height)
	raw := (int64(info.Width)*channels*depth + 7) / 8 * int64(info.Height)
	info.Memory = pixels * max(1, depth/8) * map[bool]int64{true: 1, false: 4}[channels == 1 && (header[9] == 3 || !clear)]
	if header[12] != 0 {
		info.Memory *= 2 // interlaced: its passes, too
	}
	info.Resizable = plain
	if raw > 1032*packed+1032 { // the most that deflate can shrink
		return fmt.Errorf("not as large as it says: %d bytes cannot hold %d by %d pixels", len(content), info.Width, info.Height)
	}
	return nil
}

// printable is a chunk's type as it can stand in a message.
func printable(kind string) string { return fmt.Sprintf("%+q", kind) }
