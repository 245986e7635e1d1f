package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/spanish"
	"golang.org/x/text/unicode/norm"
)

// language is how texts of one language become terms: lower case, accents
// folded, stemmed by its rules; scripts without spaces as pairs of signs.
type language struct {
	stem  func(*snowballstem.Env) bool
	none  string // words that say nothing, each between spaces
	plain bool   // the stemmer knows no accents: they go before it
}

// languageOf reads a tag like "en" or "es-ES".
func languageOf(tag string) language {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return language{stem: stemmer(base), none: functionWords(base), plain: base == "en" || base == "nl"}
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

// term is the form under which a word is indexed; "" for words that say
// nothing: single letters and short numbers. Longer ones are years, versions
// (5.3) and statuses (404), by which articles of one series find each other.
func (l language) term(word string) string {
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
	if strings.Contains(l.none, " "+word+" ") {
		return ""
	}
	if l.plain {
		word = fold(word)
	}
	if l.stem != nil {
		env := snowballstem.NewEnv(word)
		l.stem(env)
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

// ideographic reports whether a sign is of a script that writes without spaces.
func ideographic(r rune) bool {
	return r >= 0x1100 && // the scripts of most texts are below
		unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// words yields the words of a text in lower case: runs of letters and digits,
// numbers with their points, + and # behind a letter (C++, C#); pairs of
// neighbours in scripts that write without spaces, and a sign that stands alone.
func words(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		text := lower(norm.NFC.String(text))
		alone := true // no ideographic sign stands before this one
		for i := 0; i < len(text); {
			if n, plain := plainWord(text[i:]); plain { // as most are
				if n > 0 && !yield(text[i:i+n]) {
					return
				}
				alone = true
				i += max(n, 1)
				continue
			}
			r, size := utf8.DecodeRuneInString(text[i:])
			word := ""
			switch {
			case ideographic(r):
				word = pair(text[i:], size, alone)
			case isLetter(r) || isDigit(r):
				size = wordEnd(text[i:])
				word = possessive(text[i : i+size])
			}
			alone = !ideographic(r)
			i += size
			if word != "" && !yield(word) {
				return
			}
		}
	}
}

// alphanumeric reports whether a character in lower case is a letter or digit of
// ASCII, which most of most texts are.
func alphanumeric(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// plainWord is the length of the word that text begins with, 0 for none. It is
// plain when it has letters and digits of ASCII only, and what follows can be no
// part of it.
func plainWord(text string) (n int, plain bool) {
	for n < len(text) && alphanumeric(text[n]) {
		n++
	}
	if n == len(text) {
		return n, true
	}
	switch c := text[n]; c {
	case '\'', '.', '+', '#':
		return n, n == 0
	default:
		return n, c < utf8.RuneSelf
	}
}

// isLetter is unicode.IsLetter for a text in lower case.
func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z'
	}
	return unicode.IsLetter(r)
}

func isDigit(r rune) bool {
	if r < utf8.RuneSelf {
		return '0' <= r && r <= '9'
	}
	return unicode.IsDigit(r)
}

// lower is strings.ToLower, made for texts of ASCII with a few other signs, such
// as quotation marks.
func lower(text string) string {
	var low strings.Builder
	low.Grow(len(text))
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case 'A' <= c && c <= 'Z':
			low.WriteByte(c + 'a' - 'A')
			i++
		case c < utf8.RuneSelf:
			low.WriteByte(c)
			i++
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			low.WriteRune(unicode.ToLower(r))
			i += size
		}
	}
	return low.String()
}

// pair is the sign that text begins with and its neighbour; by itself only when
// it has none on either side.
func pair(text string, size int, alone bool) string {
	next, more := utf8.DecodeRuneInString(text[size:])
	switch {
	case ideographic(next):
		return text[:size+more]
	case alone:
		return text[:size]
	}
	return ""
}

// longestMarked is from how many signs on a word is no name of a language that goes
// on with + or #.
const longestMarked = 3

// wordEnd is the length of the word that text begins with.
func wordEnd(text string) int {
	before, signs, i := rune(0), 0, 0
	for i < len(text) {
		if c := text[i]; alphanumeric(c) {
			before, i = rune(c), i+1
			signs++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if ideographic(r) || !inWord(r) && !joins(before, r, text[i+size:]) {
			break
		}
		before, i = r, i+size
		signs++
	}
	return i + suffix(text[i:], isLetter(before) && signs < longestMarked)
}

// inWord reports whether a sign is a part of words wherever it stands.
func inWord(r rune) bool {
	return r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}

// joins reports whether r holds two halves of one word together: don't, 5.3.
func joins(before, r rune, rest string) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	switch r {
	case '\'', '’':
		return isLetter(next)
	case '.':
		return isDigit(before) && isDigit(next)
	}
	return false
}

// suffix is the length of what belongs to the name of a language: C++, C#, F#.
// In a+b, page#part and the like it belongs to neither.
func suffix(rest string, name bool) int {
	n := 0
	for n < len(rest) && (rest[n] == '+' || rest[n] == '#') {
		n++
	}
	next, _ := utf8.DecodeRuneInString(rest[n:])
	open := isLetter(next) || isDigit(next)
	if !name || open && rest[:n] != "++" {
		return 0
	}
	return n
}

// possessive drops the 's of a word.
func possessive(word string) string {
	if strings.IndexByte(word, '\'') < 0 && isASCII(word) {
		return word
	}
	return strings.TrimSuffix(strings.TrimSuffix(strings.ReplaceAll(word, "’", "'"), "'s"), "'")
}
