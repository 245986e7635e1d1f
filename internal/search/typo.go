package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// mostAlike is how many words one that is misspelt stands for.
	mostAlike = 3
	// alikeFactor is what the nearest word counts beside one that was written;
	// the next ones count half of the one before.
	alikeFactor = 0.8
)

// edits is how many slips are forgiven in a word of so many letters.
func edits(length int) int {
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
	length := utf8.RuneCountInString(word)
	most := edits(length)
	if most == 0 {
		return nil, ""
	}
	set, d := letters(word), newDistance(word)
	var found []*lexeme
	entries := x.vocabulary.lexicon().entries
	for i := range entries {
		l := &entries[i]
		if !l.mayBeAlike(set, length, most) || x.frequency(l.term) == 0 {
			continue
		}
		switch n := d.to(l.text, most); {
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

// distance measures how far words are from one: in letters that are missing, too
// many, wrong, or swapped with their neighbour (the restricted distance of
// Damerau, A technique for computer detection and correction of spelling errors,
// CACM 1964).
type distance struct {
	word []rune
	rows [3][]int
}

func newDistance(word string) *distance {
	d := &distance{word: []rune(word)}
	for i := range d.rows {
		d.rows[i] = make([]int, len(d.word)+1)
	}
	return d
}

// to returns the distance to other, or more than most when it is over it.
func (d *distance) to(other string, most int) int {
	before, last, row := d.rows[0], d.rows[1], d.rows[2]
	for j := range last {
		last[j] = j
	}
	previous, i := rune(-1), 0
	for _, r := range other {
		i++
		row[0] = i
		least := i
		for j, own := range d.word {
			cost := 1
			if own == r {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if j > 0 && own == previous && d.word[j-1] == r {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
			least = min(least, row[j+1])
		}
		if least > most+1 { // a swap looks two rows back
			return most + 1
		}
		previous, before, last, row = r, last, row, before
	}
	return last[len(d.word)]
}
