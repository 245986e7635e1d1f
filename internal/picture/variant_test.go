package picture

import (
	"bytes"
	"context"
	"errors"
	"image"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/store"
)

// lines is a log to be read.
type lines struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(b)
}

func (l *lines) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// sourceOf is a picture of the tests.
func sourceOf(t testing.TB, name string, content []byte) Source {
	t.Helper()
	info, err := Measure(name, content)
	if err != nil {
		t.Fatal(err)
	}
	return Source{Info: info, Name: name, Hash: name, Read: func() ([]byte, error) { return content, nil }}
}

// A variant is as wide as it says, upright, in the same colours, and tells nothing
// that the file told.
func TestVariant(t *testing.T) {
	m := NewMaker(MakerOptions{})
	for name, content := range map[string][]byte{"a.jpg": photoJPEG(t, scene(800, 600), 1, profile()), "turned.jpg": photoJPEG(t, scene(800, 600), 6, profile()), "a.png": photoPNG(t, scene(600, 800), profile())} {
		s := sourceOf(t, name, content)
		own := m.Forms(s.Info, int64(len(content))).Own
		made, err := m.Variant(s, Variant{300, own})
		if err != nil {
			t.Fatal(err)
		}
		got := decoded(t, made)
		if want := image.Pt(300, 300*s.Height/s.Width); got.Bounds().Size() != want || FormatOf(made) != own.Format {
			t.Errorf("%s: %v %s, want %v %s", name, got.Bounds().Size(), FormatOf(made), want, own.Format)
		}
		if bytes.Contains(made, []byte(secret)) || bytes.Contains(made, []byte(exifMagic)) {
			t.Errorf("%s: the variant has metadata", name)
		}
		if p, _ := decode(made); !bytes.Equal(p.profile, profile()) {
			t.Errorf("%s: the colours have lost their profile", name)
		}
		corner := image.Pt(20, 20)
		if name == "turned.jpg" { // row 0 of the file is seen at the right
			corner = image.Pt(280, 20)
		}
		if r, g, _, _ := got.At(corner.X, corner.Y).RGBA(); r < 3*g {
			t.Errorf("%s: it is not upright: %v at %v", name, got.At(corner.X, corner.Y), corner)
		}
	}
}

// A form that would be larger than what it stands for is that itself.
func TestVariantIsNeverLarger(t *testing.T) {
	flat := image.NewPaletted(image.Rect(0, 0, 900, 700), palette())
	for i := range flat.Pix {
		flat.Pix[i] = uint8(i * i % 7) // a pattern that packs well, until it is smoothed
	}
	content := asPNG(t, flat)
	m := NewMaker(MakerOptions{})
	s := sourceOf(t, "a.png", content)
	made, err := m.Variant(s, Variant{768, Kind{PNG, Edition}})
	if err != nil || !bytes.Equal(made, content) {
		t.Errorf("%d bytes, %v; want the %d of the file", len(made), err, len(content))
	}
}

// However many ask at once, a variant is made once; a program that starts again
// makes nothing that is in its store.
func TestVariantIsMadeOnce(t *testing.T) {
	kept, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := sourceOf(t, "a.jpg", asJPEG(t, scene(800, 600)))
	v := Variant{480, Kind{JPEG, Edition}}
	var first []byte
	for name, c := range map[string]struct {
		store  *store.Store
		starts int
		want   int64
	}{"in memory": {nil, 1, 1}, "in a store": {kept, 3, 1}} {
		total := int64(0)
		for range c.starts {
			m := NewMaker(MakerOptions{Store: c.store})
			var readers sync.WaitGroup
			for range 40 {
				readers.Go(func() {
					if _, err := m.Variant(s, v); err != nil {
						t.Error(err)
					}
				})
			}
			readers.Wait()
			total += m.made.Load()
			made, err := m.Variant(s, v)
			if first == nil {
				first = made
			}
			if err != nil || !bytes.Equal(made, first) {
				t.Errorf("%s: other bytes, %v", name, err)
			}
		}
		if total != c.want {
			t.Errorf("%s: made %d times, want %d", name, total, c.want)
		}
	}
}

