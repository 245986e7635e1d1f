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
	Text   func(document int, room []byte) []byte // written into room where that is large enough
	Hidden func(document int) bool                // never found
}

const (
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
	s := x.searching()
	defer x.done(s)
	q := x.parse(asked, s)
	a := Answer{Corrected: q.corrected()}
	from, n = max(from, 0), max(n, 0)
	var found []candidate
	if len(q.groups) == 0 {
		found = x.titled(q, l)
		a.Total = len(found)
	} else {
		found, a.Total = x.rank(q, s, min(from, len(x.slots))+min(n, len(x.slots)), l)
	}
	found = found[min(from, len(found)):]
	found = found[:min(n, len(found))]
	if len(found) == 0 {
		return a
	}
	a.Results = make([]Result, len(found))
	s.marks.of(x.vocabulary, q)
	for i, c := range found {
		a.Results[i] = Result{Document: c.document, Score: c.score}
		if len(q.groups) > 0 {
			a.Results[i].Snippet = s.marks.snippet(s.read(l, c.document))
		}
	}
	return a
}

// titled are the documents whose title a query is that has no word that says
// anything.
func (x *Index) titled(q query, l Library) []candidate {
	asked := q.title()
	if asked == "" {
		return nil
	}
	var found []candidate
	hash := x.vocabulary.titleHash(asked)
	for document, slot := range x.slots {
		if x.titles[slot] == hash && !l.Hidden(document) && plain(l.Title(document)) == asked {
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
	switch {
	case a.tier != b.tier:
		return b.tier - a.tier
	case a.score != b.score:
		return cmp.Compare(b.score, a.score)
	}
	return a.document - b.document
}

// rank returns the best candidates, at least n where there are so many, and how
// many there are in all. They stand in s.
func (x *Index) rank(q query, s *sums, n int, l Library) (best []candidate, total int) {
	x.gather(q, s)
	best = s.best[:0]
	keep := max(n, shortlist)
	for c := range x.matching(q, s, l) {
		total++
		best = insert(best, c, keep)
	}
	s.best = best
	slices.SortFunc(best, outranks)
	if len(q.phrases) > 0 {
		best = withPhrases(best[:min(len(best), phraseShortlist)], q.phrases, s, l)
		total = len(best)
	}
	asked := q.title()
	hash := x.vocabulary.titleHash(asked)
	for i, c := range best[:min(len(best), shortlist)] {
		if x.titles[x.slots[c.document]] == hash && plain(l.Title(c.document)) == asked {
			best[i].tier = 1
		}
	}
	slices.SortStableFunc(best, outranks)
	return best, total
}

// withPhrases keeps the candidates whose title or text has all phrases.
func withPhrases(all []candidate, phrases []string, s *sums, l Library) []candidate {
	return slices.DeleteFunc(all, func(c candidate) bool {
		title, read := []byte(plain(l.Title(c.document))), false
		for _, phrase := range phrases {
			if hasPhrase(title, phrase) {
				continue
			}
			if !read {
				s.plain, read = appendPlain(s.plain[:0], s.read(l, c.document)), true
			}
			if !hasPhrase(s.plain, phrase) {
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

// rarityOf is how rare a word is: as rare as the choice that most documents have.
func (x *Index) rarityOf(choices []choice) float64 {
	n := 0
	for _, c := range choices {
		n = max(n, x.frequency(c.term))
	}
	return math.Log(1 + (float64(len(x.slots)-n)+0.5)/(float64(n)+0.5))
}
