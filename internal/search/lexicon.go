package search

import (
	"cmp"
	"slices"
	"strings"

	"byline/internal/edits"
)

// lexicon is the words of a vocabulary in order, for those that are begun or
// misspelt. It is made on the first query and serves all indexes as long as the
// vocabulary has no new word; then those that are new are merged in. It takes
// about forty bytes a word and is immutable.
type lexicon struct {
	words   int // of the vocabulary that it knows
	entries []lexeme
}

// lexeme is a word that says something.
type lexeme struct {
	text   string       // without accents
	sketch edits.Sketch // of text
	term   uint32
	word   string // as it was learned
}

// lexicon returns the words of the vocabulary in order.
func (v *Vocabulary) lexicon() *lexicon {
	last := v.sorted.Load()
	v.mu.RLock()
	n := len(v.learned)
	if last != nil && last.words == n {
		v.mu.RUnlock()
		return last
	}
	if last == nil {
		last = &lexicon{}
	}
	var fresh []lexeme
	for _, word := range v.learned[last.words:n] {
		fresh = append(fresh, lexeme{word: word, term: v.words[word].term})
	}
	v.mu.RUnlock()
	for i := range fresh {
		fresh[i].text = fold(fresh[i].word)
		fresh[i].sketch = edits.SketchOf(fresh[i].text)
	}
	slices.SortFunc(fresh, compareLexemes)
	made := &lexicon{words: n, entries: mergeLexemes(last.entries, fresh)}
	v.sorted.Store(made) // two makers at once make the same
	return made
}

func compareLexemes(a, b lexeme) int {
	return cmp.Or(strings.Compare(a.text, b.text), strings.Compare(a.word, b.word))
}

func mergeLexemes(a, b []lexeme) []lexeme {
	merged := make([]lexeme, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compareLexemes(a[0], b[0]) < 0 {
			merged, a = append(merged, a[0]), a[1:]
		} else {
			merged, b = append(merged, b[0]), b[1:]
		}
	}
	return append(append(merged, a...), b...)
}
