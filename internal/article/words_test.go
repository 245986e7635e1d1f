package article

import (
	"crypto/sha256"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FuzzWords: what has a short way for ASCII comes out as by the rule for all signs.
func FuzzWords(f *testing.F) {
	for _, text := range []string{
		"", " ", "It's 5 o'clock, isn’t it?", "a\u00a0b\u2003c\u0085 d", "e\u0301te\u0301 'quoted' x' y", "日本語 and ไทย words", "soft\u00adhyphen", "a\x00b\xffc", "’s tail", "٣ digits १२",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := CountWords(text), plainCount(text); got != want {
			t.Errorf("%q has %d words, want %d", text, got, want)
		}
		if got, want := squeeze(text), strings.Join(strings.Fields(text), " "); got != want {
			t.Errorf("%q is squeezed to %q, want %q", text, got, want)
		}
		h := wordHash{sum: sha256.New(), buf: make([]byte, 0, 4*len(text)+1)}
		if h.add([]byte(text)); string(h.buf) != plainWords(text) {
			t.Errorf("%q has the words %q, want %q", text, h.buf, plainWords(text))
		}
	})
}

func plainCount(text string) int {
	n, inside := 0, false
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			n++
			inside = false
		case inside && (unicode.IsMark(r) || r == '\'' || r == '’'):
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

func plainWords(text string) string {
	var out strings.Builder
	inside := false
	for _, r := range norm.NFC.String(text) + " " {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			inside = true
			out.WriteRune(r)
		case r == '\'' || r == '’' || r == softHyphen:
		case inside:
			inside = false
			out.WriteByte(' ')
		}
	}
	return out.String()
}

// FuzzTargets: links are taken out of a line as the pattern does.
func FuzzTargets(f *testing.F) {
	for _, line := range []string{
		"", "[a](b) and [c](d).md", "[a](b \"T\") [c](d)", "[a](<b c>)", "[a](b(c))", "[a](b", "](", "[a]() x", "[a](b\t)", "a](b](c)d", "[a](b)](c)", "[a](b\vc)", "[a][b]", "[a](b){.c}",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if got, want := withoutTargets(line), leadsTo.ReplaceAllString(line, "] $1"); got != want {
			t.Errorf("%q becomes %q, want %q", line, got, want)
		}
	})
}
