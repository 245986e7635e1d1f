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
		c := text[i]
		switch {
		case c < utf8.RuneSelf:
			i++
			if !asciiWord(c) {
				gap = true
				continue
			}
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			if gap && len(b) > 0 {
				b = append(b, ' ')
			}
			b, gap = append(b, c), false
		case punctuation(text, i):
			i += punctuationSize
			gap = true
		default: // an accent, perhaps, of the sign before it
			start := i
			if i > 0 && text[i-1] < utf8.RuneSelf {
				start--
				if !gap {
					b = b[:len(b)-1]
				}
			}
			for i++; i < len(text) && text[i] >= utf8.RuneSelf && !punctuation(text, i); {
				i++
			}
			b, gap = appendFolded(b, gap, string(text[start:i]))
		}
	}
	return b
}

// appendFolded appends the plain form of any text behind another, and a gap if there
// is one.
func appendFolded(b []byte, gap bool, text string) ([]byte, bool) {
	for _, r := range fold(text) {
		if !wordSign(r) {
			gap = true
			continue
		}
		if gap && len(b) > 0 {
			b = append(b, ' ')
		}
		b, gap = utf8.AppendRune(b, unicode.ToLower(r)), false
	}
	return b, gap
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
