package article

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// What a byte can be. Most of what is read is ASCII, and what unicode knows of a
// sign is found by searching in tables, so ASCII is told apart here first.
const (
	wordByte    = 1 << iota // an ASCII letter or digit
	apostrophe              // may stand within a word
	highByte                // a part of a sign beyond ASCII
	controlByte             // cannot stand in a text as it is
	writtenByte             // may stand otherwise in HTML than in Markdown
	quoteByte               // a backquote
)

// kinds says of each byte what it is.
var kinds = func() (kinds [256]uint8) {
	for i := range kinds {
		switch c := byte(i); {
		case c|0x20-'a' < 26 || c-'0' < 10:
			kinds[i] = wordByte
		case c >= utf8.RuneSelf:
			kinds[i] = highByte
		case c < ' ' && c != '\n' && c != '\t' || c == 0x7f:
			kinds[i] = controlByte
		}
	}
	for _, c := range []byte("&<>\"\\\x00") {
		kinds[c] |= writtenByte
	}
	kinds['\''], kinds['`'] = apostrophe, quoteByte
	return kinds
}()

// has reports whether a byte of one of these kinds stands in text.
func has(text []byte, which uint8) bool {
	all := uint8(0)
	for _, c := range text {
		all |= kinds[c]
	}
	return all&which != 0
}

// CountWords counts the words of a text: runs of letters and digits, and every
// sign of a script that writes without spaces. Marks and apostrophes belong to
// the word that they stand in.
func CountWords[T string | []byte](s T) int {
	n, inside := 0, uint8(0) // 1 within a word
	for i := 0; i < len(s); {
		kind := kinds[s[i]]
		if kind&highByte == 0 {
			word := kind & wordByte
			n += int(word &^ inside)
			inside = word | kind>>1&inside // an apostrophe leaves it as it is
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
		i += size
		switch {
		case r >= firstUnspaced && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			n++
			inside = 0
		case inside == 1 && (unicode.IsMark(r) || r == '’'):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			n += int(1 - inside)
			inside = 1
		default:
			inside = 0
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
		if space := spaceAt(text); space > 0 {
			s.gap, text = true, text[space:]
			continue
		}
		end := squeezed(text)
		if s.gap && len(s.text) > 0 {
			s.text = append(s.text, ' ')
		}
		s.gap, s.text, text = false, append(s.text, text[:end]...), text[end:]
	}
}

// squeezed returns how much of text, which begins with no white space, is as it
// should be: up to white space that is not one space before more text.
func squeezed(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c > ' ' && c < utf8.RuneSelf:
		case c == ' ' && i+1 < len(text) && text[i+1] > ' ' && text[i+1] < utf8.RuneSelf:
		case spaceAt(text[i:]) > 0:
			return i
		}
	}
	return len(text)
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
