package picture

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-text/typesetting/font"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// cards are those of the tests, by name.
func cards() map[string]Card {
	long := "What happened when we rewrote the whole of the billing system, twice, in a language that none of us had ever used before, with a deadline that nobody believed in, and a customer who wanted the old one back"
	all := map[string]Card{
		"short":   {Title: "Logs that answer", Authors: []string{"Tomás Oliveira"}},
		"long":    {Title: long, Authors: []string{"Mara Lindqvist", "Tomás Oliveira", "Nadia Benali"}},
		"endless": {Title: strings.Repeat("word ", 4000), Authors: []string{strings.Repeat("Ada ", 200)}},
		"russian": {Title: "Будущее веб-разработки: серверная часть на Python", Authors: []string{"Анна Каренина"}},
		"word":    {Title: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunter"},
		"letters": {Title: strings.Repeat("W", 900)},
		"emoji":   {Title: "🚀 Shipping on Fridays 👩‍💻 is fine ✨ → really ❤️", Authors: []string{"Nadia 🎉 Benali"}},
		"alone":   {Title: "A"},
		"site":    {Title: "Field Notes", Deck: "What we learned, what we forgot, and what we would rather not have known about either", Site: "example.org"},
	}
	for name, c := range all {
		c.Lang = "en"
		if c.Site == "" {
			c.Site, c.Tagline = "Field Notes", "What we learned"
		}
		all[name] = c
	}
	return all
}

func drawn(t testing.TB, m *Maker, c Card) (Drawing, []byte) {
	t.Helper()
	d, ok := m.Plan(c)
	if !ok {
		t.Fatalf("nothing can be written on %+v", c)
	}
	content, err := m.DrawCard(d)
	if err != nil {
		t.Fatal(err)
	}
	return d, content
}

// Nothing of a card stands in its margins, whatever is written on it; the file is
// small, and the same each time.
func TestCards(t *testing.T) {
	const overhang = 8 // of letters beyond the line that they stand on, in pixels
	room := image.Rect(margin-overhang, ruleTop, CardWidth-margin+overhang, CardHeight-margin/2)
	for name, c := range cards() {
		_, content := drawn(t, NewMaker(MakerOptions{}), c)
		if _, again := drawn(t, NewMaker(MakerOptions{}), c); !bytes.Equal(again, content) {
			t.Errorf("%s is not the same the second time", name)
		}
		if len(content) > 60<<10 {
			t.Errorf("%s has %d bytes", name, len(content))
		}
		m := decoded(t, content).(*image.Paletted)
		if m.Rect != image.Rect(0, 0, CardWidth, CardHeight) {
			t.Errorf("%s is %v", name, m.Rect)
		}
		inked := 0
		for y := range CardHeight {
			for x := range CardWidth {
				if m.ColorIndexAt(x, y) == 0 {
					continue
				}
				if inked++; !(image.Point{x, y}).In(room) {
					t.Fatalf("%s has ink at %d,%d", name, x, y)
				}
			}
		}
		if inked < 4000 {
			t.Errorf("%s has only %d pixels with ink", name, inked)
		}
	}
}

// TestGoldenCards compares with cards that somebody has looked at. Another
// processor may round a shade in another way. Look at the new ones; then run the
// test with -update.
func TestGoldenCards(t *testing.T) {
	for _, name := range []string{"short", "long", "russian", "word", "emoji", "site"} {
		_, content := drawn(t, NewMaker(MakerOptions{}), cards()[name])
		file := filepath.Join("testdata/cards", name+".png")
		if *update {
			if err := os.WriteFile(file, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		a, b := decoded(t, want).(*image.Paletted), decoded(t, content).(*image.Paletted)
		other := 0
		for i := range a.Pix {
			if a.Pix[i] != b.Pix[i] && !near(a.Palette[a.Pix[i]], b.Palette[b.Pix[i]], 12) {
				other++
			}
		}
		if other > 0 {
			t.Errorf("%s: %d pixels differ", file, other)
		}
	}
}

// A card's address changes with all that stands on it, and with nothing else.
func TestCardKeys(t *testing.T) {
	m := NewMaker(MakerOptions{})
	base := Card{Title: "A title", Deck: "A deck", Authors: []string{"Ada"}, Site: "Site", Tagline: "Tag", Lang: "en"}
	keys := map[string]string{}
	for name, change := range map[string]func(*Card){
		"nothing": func(*Card) {}, "title": func(c *Card) { c.Title += "!" }, "deck": func(c *Card) { c.Deck += "!" }, "authors": func(c *Card) { c.Authors = []string{"Bob"} },
		"site": func(c *Card) { c.Site = "Other" }, "language": func(c *Card) { c.Lang = "es" },
	} {
		c := base
		change(&c)
		d, _ := m.Plan(c)
		if other, taken := keys[d.Key]; taken {
			t.Errorf("%s and %s have one key", name, other)
		}
		keys[d.Key] = name
	}
	c := base
	c.Tagline = "Not on this card"
	c.Fonts = []*Font{m.faces.site(plain)} // not needed
	if d, _ := m.Plan(c); keys[d.Key] != "nothing" {
		t.Error("the key changes with what is not on the card")
	}
}

// Where there are no letters for a title the card has the site's name, and says
// what was missing; emoji are no letters.
func TestCardWithoutLetters(t *testing.T) {
	m := NewMaker(MakerOptions{})
	c := Card{Title: "A 日本 title 日", Authors: []string{"山田"}, Site: "Field Notes", Tagline: "What we learned", Lang: "en"}
	d, ok := m.Plan(c)
	if !ok || string(d.Missing) != "日本" || d.title.string != "Field Notes" || d.deck.string != "What we learned" || d.left.string != "" {
		t.Errorf("%v, %+v", ok, d)
	}
	c.Title = "🚀 Start 👩🏽‍💻 now 🇪🇸 ❤️"
	if d, ok := m.Plan(c); !ok || d.title.string != "Start now" || d.Missing != nil {
		t.Errorf("%v, %+v", ok, d)
	}
	c.Title = "🚀"
	if d, ok := m.Plan(c); !ok || d.title.string != "Field Notes" {
		t.Errorf("%v, %+v", ok, d)
	}
	c.Site = "日本"
	if d, ok := m.Plan(c); ok {
		t.Errorf("a card that says nothing: %+v", d)
	}
}

// The owner's fonts are asked before those that are installed.
func TestOwnersFont(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "NotoSans-Regular.ttf"), regular, 0o644); err != nil {
		t.Fatal(err)
	}
	m := NewMaker(MakerOptions{FontDirs: []string{filepath.Join(dir, "none"), dir}})
	m.faces.site(plain)
	only := func(letters string) *Font {
		cmap := letterMap{}
		for _, r := range letters {
			cmap[r], _ = m.faces.ownFont[plain].font.Cmap.Lookup('A')
		}
		f := *m.faces.ownFont[plain].font
		f.Cmap = cmap
		return &Font{hash: letters, font: &f}
	}
	japanese, greek := only("日本"), only("語")
	d, ok := m.Plan(Card{Title: "日本語", Site: "S", Lang: "ja", Fonts: []*Font{only("ж"), japanese, greek}})
	if !ok || len(d.title.fonts) != 2 || d.title.fonts[0].own != japanese || d.title.fonts[1].own != greek || d.Missing != nil {
		t.Errorf("%v, %+v", ok, d)
	}
	if _, err := m.DrawCard(d); err != nil {
		t.Error(err)
	}
	if all := m.faces.search(); len(all) != 1 || !all[0].has('A') {
		t.Errorf("found %d installed fonts", len(all))
	}
}

// letterMap is a font's table of characters.
type letterMap map[rune]font.GID

func (m letterMap) Lookup(r rune) (font.GID, bool) { g, ok := m[r]; return g, ok }
func (m letterMap) Iter() font.CmapIter            { return nil }

// Installed fonts are taken in an order of their names that does not depend on
// where they lie, one for each script where one has all of it.
func TestChoiceOfFonts(t *testing.T) {
	covers := func(name, letters string) installed {
		cmap := letterMap{}
		for _, r := range letters {
			cmap[r] = 1
		}
		rank, ok := rankOf(name)
		if !ok {
			t.Fatalf("%s is not taken", name)
		}
		return installed{name, rank, cmap}
	}
	f := faces{installed: []installed{
		covers("z/DejaVuSans.ttf", "абвابג"), covers("b/NotoSansArabic-Regular.ttf", "ابج،"), covers("a/NotoSansArabic-Bold.ttf", "ابج،"),
		covers("NotoNaskhArabic-Regular.ttf", "اب"), covers("NotoSansHebrew-Regular.ttf", "א"), covers("NotoSerifHebrew-Bold.ttf", "אב"),
	}}
	f.index.Do(func() {}) // it was looked for
	names := func(w weight, letters string) []string {
		var all []string
		for _, i := range choose(f.byRank(w), []rune(letters)) {
			all = append(all, filepath.Base(i.file))
		}
		return all
	}
	for _, c := range []struct {
		letters string
		weight  weight
		want    []string
	}{
		{"اب", strong, []string{"NotoNaskhArabic-Regular.ttf"}},
		{"ابج،", strong, []string{"NotoSansArabic-Bold.ttf"}}, // all of a script in one face
		{"ابج،", plain, []string{"NotoSansArabic-Regular.ttf"}},
		{"אג", strong, []string{"NotoSerifHebrew-Bold.ttf", "DejaVuSans.ttf"}}, // none has both
		{"日", strong, nil},
	} {
		if diff := cmp.Diff(c.want, names(c.weight, c.letters)); diff != "" {
			t.Errorf("%s: %s", c.letters, diff)
		}
	}
	for _, name := range []string{"NotoSans-Italic.ttf", "DejaVuSansMono.ttf", "NotoColorEmoji.ttf", "readme.txt", "NotoSansDisplay-Bold.ttf"} {
		if _, ok := rankOf(name); ok {
			t.Errorf("%s would be taken", name)
		}
	}
}

// Text that is read from right to left stands at the right.
func TestRightToLeft(t *testing.T) {
	for words, want := range map[string]bool{"مستقبل Go": true, "“שלום”": true, "Go و": false, "123": false, "": false} {
		if rightToLeft(words) != want {
			t.Errorf("%q: %v", words, !want)
		}
	}
	m := NewMaker(MakerOptions{})
	s := sheet{pixels: image.NewPaletted(image.Rect(0, 0, CardWidth, CardHeight), palette()), mask: image.NewAlpha(image.Rect(0, 0, CardWidth, CardHeight))}
	set, err := m.typeset(text{string: "Right", weight: strong})
	if err != nil {
		t.Fatal(err)
	}
	set.rtl = true
	s.head(set, typeset{})
	left := CardWidth
	for i, c := range s.pixels.Pix {
		if c != 0 {
			left = min(left, i%CardWidth)
		}
	}
	if left < CardWidth/2 {
		t.Errorf("its ink begins at %d", left)
	}
}

// The inks are dark enough on the paper to be read: at 7 to 1, but for the
// hairline.
func TestCardContrast(t *testing.T) {
	light := func(c color.Color) float64 { // close to that of WCAG 2.2
		r, g, b, _ := c.RGBA()
		square := func(v uint32) float64 { f := float64(v) / 0xffff; return f * f }
		return 0.2126*square(r) + 0.7152*square(g) + 0.0722*square(b)
	}
	p := palette()
	for _, n := range []int{ink, soft, accent} {
		if ratio := (light(p[0]) + 0.05) / (light(p[(n+1)*shades]) + 0.05); ratio < 6.5 {
			t.Errorf("ink %d: %.1f to 1", n, ratio)
		}
	}
	if len(p) > 256 {
		t.Errorf("%d colours", len(p))
	}
}

// What is no font is an error that says so, never a crash.
func FuzzParseFont(f *testing.F) {
	f.Add([]byte("wOF2"))
	f.Add(slices.Clone(regular[:4096]))
	f.Fuzz(func(t *testing.T, content []byte) {
		if parsed, err := ParseFont("x", content); err == nil && parsed == nil {
			t.Error("neither font nor error")
		}
	})
}
