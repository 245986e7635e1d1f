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

// Resembling returns up to n documents that resemble document d, the best
// first, varied rather than near-copies of each other. Documents for which skip
// returns true are passed over. Ties go to the lower number: callers order
// documents by date and slug.
func (x *Index) Resembling(d, n int, skip func(int) bool) []Match {
	q := question{Index: x, shapes: x.shapes, rarities: x.rarities}
	return q.varied(q.vector(d), n, func(other int) bool { return other == d || skip(other) })
}

// ResemblingText is Resembling for a text that is none of the documents. It
// finds what it would find if it were the last of them.
func (x *Index) ResemblingText(doc Document, n int, skip func(int) bool) []Match {
	t := count(doc)
	bag := bagOf(x.vocabulary.find(t), t)
	q := question{Index: x, shapes: t.words, rarities: rarities(len(x.slots) + 1), own: make(map[uint32]bool, len(bag.terms))}
	for _, e := range bag.terms {
		q.own[e.term] = true
	}
	return q.varied(q.vectorOf(bag), n, skip)
}

// question is the index as one who asks sees it.
type question struct {
	*Index
	shapes   []string // what the shapes in the asking bag are numbers in
	rarities []int64
	own      map[uint32]bool // the terms of a text that is none of the documents
}

// rarity is how rare a term is.
func (q question) rarity(term uint32) int64 {
	n := 0
	if int(term) < len(q.postings) { // else it was numbered since
		n = len(q.postings[term])
	}
	if q.own[term] {
		n++
	}
	return q.rarities[n]
}

// vector is a document as the terms that tell most about it.
type vector struct {
	document int
	terms    []weighted // by number
	length   float64
	score    float64 // the likeness to the document asked about
}

type weighted struct {
	term, shape uint32
	weight      int64
}

func (q question) vector(document int) vector {
	v := q.vectorOf(q.bags[q.slots[document]])
	v.document = document
	return v
}

// vectorOf keeps the terms of a bag that weigh as much as the one that is the
// last to be kept, or more: which of two equals goes is nothing to go by.
func (q question) vectorOf(bag *Bag) vector {
	all := make([]weighted, 0, len(bag.terms))
	for _, e := range bag.terms {
		if rarity := q.rarity(e.term); rarity > 0 {
			all = append(all, weighted{e.term, e.shape, int64(e.strength) * rarity})
		}
	}
	if tail := len(all) - tellingTerms; tail > 0 {
		weights := make([]int64, len(all))
		for i, w := range all {
			weights[i] = w.weight
		}
		slices.Sort(weights)
		all = slices.DeleteFunc(all, func(w weighted) bool { return w.weight < weights[tail] })
	}
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

// likely returns up to n documents that promise to resemble v, the most
// promising first. Their lengths are those of their strengths alone, which are
// known without a look at each of their terms.
func (q question) likely(v vector, n int, skip func(int) bool) []vector {
	products := make([]int64, len(q.bags)) // by slot
	for _, w := range v.terms {
		factor := w.weight * q.rarity(w.term)
		for _, p := range q.postings[w.term] {
			products[p.slot] += factor * int64(p.strength)
		}
	}
	type promise struct {
		document int
		value    float64
	}
	better := func(a, b promise) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.document, b.document))
	}
	var best []promise
	for slot, product := range products {
		if product == 0 {
			continue
		}
		p := promise{q.documents[slot], float64(product) / q.bags[slot].length}
		if len(best) == n && better(best[n-1], p) < 0 || skip(p.document) {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, p, better)
		best = slices.Insert(best[:min(len(best), n-1)], at, p)
	}
	vectors := make([]vector, len(best))
	for i, p := range best {
		vectors[i] = q.vector(p.document)
	}
	return vectors
}

// nearest returns up to n documents that resemble v, the most alike first.
func (q question) nearest(v vector, n int, skip func(int) bool) []vector {
	near := q.likely(v, n, skip)
	for i := range near {
		near[i].score = cosine(v, near[i])
	}
	near = slices.DeleteFunc(near, func(other vector) bool { return other.score < worth })
	slices.SortFunc(near, func(a, b vector) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.document, b.document))
	})
	return near
}

// varied picks n of the nearest, each as unlike those before it as it is like v.
func (q question) varied(v vector, n int, skip func(int) bool) []Match {
	if n <= 0 {
		return nil
	}
	near := q.nearest(v, 8*n+8, skip)
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
		picked = append(picked, Match{pick.document, pick.score, q.explain(v, pick)})
		for i := range near {
			if len(picked) < n {
				likeness[i] = max(likeness[i], cosine(pick, near[i]))
			}
		}
	}
	return picked
}

// explain names up to six terms that make the two alike, the strongest first, in
// the words of the one who asks.
func (q question) explain(v, other vector) []string {
	type contribution struct {
		shape string
		value int64
	}
	var all []contribution
	shared(v.terms, other.terms, func(a, b weighted) {
		all = append(all, contribution{q.shapes[a.shape], a.weight * b.weight})
	})
	slices.SortFunc(all, func(a, b contribution) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.shape, b.shape))
	})
	var terms []string
	for _, c := range all[:min(len(all), 6)] {
		terms = append(terms, c.shape)
	}
	return terms
}
