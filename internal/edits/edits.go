// Package edits counts how many slips of the pen are between two words: an
// insertion, a deletion, a substitution or a swap of neighbours (the optimal string
// alignment distance). Who looks for what was meant asks it: a key of the front
// matter, a slug, a word of a query.
package edits

import (
	"math/bits"
	"slices"
	"unicode/utf8"
)

// Ruler counts the edits from one word to others. It is not safe for concurrent
// use.
type Ruler struct {
	word, other []rune
	// Edits from the first i, i-1 and i-2 characters of the word to the first j
	// of the other.
	row, last, before []int
}

// From returns the ruler of a word.
func From(word string) *Ruler { return &Ruler{word: []rune(word)} }

// Distance is the number of edits to another word; limit+1 when it is more than
// limit, in which case it is not counted to the end. Cells further than limit
// from the diagonal lead to nothing less and are left out (Ukkonen, Algorithms
// for Approximate String Matching, Information and Control 64, 1985).
func (r *Ruler) Distance(other string, limit int) int {
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
func (r *Ruler) start(other string, length, far int) {
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
func (r *Ruler) fill(i, from, to, far int) int {
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

// Sketch is what is quickly known of a word: which letters it has, and how many
// characters. It tells most words apart without counting edits.
type Sketch struct {
	letters uint64
	length  int32
}

// SketchOf returns the sketch of a word. What is neither a small letter of ASCII nor
// a digit shares the bits that these leave.
func SketchOf(word string) Sketch {
	var s Sketch
	for _, r := range word {
		s.length++
		switch {
		case 'a' <= r && r <= 'z':
			s.letters |= 1 << (r - 'a')
		case '0' <= r && r <= '9':
			s.letters |= 1 << (26 + r - '0')
		default:
			s.letters |= 1 << (36 + r%28)
		}
	}
	return s
}

// Within reports whether two words may be at most limit edits apart: each changes
// the length by at most one, takes at most one letter away and brings at most one.
func (s Sketch) Within(o Sketch, limit int) bool {
	return bits.OnesCount64(s.letters^o.letters) <= 2*limit && int(max(s.length-o.length, o.length-s.length)) <= limit
}
