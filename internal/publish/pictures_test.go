package publish_test

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"byline/internal/finding"
	"byline/internal/picture"
	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/store"
	"byline/internal/testkit"
)

// photoSite is a site with an article that shows photo.jpg.
func photoSite(t *testing.T, photo string) string {
	t.Helper()
	dir := t.TempDir()
	testkit.Write(t, dir, "site.yaml", "title: Photos\nurl: https://example.org\n")
	testkit.Write(t, dir, "a.md", "---\ntitle: An article\ndate: 2026-01-01\n---\n\nThe first paragraph is long enough to be a description.\n\n![A photo](photo.jpg)\n")
	testkit.Write(t, dir, "photo.jpg", photo)
	return dir
}

func published(t *testing.T, dir string, change func(*publish.Options)) *publish.Publisher {
	t.Helper()
	options := publish.Options{Source: source.NewDirectory(dir), Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&options)
	}
	p, err := publish.New(options)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// paths are those of the bundle's pictures that end in the suffix, ordered.
func paths(b *render.Bundle, suffix string) []string {
	var all []string
	for _, path := range b.Paths() {
		if strings.HasPrefix(path, "/media/") && strings.HasSuffix(path, suffix) {
			all = append(all, path)
		}
	}
	slices.Sort(all)
	return all
}

// A photo in which something is wrong is a finding, and is served as it is: the
// page offers no other form of it.
func TestUnsoundPhoto(t *testing.T) {
	photo := testkit.Photo(t, 900, 600)
	torn := photo[:len(photo)/2] + "\xff\xd9" // whole by its structure
	for name, c := range map[string]struct {
		photo    string
		thorough bool
		want     finding.Rule
	}{
		"sound":                   {photo, true, ""},
		"cut off":                 {photo[:len(photo)/2], false, finding.BrokenPicture},
		"torn, not looked into":   {torn, false, ""},
		"torn, decoded":           {torn, true, finding.BrokenPicture},
		"more pixels than limits": {vast(photo), true, finding.OversizedPicture},
	} {
		p := published(t, photoSite(t, c.photo), func(o *publish.Options) { o.Thorough = c.thorough })
		found := p.Status().Findings
		if c.want == "" && len(found) > 0 || c.want != "" && (len(found) != 1 || found[0].Rule != c.want || found[0].File != "photo.jpg") {
			t.Errorf("%s: %v", name, found)
		}
		page, err := p.Live().Find("/articles/a", "", "").Body(render.Identity)
		if err != nil {
			t.Fatal(err)
		}
		if offered := bytes.Contains(page, []byte("srcset")); offered != (c.want == "") {
			t.Errorf("%s: other forms are offered: %v", name, offered)
		}
		if !bytes.Contains(page, []byte(`width="`)) {
			t.Errorf("%s: the page reserves no room", name)
		}
		for _, path := range paths(p.Live(), ".jpg") {
			r := p.Live().Find(path, "", "")
			if content, err := r.Body(render.Identity); err == nil && (bytes.Contains(content, []byte(testkit.Whereabouts)) || picture.FormatOf(content) != picture.JPEG) {
				t.Errorf("%s: %s tells where it was taken, or is no picture", name, path)
			}
		}
	}
}

// vast makes a JPEG say that it has 60 million pixels, and be long enough for it.
func vast(photo string) string {
	frame := strings.Index(photo, "\xff\xc0")
	return photo[:frame+5] + "\x1f\x40\x1d\x4c" + photo[frame+9:] + strings.Repeat("x", 1<<20)[:900_000]
}

// What was made of a photo is in the store, for the next start and for all sites
// that share it; nothing of it is made again.
func TestPicturesAreKept(t *testing.T) {
	kept, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := photoSite(t, testkit.Photo(t, 900, 600))
	bodies := func() (all []string) {
		b := published(t, dir, func(o *publish.Options) { o.Store = kept }).Live()
		for _, suffix := range []string{"-480w.jpg", "-768w.jpg", ".png"} {
			for _, path := range paths(b, suffix) {
				content, err := b.Find(path, "", "").Body(render.Identity)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, path+" "+source.Hash(content))
			}
		}
		return all
	}
	first := bodies()
	if len(first) != 4 { // two widths, the article's card and the site's
		t.Fatalf("made %v", first)
	}
	if again := bodies(); strings.Join(again, "\n") != strings.Join(first, "\n") {
		t.Errorf("the second start has %v, the first %v", again, first)
	}
}

// A title for which there is no font is a finding; the article has a card all the
// same.
func TestTitleWithoutFont(t *testing.T) {
	dir := photoSite(t, testkit.Photo(t, 90, 60))
	testkit.Write(t, dir, "b.md", "---\ntitle: 見出し\ndate: 2026-01-01\n---\n\nThe first paragraph is long enough to be a description.\n")
	p := published(t, dir, nil)
	if found := p.Status().Findings; len(found) != 1 || found[0].Rule != finding.CardTitle {
		t.Errorf("findings: %v", found)
	}
	if cards := paths(p.Live(), ".png"); len(cards) != 3 {
		t.Errorf("cards: %v", cards)
	}
}
