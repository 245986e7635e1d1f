package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/spanish"
	"golang.org/x/text/unicode/norm"
)

// analyser turns text into terms: lower case, accents folded, stemmed by the
// rules of the language; scripts without spaces as pairs of signs.
type analyser struct {
	stem  func(*snowballstem.Env) bool
	count map[string]*termCount
	stems map[string]string // within one document most words recur
}

func newAnalyser(lang string) *analyser {
	return &analyser{stem: stemmer(lang), count: map[string]*termCount{}, stems: map[string]string{}}
}

// stemmer returns the Snowball stemmer of a language, or nil.
func stemmer(lang string) func(*snowballstem.Env) bool {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	switch base {
	case "en":
		return english.Stem
	case "es":
		return spanish.Stem
	case "fr":
		return french.Stem
	case "de":
		return german.Stem
	case "pt":
		return portuguese.Stem
	case "nl":
		return dutch.Stem
	}
	return nil
}

func (a *analyser) add(text string, weight float64) {
	for word := range words(text) {
		term, ok := a.stems[word]
		if !ok {
			term = a.term(word)
			a.stems[word] = term
		}
		if term == "" {
			continue
		}
		t := a.count[term]
		if t == nil {
			t = &termCount{term: term, shape: word}
			a.count[term] = t
		}
		t.count += weight
		if len(word) < len(t.shape) {
			t.shape = word
		}
	}
}

// term is the form under which a word is indexed; "" for words that say
// nothing: single letters and numbers.
func (a *analyser) term(word string) string {
	runes := []rune(word)
	if len(runes) == 1 && !ideographic(runes[0]) {
		return ""
	}
	if !strings.ContainsFunc(word, unicode.IsLetter) {
		return ""
	}
	if a.stem != nil {
		env := snowballstem.NewEnv(word)
		a.stem(env)
		word = env.Current()
	}
	return fold(word)
}

// fold removes accents: "café" and "cafe" are one term.
func fold(word string) string {
	if isASCII(word) {
		return word
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(word) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func (a *analyser) bag() *Bag {
	bag := &Bag{terms: make([]termCount, 0, len(a.count))}
	for _, t := range a.count {
		bag.terms = append(bag.terms, *t)
	}
	slices.SortFunc(bag.terms, func(a, b termCount) int { return cmp.Compare(a.term, b.term) })
	return bag
}

func ideographic(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// words yields the words of a text in lower case: runs of letters and digits,
// with + and # behind a letter (C++, C#); pairs of neighbours in scripts that
// write without spaces.
func words(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		runes := []rune(strings.ToLower(text))
		for i := 0; i < len(runes); {
			switch r := runes[i]; {
			case ideographic(r):
				if i+1 < len(runes) && ideographic(runes[i+1]) {
					if !yield(string(runes[i : i+2])) {
						return
					}
				}
				i++
			case unicode.IsLetter(r) || unicode.IsDigit(r):
				end := wordEnd(runes, i)
				if !yield(possessive(string(runes[i:end]))) {
					return
				}
				i = end
			default:
				i++
			}
		}
	}
}

func wordEnd(runes []rune, i int) int {
	for i < len(runes) && !ideographic(runes[i]) {
		r := runes[i]
		joins := (r == '\'' || r == '’') && i+1 < len(runes) && unicode.IsLetter(runes[i+1])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !joins {
			break
		}
		i++
	}
	for i < len(runes) && (runes[i] == '+' || runes[i] == '#') {
		i++
	}
	return i
}

// possessive drops the 's of a word.
func possessive(word string) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.ReplaceAll(word, "’", "'"), "'s"), "'")
}
