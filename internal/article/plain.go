package article

import (
	"regexp"
	"strings"
	"unicode"
)

// inlineTag is a tag of an element that people write in a line of text.
var inlineTag = regexp.MustCompile(`(?i)<(/?)(abbr|a|bdi|b|cite|code|del|em|ins|i|kbd|mark|q|small|span|strong|sub|sup|s|u|var)(?:\s[^<>]*)?>`)

// Plain returns what a line of front matter says where it has slipped into HTML:
// elements that are opened and closed become what is in them, entities the signs
// that they name. A tag that stands alone is what the line is about ("The <a>
// element") and stays. Control characters, which no page may hold, go.
func Plain(line string) string {
	line = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, line)
	if !strings.ContainsAny(line, "<&") {
		return line
	}
	tags := inlineTag.FindAllStringSubmatchIndex(line, -1)
	drop := make([]bool, len(tags))
	var open []int
	name := func(i int) string { return strings.ToLower(line[tags[i][4]:tags[i][5]]) }
	for i, tag := range tags {
		if tag[2] == tag[3] {
			open = append(open, i)
			continue
		}
		for j := len(open) - 1; j >= 0; j-- {
			if name(open[j]) == name(i) {
				drop[open[j]], drop[i] = true, true
				open = open[:j]
				break
			}
		}
	}
	var out strings.Builder
	at := 0
	for i, tag := range tags {
		if drop[i] {
			out.WriteString(line[at:tag[0]])
			at = tag[1]
		}
	}
	return entities(out.String() + line[at:])
}
