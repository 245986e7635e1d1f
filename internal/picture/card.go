package picture

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
)

// The size of a card in pixels: what Open Graph's readers cut nothing off.
const (
	CardWidth  = 1200
	CardHeight = 630
)

// Card is what stands on the picture of a page that has none of its own, where
// it is shared.
type Card struct {
	Title   string
	Deck    string // below the title, smaller; may be empty
	Authors []string
	Site    string
	Tagline string
	Lang    string  // of the site
	Fonts   []*Font // the owner's, asked in their order after the site's own face
}

// Drawing is a card that is ready to be drawn: what is set on it, and in which
// fonts.
type Drawing struct {
	Key     string // names all that the drawing is made of, the fonts' bytes among it
	Missing []rune // characters of the title for which there is no font: it is not set

	title, deck, left, right text
	lang                     string
}

// text is a text with the fonts for what the site's own face does not have.
type text struct {
	string
	weight weight
	fonts  []fontRef
}

// fontRef is a font of the owner, or an installed one that is read to be drawn
// with.
type fontRef struct {
	own  *Font
	file string
	hash string
}

func (r fontRef) load() (*Font, error) {
	if r.own != nil {
		return r.own, nil
	}
	content, err := os.ReadFile(r.file)
	if err != nil {
		return nil, err
	}
	return ParseFont(r.hash, content)
}

// Plan chooses what is set on a card and in which fonts, and draws nothing. A
// title for which there are no letters gives way to the site's name. ok is false
// when not even that can be written. A plan is kept, since every publish asks for
// all of them again. It is safe for concurrent use.
func (m *Maker) Plan(c Card) (d Drawing, ok bool) {
	key := c.key()
	m.plans.Lock()
	d, kept := m.plans.byCard[key]
	m.plans.Unlock()
	if !kept {
		d = m.plan(c)
		m.plans.Lock()
		if m.plans.byCard == nil || len(m.plans.byCard) >= mostPlans {
			m.plans.byCard = map[string]Drawing{}
		}
		m.plans.byCard[key] = d
		m.plans.Unlock()
	}
	return d, d.title.string != ""
}

// Unwritable lists the characters of a title for which there is no font.
func (m *Maker) Unwritable(title string, owner []*Font) []rune {
	if len(m.lacking(title, strong)) == 0 {
		return nil // most titles
	}
	_, missing := m.set(title, strong, owner)
	return missing
}

// plans are those that were made. The zero value is empty.
type plans struct {
	sync.Mutex
	byCard map[string]Drawing
}

// mostPlans bounds them; beyond it all are made again.
const mostPlans = 50_000

// key names a card by all that stands on it.
func (c Card) key() string {
	parts := append([]string{c.Title, c.Deck, c.Site, c.Tagline, c.Lang}, c.Authors...)
	for _, f := range c.Fonts {
		parts = append(parts, "\x01", f.hash)
	}
	return strings.Join(parts, "\x00")
}

func (m *Maker) plan(c Card) (d Drawing) {
	d.lang = c.Lang
	d.title, d.Missing = m.set(c.Title, strong, c.Fonts)
	d.deck = m.orNothing(c.Deck, plain, c.Fonts)
	d.left = m.orNothing(strings.Join(c.Authors, ", "), strong, c.Fonts)
	d.right = m.orNothing(c.Site, strong, c.Fonts)
	if len(d.Missing) > 0 || d.title.string == "" {
		d.title, d.deck, d.right = d.right, m.orNothing(c.Tagline, plain, c.Fonts), text{}
	}
	if d.left.string == d.right.string || d.left.string == "" {
		d.left, d.right = d.right, text{}
	}
	d.Key = keyOf("card", Edition, d.lang, d.title.key(), d.deck.key(), d.left.key(), d.right.key())
	return d
}

// orNothing is the text, or none where a character of it cannot be written.
func (m *Maker) orNothing(words string, w weight, owner []*Font) text {
	t, missing := m.set(words, w, owner)
	if len(missing) > 0 {
		return text{}
	}
	return t
}

func (t text) key() []string {
	key := []string{t.string}
	for _, f := range t.fonts {
		key = append(key, f.hash)
	}
	return key
}

