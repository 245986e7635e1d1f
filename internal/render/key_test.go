package render_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"byline/internal/picture"
	"byline/internal/render"
	"byline/internal/testkit"
)

// edit is a change that an editor or an operator makes to the site.
type edit struct {
	name string
	make func(t *testing.T, s *site)
}

// replace is an edit of a file's text.
func replace(file, old, new string) edit {
	return edit{file + ": " + old + " → " + new, func(t *testing.T, s *site) {
		text := s.read(t, file)
		if !strings.Contains(text, old) {
			t.Fatalf("%s has no %q", file, old)
		}
		testkit.Write(t, s.dir, file, strings.ReplaceAll(text, old, new))
	}}
}

func move(from, to string) edit {
	return edit{from + " moves to " + to, func(t *testing.T, s *site) {
		testkit.Write(t, s.dir, to, s.read(t, from))
		if err := os.Remove(filepath.Join(s.dir, from)); err != nil {
			t.Fatal(err)
		}
	}}
}

func write(file, content string) edit {
	return edit{"write " + file, func(t *testing.T, s *site) { testkit.Write(t, s.dir, file, content) }}
}

func option(name string, set func(*site)) edit {
	return edit{name, func(_ *testing.T, s *site) { set(s) }}
}

// film is an article with a film beside it, in a folder that its text does not
// name.
func film(folder string) edit {
	return edit{"a film " + folder, func(t *testing.T, s *site) {
		testkit.Write(t, s.dir, folder+"/film.md", "---\ntitle: A film\ndate: 2026-01-01\n---\n\nSee it.\n\n<iframe src=\"clip.mp4\"></iframe>\n")
		testkit.Write(t, s.dir, folder+"/clip.mp4", "a film")
	}}
}

func edits(t *testing.T) []edit {
	return []edit{
		replace("second.md", "The second\n", "The 2nd\n"), // title of a related article
		replace("second.md", "## A part", "## Another part"),
		replace("second.md", "subtitle: It", "subtitle: That"),
		replace("third.md", "Third text", "3rd text"),
		replace("third.md", "cta: false", "cta: {heading: Now}"),
		replace("fourth.md", "label: Stay here", "label: Stay on"),
		replace("fourth.md", "noindex: true\n", ""),
		replace("guide.md", "/old/guide", "/older/guide"),
		replace("guide.md", "related: [second]", "related: [fourth]"),
		replace("guide.md", "2026-02-03", "2026-02-04"),
		replace("guide.md", "Seen from above", "Seen from below"),
		replace("guide.md", "title=\"main.go\"", "title=\"other.go\""),
		replace("guide.md", "tags: [Notes, C++]", "tags: [NOTES]"),
		replace("site.yaml", "tagline: What we learned", "tagline: What we forgot"),
		replace("site.yaml", "title: Field Notes", "title: Feld Notes"),
		replace("site.yaml", "Notes on craft & care.", "Other notes."),
		replace("site.yaml", "name: Craft & Care", "name: Craft"),
		replace("site.yaml", "description: How it is made", "description: How"),
		replace("site.yaml", "name: Ada Byron", "name: Ada Lovelace"),
		replace("site.yaml", "Counts things", "Counts all"),
		replace("site.yaml", "role: Engineer", "role: Poet"),
		replace("site.yaml", "https://ada.example/", "https://ada.example/me"),
		replace("site.yaml", "avatar: media/ada.png", "avatar: media/grey.png"),
		replace("site.yaml", "Ready to join?", "Join now"),
		replace("site.yaml", "label: About", "label: Us"),
		replace("site.yaml", "label: Privacy", "label: Your data"),
		replace("site.yaml", "lang: en-GB", "lang: en-US"),
		replace("site.yaml", "lang: en-GB", "lang: es"),
		replace("site.yaml", "Europe/Madrid", "UTC"),
		replace("site.yaml", "https://example.org\npath", "https://example.net\npath"), // the origin
		replace("site.yaml", "path: /articles", "path: /"),
		replace("site.yaml", "pictures.example", "foreign.example"),
		replace("site.yaml", "www.youtube-nocookie.com", "player.example"),
		write("site.yaml", "title: Bare\nauthors: {ada: {name: A}, grace: {name: G}}\ncategories: {craft: {name: C}}\n"),
		write("media/lead.png", testkit.PNG(t, 120, 60, 0x41)), // bytes
		write("media/lead.png", testkit.PNG(t, 121, 60, 0x40)), // size
		write("media/ada.png", testkit.PNG(t, 64, 64, 0x61)),
		write("media/grey.png", "no picture at all"),
		write("media/missing.png", testkit.PNG(t, 10, 10, 0x10)),
		write("nowhere.md", "---\ntitle: Now there\ndate: 2026-03-03\n---\n\nIt is.\n"),
		write("media/square.svg", `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>`),
		write("root/ads.txt", "other"),
		write("root/favicon.ico", "icon"),
		write("clip.mp4", "another film"),
		film("here"), // the label of a film is its path
		film("there"),
		move("third.md", "third-again.md"),
		option("another program", func(s *site) { s.options.Program = "other" }),
		option("another origin", func(s *site) { s.options.Origin = "http://localhost:8080" }),
		replace("site.yaml", "git.example", "code.example"),
		option("under Dev", func(s *site) { s.options.Dev = true }),
		{"under Dev, with a fault", func(t *testing.T, s *site) {
			s.options.Dev = true
			replace("third.md", "cta: false", "cat: false").make(t, s)
		}},
		option("a day later", func(s *site) { later := now.AddDate(0, 0, 1); s.options.Now = func() time.Time { return later } }),
	}
}

