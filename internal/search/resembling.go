package search

import (
	"cmp"
	"math"
	"slices"
)

const (
	// tellingTerms is how many terms stand for a document. The rarest and most
	// frequent tell what it is about; the long tail only adds noise and work.
	tellingTerms = 160
	// worth is the least score at which two documents have to do with each other.
	worth = 0.03
	// variety is how much a pick's likeness to those already picked counts
	// against it (maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998).
	variety = 0.35
)

// resembling returns up to n documents that resemble document d, the best first,
// varied rather than near-copies of each other, and which were looked at closely.
// Documents for which skip returns true, as it must for d, are passed over. Ties go
// to the lower number: callers order documents by date and slug.
func (x *Index) resembling(d, n int, skip func(int) bool) ([]Match, candidates) {
	q := x.question()
	defer q.done()
	return q.varied(q.vector(x.slots[d]), n, skip)
}

// ResemblingText is Neighbours for a text that is none of the documents. It
// finds what it would find if it were the last of them.
func (x *Index) ResemblingText(doc Document, n int, skip func(int) bool) []Match {
	t := count(doc)
	known := x.vocabulary.find(t)
	for i := range known {
		known[i].form = uint16(min(i, math.MaxUint16))
	}
	bag := bagOf(known, t)
	q := x.question()
	defer q.done()
	q.shape = func(e weighted) string { return t.words[e.form] }
	q.rarities, q.own = rarities(len(x.slots)+1), make(map[uint32]bool, len(bag.terms))
	for _, e := range bag.terms {
		q.own[e.term] = true
	}
	matches, _ := q.varied(q.vectorOf(bag), n, skip)
	return matches
}

// question is the index as one who asks sees it.
type question struct {
	*Index
	*scratch
	shape    func(weighted) string // the word in which the asking text has a term
	rarities []int64
	own      map[uint32]bool // the terms of a text that is none of the documents
}

// question begins one; it is to be done with.
func (x *Index) question() question {
	s, ok := x.vocabulary.scratch.Get().(*scratch)
	if !ok {
		s = &scratch{}
	}
	return question{Index: x, scratch: s, rarities: x.rarities, shape: x.vocabulary.shape}
}

func (q question) done() {
	q.vectors = q.vectors[:0]
	q.vocabulary.scratch.Put(q.scratch)
}

// level is how many documents have a term.
func (q question) level(term uint32) level {
	switch {
	case q.own != nil && int(term) >= len(q.levels): // it was numbered since
		return levelOf(1)
	case q.own[term]:
		return levelOf(len(q.postings[term]) + 1)
	}
	return q.levels[term]
}

// rarity is how rare a term is.
func (q question) rarity(term uint32) int64 { return q.rarities[q.level(term)] }

// vector is a document as the terms that tell most about it.
type vector struct {
	slot   uint32
	terms  []weighted // by number
	length float64
	score  float64 // the likeness to the document asked about
}

type weighted struct {
	term   uint32
	form   uint16
	weight int64
}

func (q question) vector(slot uint32) vector {
	v := q.vectorOf(q.bags[slot])
	v.slot = slot
	return v
}

// vectorOf keeps the terms of a bag that weigh as much as the one that is the
// last to be kept, or more: which of two equals goes is nothing to go by.
func (q question) vectorOf(bag *Bag) vector {
	all := q.room(len(bag.terms))
	for _, e := range bag.terms {
		if rarity := q.rarity(e.term); rarity > 0 {
			all = append(all, weighted{e.term, e.form, int64(e.strength) * rarity})
		}
	}
	if len(all) > tellingTerms {
		least := q.largest(all, tellingTerms)
		all = slices.DeleteFunc(all, func(w weighted) bool { return w.weight < least })
	}
	q.keep(len(all))
	sum := int64(0)
	for _, w := range all {
		sum += w.weight * w.weight
	}
	return vector{terms: all, length: math.Sqrt(float64(sum))}
}

// shared calls each for every term that two vectors have in common.
func shared(a, b []weighted, each func(a, b weighted)) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].term < b[j].term:
			i++
		case a[i].term > b[j].term:
			j++
		default:
			each(a[i], b[j])
			i, j = i+1, j+1
		}
	}
}

// cosine is the likeness of two documents.
func cosine(a, b vector) float64 {
	sum := int64(0)
	shared(a.terms, b.terms, func(a, b weighted) { sum += a.weight * b.weight })
	if sum == 0 {
		return 0
	}
	return float64(sum) / (a.length * b.length)
}

// candidates are the documents that were looked at closely, by slot.
type candidates struct {
	slots []uint32
	least float64 // what a document must promise to be one of them
}

// nearest returns up to n documents that resemble v, the most alike first.
func (q question) nearest(v vector, n int, skip func(int) bool) ([]vector, candidates) {
	likely := q.likely(q.chosen(v), n, skip)
	near := make([]vector, 0, len(likely.slots))
	for _, slot := range likely.slots {
		other := q.vector(slot)
		if other.score = cosine(v, other); other.score >= worth {
			near = append(near, other)
		}
	}
	slices.SortFunc(near, func(a, b vector) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(q.documents[a.slot], q.documents[b.slot]))
	})
	return near, likely
}

// varied picks n of the nearest, each as unlike those before it as it is like v.
func (q question) varied(v vector, n int, skip func(int) bool) ([]Match, candidates) {
	if n <= 0 {
		return nil, candidates{}
	}
	near, likely := q.nearest(v, 8*n+8, skip)
	likeness := make([]float64, len(near)) // to the most alike of those picked
	var picked []Match
	for len(picked) < n && len(near) > 0 {
		best, bestValue := 0, math.Inf(-1)
		for i, other := range near {
			if value := other.score * (1 - variety*likeness[i]); value > bestValue {
				best, bestValue = i, value
			}
		}
		pick := near[best]
		near, likeness = slices.Delete(near, best, best+1), slices.Delete(likeness, best, best+1)
		picked = append(picked, Match{q.documents[pick.slot], pick.score, q.explain(v, pick)})
		for i := range near {
			if len(picked) < n {
				likeness[i] = max(likeness[i], cosine(pick, near[i]))
			}
		}
	}
	return picked, likely
}

// explained is how many terms say why two documents are alike.
const explained = 6

// explain names up to six terms that make the two alike, the strongest first, in
// the words of the one who asks.
func (q question) explain(v, other vector) []string {
	var all []weighted
	shared(v.terms, other.terms, func(a, b weighted) {
		a.weight *= b.weight
		all = append(all, a)
	})
	slices.SortFunc(all, func(a, b weighted) int { return cmp.Compare(b.weight, a.weight) })
	most := min(len(all), explained)
	for most > 0 && most < len(all) && all[most].weight == all[most-1].weight {
		most++ // of equals the words decide
	}
	all = all[:most]
	slices.SortFunc(all, func(a, b weighted) int {
		if c := cmp.Compare(b.weight, a.weight); c != 0 {
			return c
		}
		return cmp.Compare(q.shape(a), q.shape(b))
	})
	var terms []string
	for _, e := range all[:min(len(all), explained)] {
		terms = append(terms, q.shape(e))
	}
	return terms
}