// A file that cannot be read now may be readable later.
func TestReadingAgain(t *testing.T) {
	content := asJPEG(t, scene(800, 600))
	s := sourceOf(t, "a.jpg", content)
	fail := true
	s.Read = func() ([]byte, error) {
		if fail {
			return nil, errors.New("not now")
		}
		return content, nil
	}
	m := NewMaker(MakerOptions{})
	v := Variant{480, Kind{JPEG, Edition}}
	if _, err := m.Variant(s, v); err == nil {
		t.Error("no error")
	}
	fail = false
	if _, err := m.Variant(s, v); err != nil {
		t.Error(err)
	}
}

// What is kept in memory has a bound, and what was asked for last stays.
func TestRecent(t *testing.T) {
	var r recent
	for n := range 200 {
		r.put(string(rune('a'+n)), make([]byte, 1<<20))
		if _, ok := r.get("a"); !ok {
			t.Fatalf("after %d: what is asked for again and again is gone", n)
		}
	}
	if r.bytes > recentBytes || len(r.byKey) != r.order.Len() || len(r.byKey) != recentBytes>>20 {
		t.Errorf("%d bytes, %d entries", r.bytes, len(r.byKey))
	}
}

// Only widths that are of use are offered, and none above the picture's own.
func TestWidths(t *testing.T) {
	wanted := []int{480, 768, 1080, 1440}
	for width, want := range map[int][]int{
		40: {40}, 480: {480}, 500: {500}, 768: {480, 768}, 800: {480, 800}, 1080: {480, 768, 1080}, 1300: {480, 768, 1080, 1300}, 1440: wanted, 6000: wanted,
	} {
		if diff := cmp.Diff(want, Widths(Size{width, 100}, wanted)); diff != "" {
			t.Errorf("%d: %s", width, diff)
		}
	}
}

// Programs, where they are installed, make what they are there for; with them a
// picture is smaller than without.
func TestPrograms(t *testing.T) {
	log := &lines{}
	programs := FindPrograms(t.Context(), log.logger())
	if !programs.WebP.there() || !programs.AVIF.there() {
		t.Skipf("cwebp and avifenc are not both installed: %s", log.String())
	}
	m := NewMaker(MakerOptions{Programs: programs, Log: log.logger()})
	for name, content := range map[string][]byte{"a.jpg": photoJPEG(t, scene(640, 480), 6, profile()), "a.png": photoPNG(t, scene(480, 640), profile())} {
		s := sourceOf(t, name, content)
		forms := m.Forms(s.Info, int64(len(content)))
		if len(forms.Smaller) != 2 || forms.Smaller[0].Format != AVIF || forms.Smaller[1].Format != WebP {
			t.Fatalf("%s comes in %+v", name, forms)
		}
		own, err := m.Variant(s, Variant{240, forms.Own})
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range forms.Smaller {
			made, err := m.Variant(s, Variant{240, kind})
			if err != nil || FormatOf(made) != kind.Format || len(made) >= len(own) {
				t.Errorf("%s as %s: %d bytes of %q, %v; its own has %d", name, kind.Format, len(made), FormatOf(made), err, len(own))
			}
			if bytes.Contains(made, []byte(secret)) || !bytes.Contains(made, []byte("colour colour")) {
				t.Errorf("%s as %s: metadata are in it, or the profile is not", name, kind.Format)
			}
			if kind.Format == WebP {
				if size := decoded(t, made).Bounds().Size(); size != image.Pt(240, 320) {
					t.Errorf("%s as WebP is %v", name, size)
				}
			}
		}
	}
	webp := asWebP(t, programs)
	s := sourceOf(t, "a.webp", webp)
	forms := m.Forms(s.Info, int64(len(webp)))
	if made, err := m.Variant(s, Variant{240, forms.Own}); err != nil || FormatOf(made) != WebP || decoded(t, made).Bounds().Dx() != 240 {
		t.Errorf("a WebP in its own kind (%+v): %v", forms, err)
	}
	if log.Len() > 0 {
		t.Errorf("the log says %s", log.String())
	}
}

