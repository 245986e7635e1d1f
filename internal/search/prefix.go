package search

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

const (
	// shortestBegun is how many letters must stand there of a word that is begun.
	shortestBegun = 2
	// mostBegun is how many words one that is begun stands for: those that most
	// documents have.
	mostBegun = 24
	// begunFactor is what a word that was begun counts beside one that was written.
	begunFactor = 0.4
)

// begunWith appends the terms of the words that begin so, those that most
// documents have first, as long as they are together in no more than four times
// as many documents as there are: that bounds the work.
func (x *Index) begunWith(word string, all []choice) []choice {
	word = fold(word)
	if n := utf8.RuneCountInString(word); n < shortestBegun && !strings.ContainsFunc(word, ideographic) {
		return all
	}
	entries := x.vocabulary.lexicon().entries
	entries = entries[sort.Search(len(entries), func(i int) bool { return entries[i].text >= word }):]
	var best []lexeme
	for i := range entries {
		if !strings.HasPrefix(entries[i].text, word) {
			break
		}
		if x.frequency(entries[i].term) > 0 {
			best = append(best, entries[i])
		}
	}
	slices.SortFunc(best, func(a, b lexeme) int {
		return cmp.Or(cmp.Compare(x.frequency(b.term), x.frequency(a.term)), strings.Compare(a.text, b.text))
	})
	budget := 4 * len(x.slots)
	for _, l := range best {
		if budget -= x.frequency(l.term); budget < 0 || len(all) >= mostBegun {
			break
		}
		if !slices.ContainsFunc(all, func(c choice) bool { return c.term == l.term }) {
			all = append(all, choice{l.term, begunFactor, l.text[0]})
		}
	}
	return all
}
