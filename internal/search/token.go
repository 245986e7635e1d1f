package search

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word where it stands in a text, in bytes.
type token struct {
	start, end int
	word       string // as words yields it
}

// tokens yields the words of a text with their places, in the text as it is
// written. Signs of scripts without spaces come as pairs, which overlap.
func tokens(text string) func(yield func(token) bool) {
	return func(yield func(token) bool) {
		for start, end := range places(text) {
			if !yield(token{start, end, wordAt(text[start:end])}) {
				return
			}
		}
	}
}

// wordAt is the word that stands in a text so.
func wordAt(written string) string {
	if r, _ := utf8.DecodeRuneInString(written); ideographic(r) {
		return strings.ToLower(norm.NFC.String(written))
	}
	return possessive(strings.ToLower(norm.NFC.String(written)))
}

// places yields where the words of a text begin and end.
func places(text string) func(yield func(start, end int) bool) {
	return func(yield func(start, end int) bool) {
		text := asciiLower(text)
		alone := true // no ideographic sign stands before this one
		for i := 0; i < len(text); {
			r, size := utf8.DecodeRuneInString(text[i:])
			length := 0
			switch {
			case ideographic(r):
				length = len(pair(text[i:], size, alone))
			case isLetter(r) || isDigit(r):
				size = wordEnd(text[i:])
				length = size
			}
			alone = !ideographic(r)
			if length > 0 && !yield(i, i+length) {
				return
			}
			i += size
		}
	}
}

// asciiLower is a text with the letters of ASCII in lower case, as wordEnd reads
// it: every byte keeps its place.
func asciiLower(text string) string {
	low := []byte(text)
	for i, c := range low {
		if 'A' <= c && c <= 'Z' {
			low[i] = c | 0x20
		}
	}
	return string(low)
}
