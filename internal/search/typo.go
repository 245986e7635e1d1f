package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"byline/internal/edits"
)

const (
	// mostAlike is how many words one that is misspelt stands for.
	mostAlike = 3
	// alikeFactor is what the nearest word counts beside one that was written;
	// the next ones count half of the one before.
	alikeFactor = 0.8
)

// slips is how many edits are forgiven in a word of so many letters.
func slips(length int) int {
	switch {
	case length < 4:
		return 0
	case length < 8:
		return 1
	}
	return 2
}

// alike returns the terms of the words that are the fewest edits from one that no
// document has, those that most documents have first, and the first of the words.
// A look at the set of letters and the length of each word of the vocabulary
// leaves about one in a hundred to be compared.
func (x *Index) alike(word string) (all []choice, nearest string) {
	word = fold(word)
	most := slips(utf8.RuneCountInString(word))
	if most == 0 {
		return nil, ""
	}
	sketch, ruler := edits.SketchOf(word), edits.From(word)
	var found []*lexeme
	entries := x.vocabulary.lexicon().entries
	for i := range entries {
		l := &entries[i]
		if !l.sketch.Within(sketch, most) || x.frequency(l.term) == 0 {
			continue
		}
		switch n := ruler.Distance(l.text, most); {
		case n < most:
			most, found = n, append(found[:0], l)
		case n == most:
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(a, b *lexeme) int {
		return cmp.Or(cmp.Compare(x.frequency(b.term), x.frequency(a.term)), strings.Compare(a.text, b.text))
	})
	factor := alikeFactor
	for _, l := range found {
		if len(all) < mostAlike && !slices.ContainsFunc(all, func(c choice) bool { return c.term == l.term }) {
			all = append(all, choice{l.term, factor, l.text[0]})
			factor /= 2
		}
	}
	if len(found) > 0 {
		nearest = found[0].word
	}
	return all, nearest
}
