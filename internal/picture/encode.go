package picture

import (
	"bytes"
	"compress/zlib"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// quality is that of JPEG variants, of 100. Like the settings in programs.go it
// is part of what Edition names.
const quality = 80

// encode writes a picture as JPEG, or as PNG with the effort given.
func encode(m *image.NRGBA, like photo, format Format, effort png.CompressionLevel) ([]byte, error) {
	var out bytes.Buffer
	var pixels image.Image = m
	switch {
	case like.gray:
		gray := image.NewGray(m.Rect)
		draw.Draw(gray, m.Rect, m, m.Rect.Min, draw.Src)
		pixels = gray
	case format == JPEG: // which has no alpha: the same bytes under another name, for the encoder is faster with it
		pixels = &image.RGBA{Pix: m.Pix, Stride: m.Stride, Rect: m.Rect}
	}
	if format == JPEG {
		err := jpeg.Encode(&out, pixels, &jpeg.Options{Quality: quality})
		return withProfileJPEG(out.Bytes(), like.profile), err
	}
	encoder := png.Encoder{CompressionLevel: effort}
	err := encoder.Encode(&out, pixels)
	return withProfilePNG(out.Bytes(), like.profile), err
}

// withProfileJPEG puts a profile behind the start of a JPEG.
func withProfileJPEG(content, profile []byte) []byte {
	const room = 0xffff - 2 - len(iccMagic) - 2 // of a segment
	parts := (len(profile) + room - 1) / room
	if parts == 0 || parts > 255 {
		return content
	}
	out := bytes.NewBuffer(append([]byte{}, content[:2]...))
	for n := range parts {
		part := profile[n*room : min(len(profile), (n+1)*room)]
		out.Write(app(2, append(append([]byte(iccMagic), byte(n+1), byte(parts)), part...)))
	}
	out.Write(content[2:])
	return out.Bytes()
}

// withProfilePNG puts a profile behind the header of a PNG.
func withProfilePNG(content, profile []byte) []byte {
	if len(profile) == 0 {
		return content
	}
	var data bytes.Buffer
	data.WriteString("ICC\x00\x00")
	w := zlib.NewWriter(&data)
	_, err := w.Write(profile) // into memory, which cannot fail
	if err != nil || w.Close() != nil {
		return content
	}
	const header = len(pngSignature) + 25
	out := append([]byte{}, content[:header]...)
	out = append(out, newChunk("iCCP", data.Bytes()).bytes...)
	return append(out, content[header:]...)
}
