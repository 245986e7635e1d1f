package finding

import (
	"slices"
	"unicode/utf8"
)

// Nearest returns the candidate that is the fewest edits from the word, if it
// is at most limit edits away; ties go to the earlier candidate. An edit is an
// insertion, deletion, substitution, or swap of neighbours (the optimal string
// alignment distance).
func Nearest(word string, candidates []string, limit int) (string, bool) {
	best, found := "", false
	r := ruler{word: []rune(word)}
	for _, c := range candidates {
		if d := r.distance(c, limit); d <= limit {
			best, found, limit = c, true, d-1
		}
	}
	return best, found
}

// Only returns the nearest candidate, as Nearest does, if no other is as near.
func Only(word string, candidates []string, max int) (string, bool) {
	best, found := "", false
	r := ruler{word: []rune(word)}
	for _, c := range candidates {
		switch d := r.distance(c, max); {
		case d < max || d == max && best == "":
			best, found, max = c, true, d
		case d == max:
			found = false
		}
	}
	if !found {
		return "", false
	}
	return best, true
}

// ruler counts the edits from one word to others.
type ruler struct {
	word, other []rune
	// Edits from the first i, i-1 and i-2 characters of the word to the first j
	// of the other.
	row, last, before []int
}

// distance is the number of edits to another word; limit+1 when it is more than
// limit, in which case it is not counted to the end. Cells further than limit
// from the diagonal lead to nothing less and are left out (Ukkonen, Algorithms
// for Approximate String Matching, Information and Control 64, 1985).
func (r *ruler) distance(other string, limit int) int {
	length, far := utf8.RuneCountInString(other), limit+1
	if n := len(r.word) - length; n > limit || -n > limit {
		return far
	}
	r.start(other, length, far)
	lastLeast := 0
	for i := 1; i <= len(r.word); i++ {
		least := r.fill(i, max(1, i-limit), min(length, i+limit), far)
		if least > limit && lastLeast > limit {
			return far // a swap reaches back two rows, nothing reaches further
		}
		lastLeast = least
		r.row, r.last, r.before = r.before, r.row, r.last
	}
	return min(r.last[length], far)
}

// start takes up another word and lays out the row of no characters at all.
func (r *ruler) start(other string, length, far int) {
	r.other = r.other[:0]
	for _, c := range other {
		r.other = append(r.other, c)
	}
	for _, row := range []*[]int{&r.row, &r.last, &r.before} {
		*row = slices.Grow((*row)[:0], length+1)[:length+1]
	}
	for j := range r.last {
		r.last[j] = min(j, far)
	}
}

// fill counts row i between two columns and returns its least number. What is
// beside them is far away.
func (r *ruler) fill(i, from, to, far int) int {
	r.row[from-1] = far
	if from == 1 {
		r.row[0] = i
	}
	least := r.row[from-1]
	for j := from; j <= to; j++ {
		cost := 1
		if r.word[i-1] == r.other[j-1] {
			cost = 0
		}
		n := min(r.last[j]+1, r.row[j-1]+1, r.last[j-1]+cost)
		if i > 1 && j > 1 && r.word[i-1] == r.other[j-2] && r.word[i-2] == r.other[j-1] {
			n = min(n, r.before[j-2]+1)
		}
		r.row[j] = n
		least = min(least, n)
	}
	if to+1 < len(r.row) {
		r.row[to+1] = far
	}
	return least
}