// DrawCard returns the picture of a card, a PNG: what is kept, else it is drawn,
// once, while others who ask for it wait. It is safe for concurrent use.
func (m *Maker) DrawCard(d Drawing) ([]byte, error) {
	return m.once(work{key: "card-" + d.Key, what: "card: " + d.title.string, make: func(context.Context) ([]byte, error) { return m.draw(d) }})
}

// set chooses the fonts that a text is set in, and tells which characters there
// is none for.
func (m *Maker) set(words string, w weight, owner []*Font) (text, []rune) {
	t := text{string: m.legible(words, w, owner), weight: w}
	need := m.lacking(t.string, w)
	for _, f := range owner {
		if rest := slices.DeleteFunc(slices.Clone(need), f.has); len(rest) < len(need) {
			need = rest
			t.fonts = append(t.fonts, fontRef{own: f, hash: f.hash})
		}
	}
	if len(need) == 0 {
		return t, nil
	}
	for _, i := range choose(m.faces.byRank(w), need) {
		hash, err := m.faces.hash(i.file)
		if err != nil {
			continue // it went away since
		}
		t.fonts = append(t.fonts, fontRef{file: i.file, hash: hash})
		need = slices.DeleteFunc(need, i.has)
	}
	return t, need
}

// lacking lists the characters of a text that the site's own face does not have,
// each once.
func (m *Maker) lacking(words string, w weight) []rune {
	var need []rune
	own := m.faces.site(w)
	for _, r := range words {
		if r != ' ' && !harfbuzz.IsDefaultIgnorable(r) && !own.has(r) && !slices.Contains(need, r) {
			need = append(need, r)
		}
	}
	return need
}

// legible leaves out what is no letter and what neither the site's own face nor
// the owner's have: emoji above all, of which a card has no colours for. Spaces
// become single ones.
func (m *Maker) legible(words string, w weight, owner []*Font) string {
	own := m.faces.site(w)
	has := func(r rune) bool {
		return own.has(r) || slices.ContainsFunc(owner, func(f *Font) bool { return f.has(r) })
	}
	dropped := false // the character before
	words = strings.Map(func(r rune) rune {
		joins := r == 0x200d || r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0020 && r <= 0xe007f // of an emoji
		sign := unicode.In(r, unicode.So, unicode.Sk, unicode.Me, unicode.Co)
		if sign && !has(r) || joins && dropped || r >= 0xfe00 && r <= 0xfe0f {
			dropped = true
			return -1
		}
		dropped = false
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, words)
	words = strings.Join(strings.Fields(words), " ")
	if r := []rune(words); len(r) > mostLetters {
		words = string(r[:mostLetters])
	}
	return words
}

// mostLetters is more than there is ever room for.
const mostLetters = 400

func (i installed) has(r rune) bool {
	_, ok := i.cmap.Lookup(r)
	return ok
}

// choose takes the installed fonts, in their order, that the characters need:
// for each script the first that has all of it, so that no word is set in two
// faces, else the first that has some.
func choose(fonts []installed, need []rune) []installed {
	var chosen []installed
	take := func(f installed) {
		chosen = append(chosen, f)
		need = slices.DeleteFunc(need, f.has)
	}
	need = slices.Clone(need)
	slices.SortStableFunc(need, func(a, b rune) int { return common(a) - common(b) }) // signs that scripts share go with their letters
	for len(need) > 0 {
		script := language.LookupScript(need[0])
		var same []rune
		for _, r := range need {
			if language.LookupScript(r) == script {
				same = append(same, r)
			}
		}
		all := func(f installed) bool { return !slices.ContainsFunc(same, func(r rune) bool { return !f.has(r) }) }
		at := slices.IndexFunc(fonts, all)
		if at < 0 {
			at = slices.IndexFunc(fonts, func(f installed) bool { return slices.ContainsFunc(same, f.has) })
		}
		if at < 0 { // nobody can write these
			need = slices.DeleteFunc(need, func(r rune) bool { return language.LookupScript(r) == script })
			continue
		}
		take(fonts[at])
	}
	return chosen
}

func common(r rune) int {
	if language.LookupScript(r).Strong() {
		return 0
	}
	return 1
}
