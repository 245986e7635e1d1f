package search

import (
	"cmp"
	"math"
	"slices"
)

// Matching returns the documents that have all words of a query, the best first;
// where none has all, those that have some. Words that say nothing and words that
// no document has do not count. Ties go to the lower number.
func (x *Index) Matching(query string) []Match {
	terms := x.asked(query)
	if len(terms) == 0 {
		return nil
	}
	scores, hits := make([]float64, len(x.bags)), make([]int, len(x.bags))
	most := 0
	for _, term := range terms {
		list := x.postings[term]
		rarity := math.Log(1 + (float64(len(x.slots)-len(list))+0.5)/(float64(len(list))+0.5))
		for _, p := range list {
			// Long texts have every word more often: half of that is taken back.
			scores[p.slot()] += rarity * float64(p.strength()) / math.Sqrt(x.bags[p.slot()].length)
			hits[p.slot()]++
			most = max(most, hits[p.slot()])
		}
	}
	var found []Match
	for slot, n := range hits {
		if n > 0 && (n == len(terms) || most < len(terms)) {
			found = append(found, Match{Document: x.documents[slot], Score: scores[slot] * float64(n)})
		}
	}
	slices.SortFunc(found, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Document, b.Document))
	})
	return found
}

// asked are the terms of a query, each once.
func (x *Index) asked(query string) []uint32 {
	t := count(Document{Body: query})
	var terms []uint32
	for _, w := range x.vocabulary.find(t) {
		if w.term != silent && int(w.term) < len(x.postings) && !slices.Contains(terms, w.term) {
			terms = append(terms, w.term)
		}
	}
	return terms
}
