package search

import (
	"cmp"
	"slices"
)

// readPostings is how many postings are read to find what may resemble a
// document, at most. On a site of a few thousand articles that is all of its
// telling terms; on a larger one the lists grow, and those of the terms that tell
// least are left unread, so that the work on an article does not grow with the
// site.
const readPostings = 1 << 15

// factor is what a term adds to the promise of a document, for each unit of its
// strength there.
type factor struct {
	term  uint32
	value int64
}

// chosen returns the terms of v whose lists are worth to be read: those first of
// which each posting says most, as long as they have room. It goes by levels and
// words alone, so that it stays the same while they do.
func (q question) chosen(v vector) []factor {
	order := q.order[:0]
	for _, w := range v.terms {
		w.weight *= q.rarity(w.term)
		order = append(order, w)
	}
	q.order = order
	slices.SortFunc(order, func(a, b weighted) int {
		if c := cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(q.level(a.term), q.level(b.term))); c != 0 {
			return c
		}
		return cmp.Compare(q.shape(a), q.shape(b))
	})
	all, room := q.factors[:0], readPostings
	for _, w := range order {
		if cost := q.level(w.term).most(); cost <= room {
			room -= cost
			all = append(all, factor{w.term, w.weight})
		}
	}
	q.factors = all
	return all
}

// likely returns up to n documents that promise to resemble the one whose chosen
// terms these are. Their lengths are those of their strengths alone, which are
// known without a look at each of their terms.
func (q question) likely(chosen []factor, n int, skip func(int) bool) candidates {
	q.multiply(chosen)
	best := q.best[:0]
	for _, slot := range q.touched {
		p := promise{slot, q.documents[slot], float64(q.products[slot]) / q.lengths[slot]}
		q.products[slot] = 0
		if full := len(best) == n; full && better(best[n-1], p) < 0 || skip(p.document) {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, p, better)
		best = slices.Insert(best[:min(len(best), n-1)], at, p)
	}
	q.best = best
	found := candidates{slots: make([]uint32, len(best))}
	for i, p := range best {
		found.slots[i] = p.slot
	}
	if len(best) == n {
		found.least = best[n-1].value
	}
	return found
}

// promise is how much a document promises to resemble another.
type promise struct {
	slot     uint32
	document int
	value    float64
}

func better(a, b promise) int {
	if c := cmp.Compare(b.value, a.value); c != 0 {
		return c
	}
	return cmp.Compare(a.document, b.document)
}

// promised is the promise of one document.
func (q question) promised(chosen []factor, bag *Bag) float64 {
	product := int64(0)
	for _, f := range chosen {
		if i, ok := slices.BinarySearchFunc(bag.terms, f.term, func(e entry, term uint32) int { return cmp.Compare(e.term, term) }); ok {
			product += f.value * int64(bag.terms[i].strength)
		}
	}
	return float64(product) / bag.length
}

// scratch is what one question writes on and the next uses again.
type scratch struct {
	products []int64  // by slot; all zero between questions
	touched  []uint32 // the slots of those that are not
	vectors  []weighted
	weights  []int64
	order    []weighted
	factors  []factor
	best     []promise
}

// multiply adds up what the chosen terms say about each document that has any.
func (q question) multiply(chosen []factor) {
	s := q.scratch
	if len(s.products) < len(q.bags) {
		s.products = make([]int64, len(q.bags)+len(q.bags)/8)
	}
	s.touched = s.touched[:0]
	for _, f := range chosen {
		if int(f.term) >= len(q.postings) {
			continue
		}
		for _, p := range q.postings[f.term] {
			slot := p.slot()
			if s.products[slot] == 0 {
				s.touched = append(s.touched, slot)
			}
			s.products[slot] += f.value * int64(p.strength())
		}
	}
}

// room returns an empty list with room for n, in which a vector can be made.
func (s *scratch) room(n int) []weighted {
	if cap(s.vectors)-len(s.vectors) < n {
		s.vectors = make([]weighted, 0, max(64*tellingTerms, n)) // those made before have the old one
	}
	return s.vectors[len(s.vectors):]
}

// keep keeps the first n of what was last written there.
func (s *scratch) keep(n int) { s.vectors = s.vectors[:len(s.vectors)+n] }

// largest is the weight that n of all have, or more.
func (s *scratch) largest(all []weighted, n int) int64 {
	weights := s.weights[:0]
	for _, w := range all {
		weights = append(weights, w.weight)
	}
	s.weights = weights
	for lo, hi := 0, len(weights)-1; lo < hi; {
		pivot := weights[(lo+hi)/2]
		i, j := lo, hi
		for i <= j {
			for weights[i] > pivot {
				i++
			}
			for weights[j] < pivot {
				j--
			}
			if i <= j {
				weights[i], weights[j] = weights[j], weights[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n-1 <= j:
			hi = j
		case n-1 >= i:
			lo = i
		default:
			lo, hi = n-1, n-1
		}
	}
	return weights[n-1]
}
