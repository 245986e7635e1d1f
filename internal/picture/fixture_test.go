package picture

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"
)

// secret stands in every block of metadata that the tests plant.
const secret = "52.3702N 4.8952E by Ada"

// scene is a picture with light, dark and noise, which no format packs away. Its
// upper left corner is red.
func scene(width, height int) *image.NRGBA {
	random := rand.New(rand.NewPCG(1, 2))
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			noise := uint8(random.IntN(64))
			c := color.NRGBA{uint8(x*160/width) + noise, uint8(y*160/height) + noise, 90 + noise, 255}
			if x < width/4 && y < height/4 {
				c = color.NRGBA{220, 20, 20, 255}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// profile is a colour profile of RGB with the header that programs ask for
// (ICC.1:2022, section 7.2), and long enough to need two segments of a JPEG.
func profile() []byte {
	be := binary.BigEndian
	p := bytes.Repeat([]byte("colour "), 12_000)
	clear(p[:144])
	be.PutUint32(p, uint32(len(p)))
	be.PutUint32(p[8:], 0x04400000)
	copy(p[12:], "mntrRGB XYZ ")
	copy(p[36:], "acsp")
	be.PutUint32(p[68:], 0xf6d6) // D50
	be.PutUint32(p[72:], 0x10000)
	be.PutUint32(p[76:], 0xd32d)
	be.PutUint32(p[128:], 1)
	copy(p[132:], "cprt")
	be.PutUint32(p[136:], 144)
	be.PutUint32(p[140:], uint32(len(p)-144))
	return p
}

// exif is a block that has an orientation, and says more than that.
func exif(o orientation) []byte {
	be := binary.BigEndian
	b := be.AppendUint32([]byte("MM\x00*"), 8)
	b = be.AppendUint16(b, 2)
	b = be.AppendUint32(append(be.AppendUint16(be.AppendUint16(b, 0x010e), 2), 0, 0, 0, byte(len(secret))), 38)
	b = append(be.AppendUint32(be.AppendUint16(be.AppendUint16(b, orientationTag), 3), 1), 0, byte(o), 0, 0)
	return append(append(b, 0, 0, 0, 0), secret...)
}

// photoJPEG is a JPEG as a camera makes it: with all that it notes.
func photoJPEG(t testing.TB, m image.Image, o orientation, icc []byte) []byte {
	t.Helper()
	plain := withProfileJPEG(asJPEG(t, m), icc)
	b := append([]byte{}, plain[:2]...)
	b = append(b, app(0, append([]byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01"), 1, 2, 3))...) // with a thumbnail of one pixel
	b = append(b, app(1, append([]byte(exifMagic), exif(o)...))...)
	b = append(b, app(1, []byte("http://ns.adobe.com/xap/1.0/\x00<x>"+secret+"</x>"))...)
	b = append(b, app(13, []byte("Photoshop 3.0\x00"+secret))...)
	b = append(b, app(12, []byte("Ducky"+secret))...)
	comment := app(14, []byte(secret))
	comment[1] = com
	b = append(b, comment...)
	b = append(b, plain[2:]...)
	return append(b, "another picture behind it "+secret...)
}

// photoPNG is a PNG with all that programs note.
func photoPNG(t testing.TB, m image.Image, icc []byte) []byte {
	t.Helper()
	plain := withProfilePNG(asPNG(t, m), icc)
	const header = len(pngSignature) + 25
	b := append([]byte{}, plain[:header]...)
	for _, c := range []chunk{
		newChunk("tEXt", []byte("Author\x00"+secret)), newChunk("zTXt", []byte("x\x00\x00"+secret)), newChunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"+secret)),
		newChunk("eXIf", exif(1)), newChunk("tIME", []byte("\x07\xea\x01\x01\x01\x01\x01")), newChunk("prVt", []byte(secret)),
	} {
		b = append(b, c.bytes...)
	}
	return append(append(b, plain[header:]...), secret...)
}

// photoWebP is a WebP with all that programs note: of one red pixel.
func photoWebP(t testing.TB, o orientation, icc []byte) []byte {
	t.Helper()
	plain, err := base64.StdEncoding.DecodeString("UklGRh4AAABXRUJQVlA4TBEAAAAvAAAAAAfQ//73v/+BiOh/AAA=")
	if err != nil {
		t.Fatal(err)
	}
	b := []byte("RIFF\x00\x00\x00\x00WEBP")
	b = append(b, newRIFFChunk("VP8X", []byte{0x20 | flagEXIF | flagXMP, 0, 0, 0, 0, 0, 0, 0, 0, 0})...)
	b = append(b, newRIFFChunk("ICCP", icc)...)
	b = append(b, plain[12:]...)
	b = append(b, newRIFFChunk("EXIF", exif(o))...)
	b = append(b, newRIFFChunk("XMP ", []byte(secret))...)
	b = append(b, newRIFFChunk("note", []byte(secret))...)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return append(b, secret...)
}

// photoGIF is a GIF of two frames with a comment.
func photoGIF(t testing.TB) []byte {
	t.Helper()
	frame := func(c color.Color) *image.Paletted {
		return image.NewPaletted(image.Rect(0, 0, 5, 4), color.Palette{c, color.White})
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame(color.Black), frame(color.White)}, Delay: []int{10, 20}}); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	note := append([]byte{gifExtension, 0xfe, byte(len(secret))}, secret...)
	header, _ := gifBlocks(plain)
	out := append(append(append([]byte{}, header...), append(note, 0)...), plain[len(header):]...)
	return append(out, secret...)
}

// same reports whether two pictures have the same pixels.
func same(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			r, g, bl, al := a.At(x, y).RGBA()
			if r2, g2, bl2, al2 := b.At(x, y).RGBA(); r != r2 || g != g2 || bl != bl2 || al != al2 {
				return false
			}
		}
	}
	return true
}

func decoded(t testing.TB, content []byte) image.Image {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
