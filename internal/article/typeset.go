package article

import (
	"strings"
	"unicode"
)

// Typeset curls the straight quotes of a line of plain text (a title, a
// caption), as the typographer does in the body. A quote opens at the beginning
// of a word and closes elsewhere; an apostrophe is a closing quote.
func Typeset(line string) string {
	if !strings.ContainsAny(line, `'"`) {
		return line
	}
	runes := []rune(line)
	for i, r := range runes {
		if r != '\'' && r != '"' {
			continue
		}
		opens := i+1 < len(runes) && !unicode.IsSpace(runes[i+1]) && (i == 0 || unicode.IsSpace(runes[i-1]) || strings.ContainsRune("([{—–-/“‘", runes[i-1]))
		switch {
		case r == '"' && opens:
			runes[i] = '“'
		case r == '"':
			runes[i] = '”'
		case opens && !unicode.IsDigit(runes[i+1]) && !clipped.MatchString(string(runes[i:])):
			runes[i] = '‘'
		default:
			runes[i] = '’'
		}
	}
	return string(runes)
}
