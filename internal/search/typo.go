package search

import (
	"slices"
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
func (x *Index) alike(word string, s *sums) (all []choice, nearest string) {
	found := x.nearest(fold(word))
	if len(found) == 0 {
		return nil, ""
	}
	entries, factor := x.lexicon.entries, alikeFactor
	for at := range s.byKey(0, len(found), func(at int) int { return x.frequency(entries[found[at]].term) }) {
		l := &entries[found[at]]
		if nearest == "" {
			nearest = l.word
		}
		if len(all) < mostAlike && !slices.ContainsFunc(all, func(c choice) bool { return c.term == l.term }) {
			all = append(all, choice{l.term, factor})
			factor /= 2
		}
	}
	return all, nearest
}

// nearest are the entries of the lexicon that some document has and that are the
// fewest edits from a word; none when these would be more than its slips.
func (x *Index) nearest(word string) (found []int) {
	most := slips(utf8.RuneCountInString(word))
	if most == 0 {
		return nil
	}
	ruler := edits.From(word)
	for i := range x.lexicon.near(word, most) {
		l := &x.lexicon.entries[i]
		if x.frequency(l.term) == 0 {
			continue
		}
		switch n := ruler.Distance(l.text, most); {
		case n < most:
			most, found = n, append(found[:0], i)
		case n == most:
			found = append(found, i)
		}
	}
	return found
}

// near yields the entries that may be at most so many edits from a word, in order. A
// look at the letters and the length of each, a nanosecond or two, leaves a few
// in a hundred.
func (l *lexicon) near(word string, most int) func(yield func(i int) bool) {
	return func(yield func(i int) bool) {
		sketch := edits.SketchOf(word)
		for i := range l.sketches {
			if l.sketches[i].Within(sketch, most) && !yield(i) {
				return
			}
		}
	}
}
