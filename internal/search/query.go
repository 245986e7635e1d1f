package search

import (
	"cmp"
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
}

// correction is a word that no document has and the one that was looked for.
type correction struct{ from, to string }

// parse reads a query: bounded, its words in the order in which they stand there,
// each once. The last of them may be one that is still being typed.
func (x *Index) parse(asked string, s *sums) query {
	q := query{text: lowered(Tidy(asked))}
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
		choices, to := x.choices(word, known[i].term, begun, len(q.wrong) < mostCorrections, s)
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
func (x *Index) choices(word string, term uint32, begun, correct bool, s *sums) (all []choice, to string) {
	has := x.frequency(term) > 0
	if has {
		all = append(all, choice{term, 1})
	}
	if begun {
		all = x.begunWith(word, all, s)
	}
	if len(all) > 0 || !correct || x.vocabulary.language.term(word) == "" {
		return all, ""
	}
	return x.alike(word, s)
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

// title is the title that a query may be, in the form of plain.
func (q query) title() string { return plain(cmp.Or(q.corrected(), q.text)) }

// Tidy is a query as it is read, and shown to who asked: valid text, on one line
// and no longer than is read of it. It is the only bound that a query needs.
func Tidy(asked string) string {
	runes := 0
	for i := range asked {
		if runes++; runes > longestQuery {
			asked = asked[:i]
			break
		}
	}
	asked = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, asked)
	return strings.Join(strings.Fields(asked), " ")
}

// lowered is a tidy query as it is looked for: in lower case, its accents composed,
// its quotes straight.
func lowered(asked string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		switch r {
		case '“', '”', '„', '«', '»':
			return '"'
		}
		return r
	}, norm.NFC.String(asked)))
}
