package search

import (
	"cmp"
	"math"
	"slices"
)

// Answer is what a query found.
type Answer struct {
	Total     int      // of all that match
	Results   []Result // those that were asked for, the best first
	Corrected string   // the query that was answered, where words of it were taken for misspelt ones; else ""
}

// Result is a document that matches a query.
type Result struct {
	Document int
	Score    float64
	Snippet  []Span // where the text has the words; nil where it has none of them
}

// Library is what a search asks of documents beside what the index holds: for
// few of them, and not of those that are hidden. Its functions are called by the
// goroutine that searches.
type Library struct {
	Title  func(document int) string
	Text   func(document int) string
	Hidden func(document int) bool // never found
}

const (
	// The usual values of BM25: how soon more of the same word says nothing new,
	// and how much of it is laid to the length of a text.
	saturation  = 1.2
	lengthShare = 0.75
	// shortlist is how many of the best are looked at again, for their titles.
	shortlist = 100
	// phraseShortlist is how many are read for a phrase.
	phraseShortlist = 50
)

// Search answers a query with n of the documents that have all its words, from
// the one at from on: first the one with that very title, then by BM25F
// (Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and
// Beyond, 2009, section 3.6). Where none has all words it is those that have the
// most of them, or one less. Words that say nothing do not count, nor those that
// no document has and none is like. Ties go to the lower number.
func (x *Index) Search(asked string, from, n int, l Library) Answer {
	q := x.parse(asked)
	a := Answer{Corrected: q.corrected()}
	from, n = max(from, 0), max(n, 0)
	var found []candidate
	if len(q.groups) == 0 {
		found = x.titled(q, l)
		a.Total = len(found)
	} else {
		found, a.Total = x.rank(q, min(from, len(x.slots))+min(n, len(x.slots)), l)
	}
	found = found[min(from, len(found)):]
	s := x.snippets(q)
	for _, c := range found[:min(n, len(found))] {
		a.Results = append(a.Results, Result{c.document, c.score, s.of(l.Text(c.document))})
	}
	return a
}

// titled are the documents whose title a query is that has no word that says
// anything.
func (x *Index) titled(q query, l Library) []candidate {
	asked := plain(q.text)
	var found []candidate
	for document := range x.slots {
		if asked != "" && len(l.Title(document)) < 2*longestQuery && !l.Hidden(document) && plain(l.Title(document)) == asked {
			found = append(found, candidate{document: document})
		}
	}
	return found
}

// candidate is a document that matches.
type candidate struct {
	document int
	tier     int // above all scores: that very title
	score    float64
}

func outranks(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.tier, a.tier), cmp.Compare(b.score, a.score), cmp.Compare(a.document, b.document))
}

// rank returns the best candidates, at least n where there are so many, and how
// many there are in all.
func (x *Index) rank(q query, n int, l Library) (best []candidate, total int) {
	s := x.searching()
	x.gather(q, s)
	need := s.most
	if need < len(q.groups) {
		need = max(1, need-1)
	}
	keep := max(n, shortlist)
	for _, slot := range s.touched {
		hits := int(s.hits[slot])
		if document := x.documents[slot]; hits >= need && !l.Hidden(document) {
			total++
			best = insert(best, candidate{document: document, score: s.scores[slot] * float64(hits)}, keep)
		}
	}
	x.done(s)
	slices.SortFunc(best, outranks)
	if len(q.phrases) > 0 {
		best = withPhrases(best[:min(len(best), phraseShortlist)], q.phrases, l)
		total = len(best)
	}
	asked := plain(cmp.Or(q.corrected(), q.text))
	for i := range best[:min(len(best), shortlist)] {
		if plain(l.Title(best[i].document)) == asked {
			best[i].tier = 1
		}
	}
	slices.SortStableFunc(best, outranks)
	return best, total
}

// withPhrases keeps the candidates whose title or text has all phrases.
func withPhrases(all []candidate, phrases []string, l Library) []candidate {
	return slices.DeleteFunc(all, func(c candidate) bool {
		title, text := plain(l.Title(c.document)), ""
		for _, phrase := range phrases {
			if hasPhrase(title, phrase) {
				continue
			}
			if text == "" {
				text = plain(l.Text(c.document))
			}
			if !hasPhrase(text, phrase) {
				return true
			}
		}
		return false
	})
}

// insert keeps the best so many in a heap, the worst of them at its root.
func insert(heap []candidate, c candidate, keep int) []candidate {
	if len(heap) < keep {
		heap = append(heap, c)
		for i := len(heap) - 1; i > 0; {
			up := (i - 1) / 2
			if outranks(heap[i], heap[up]) < 0 {
				break
			}
			heap[i], heap[up] = heap[up], heap[i]
			i = up
		}
		return heap
	}
	if outranks(c, heap[0]) > 0 {
		return heap
	}
	heap[0] = c
	for i := 0; ; {
		down := 2*i + 1
		if down+1 < len(heap) && outranks(heap[down+1], heap[down]) > 0 {
			down++
		}
		if down >= len(heap) || outranks(heap[i], heap[down]) > 0 {
			return heap
		}
		heap[i], heap[down] = heap[down], heap[i]
		i = down
	}
}

// gather adds up what each document has of the words of a query.
func (x *Index) gather(q query, s *sums) {
	mean := x.meanLength()
	for number, g := range q.groups {
		for _, c := range g.choices {
			weight := g.rarity * c.factor * (saturation + 1)
			for _, p := range x.postings[c.term] {
				slot := p.slot()
				if s.seen[slot] == uint8(number+1) {
					continue // a better choice was there
				}
				if s.hits[slot] == 0 {
					s.touched = append(s.touched, slot)
				}
				s.seen[slot] = uint8(number + 1)
				s.hits[slot]++
				s.most = max(s.most, int(s.hits[slot]))
				length := x.lengths[slot]
				count := s.count(p.strength())
				s.scores[slot] += weight * count / (count + saturation*(1-lengthShare+lengthShare*length*length/mean))
			}
		}
	}
}

// rarityOf is how rare a word is: as rare as the choice that most documents have.
func (x *Index) rarityOf(choices []choice) float64 {
	n := 0
	for _, c := range choices {
		n = max(n, x.frequency(c.term))
	}
	return math.Log(1 + (float64(len(x.slots)-n)+0.5)/(float64(n)+0.5))
}