// TestKeys states what a cache relies on: two answers of one address with one
// ETag are one sequence of bytes, whatever was edited between them.
func TestKeys(t *testing.T) {
	type answer struct{ sum, edit string }
	seen := map[string]answer{} // by address and ETag
	var base map[string]answer
	newKeys, idle := 0, 0
	pictures := picture.NewMaker(picture.MakerOptions{}) // most cards are those that were before
	for _, e := range append([]edit{option("as it is", func(*site) {})}, edits(t)...) {
		s := newSite(t)
		s.options.Pictures = pictures
		e.make(t, s)
		b := s.bundle(t)
		tags := map[string]answer{} // with the ETag for the edit
		for _, path := range append(b.Paths(), "/articles/nowhere-at-all", "/articles/over") {
			r := b.Find(path, "", "")
			if r.Location != "" {
				continue
			}
			if r.ETag(render.Identity) == "" {
				t.Errorf("%s has no ETag", path)
			}
			// The other encodings are functions of this one: TestOrderDoesNotMatter.
			key := path + " " + r.ETag(render.Identity)
			sum := fmt.Sprintf("%d %s %x", r.Status, r.Type, sha256.Sum256(body(t, r, render.Identity)))
			if before, ok := seen[key]; !ok {
				seen[key] = answer{sum, e.name}
			} else if before.sum != sum {
				t.Errorf("%q: %s has the ETag it had with %q, and other bytes", e.name, path, before.edit)
			}
			tags[path] = answer{sum, r.ETag(render.Identity)}
		}
		if base == nil {
			base = tags
		}
		for path, now := range tags {
			if was, ok := base[path]; ok && was.edit != now.edit {
				newKeys++
				if was.sum == now.sum {
					idle++
				}
			}
		}
	}
	t.Logf("%d edits, %d answers; %d keys changed, %d of them without a change of the bytes", len(edits(t)), len(seen), newKeys, idle)
}

// The same content gives the same keys and the same bytes on every start, in
// whatever order it is asked for.
func TestOrderDoesNotMatter(t *testing.T) {
	s := newSite(t)
	var first map[string]string
	for round := range 4 {
		b := s.bundle(t)
		paths := slices.Sorted(slices.Values(b.Paths()))
		if round%2 == 1 {
			slices.Reverse(paths)
		}
		all := map[string]string{}
		for _, path := range paths {
			r := b.Find(path, "", "")
			order := codings(r)
			if round >= 2 {
				slices.Reverse(order)
			}
			for _, coding := range order {
				all[path+" "+coding.String()] = fmt.Sprintf("%s %d %x", r.ETag(coding), r.Status, sha256.Sum256(body(t, r, coding)))
			}
		}
		if first == nil {
			first = all
		}
		for key, now := range all {
			if first[key] != now || len(first) != len(all) {
				t.Errorf("round %d: %s is %s, was %s", round, key, now, first[key])
			}
		}
	}
}

// Requests that come together make a body once, and get the same.
func TestMadeOnce(t *testing.T) {
	s := newSite(t)
	live := s.bundle(t)
	var opened opens
	b, err := render.New(live.Site(), render.Options{Assets: assets(t), Program: "test", Size: noSize, Open: opened.open})
	if err != nil {
		t.Fatal(err)
	}
	r := b.Find("/media/square.svg", "", "")
	var readers sync.WaitGroup
	for n := range 60 {
		readers.Go(func() {
			if _, err := r.Body(render.Encoding(n % 3)); err != nil {
				t.Error(err)
			}
		})
	}
	readers.Wait()
	if n := opened.count.Load(); n != 1 {
		t.Errorf("made %d times, want once", n)
	}
	first, second := body(t, r, render.Gzip), body(t, r, render.Gzip)
	if &first[0] != &second[0] {
		t.Error("the same body is compressed again")
	}
}

// A body that could not be made is made by the next request.
func TestFailureIsNotKept(t *testing.T) {
	s := newSite(t)
	opened := opens{fail: 1}
	b, err := render.New(s.bundle(t).Site(), render.Options{Assets: assets(t), Program: "test", Size: noSize, Open: opened.open})
	if err != nil {
		t.Fatal(err)
	}
	r := b.Find("/media/square.svg", "", "")
	if _, err := r.Body(render.Brotli); err == nil {
		t.Error("no error")
	}
	if _, err := r.Body(render.Brotli); err != nil {
		t.Errorf("the second time: %v", err)
	}
	opened.panics.Store(true)
	if _, err := b.Find("/media/lead.png", "", "").Body(render.Identity); err == nil || !strings.Contains(err.Error(), "panic") {
		t.Errorf("a panic while a body is made is %v, want an error", err)
	}
}
