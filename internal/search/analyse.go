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
	none  string // words that say nothing, each between spaces
	plain bool   // the stemmer knows no accents: they go before it
	count map[string]*termCount
	stems map[string]string // within one document most words recur
}

func newAnalyser(lang string) *analyser {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	return &analyser{stem: stemmer(base), none: functionWords(base), plain: base == "en" || base == "nl", count: map[string]*termCount{}, stems: map[string]string{}}
}

// stemmer returns the Snowball stemmer of a language, or nil.
func stemmer(base string) func(*snowballstem.Env) bool {
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
// nothing: single letters and short numbers. Longer ones are years, versions
// (5.3) and statuses (404), by which articles of one series find each other.
func (a *analyser) term(word string) string {
	runes := []rune(word)
	if len(runes) == 1 && !ideographic(runes[0]) {
		return ""
	}
	if !strings.ContainsFunc(word, unicode.IsLetter) {
		if len(runes) < 3 || strings.Trim(word, "0.") == "" {
			return ""
		}
		return word
	}
	if strings.Contains(a.none, " "+word+" ") {
		return ""
	}
	if a.plain {
		word = fold(word)
	}
	if a.stem != nil {
		env := snowballstem.NewEnv(word)
		a.stem(env)
		word = env.Current()
	}
	return fold(word)
}

// fold removes the accents of Latin and Greek letters: "café" and "cafe" are
// one term. In other scripts marks make another letter: か and が.
func fold(word string) string {
	if isASCII(word) {
		return word
	}
	var b strings.Builder
	bare := false
	for _, r := range norm.NFD.String(word) {
		if unicode.Is(unicode.Mn, r) && bare {
			continue
		}
		bare = unicode.In(r, unicode.Latin, unicode.Greek)
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
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
// numbers with their points, + and # behind a letter (C++, C#); pairs of
// neighbours in scripts that write without spaces, and a sign that stands alone.
func words(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		runes := []rune(strings.ToLower(norm.NFC.String(text)))
		for i := 0; i < len(runes); {
			end := i + 1
			word := ""
			switch r := runes[i]; {
			case ideographic(r):
				word = pair(runes, i)
			case unicode.IsLetter(r) || unicode.IsDigit(r):
				end = wordEnd(runes, i)
				word = possessive(string(runes[i:end]))
			}
			i = end
			if word != "" && !yield(word) {
				return
			}
		}
	}
}

// pair is the sign at i with its neighbour; alone only when it has none on
// either side.
func pair(runes []rune, i int) string {
	switch {
	case i+1 < len(runes) && ideographic(runes[i+1]):
		return string(runes[i : i+2])
	case i > 0 && ideographic(runes[i-1]):
		return ""
	}
	return string(runes[i])
}

func wordEnd(runes []rune, i int) int {
	start := i
	for i < len(runes) && !ideographic(runes[i]) {
		r := runes[i]
		more := i+1 < len(runes)
		joins := more && (r == '\'' || r == '’') && unicode.IsLetter(runes[i+1]) ||
			more && r == '.' && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !joins {
			break
		}
		i++
	}
	return i + suffix(runes[i:], unicode.IsLetter(runes[i-1]) && i-start < 3)
}

// suffix is the length of what belongs to the name of a language: C++, C#, F#.
// In a+b, page#part and the like it belongs to neither.
func suffix(rest []rune, name bool) int {
	n := 0
	for n < len(rest) && (rest[n] == '+' || rest[n] == '#') {
		n++
	}
	open := n < len(rest) && (unicode.IsLetter(rest[n]) || unicode.IsDigit(rest[n]))
	if !name || open && string(rest[:n]) != "++" {
		return 0
	}
	return n
}

// possessive drops the 's of a word.
func possessive(word string) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.ReplaceAll(word, "’", "'"), "'s"), "'")
}
