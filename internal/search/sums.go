package search

import (
	"math"
	"sync"
)

// searches is what an Index works out for its first query and keeps for others.
type searches struct {
	idle     sync.Pool // of *sums
	meanOnce sync.Once
	mean     float64
}

// sums is what is added up, by slot, while a query is answered. It is used again:
// all its numbers are zero before and after.
type sums struct {
	scores  []float64
	hits    []uint8  // how many of the words a document has
	seen    []uint8  // the last of them that it was found to have
	touched []uint32 // slots with hits
	most    int
	counts  []float64 // by strength: the weighted count that it stands for
}

// mostStrength is that of a count of about 1,100,000.
const mostStrength = 15 * unit

// searching takes sums that nobody uses.
func (x *Index) searching() *sums {
	if s, ok := x.idle.Get().(*sums); ok {
		return s
	}
	s := &sums{
		scores: make([]float64, len(x.bags)), hits: make([]uint8, len(x.bags)), seen: make([]uint8, len(x.bags)),
		counts: make([]float64, mostStrength+1),
	}
	for i := range s.counts {
		s.counts[i] = math.Exp(float64(i)/unit - 1) // see strength
	}
	return s
}

// done clears sums and gives them back.
func (x *Index) done(s *sums) {
	for _, slot := range s.touched {
		s.scores[slot], s.hits[slot], s.seen[slot] = 0, 0, 0
	}
	s.touched, s.most = s.touched[:0], 0
	x.idle.Put(s)
}

// count is the weighted count of a term.
func (s *sums) count(strength uint32) float64 { return s.counts[min(strength, mostStrength)] }

// meanLength is the mean of the squared lengths of all documents, which grow as
// their numbers of distinct terms do (a pivot on those: Singhal, Buckley and
// Mitra, Pivoted Document Length Normalization, SIGIR 1996, section 5). They are
// whole numbers: their sum does not depend on the order.
func (x *Index) meanLength() float64 {
	x.meanOnce.Do(func() {
		sum := uint64(0)
		for _, bag := range x.bags {
			if bag != nil {
				sum += uint64(math.Round(bag.length * bag.length))
			}
		}
		x.mean = max(1, float64(sum)/float64(max(1, len(x.slots))))
	})
	return x.mean
}
