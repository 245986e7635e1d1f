// Package search is one term index with two questions: what resembles an
// article, and (from the search page on) what matches a query.
//
// Package site builds an Index of the visible articles of a revision and asks
// it for related articles; the index is a pure function of the documents, so
// that every start and every replica answers the same.
//
//	article text ─► Analyse ─► Bag ─┐
//	                                ├─► Build ─► Index ─► Resembling
//	                        other Bags
//
// A Bag is the work of one article and can be kept for as long as its text
// stays. What an article is about is told by term rarity: a term counts the
// more, the more often it stands in the article and the fewer articles have it
// (a logarithmic term frequency: Manning, Raghavan and Schütze, Introduction to
// Information Retrieval, section 6.4.1; the inverse document frequency of BM25,
// which falls to nothing for terms that most articles have: section 11.4.3).
package search

import (
	"cmp"
	"math"
	"slices"

	"byline/internal/parallel"
)

// Document is what the index reads of one article. Fields weigh differently: a
// term in the title says more than one in the body.
type Document struct {
	Title    string
	Headings []string
	Tags     []string
	Body     string
}

const (
	titleWeight   = 10
	tagWeight     = 10
	headingWeight = 3 // beside the one as part of the body
)

// A Bag holds the terms of one document with their weighted counts. It is
// immutable.
type Bag struct{ terms []termCount }

type termCount struct {
	term  string
	count float64
	shape string // a form in which the text has the term, for people
}

// Analyse counts the terms of a document in the language lang ("en", "es-ES").
func Analyse(doc Document, lang string) *Bag {
	a := newAnalyser(lang)
	a.add(doc.Title, titleWeight)
	for _, tag := range doc.Tags {
		a.add(tag, tagWeight)
	}
	for _, heading := range doc.Headings {
		a.add(heading, headingWeight)
	}
	a.add(doc.Body, 1)
	return a.bag()
}

// Index holds the documents of one revision. It is immutable and safe for
// concurrent use.
type Index struct {
	vectors  []vector
	postings [][]posting // by term
}

// vector is a document as the terms that tell it from others, ordered by term,
// of length one.
type vector []weighted

type weighted struct {
	term   int
	shape  string
	weight float64
}

type posting struct {
	document int
	weight   float64
}

const (
	// vectorTerms is how many terms stand for a document. The rarest and most
	// frequent tell what it is about; the long tail only adds noise and work.
	vectorTerms = 160
	// commonShare is the share of documents from which on a term says nothing.
	commonShare = 0.6
)

// Build makes the index of bags; documents are named by their place in it.
func Build(bags []*Bag) *Index {
	frequency := map[string]int{}
	for _, bag := range bags {
		for _, t := range bag.terms {
			frequency[t.term]++
		}
	}
	chosen := make([][]candidate, len(bags))
	parallel.Each(len(bags), func(i int) { chosen[i] = choose(bags[i], frequency, len(bags)) })
	numbers := map[string]int{}
	x := &Index{vectors: make([]vector, len(bags))}
	for i := range chosen {
		x.vectors[i] = vectorOf(chosen[i], numbers)
	}
	x.postings = make([][]posting, len(numbers))
	for i, v := range x.vectors {
		for _, w := range v {
			x.postings[w.term] = append(x.postings[w.term], posting{i, w.weight})
		}
	}
	return x
}

// candidate is a term on its way into a vector.
type candidate struct {
	termCount
	weight float64
}

// choose returns the terms of a bag that tell it from others, the best first.
func choose(bag *Bag, frequency map[string]int, documents int) []candidate {
	var all []candidate
	most := max(2, int(commonShare*float64(documents)))
	for _, t := range bag.terms {
		n := frequency[t.term]
		if n < 2 || n > most && documents > 4 {
			continue // in no other document, or in so many that it tells nothing
		}
		rarity := math.Log(1 + (float64(documents-n)+0.5)/(float64(n)+0.5))
		all = append(all, candidate{t, (1 + math.Log(t.count)) * rarity})
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.term, b.term))
	})
	return all[:min(len(all), vectorTerms)]
}