func asWebP(t *testing.T, programs Programs) []byte {
	t.Helper()
	made, err := programs.WebP.run(t.Context(), asPNG(t, scene(480, 360)), true)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// A program that does not work is as good as none; one that fails later is a
// failure of that form only, said once.
func TestProgramsThatFail(t *testing.T) {
	dir := t.TempDir()
	write := func(name, script string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
		return file
	}
	write("cwebp", `[ "$1" = -version ] && echo 1.0 && exit; echo "it is broken" >&2; exit 3`)
	write("avifenc", `echo 1.0; exit 0`) // makes nothing
	t.Setenv("PATH", dir)
	log := &lines{}
	if p := FindPrograms(t.Context(), log.logger()); p.WebP.there() || p.AVIF.there() {
		t.Errorf("found %+v", p)
	}
	if text := log.String(); strings.Count(text, "\n") != 2 || !strings.Contains(text, "it is broken") {
		t.Errorf("the log says %s", text)
	}
	log.Reset()
	later := Program{file: filepath.Join(dir, "cwebp"), version: "1", encode: cwebp}
	m := NewMaker(MakerOptions{Programs: Programs{WebP: later}, Log: log.logger()})
	content := asJPEG(t, scene(640, 480))
	s := sourceOf(t, "a.jpg", content)
	for range 3 {
		if _, err := m.Variant(s, Variant{480, m.Forms(s.Info, 1<<20).Smaller[0]}); err == nil || !strings.Contains(err.Error(), "it is broken") {
			t.Errorf("the failure is %v", err)
		}
	}
	if _, err := m.Variant(s, Variant{480, Kind{JPEG, Edition}}); err != nil {
		t.Errorf("the other form is %v", err)
	}
	if n := m.made.Load(); n != 2 || strings.Count(log.String(), "\n") != 1 {
		t.Errorf("%d pieces of work; the log says %s", n, log.String())
	}
}

// A program that hangs when it is tried does not keep a server from starting.
func TestProgramThatHangsAtItsTrial(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "cwebp"), []byte("#!/bin/sh\nwhile :; do :; done\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	log := &lines{}
	if p := find(t.Context(), log.logger(), 100*time.Millisecond, "cwebp", []string{"-version"}, WebP, cwebp); p.there() {
		t.Errorf("found %+v", p)
	}
	if text := log.String(); !strings.Contains(text, "longer than 100ms") {
		t.Errorf("the log says %s", text)
	}
}

// Where there is no room for the files of a program, there may be some later.
func TestNoRoomForFiles(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "avifenc")
	if err := os.WriteFile(file, []byte("#!/bin/sh\nfor to; do :; done\nprintf '....ftypavif' >\"$to\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	m := NewMaker(MakerOptions{Programs: Programs{AVIF: Program{file: file, version: "1", encode: avifenc}}})
	s := sourceOf(t, "a.jpg", asJPEG(t, scene(640, 480)))
	v := Variant{480, m.Forms(s.Info, 1<<20).Smaller[0]}
	t.Setenv("TMPDIR", filepath.Join(dir, "gone"))
	if _, err := m.Variant(s, v); err == nil {
		t.Fatal("no error without a folder")
	}
	t.Setenv("TMPDIR", dir)
	if made, err := m.Variant(s, v); err != nil || FormatOf(made) != AVIF {
		t.Errorf("with room: %q, %v", made, err)
	}
}

// What cannot be written to the data folder is kept in memory, so that nobody's
// request costs the work a second time.
func TestFullStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	kept, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil { // to write there fails, whoever runs the test
		t.Fatal(err)
	}
	log := &lines{}
	m := NewMaker(MakerOptions{Store: kept, Log: log.logger()})
	s := sourceOf(t, "a.jpg", asJPEG(t, scene(640, 480)))
	for range 3 {
		if _, err := m.Variant(s, Variant{480, Kind{JPEG, Edition}}); err != nil {
			t.Fatal(err)
		}
	}
	if n := m.made.Load(); n != 1 || !strings.Contains(log.String(), "data folder") {
		t.Errorf("made %d times, want once; the log says %s", n, log.String())
	}
}

// A program that does not end is ended.
func TestProgramIsEnded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cwebp")
	if err := os.WriteFile(file, []byte("#!/bin/sh\nwhile :; do :; done\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, errors.New("time is over"))
	defer cancel()
	if _, err := (Program{file: file, encode: cwebp}).run(ctx, nil, false); err == nil || !strings.Contains(err.Error(), "time is over") {
		t.Errorf("the error is %v", err)
	}
}
