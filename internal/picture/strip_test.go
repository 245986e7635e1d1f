package picture

import (
	"bytes"
	"image"
	"image/gif"
	"slices"
	"testing"
)

// What is served tells nobody where a picture was taken, and shows every pixel
// as it was; colours and orientation stay.
func TestStrip(t *testing.T) {
	m := scene(40, 30)
	for name, content := range map[string][]byte{
		"upright.jpg": photoJPEG(t, m, 1, profile()), "turned.jpg": photoJPEG(t, m, 6, profile()), "a.png": photoPNG(t, m, profile()), "upright.webp": photoWebP(t, 1, profile()), "turned.webp": photoWebP(t, 8, profile()),
	} {
		if !bytes.Contains(content, []byte(secret)) {
			t.Fatalf("%s holds no secret", name)
		}
		stripped := Strip(content)
		for _, no := range []string{secret, "xap", "Photoshop", "tIME", "prVt", "XMP"} {
			if bytes.Contains(stripped, []byte(no)) {
				t.Errorf("%s still holds %q", name, no)
			}
		}
		for s := range segments(stripped) {
			if FormatOf(stripped) == JPEG && s.marker == app0 && (len(s.payload()) != 14 || s.payload()[12] != 0) {
				t.Errorf("%s has a thumbnail, or says so", name)
			}
		}
		if !same(decoded(t, content), decoded(t, stripped)) {
			t.Errorf("%s shows other pixels", name)
		}
		before, _ := decode(content)
		after, err := decode(stripped)
		if err != nil || !bytes.Equal(after.profile, before.profile) || len(after.profile) != len(profile()) {
			t.Errorf("%s has lost its colours: %v", name, err)
		}
		was, errWas := Measure(name, content)
		is, errIs := Measure(name, stripped)
		if was != is || errWas != nil || errIs != nil {
			t.Errorf("%s was %+v (%v), is %+v (%v)", name, was, errWas, is, errIs)
		}
		if again := Strip(stripped); !bytes.Equal(again, stripped) {
			t.Errorf("%s is stripped twice to other bytes", name)
		}
	}
}

// A GIF keeps its frames and their timing.
func TestStripGIF(t *testing.T) {
	content := photoGIF(t)
	stripped := Strip(content)
	if bytes.Contains(stripped, []byte(secret)) {
		t.Error("it still holds the comment")
	}
	before, err := gif.DecodeAll(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	after, err := gif.DecodeAll(bytes.NewReader(stripped))
	if err != nil || len(after.Image) != 2 || after.Delay[1] != before.Delay[1] || after.LoopCount != before.LoopCount || !same(before.Image[1], after.Image[1]) {
		t.Errorf("another GIF: %+v, %v", after, err)
	}
}

// A file that is cut off is shown as far as it goes, and is stripped all the same.
func TestStripCutOff(t *testing.T) {
	m := scene(40, 30)
	for name, content := range map[string][]byte{"a.jpg": photoJPEG(t, m, 6, profile()), "a.png": photoPNG(t, m, profile()), "a.webp": photoWebP(t, 1, profile()), "a.gif": photoGIF(t)} {
		whole := Strip(content)
		for end := 0; end < len(content); end += 1 + len(content)/997 {
			stripped := Strip(content[:end])
			if bytes.Contains(stripped, []byte("52.3702N")) && FormatOf(content[:end]) != "" {
				t.Fatalf("%s of %d bytes holds the secret", name, end)
			}
			if len(stripped) > end+64 {
				t.Fatalf("%s of %d bytes becomes %d", name, end, len(stripped))
			}
		}
		if cut := Strip(content[:len(content)-len(secret)-40]); len(cut) < len(whole)/2 && name != "a.webp" && name != "a.gif" {
			t.Errorf("%s cut off at the end has %d bytes of %d left", name, len(cut), len(whole))
		}
	}
}

// What is no picture is not touched.
func TestStripLeavesOthersAlone(t *testing.T) {
	for _, content := range []string{"", "text", "<svg/>", "RIFF1234AVI ", "\x00\x00\x00\x1cftypavif"} {
		if got := Strip([]byte(content)); string(got) != content {
			t.Errorf("%q becomes %q", content, got)
		}
	}
}

// FuzzStrip: whatever the bytes, nothing panics, stripping twice is stripping
// once, and what is sound shows the same pixels.
func FuzzStrip(f *testing.F) {
	m := scene(9, 7)
	f.Add(photoJPEG(f, m, 6, nil))
	f.Add(photoPNG(f, m, nil))
	f.Add(photoWebP(f, 3, nil))
	f.Add(photoGIF(f))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xda\x00\x02\xff\x00\xff"))
	f.Fuzz(func(t *testing.T, content []byte) {
		stripped := Strip(content)
		if again := Strip(stripped); !bytes.Equal(again, stripped) {
			t.Errorf("stripped twice: %q, once: %q", again, stripped)
		}
		info, err := Measure("a.jpg", content)
		if err != nil || info.Width*info.Height > 1<<20 {
			return // decoders do not agree on what they make of the unsound
		}
		before, format, err := image.Decode(bytes.NewReader(content))
		if err != nil || format == "webp" && !slices.Contains([]string{"VP8 ", "VP8L", "VP8X"}, string(content[12:16])) {
			return // Go takes "VP8" and anything for a WebP
		}
		after, _, err := image.Decode(bytes.NewReader(stripped))
		if err != nil || !same(before, after) {
			t.Errorf("another picture (%s, %v)", format, err)
		}
	})
}
