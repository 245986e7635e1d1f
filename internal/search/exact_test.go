package search

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/edits"
)

// TestRankingIsThatOfAll: the best of a query, and how many there are, are those of
// a look at every document by itself, all of them sorted.
func TestRankingIsThatOfAll(t *testing.T) {
	docs := lettered(700)
	x, l := indexOf(docs), library(docs)
	l.Hidden = func(d int) bool { return d%11 == 3 }
	random := rand.New(rand.NewPCG(8, 9))
	answered, cut := 0, 0
	for _, kind := range benchKinds {
		for range 25 {
			query := kind.ask(random, docs)
			if strings.Contains(query, `"`) {
				continue // what a phrase finds is told by texts
			}
			want := x.ofAll(query, l)
			got := x.Search(query, 0, 15, l)
			if got.Total != len(want) {
				t.Fatalf("%q: %d in all, want %d", query, got.Total, len(want))
			}
			for i, r := range got.Results {
				if w := want[i]; r.Document != w.document || r.Score != w.score {
					t.Fatalf("%q: result %d is %d with %v, want %d with %v", query, i, r.Document, r.Score, w.document, w.score)
				}
			}
			if len(got.Results) != min(15, len(want)) {
				t.Fatalf("%q: %d results of %d", query, len(got.Results), len(want))
			}
			answered += min(1, len(want))
			cut += min(1, len(want)/(shortlist+1))
		}
	}
	if answered < 50 || cut < 10 {
		t.Errorf("%d queries found something, %d of them more than are kept: the test asks too little", answered, cut)
	}
}

// ofAll is the ranking of a query by a look at each document, with nothing left out.
func (x *Index) ofAll(asked string, l Library) []candidate {
	s := x.searching()
	defer x.done(s)
	q := x.parse(asked, s)
	title := q.title()
	total, most := 0.0, 0
	for _, slot := range x.slots {
		total += math.Round(x.bags[slot].length * x.bags[slot].length)
	}
	mean := max(1, total/float64(len(x.slots)))
	hits, scores := make([]int, len(x.slots)), make([]float64, len(x.slots))
	for d, slot := range x.slots {
		bag := x.bags[slot]
		for _, g := range q.groups {
			for _, c := range g.choices {
				i := slices.IndexFunc(bag.terms, func(e entry) bool { return e.term == c.term })
				if i < 0 {
					continue
				}
				count := math.Exp(float64(bag.terms[i].strength)/unit - 1)
				hits[d]++
				scores[d] += g.rarity * c.factor * (saturation + 1) * count / (count + saturation*(1-lengthShare+lengthShare*bag.length*bag.length/mean))
				break
			}
		}
		most = max(most, hits[d])
	}
	need := most
	if most < len(q.groups) {
		need = max(1, most-1)
	}
	var all []candidate
	for d := range hits {
		if len(q.groups) > 0 && hits[d] >= need && !l.Hidden(d) {
			c := candidate{document: d, score: scores[d] * float64(hits[d])}
			if plain(l.Title(d)) == title {
				c.tier = 1
			}
			all = append(all, c)
		}
	}
	slices.SortFunc(all, outranks)
	return all
}

// TestLikeWordsAreThoseOfAll: the words that one that is misspelt or begun stands for
// are those of a look at every word of the vocabulary.
func TestLikeWordsAreThoseOfAll(t *testing.T) {
	docs := lettered(300)
	x := indexOf(docs)
	gone := append(slices.Clone(docs[:200]), Document{Title: "nur hier"})
	bags := analysed(x.vocabulary, gone) // words that no document has any more
	x = x.vocabulary.Index(bags, x)
	s := &sums{}
	random := rand.New(rand.NewPCG(3, 1))
	words := 0
	for range 300 {
		word := mistyped(random, pickWords(random, docs[100:], 1)[0])
		got := x.nearest(word)
		var want []int
		most, ruler := slips(len(word)), edits.From(word)
		for i, e := range x.lexicon.entries {
			n := ruler.Distance(e.text, most)
			switch {
			case x.frequency(e.term) == 0 || n > most || most == 0:
			case n < most:
				most, want = n, []int{i}
			default:
				want = append(want, i)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("like %q (-want +got): %s", word, diff)
		}
		words += len(got)
		begun := word[:2+random.IntN(2)]
		if diff := cmp.Diff(x.begunOfAll(begun), termsOf(x.begunWith(begun, nil, s))); diff != "" {
			t.Fatalf("begun with %q (-want +got): %s", begun, diff)
		}
	}
	if words < 100 {
		t.Errorf("%d like words in all: the test asks too little", words)
	}
}

func termsOf(all []choice) (terms []uint32) {
	for _, c := range all {
		terms = append(terms, c.term)
	}
	return terms
}

// begunOfAll is begunWith by a look at every word.
func (x *Index) begunOfAll(begun string) (all []uint32) {
	var found []lexeme
	for _, e := range x.lexicon.entries {
		if strings.HasPrefix(e.text, begun) && x.frequency(e.term) > 0 {
			found = append(found, e)
		}
	}
	slices.SortStableFunc(found, func(a, b lexeme) int { return x.frequency(b.term) - x.frequency(a.term) })
	budget := 4 * len(x.slots)
	for _, e := range found {
		if budget -= x.frequency(e.term); budget < 0 || len(all) == mostBegun {
			break
		}
		if !slices.Contains(all, e.term) {
			all = append(all, e.term)
		}
	}
	return all
}

// TestTheLexiconFollows: it is that of all words at every index, however it came to
// them, stays while there is no new word, and is not changed by one.
func TestTheLexiconFollows(t *testing.T) {
	v := NewVocabulary("en")
	var x *Index
	var bags []*Bag
	for i := range 12 {
		bags = append(bags, v.Analyse(Document{Body: fmt.Sprintf("common%d éclair%d zebra%d common", i%5, i, 90-i)}))
		last := x
		x = v.Index(bags, last)
		if again := v.Index(bags[:i], x); again.lexicon != x.lexicon {
			t.Fatal("it was made again though no word is new")
		}
		if last != nil && len(last.lexicon.entries) == len(x.lexicon.entries) {
			t.Fatal("the lexicon of the last index has the new words")
		}
		var want []lexeme
		for _, word := range v.learned {
			want = append(want, lexeme{fold(word), word, v.words[word].term})
		}
		slices.SortFunc(want, compareLexemes)
		if diff := cmp.Diff(want, x.lexicon.entries, cmp.AllowUnexported(lexeme{})); diff != "" {
			t.Fatal(diff)
		}
		for i, e := range want {
			if x.lexicon.sketches[i] != edits.SketchOf(e.text) {
				t.Fatalf("%q has the sketch of another word", e.text)
			}
		}
	}
}
