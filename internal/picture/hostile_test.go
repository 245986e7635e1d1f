package picture

import (
	"encoding/binary"
	"strings"
	"testing"
)

// lyingPNG says that it is larger than its bytes can be.
func lyingPNG(t *testing.T, width, height uint32) []byte {
	content := asPNG(t, scene(8, 8))
	header := newChunk("IHDR", append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height), 8, 2, 0, 0, 0))
	return append(append([]byte(pngSignature), header.bytes...), content[len(pngSignature)+25:]...)
}

// lyingJPEG says in its frame that it is larger.
func lyingJPEG(t *testing.T, width, height uint16) []byte {
	var out []byte
	for s := range segments(asJPEG(t, scene(8, 8))) {
		if isFrame(s.marker) {
			binary.BigEndian.PutUint16(s.bytes[5:], height)
			binary.BigEndian.PutUint16(s.bytes[7:], width)
		}
		out = append(out, s.bytes...)
	}
	return out
}

// Files that are cut off, damaged or not what they say are told in words, and
// none of them is decoded to find out.
func TestMeasureFindsFaults(t *testing.T) {
	m := scene(64, 48)
	damaged := asPNG(t, m)
	damaged[len(damaged)/2] ^= 1
	tiled := lyingJPEG(t, 9000, 9000)
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"a.jpg", asJPEG(t, m)[:2000], "cut off"},
		{"a.png", asPNG(t, m)[:2000], "cut off"},
		{"a.webp", photoWebP(t, 1, profile())[:60], "cut off"},
		{"a.gif", photoGIF(t)[:60], "cut off"},
		{"a.png", damaged, "checksum"},
		{"a.png", lyingPNG(t, 60_000, 60_000), "not as large as it says"},
		{"a.jpg", tiled, "not as large as it says"},
	} {
		info, err := Measure(c.name, c.content)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if c.want == "cut off" && info.Width == 0 && c.name != "a.webp" {
			t.Errorf("%s: its size is not known, so that the page jumps", c.name)
		}
	}
}

// What is over the limits is known by its header.
func TestTooLarge(t *testing.T) {
	for _, c := range []struct {
		info Info
		want bool
	}{
		{Info{Size: Size{8000, 5000}, Resizable: true, Memory: 160_000_000}, false},
		{Info{Size: Size{8001, 5000}, Resizable: true, Memory: 40_005_000}, true},
		{Info{Size: Size{6000, 6000}, Resizable: true, Memory: 288_000_000}, true}, // 16 bits a channel
		{Info{Size: Size{16_383, 2000}, Resizable: true}, false},
		{Info{Size: Size{1, 16_384}, Resizable: true}, true}, // few bytes, and a weight for every row
		{Info{Size: Size{16_384, 1}, Resizable: true}, true},
		{Info{Size: Size{90_000, 90_000}, Format: SVG}, false},
	} {
		if got := c.info.TooLarge(); got != c.want {
			t.Errorf("%+v: %v", c.info, got)
		}
	}
	m := NewMaker(MakerOptions{})
	if f := m.Forms(Info{Size: Size{8001, 5000}, Format: PNG, Resizable: true}, 1<<20); f.Own.Format != "" || f.Smaller != nil {
		t.Errorf("there are forms of what is too large: %+v", f)
	}
}

// A picture whose pixels are not what its header promises has no variants; that
// is found out once, and the log says so once.
func TestVariantOfBrokenPicture(t *testing.T) {
	content := asJPEG(t, scene(800, 600))
	content = append(content[:len(content)/2], 0xff, eoi) // its structure is whole
	info, err := Measure("a.jpg", content)
	if err != nil || !info.Resizable {
		t.Fatalf("%+v, %v", info, err)
	}
	log := &lines{}
	m := NewMaker(MakerOptions{Log: log.logger()})
	s := Source{Info: info, Name: "a.jpg", Hash: "broken", Read: func() ([]byte, error) { return content, nil }}
	for _, width := range []int{480, 480, 700} {
		if _, err := m.Variant(s, Variant{width, Kind{JPEG, Edition}}); err == nil {
			t.Errorf("%d: no error", width)
		}
	}
	if n := m.made.Load(); n != 1 {
		t.Errorf("decoded %d times, want once", n)
	}
	if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "a.jpg") {
		t.Errorf("the log says %q", text)
	}
	if err := m.Verify(info, content); err == nil {
		t.Error("Verify finds nothing")
	}
}

// FuzzVariant: whatever a file holds, making a variant of it ends in a picture or
// an error.
func FuzzVariant(f *testing.F) {
	f.Add(photoJPEG(f, scene(70, 50), 6, nil))
	f.Add(photoPNG(f, scene(70, 50), nil))
	f.Add(photoWebP(f, 1, nil))
	f.Fuzz(func(t *testing.T, content []byte) {
		info, err := Measure("a.jpg", content)
		if err != nil || !info.Resizable || info.TooLarge() || info.Memory > 1<<24 {
			return
		}
		m := NewMaker(MakerOptions{})
		own := m.Forms(info, worth).Own
		if own.Format == "" {
			return
		}
		v := Variant{max(1, info.Width/2), own}
		made, err := m.Variant(Source{Info: info, Name: "a", Hash: "a", Read: func() ([]byte, error) { return content, nil }}, v)
		if err == nil && FormatOf(made) == "" {
			t.Errorf("no picture: %q", made)
		}
	})
}
