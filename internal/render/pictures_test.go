package render_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/picture"
	"byline/internal/render"
	"byline/internal/testkit"
)

// withForms is the bundle of the tests' site with a maker of pictures of which
// the tests choose what it has; content makes a variant.
func withForms(t *testing.T, forms picture.Forms, change func(*render.Options), content func(picture.Variant) ([]byte, error)) *render.Bundle {
	t.Helper()
	s := newSite(t)
	testkit.Write(t, s.dir, "shown.md", "---\ntitle: Shown\ndate: 2025-01-01\n---\n\n![In its text only](media/grey.png)\n")
	sizes := map[string]picture.Size{"media/lead.png": {Width: 2000, Height: 1000}, "media/grey.png": {Width: 600, Height: 900}, "media/ada.png": {Width: 300, Height: 150}}
	options := render.Options{
		Assets: assets(t), Program: "test",
		Open: func(file string) ([]byte, error) { return os.ReadFile(filepath.Join(s.dir, file)) },
		Size: func(file string) (picture.Size, bool) { size, ok := sizes[file]; return size, ok },
		Pictures: render.Pictures{
			Forms:   func(string) picture.Forms { return forms },
			Variant: func(_ string, v picture.Variant) ([]byte, error) { return content(v) },
		},
	}
	if change != nil {
		change(&options)
	}
	b, err := render.New(s.bundle(t).Site(), options)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var (
	hashes = regexp.MustCompile(`\.[0-9a-f]{12}`)
	card   = regexp.MustCompile(`og:image" content="https://example.org([^"]*)">.*?width" content="(\d+)">.*?height" content="(\d+)">.*?alt" content="([^"]*)"`)
)

func allForms() picture.Forms {
	return picture.Forms{Own: picture.Kind{Format: picture.PNG, Edition: "1"}, Smaller: []picture.Kind{{Format: picture.AVIF, Edition: "1 a"}, {Format: picture.WebP, Edition: "1 b"}}}
}

// named is a variant that says what it is.
func named(v picture.Variant) ([]byte, error) {
	return []byte(fmt.Sprintf("%s %d", v.Format, v.Width)), nil
}

// pictures are the pictures of a page, in its markup, with the hashes taken out.
func pictures(t *testing.T, page []byte) []string {
	t.Helper()
	var all []string
	for rest := string(page); ; {
		at := strings.Index(rest, "<picture>")
		if at < 0 {
			return all
		}
		end := strings.Index(rest, "</picture>")
		markup := hashes.ReplaceAllString(rest[at:end], ".HASH")
		all = append(all, strings.ReplaceAll(strings.ReplaceAll(markup, "><", ">\n<"), "/media", "\n  /media"))
		rest = rest[end+1:]
	}
}

// Pictures stand on a page in every form that they come in, in the widths that
// their place has room for.
func TestPicturesInForms(t *testing.T) {
	b := withForms(t, allForms(), nil, named)
	page := body(t, b.Find("/articles/guide", "", ""), render.Identity)
	want, err := os.ReadFile("testdata/golden/pictures.txt")
	got := strings.Join(pictures(t, page), "\n\n") + "\n"
	if *update {
		err = os.WriteFile("testdata/golden/pictures.txt", []byte(got), 0o644)
		want = []byte(got)
	}
	if diff := cmp.Diff(string(want), got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// Every address that a page offers answers, with what it says.
func TestFormsAreServed(t *testing.T) {
	for _, change := range []func(*render.Options){nil, func(o *render.Options) {
		o.Prefix, o.Preview = prefix, &render.Preview{Name: "one", Commit: "1", Live: newSite(t).bundle(t).Site()}
	}} {
		b := withForms(t, allForms(), change, named)
		caching := "public, max-age=31536000, immutable"
		cut := ""
		if change != nil {
			caching, cut = "private, max-age=31536000, immutable", prefix
		}
		seen := 0
		for _, l := range links(t, body(t, b.Find("/articles/guide", "", ""), render.Identity)) {
			if l.attribute != "srcset" {
				continue
			}
			seen++
			path, below := strings.CutPrefix(l.address, cut)
			r := b.Find(path, "", "")
			content := string(body(t, r, render.Identity))
			if !below || r.Status != 200 || r.CacheControl != caching {
				t.Errorf("%s: %d, %s", l.address, r.Status, r.CacheControl)
			}
			if kind, width, _ := strings.Cut(content, " "); strings.HasPrefix(r.Type, "image/") && len(content) < 20 && (r.Type != "image/"+kind || !strings.Contains(path, "-"+width+"w.")) {
				t.Errorf("%s is %q as %s", l.address, content, r.Type)
			}
		}
		if seen < 25 {
			t.Errorf("saw %d addresses", seen)
		}
	}
}

// The type of an answer is that of its bytes, also where another form of the
// picture is smaller and takes its place.
func TestTypeOfForm(t *testing.T) {
	b := withForms(t, allForms(), nil, func(picture.Variant) ([]byte, error) { return []byte(testkit.PNG(t, 2, 2, 9)), nil })
	for _, path := range b.Paths() {
		if r := b.Find(path, "", ""); strings.HasSuffix(path, "w.avif") && r.ContentType(body(t, r, render.Identity)) != "image/png" {
			t.Errorf("%s: %s", path, r.ContentType(body(t, r, render.Identity)))
		}
	}
}

// A form that cannot be made leads to the next, and in the end to the file.
func TestFormThatFails(t *testing.T) {
	b := withForms(t, allForms(), nil, func(picture.Variant) ([]byte, error) { return nil, errors.New("no") })
	chains := 0
	for _, path := range b.Paths() {
		if !strings.HasSuffix(path, "w.avif") {
			continue
		}
		chains++
		var steps []string
		for at := path; ; {
			r := b.Find(at, "", "")
			_, err := r.Body(render.Identity)
			instead := (*render.Instead)(nil)
			if !errors.As(err, &instead) {
				if err != nil || r.Status != 200 {
					t.Errorf("%s: %d, %v", at, r.Status, err)
				}
				break
			}
			at = instead.Location
			steps = append(steps, filepath.Ext(at))
		}
		if got := strings.Join(steps, " "); got != ".webp .png .png" {
			t.Errorf("%s leads to %s", path, got)
		}
	}
	if chains < 8 {
		t.Errorf("saw %d", chains)
	}
}

// Where too much else is being made, or nothing can be read, nobody waits for one
// form after the other: the file is next.
func TestFormThatFailsForNow(t *testing.T) {
	m := picture.NewMaker(picture.MakerOptions{})
	kind := picture.Kind{Format: picture.PNG, Edition: picture.Edition}
	unread := func(v picture.Variant) ([]byte, error) {
		return m.Variant(picture.Source{Hash: "a", Read: func() ([]byte, error) { return nil, errors.New("not now") }}, picture.Variant{Width: v.Width, Kind: kind})
	}
	b := withForms(t, allForms(), nil, unread)
	seen := 0
	for _, path := range b.Paths() {
		if !strings.HasSuffix(path, "w.avif") {
			continue
		}
		seen++
		_, err := b.Find(path, "", "").Body(render.Identity)
		instead := (*render.Instead)(nil)
		if !errors.As(err, &instead) || strings.Contains(instead.Location, "w.") {
			t.Errorf("%s: %v, leads to %+v", path, err, instead)
		} else if r := b.Find(instead.Location, "", ""); r.Status != 200 || r.Type != "image/png" {
			t.Errorf("%s leads to %s: %d", path, instead.Location, r.Status)
		}
	}
	if seen < 8 {
		t.Errorf("saw %d", seen)
	}
}

// Smaller forms and cards are of the kind that all files are of, so that caches
// drop them together.
func TestKindOfForms(t *testing.T) {
	forms, cards := withForms(t, allForms(), nil, named), newSite(t).bundle(t)
	seen := map[string]int{}
	for _, b := range []*render.Bundle{forms, cards} {
		for _, path := range b.Paths() {
			if !strings.HasPrefix(path, "/media/") {
				continue
			}
			seen[filepath.Dir(path)+filepath.Ext(path)]++
			if kind := b.Find(path, "", "").Kind; kind != render.KindFile {
				t.Errorf("%s is of the kind %q", path, kind)
			}
		}
	}
	if seen["/media.avif"] == 0 || seen["/media/cards.png"] == 0 {
		t.Errorf("saw %v", seen)
	}
}

// What a page offers depends on the encoders that there are, and so do its entity
// tag and the addresses of what they make.
func TestFormsAreInTheKey(t *testing.T) {
	seen := map[string]string{}
	for name, forms := range map[string]picture.Forms{
		"none": {}, "own": {Own: allForms().Own}, "all": allForms(),
		"another encoder": {Own: allForms().Own, Smaller: []picture.Kind{{Format: picture.AVIF, Edition: "1 other"}, allForms().Smaller[1]}},
	} {
		for _, path := range []string{"/articles/guide", "/articles/authors/ada", "/articles/shown"} {
			r := withForms(t, forms, nil, named).Find(path, "", "")
			if other, taken := seen[path+r.ETag(render.Identity)]; taken {
				t.Errorf("%s has one tag with %s and %s", path, name, other)
			}
			seen[path+r.ETag(render.Identity)] = name
		}
	}
	text := body(t, withForms(t, allForms(), nil, named).Find("/articles/guide", "", ""), render.Identity)
	if plain := body(t, withForms(t, picture.Forms{}, nil, named).Find("/articles/guide", "", ""), render.Identity); bytes.Contains(plain, []byte("srcset")) || !bytes.Contains(text, []byte("srcset")) {
		t.Error("forms that are not there are offered, or none that are")
	}
}

// A picture below root/ has the one address that it has there.
func TestPictureBelowRoot(t *testing.T) {
	s := newSite(t)
	testkit.Write(t, s.dir, "root/sign.png", testkit.PNG(t, 10, 10, 3))
	testkit.Write(t, s.dir, "rooted.md", "---\ntitle: Rooted\ndate: 2026-01-01\n---\n\n![A sign](/sign.png)\n")
	b := s.bundle(t)
	if page := body(t, b.Find("/articles/rooted", "", ""), render.Identity); !bytes.Contains(page, []byte(`src="/sign.png"`)) {
		t.Error("the picture has another address")
	}
	if r := b.Find("/sign.png", "", ""); r.Status != 200 {
		t.Errorf("/sign.png: %d", r.Status)
	}
}

// An article's own picture stands on its card, in a smaller form when it is
// heavy; one that others do not show gives way to a drawn card.
func TestCardOfPicture(t *testing.T) {
	s := newSite(t)
	photo := testkit.Photo(t, 1600, 900)
	testkit.Write(t, s.dir, "media/light.jpg", photo)
	testkit.Write(t, s.dir, "media/heavy.jpg", photo+strings.Repeat("x", 5<<20))
	for name, file := range map[string]string{"light": "light.jpg", "heavy": "heavy.jpg", "line": "square.svg"} {
		testkit.Write(t, s.dir, name+".md", "---\ntitle: On "+name+"\ndate: 2026-01-01\nimage: {src: media/"+file+", alt: A picture}\n---\n\nText.\n")
	}
	b := s.bundle(t)
	for name, want := range map[string]string{
		"light": `/media/light.HASH.jpg w 1600 900 A picture`, "heavy": `/media/heavy.HASH-1080w.jpg w 1080 608 A picture`, "line": `/media/cards/line.HASH.png w 1200 630 On line`,
	} {
		page := body(t, b.Find("/articles/"+name, "", ""), render.Identity)
		if got := card.FindSubmatch(page); got == nil {
			t.Errorf("%s has no card", name)
		} else if text := hashes.ReplaceAllString(fmt.Sprintf("%s w %s %s %s", got[1], got[2], got[3], got[4]), ".HASH"); text != want {
			t.Errorf("%s: %s, want %s", name, text, want)
		} else if r := b.Find(string(got[1]), "", ""); r.Status != 200 || len(body(t, r, render.Identity)) > 1<<20 {
			t.Errorf("%s: %d", got[1], r.Status)
		}
	}
}
