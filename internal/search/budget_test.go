package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestWorkDoesNotGrow: how many postings are read for the neighbours of a document
// does not grow with the site, and what is read finds near-copies at any size.
func TestWorkDoesNotGrow(t *testing.T) {
	read := map[int]int{}
	for _, n := range []int{2000, 20000} {
		index, most := zipfIndex(n), 0
		for d := 0; d < n; d += n / 200 {
			most = max(most, index.read(d))
		}
		read[n] = most
		if most > readPostings {
			t.Errorf("of %d documents %d postings are read, want %d at most", n, most, readPostings)
		}
		for d := 0; d < n; d += n / 50 {
			matches := index.Resembling(d, 4, nobody)
			if len(matches) < 4 || matches[0].Document%(n/10) != d%(n/10) {
				t.Errorf("of %d documents %d has the neighbours %v, want first one of its topic, %d", n, d, matches, d%(n/10))
			}
		}
	}
	if read[20000] > 2*read[2000] {
		t.Errorf("postings read: %d of 2000 documents, %d of 20000", read[2000], read[20000])
	}
}

// read is how many postings are read for the neighbours of a document.
func (x *Index) read(d int) int {
	q := x.question()
	defer q.done()
	count := 0
	for _, f := range q.chosen(q.vector(x.slots[d])) {
		count += len(x.postings[f.term])
	}
	return count
}

// TestWhatIsReadIsDeterministic: which lists are read does not depend on the order
// in which words were first met.
func TestWhatIsReadIsDeterministic(t *testing.T) {
	docs := synthetic(3000)
	reversed := slices.Clone(docs)
	slices.Reverse(reversed)
	a, v := indexOf(docs), NewVocabulary("en")
	bags := analysed(v, reversed)
	slices.Reverse(bags)
	b := v.Index(bags, nil)
	for d := range 100 {
		if x, y := lists(a, d), lists(b, d); x != y {
			t.Fatalf("document %d: other lists are read:\n%s\n%s", d, x, y)
		}
	}
}

func lists(x *Index, d int) string {
	q := x.question()
	defer q.done()
	v := q.vector(x.slots[d])
	var all []string
	for _, f := range q.chosen(v) {
		at := slices.IndexFunc(v.terms, func(w weighted) bool { return w.term == f.term })
		all = append(all, fmt.Sprint(x.vocabulary.shape(v.terms[at]), f.value))
	}
	return strings.Join(all, " ")
}

// TestLevels: each number is of one level, between its least and its most; the
// first are by themselves, and no level is wider than a sixteenth of its numbers.
func TestLevels(t *testing.T) {
	for n := range 200000 {
		l := levelOf(n)
		if l.least() > n || l.most() < n || n < 2<<stepBits && l.least() != l.most() || (l.most()-l.least())<<stepBits > n {
			t.Fatalf("%d is of level %d, from %d to %d", n, l, l.least(), l.most())
		}
	}
}

// zipfIndex is an index of n documents of three hundred words that are as unevenly
// used as real ones, and grow in number as those of real sites do; ten are on each
// topic. It is made without texts, which would take longest.
func zipfIndex(n int) *Index {
	dice := rand.New(rand.NewPCG(9, uint64(n)))
	zipf := rand.NewZipf(dice, 1.1, 4, uint64(20000+n))
	v := NewVocabulary("en")
	numbered := map[string]word{}
	bags := make([]*Bag, n)
	for i := range bags {
		t := newTally()
		for range 300 {
			t.word(fmt.Sprint("word", zipf.Uint64()), 1)
		}
		for range 20 {
			t.word(fmt.Sprintf("topic%dx%d", i%(n/10), dice.IntN(12)), 1)
		}
		known := make([]word, len(t.words))
		for j, text := range t.words {
			w, ok := numbered[text]
			if !ok {
				w = v.learn(text, text)
				numbered[text] = w
			}
			known[j] = w
		}
		bags[i] = bagOf(known, t)
	}
	return v.Index(bags, nil)
}

// TestSpent: a vocabulary is spent once more than half of its terms are in no
// document any more, however it came to that.
func TestSpent(t *testing.T) {
	v := NewVocabulary("en")
	var bags []*Bag
	for i := range 10 {
		bags = append(bags, v.Analyse(Document{Body: fmt.Sprint("word", i)}))
	}
	index := v.Index(bags, nil)
	for left := 9; left >= 0; left-- {
		index = v.Index(bags[:left], index)
		if got, want := index.Spent(), left < 5; got != want {
			t.Errorf("with %d of 10 terms in use it is spent: %v", left, got)
		}
	}
	if index = v.Index(bags, index); index.Spent() {
		t.Error("it is spent though all came back")
	}
}
