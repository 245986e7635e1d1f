package search

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	// longestQuery and mostWords bound what is read of a query; the rest is cut.
	longestQuery = 200 // characters
	mostWords    = 12
	// mostCorrections is how many words of one query are looked up among those
	// that are like them.
	mostCorrections = 3
)

// query is what a reader asks, as the index understands it.
type query struct {
	text    string   // lower case, on one line
	groups  []group  // one for each word that says something and that documents have
	phrases []string // in quotes, in the form of plain
	wrong   []correction
}

// group is a word of a query with all that stands for it, the best first.
type group struct {
	choices []choice
	rarity  float64
}

// choice is a term that stands for a word: as it is, begun, or misspelt.
type choice struct {
	term   uint32
	factor float64 // how much it counts beside the word itself
	first  byte    // with which its words begin
}

// correction is a word that no document has and the one that was looked for.
type correction struct{ from, to string }

// parse reads a query: bounded, its words in the order in which they stand there,
// each once. The last of them may be one that is still being typed.
func (x *Index) parse(asked string) query {
	q := query{text: tidy(asked)}
	q.phrases = quoted(q.text)
	var words []string
	for t := range tokens(q.text) {
		if len(words) < mostWords && !slices.Contains(words, t.word) {
			words = append(words, t.word)
		}
	}
	known := x.vocabulary.find(&tally{words: words})
	taken := map[uint32]bool{}
	for i, word := range words {
		begun := i == len(words)-1 && strings.HasSuffix(q.text, word)
		choices, to := x.choices(word, known[i].term, begun, len(q.wrong) < mostCorrections)
		if to != "" {
			q.wrong = append(q.wrong, correction{word, to})
		}
		if len(choices) > 0 && !taken[choices[0].term] {
			taken[choices[0].term] = true
			q.groups = append(q.groups, group{choices, x.rarityOf(choices)})
		}
	}
	return q
}

// choices are the terms that stand for a word: its own and, where it may be
// begun only, those of the words that begin with it; where no document has any,
// those of the words that are most like it, of which to is the first.
func (x *Index) choices(word string, term uint32, begun, correct bool) (all []choice, to string) {
	has := x.frequency(term) > 0
	if has {
		all = append(all, choice{term, 1, fold(word)[0]})
	}
	if begun {
		all = x.begunWith(word, all)
	}
	if len(all) > 0 || !correct || x.vocabulary.language.term(word) == "" {
		return all, ""
	}
	return x.alike(word)
}

// frequency is how many documents have a term.
func (x *Index) frequency(term uint32) int {
	if int64(term) >= int64(len(x.postings)) {
		return 0 // silent, or numbered since
	}
	return len(x.postings[term])
}

// corrected is the query with the words that were looked for in place of those
// that no document has; "" when there are none.
func (q query) corrected() string {
	if len(q.wrong) == 0 {
		return ""
	}
	var b strings.Builder
	end := 0
	for t := range tokens(q.text) {
		i := slices.IndexFunc(q.wrong, func(c correction) bool { return c.from == t.word })
		if i < 0 || t.start < end {
			continue
		}
		b.WriteString(q.text[end:t.start])
		b.WriteString(q.wrong[i].to)
		end = t.end
	}
	return b.String() + q.text[end:]
}

// tidy is a query in lower case, on one line and no longer than is read of it.
func tidy(asked string) string {
	runes := 0
	for i := range asked {
		if runes++; runes > longestQuery {
			asked = asked[:i]
			break
		}
	}
	asked = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == unicode.ReplacementChar:
			return ' '
		case r == '“', r == '”', r == '„', r == '«', r == '»':
			return '"'
		}
		return r
	}, strings.ToValidUTF8(asked, " "))
	return strings.Join(strings.Fields(strings.ToLower(norm.NFC.String(asked))), " ")
}

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
func plain(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	gap := false
	for _, r := range fold(text) {
		if r < 0x80 && !asciiWord(r) || r >= 0x80 && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// asciiWord reports whether a sign belongs to a word; + and # to the names of
// languages.
func asciiWord(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '+' || r == '#'
}

// hasPhrase reports whether a text has a phrase, as whole words where its script
// has spaces; both in the form of plain.
func hasPhrase(text, phrase string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], phrase)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(phrase)
		if edge(text, start, phrase) && edge(text, end, phrase) {
			return true
		}
		from = start + len(phrase)
	}
}

func edge(text string, at int, phrase string) bool {
	return at == 0 || at == len(text) || text[at] == ' ' || text[at-1] == ' ' || strings.ContainsFunc(phrase, ideographic)
}
