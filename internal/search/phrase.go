package search

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quoted are the phrases between quotes, those of one word left out: that is
// looked for already.
func quoted(text string) []string {
	var phrases []string
	parts := strings.Split(text, `"`)
	for i := 1; i+1 < len(parts); i += 2 {
		if phrase := plain(parts[i]); strings.Contains(phrase, " ") {
			phrases = append(phrases, phrase)
		}
	}
	return phrases
}

// plain is a text as phrases and titles are compared: lower case, without
// accents, and one space wherever something stands that is no letter or digit.
func plain(text string) string { return string(appendPlain(nil, text)) }

// appendPlain appends the plain form of a text to b, which is empty. Fifty texts are
// read for a phrase: what is ASCII in them takes no detour.
func appendPlain[T string | []byte](b []byte, text T) []byte {
	b = slices.Grow(b, len(text))
	gap := false
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c < utf8.RuneSelf && !marked(text, i+1):
			i++
			b, gap = appendSign(b, rune(c), gap, asciiWord(c))
		case punctuation(text, i):
			i += punctuationSize
			gap = true
		default: // a sign with what may be its accents
			end := i + 1
			for marked(text, end) {
				end++
			}
			for _, r := range fold(string(text[i:end])) {
				b, gap = appendSign(b, r, gap, wordSign(r))
			}
			i = end
		}
	}
	return b
}

// appendSign appends a sign of a word, behind a space when there was a gap.
func appendSign(b []byte, r rune, gap, inside bool) ([]byte, bool) {
	if !inside {
		return b, true
	}
	if gap && len(b) > 0 {
		b = append(b, ' ')
	}
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(b, byte(r)), false
	}
	return utf8.AppendRune(b, unicode.ToLower(r)), false
}

// wordSign reports whether a sign belongs to a word.
func wordSign(r rune) bool {
	if r < utf8.RuneSelf {
		return asciiWord(byte(r))
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// asciiWord is wordSign for a sign of ASCII; + and # belong to the names of
// languages.
func asciiWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '#'
}

// marked reports whether a byte belongs to a sign beyond ASCII that may be more than
// punctuation: a letter, or an accent on what is before it.
func marked[T string | []byte](text T, i int) bool {
	return i < len(text) && text[i] >= utf8.RuneSelf && !punctuation(text, i)
}

// punctuationSize is how many bytes such a sign has.
const punctuationSize = 3

// punctuation reports whether one of the first half of the block General Punctuation
// (U+2000 to U+203F) begins at a place: dashes, quotes, the ellipsis. None of them is
// a letter, a digit or a mark, or changes when a text is normalised with others
// around it.
func punctuation[T string | []byte](text T, i int) bool {
	return text[i] == 0xE2 && i+2 < len(text) && text[i+1] == 0x80 && text[i+2]&0xC0 == 0x80
}

// hasPhrase reports whether a text has a phrase, as whole words where its script
// has spaces; both in the form of plain.
func hasPhrase(text []byte, phrase string) bool {
	looked := []byte(phrase)
	for from := 0; ; {
		i := bytes.Index(text[from:], looked)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(looked)
		if edge(text, start, phrase) && edge(text, end, phrase) {
			return true
		}
		from = start + len(looked)
	}
}

func edge(text []byte, at int, phrase string) bool {
	return at == 0 || at == len(text) || text[at] == ' ' || text[at-1] == ' ' || strings.ContainsFunc(phrase, ideographic)
}
