package picture

import (
	"bytes"
	"errors"
	"iter"
)

// Blocks of a GIF (GIF89a specification, appendix A).
const (
	gifExtension = 0x21
	gifImage     = 0x2c
	gifTrailer   = 0x3b
)

// gifBlock is an extension or a frame, with all that belongs to it.
type gifBlock struct {
	kind  byte
	bytes []byte
}

// gifBlocks returns the header of a GIF, with the global colours, and goes
// through its blocks, up to the end or where the file breaks off.
func gifBlocks(content []byte) (header []byte, blocks iter.Seq[gifBlock]) {
	if len(content) < 13 {
		return content, func(func(gifBlock) bool) {}
	}
	start := min(len(content), 13+colours(content[10]))
	return content[:start], func(yield func(gifBlock) bool) {
		for i := start; i < len(content); {
			end := gifBlockEnd(content, i)
			if end < 0 || !yield(gifBlock{content[i], content[i:end]}) || content[i] == gifTrailer {
				return
			}
			i = end
		}
	}
}

// colours is the size in bytes of the table of colours that a byte of flags
// announces.
func colours(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// gifBlockEnd is where the block at i ends; -1 when it is none or cut off.
func gifBlockEnd(content []byte, i int) int {
	switch content[i] {
	case gifTrailer:
		return i + 1
	case gifExtension:
		return subBlocksEnd(content, i+2)
	case gifImage:
		if i+10 > len(content) {
			return -1
		}
		return subBlocksEnd(content, i+10+colours(content[i+9])+1)
	}
	return -1
}

// subBlocksEnd is where a run of sub-blocks ends: behind the empty one.
func subBlocksEnd(content []byte, i int) int {
	for i < len(content) {
		n := int(content[i])
		if i++; n == 0 {
			return i
		}
		i += n
	}
	return -1
}

// stripGIF keeps frames, their timing and how often they are shown.
func stripGIF(content []byte) []byte {
	header, blocks := gifBlocks(content)
	out := bytes.NewBuffer(make([]byte, 0, len(content)))
	out.Write(header)
	end := len(header)
	for b := range blocks {
		end += len(b.bytes)
		if b.kind != gifExtension || keptExtension(b.bytes) {
			out.Write(b.bytes)
		}
		if b.kind == gifTrailer {
			return out.Bytes()
		}
	}
	if end < len(content) && content[end] == gifImage { // cut off in a frame
		out.Write(content[end:])
	}
	return out.Bytes()
}

// keptExtension reports whether a GIF is shown with an extension: not with
// comments, plain text that no browser shows, and what programs keep there.
func keptExtension(b []byte) bool {
	const control, application = 0xf9, 0xff
	if b[1] == application && len(b) > 14 {
		name := string(b[3:14])
		return name == "NETSCAPE2.0" || name == "ANIMEXTS1.0" || name == "ICCRGBG1012"
	}
	return b[1] == control
}

// measureGIF follows the blocks to the end. GIFs are left as they are: those
// that move would stop, and those that do not are small or should be PNG.
func measureGIF(content []byte) error {
	_, blocks := gifBlocks(content)
	for b := range blocks {
		if b.kind == gifTrailer {
			return nil
		}
	}
	return errors.New("cut off: the file ends before the picture does")
}
