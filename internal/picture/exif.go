package picture

import (
	"bytes"
	"encoding/binary"
)

// orientation is how a picture must be turned to be seen as it was taken, 1 to 8
// (Exif 2.32, section 4.6.4, tag 0x0112); 1 is as it is.
type orientation int

// sideways reports whether width and height change places.
func (o orientation) sideways() bool { return o >= 5 }

const orientationTag = 0x0112

// orientationOf reads the orientation out of an EXIF block, which is a TIFF
// file; 1 when it says nothing that can be used.
func orientationOf(tiff []byte) orientation {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > int64(len(tiff)) {
		return 1
	}
	entries := int64(order.Uint16(tiff[at:]))
	for n := range entries {
		entry := at + 2 + 12*n
		if entry+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == orientationTag {
			if o := order.Uint16(tiff[entry+8:]); o >= 1 && o <= 8 {
				return orientation(o)
			}
			return 1
		}
	}
	return 1
}

// bareEXIF is an EXIF block that says the orientation and nothing else.
func bareEXIF(o orientation) []byte {
	var b bytes.Buffer
	b.WriteString("II*\x00\x08\x00\x00\x00") // little endian; the directory is at 8
	le := binary.LittleEndian
	b.Write(le.AppendUint16(nil, 1)) // one entry: a tag, its type SHORT, one value
	b.Write(le.AppendUint16(le.AppendUint16(nil, orientationTag), 3))
	b.Write(le.AppendUint32(nil, 1))
	b.Write(le.AppendUint32(nil, uint32(o)))
	b.Write(le.AppendUint32(nil, 0)) // no other directory
	return b.Bytes()
}
