package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

func encoded(t *testing.T, encode func(*bytes.Buffer, image.Image) error, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.Black, color.White})); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sideways puts an EXIF block that says orientation 6 behind the start of a JPEG.
func sideways(jpeg []byte, order binary.AppendByteOrder, mark string) []byte {
	tiff := append([]byte(mark), 0, 0)
	tiff = order.AppendUint32(order.AppendUint16(tiff[:2], 42), 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(order.AppendUint16(tiff, 0x0112), 3)
	tiff = order.AppendUint16(order.AppendUint16(order.AppendUint32(tiff, 1), 6), 0)
	body := append([]byte("Exif\x00\x00"), tiff...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return append(append(append([]byte{}, jpeg[:2]...), append(segment, body...)...), jpeg[2:]...)
}

// A page reserves the room that a picture takes as it is shown.
func TestMeasureGivesTheSizeAsShown(t *testing.T) {
	asPNG := func(b *bytes.Buffer, m image.Image) error { return png.Encode(b, m) }
	asGIF := func(b *bytes.Buffer, m image.Image) error { return gif.Encode(b, m, nil) }
	asJPEG := func(b *bytes.Buffer, m image.Image) error { return jpeg.Encode(b, m, nil) }
	photo := encoded(t, asJPEG, 40, 30)
	for _, c := range []struct {
		name    string
		content []byte
		want    Size
	}{
		{"a.png", encoded(t, asPNG, 12, 7), Size{12, 7}},
		{"a.gif", encoded(t, asGIF, 12, 7), Size{12, 7}},
		{"a.jpg", photo, Size{40, 30}},
		{"named.png", photo, Size{40, 30}}, // the bytes count, not the name
		{"little.jpg", sideways(photo, binary.LittleEndian, "II"), Size{30, 40}},
		{"big.jpg", sideways(photo, binary.BigEndian, "MM"), Size{30, 40}},
		{"sizes.svg", []byte(`<?xml version="1.0"?><!-- c --><svg xmlns="http://www.w3.org/2000/svg" width="300px" height="150"/>`), Size{300, 150}},
		{"box.svg", []byte(`<svg viewBox="0 0 640 480"/>`), Size{640, 480}},
		{"percent.svg", []byte(`<svg width="100%" height="100%" viewBox="0,0,64.4,48.6"/>`), Size{64, 49}},
	} {
		got, err := Measure(c.name, c.content)
		if err != nil || got.Size != c.want {
			t.Errorf("Measure(%s) = %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

// A file that is no picture is an error that says so, never a crash; one whose
// size cannot be known is told apart.
func TestMeasureRefusesWhatIsNoPicture(t *testing.T) {
	for _, c := range []struct{ name, content string }{
		{"a.png", ""}, {"a.png", "not a picture"}, {"a.jpg", "\xff\xd8\xff\xe1"}, {"a.svg", "<html></html>"}, {"a.svg", "plain"}, {"a.svg", ""},
	} {
		if size, err := Measure(c.name, []byte(c.content)); err == nil || errors.Is(err, ErrUnmeasured) {
			t.Errorf("Measure(%s, %q) = %v, %v; want an error", c.name, c.content, size, err)
		}
	}
	for _, c := range []struct{ name, content string }{{"a.svg", "<svg/>"}, {"a.avif", "anything"}} {
		if _, err := Measure(c.name, []byte(c.content)); !errors.Is(err, ErrUnmeasured) {
			t.Errorf("Measure(%s) = %v, want ErrUnmeasured", c.name, err)
		}
	}
}

// A grey PNG with a colour that is not drawn is decoded into four channels.
func TestMemoryOfPNG(t *testing.T) {
	for _, c := range []struct {
		name          string
		depth, kind   byte
		extra         []byte
		bytesPerPixel int64
	}{
		{"grey", 8, 0, nil, 1},
		{"grey, one not drawn", 8, 0, newChunk("tRNS", []byte{0, 1}).bytes, 4},
		{"grey of 16 bits, one not drawn", 16, 0, newChunk("tRNS", []byte{0, 1}).bytes, 8},
		{"palette, one not drawn", 8, 3, newChunk("tRNS", []byte{0}).bytes, 1},
		{"colour", 8, 2, nil, 4},
	} {
		content := append([]byte(pngSignature), newChunk("IHDR", []byte{0, 0, 0, 10, 0, 0, 0, 10, c.depth, c.kind, 0, 0, 0}).bytes...)
		content = append(content, newChunk("PLTE", make([]byte, 6)).bytes...)
		content = append(append(content, c.extra...), newChunk("IDAT", make([]byte, 100)).bytes...)
		content = append(content, newChunk("IEND", nil).bytes...)
		info := Info{Size: Size{10, 10}}
		if err := measurePNG(content, &info); err != nil || info.Memory != 100*c.bytesPerPixel {
			t.Errorf("%s: %d bytes, %v; want %d a pixel", c.name, info.Memory, err, c.bytesPerPixel)
		}
	}
}

func FuzzMeasure(f *testing.F) {
	f.Add("a.svg", []byte(`<svg viewBox="0 0 1 1"/>`))
	f.Add("a.jpg", []byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\x08\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		size, err := Measure(name, content)
		if err == nil && (size.Width < 1 || size.Height < 1) {
			t.Errorf("a picture of %v", size)
		}
	})
}
