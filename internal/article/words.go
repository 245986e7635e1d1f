package article

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// Most of what is read is ASCII, and what unicode knows of a sign is found by
// searching in tables. So ASCII is told apart here first.

// isASCIIWord reports whether c is an ASCII letter or digit.
func isASCIIWord(c byte) bool { return c|0x20-'a' < 26 || c-'0' < 10 }

// asciiWord returns how many ASCII letters and digits s begins with.
func asciiWord(s string) int {
	i := 0
	for i < len(s) && isASCIIWord(s[i]) {
		i++
	}
	return i
}

// CountWords counts the words of a text: runs of letters and digits, and every
// sign of a script that writes without spaces. Marks and apostrophes belong to
// the word that they stand in.
func CountWords(s string) int {
	n, inside := 0, false
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			i++
			word := isASCIIWord(c)
			if word && !inside {
				n++
			}
			inside = word || inside && c == '\''
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r >= firstUnspaced && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			n++
			inside = false
		case inside && (unicode.IsMark(r) || r == '’'):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if !inside {
				n++
			}
			inside = true
		default:
			inside = false
		}
	}
	return n
}

// firstUnspaced is the first sign of the scripts that write without spaces.
const firstUnspaced = '\u0e01'

// squeeze makes every run of white space one space.
func squeeze(s string) string {
	out := squeezer{text: make([]byte, 0, len(s))}
	out.add([]byte(s))
	return string(out.text)
}

// squeezer gathers text in which every run of white space is one space, with
// none at its ends.
type squeezer struct {
	text []byte
	gap  bool // white space came last
}

// add adds text; a sign is not divided between two calls.
func (s *squeezer) add(text []byte) {
	for len(text) > 0 {
		space := spaceAt(text)
		if space > 0 {
			s.gap, text = true, text[space:]
			continue
		}
		end := 1
		for end < len(text) && (text[end] > ' ' && text[end] < utf8.RuneSelf || spaceAt(text[end:]) == 0) {
			end++
		}
		if s.gap && len(s.text) > 0 {
			s.text = append(s.text, ' ')
		}
		s.gap, s.text, text = false, append(s.text, text[:end]...), text[end:]
	}
}

// markdown adds the source of running text.
func (s *squeezer) markdown(text []byte) {
	if bytes.IndexByte(text, '\\') < 0 && bytes.IndexByte(text, '&') < 0 {
		s.add(text)
	} else {
		s.add([]byte(unescape(text)))
	}
}

// spaceAt returns how many bytes the white space takes that text begins with; 0
// when it begins with something else.
func spaceAt(text []byte) int {
	switch c := text[0]; {
	case c == ' ' || '\t' <= c && c <= '\r':
		return 1
	case c < utf8.RuneSelf:
		return 0
	}
	if r, size := utf8.DecodeRune(text); unicode.IsSpace(r) {
		return size
	}
	return 0
}
