package search

import (
	"slices"
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
func (x *Index) begunWith(word string, all []choice, s *sums) []choice {
	word = fold(word)
	if n := utf8.RuneCountInString(word); n < shortestBegun && !strings.ContainsFunc(word, ideographic) {
		return all
	}
	entries := x.lexicon.entries
	from, to := x.lexicon.begunWith(word)
	budget := 4 * len(x.slots)
	for i := range s.byKey(from, to, func(i int) int { return x.frequency(entries[i].term) }) {
		term := entries[i].term
		if budget -= x.frequency(term); budget < 0 || len(all) >= mostBegun {
			break
		}
		if !slices.ContainsFunc(all, func(c choice) bool { return c.term == term }) {
			all = append(all, choice{term, begunFactor})
		}
	}
	return all
}
