package search

import (
	"math"
	"slices"
)

// sum is what is added up of one document while a query is answered.
type sum struct {
	score float64
	hits  uint8 // how many of the words it has
	seen  uint8 // the last of them that it was found to have
}

// sums is what one search writes on and the next uses again, so that a search
// leaves nothing behind but its answer. No two searches share one.
type sums struct {
	of      []sum    // by slot; all are zero between searches
	touched []uint32 // slots with hits
	most    int      // of the hits of any
	best    []candidate
	keys    []uint64 // to order words by
	text    []byte   // of the document that is read
	plain   []byte   // its form
	marks   marks
}

// searching takes sums that nobody uses.
func (x *Index) searching() *sums {
	s, ok := x.vocabulary.sums.Get().(*sums)
	if !ok {
		s = &sums{}
	}
	if n := len(x.bags) - len(s.of); n > 0 {
		s.of = append(s.of, make([]sum, n)...)
	}
	return s
}

// done clears sums and gives them back.
func (x *Index) done(s *sums) {
	for _, slot := range s.touched {
		s.of[slot] = sum{}
	}
	s.touched, s.most = s.touched[:0], 0
	x.vocabulary.sums.Put(s)
}

// read returns the text of a document. It is written over when the next is read.
func (s *sums) read(l Library, document int) []byte {
	text := l.Text(document, s.text)
	if cap(text) > cap(s.text) {
		s.text = text
	}
	return text
}

const (
	// The usual values of BM25: how soon more of the same word says nothing new,
	// and how much of it is laid to the length of a text.
	saturation  = 1.2
	lengthShare = 0.75
)

// weighLengths is what is laid to the length of each document, by slot: its square
// grows as the number of distinct terms does (a pivot on those: Singhal, Buckley
// and Mitra, Pivoted Document Length Normalization, SIGIR 1996, section 5), and is
// taken beside the mean of all. The squares are whole numbers: their sum does not
// depend on the order.
func (x *Index) weighLengths() []float64 {
	total := uint64(0)
	for slot, length := range x.lengths {
		if x.documents[slot] >= 0 {
			total += uint64(math.Round(length * length))
		}
	}
	mean := max(1, float64(total)/float64(max(1, len(x.slots))))
	norms := make([]float64, len(x.lengths))
	for slot, length := range x.lengths {
		norms[slot] = saturation * (1 - lengthShare + lengthShare*length*length/mean)
	}
	return norms
}

// gather adds up what each document has of the words of a query. It reads the whole
// list of every term: how many match is to be known exactly, and what they have in
// common can be counted. To read a posting takes a few nanoseconds, so that twelve of
// the commonest words cost less than the snippets of what they find.
func (x *Index) gather(q query, s *sums) {
	for number, g := range q.groups {
		own := uint8(number + 1)
		for _, c := range g.choices {
			weight := g.rarity * c.factor * (saturation + 1)
			for _, p := range x.postings[c.term] {
				slot := p.slot()
				sum := &s.of[slot]
				if sum.seen == own {
					continue // a better choice was there
				}
				if sum.hits == 0 {
					s.touched = append(s.touched, slot)
				}
				sum.seen = own
				sum.hits++
				s.most = max(s.most, int(sum.hits))
				count := x.vocabulary.counts[p.strength()]
				sum.score += weight * count / (count + x.norms[slot])
			}
		}
	}
}

// matching yields the documents that a query finds, in no order that says
// anything: those with all its words or, where none has all, with the most of
// them or one less.
func (x *Index) matching(q query, s *sums, l Library) func(yield func(c candidate) bool) {
	need := s.most
	if need < len(q.groups) {
		need = max(1, need-1)
	}
	return func(yield func(c candidate) bool) {
		for _, slot := range s.touched {
			sum, document := s.of[slot], x.documents[slot]
			if int(sum.hits) < need || l.Hidden(document) {
				continue
			}
			if !yield(candidate{document: document, score: sum.score * float64(sum.hits)}) {
				return
			}
		}
	}
}

// byKey orders words by a number, the greatest first, and those of one number as
// they stand; it returns their places.
func (s *sums) byKey(from, to int, number func(i int) int) func(yield func(i int) bool) {
	keys := s.keys[:0]
	for i := from; i < to; i++ {
		if n := number(i); n > 0 {
			keys = append(keys, uint64(n)<<32|uint64(math.MaxUint32-i))
		}
	}
	slices.Sort(keys)
	s.keys = keys
	return func(yield func(i int) bool) {
		for _, key := range slices.Backward(keys) {
			if !yield(math.MaxUint32 - int(uint32(key))) {
				return
			}
		}
	}
}
