package article

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Slugify makes text a slug: NFC, lower-case letters (with their marks) and
// digits of any script, single hyphens between. It returns "" when nothing is
// left.
func Slugify(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	gap := false
	for _, r := range norm.NFC.String(strings.ToLower(text)) {
		switch {
		case r < utf8.RuneSelf && kinds[r]&wordByte != 0:
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteByte(byte(r))
		case r < utf8.RuneSelf:
			gap = gap || r != '\'' // it's → its
		case unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Me, r) || r == softHyphen:
			// only change how the sign before them looks
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && b.Len() > 0 && !gap:
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case r == '’':
			// as the straight one
		default:
			gap = true
		}
	}
	return b.String()
}

const softHyphen = '\u00ad'

var leadingNumber = regexp.MustCompile(`^\s*\d+(\.\d+)*[.)]\s+`)

// headingIDs gives every heading of one article an id of its own.
type headingIDs map[string]bool

// take returns the id for a heading text: its slug without a leading number
// ("1. Simplicity" → "simplicity"), "section" where no letter or digit is left,
// numbered from -2 when it was taken before.
func (ids headingIDs) take(text string) string {
	id := text
	if text != "" && text[0] <= '9' { // a space or a digit
		id = leadingNumber.ReplaceAllString(text, "")
	}
	id = Slugify(id)
	if id == "" {
		id = Slugify(text)
	}
	if id == "" {
		id = "section"
	}
	unique := id
	for n := 2; ids[unique]; n++ {
		unique = id + "-" + strconv.Itoa(n)
	}
	ids[unique] = true
	return unique
}
