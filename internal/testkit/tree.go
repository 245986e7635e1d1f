package testkit

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// Tree writes the files of a txtar archive into a new folder and returns it.
func Tree(t testing.TB, archive string) string {
	t.Helper()
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range a.Files {
		Write(t, dir, f.Name, string(f.Data))
	}
	return dir
}

// Write writes one file below dir, and its folders.
func Write(t testing.TB, dir, name, content string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// PNG returns a picture of one colour.
func PNG(t testing.TB, width, height int, shade uint8) string {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, width, height))
	for i := range picture.Pix {
		picture.Pix[i] = color.Gray{Y: shade}.Y
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Whereabouts is what a Photo tells of where it was taken.
const Whereabouts = "52.3702N 4.8952E"

// Photo returns a JPEG that no format packs away to nothing, with Whereabouts in
// its metadata.
func Photo(t testing.TB, width, height int) string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range m.Pix {
		m.Pix[i] = uint8(i*200/len(m.Pix)) + uint8(random.IntN(40))
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, nil); err != nil {
		t.Fatal(err)
	}
	xmp := "http://ns.adobe.com/xap/1.0/\x00" + Whereabouts
	return out.String()[:2] + "\xff\xe1\x00" + string(rune(len(xmp)+2)) + xmp + out.String()[2:]
}