// vectorOf makes a vector of length one, and numbers terms that are new.
func vectorOf(all []candidate, numbers map[string]int) vector {
	sum := 0.0
	for _, c := range all {
		sum += c.weight * c.weight
	}
	length := math.Sqrt(sum)
	v := make(vector, len(all))
	for i, c := range all {
		number, ok := numbers[c.term]
		if !ok {
			number = len(numbers)
			numbers[c.term] = number
		}
		v[i] = weighted{number, c.shape, c.weight / length}
	}
	slices.SortFunc(v, func(a, b weighted) int { return cmp.Compare(a.term, b.term) })
	return v
}

// Match is another document that resembles the one asked about.
type Match struct {
	Document int
	Score    float64  // cosine of the angle between the two, 0 to 1
	Terms    []string // the terms that they share, what counts most first
}

// variety is how much a pick's likeness to those already picked counts against
// it (maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998).
const variety = 0.35

// worth is the least score at which two documents have to do with each other.
const worth = 0.03

// Resembling returns up to n documents that resemble document d, the best
// first, varied rather than near-copies of each other. Documents for which skip
// returns true are passed over. Ties go to the lower number: callers order
// documents by date and slug.
func (x *Index) Resembling(d, n int, skip func(int) bool) []Match {
	candidates := x.nearest(d, skip)
	candidates = candidates[:min(len(candidates), 8*n+8)]
	likeness := make([]float64, len(candidates)) // to the most alike of those picked
	taken := make([]bool, len(candidates))
	var picked []Match
	for len(picked) < min(n, len(candidates)) {
		best, bestValue := -1, math.Inf(-1)
		for i, c := range candidates {
			if value := c.Score * (1 - variety*likeness[i]); !taken[i] && value > bestValue+1e-12 {
				best, bestValue = i, value
			}
		}
		taken[best] = true
		picked = append(picked, candidates[best])
		for i, c := range candidates {
			if !taken[i] {
				likeness[i] = max(likeness[i], x.cosine(c.Document, candidates[best].Document))
			}
		}
	}
	for i := range picked {
		picked[i].Terms = x.explain(d, picked[i].Document)
	}
	return picked
}

// nearest scores all documents that share a term with d.
func (x *Index) nearest(d int, skip func(int) bool) []Match {
	scores := make([]float64, len(x.vectors))
	for _, w := range x.vectors[d] {
		for _, p := range x.postings[w.term] {
			scores[p.document] += w.weight * p.weight
		}
	}
	var all []Match
	for document, score := range scores {
		if document != d && score >= worth && !skip(document) {
			// Rounded, so that the order of a sum never decides a tie.
			all = append(all, Match{Document: document, Score: math.Round(score*1e9) / 1e9})
		}
	}
	slices.SortFunc(all, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Document, b.Document))
	})
	return all
}

// shared calls each for every term that both have, as a has it. Vectors are
// ordered by term.
func (x *Index) shared(a, b int, each func(in weighted, product float64)) {
	v, w := x.vectors[a], x.vectors[b]
	for len(v) > 0 && len(w) > 0 {
		switch c := cmp.Compare(v[0].term, w[0].term); {
		case c < 0:
			v = v[1:]
		case c > 0:
			w = w[1:]
		default:
			each(v[0], v[0].weight*w[0].weight)
			v, w = v[1:], w[1:]
		}
	}
}

func (x *Index) cosine(a, b int) float64 {
	sum := 0.0
	x.shared(a, b, func(_ weighted, product float64) { sum += product })
	return sum
}

// explain names up to six terms that make a and b alike, the strongest first.
func (x *Index) explain(a, b int) []string {
	type contribution struct {
		shape string
		value float64
	}
	var all []contribution
	x.shared(a, b, func(in weighted, product float64) { all = append(all, contribution{in.shape, product}) })
	slices.SortFunc(all, func(a, b contribution) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.shape, b.shape))
	})
	var terms []string
	for _, c := range all[:min(len(all), 6)] {
		terms = append(terms, c.shape)
	}
	return terms
}
