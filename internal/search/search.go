// Package search is one term index with two questions: what resembles an
// article, and what matches a query.
//
// Package site makes an Index of the visible articles of a revision and asks it
// for related articles and for what a reader looks for. The answer is a pure function of the documents, so that
// every start and every replica answers the same, however it came to them.
//
//	article text ─► Vocabulary.Analyse ─► Bag ─┐
//	                               other Bags ─┼─► Vocabulary.Index ─► Neighbours, Search
//	                               last Index ─┘
//
// What an article is about is told by term rarity: a term counts the more, the
// more often it stands in the article and the fewer articles have it (a
// logarithmic term frequency: Manning, Raghavan and Schütze, Introduction to
// Information Retrieval, section 6.4.1; the inverse document frequency of BM25,
// which falls to nothing for terms that most articles have: section 11.4.3).
//
// The two halves are kept apart. How strongly a term stands in an article is of
// the article alone: a Bag has it, worked out once for as long as the text
// stays, and an Index is no more than bags and, for each term, the list of those
// that have it. How rare a term is depends on all articles and is looked up when
// something is asked. So one edit costs the lists of the terms that it added or
// took away; the next Index shares all others with the last, and no number of
// another article changes.
//
// What resembles a document is looked for in a budget of postings (likely.go), so
// that the work does not grow with the site, and what was found holds in the
// indexes that follow as long as nothing changes that it was made of
// (neighbours.go). So that one edit seldom changes a rarity, these go by steps of
// document frequency (rarity.go).
//
// What a query finds is told by the same strengths, which give back the weighted
// counts that they were made of (BM25F, see Search). A query is parsed into
// groups: each of its words with all that stands for it: the last word is begun
// only, perhaps, and a word that no document has is taken for those that are like
// it. Both are looked up in the words of the vocabulary in order (lexicon). It is made
// with the index, as all is that a query needs: the first costs what the others do.
//
//	query ─► parse ─► groups ─► gather ─► matching: all of them ─► rank: the best ─► snippets
//
// The lists of all terms are read to their ends, and none is left early: they cost
// little beside the snippets, and so all that match are known, not only the best.
// Whoever is to count them by something else ranges over matching. Texts are read only
// of the results that are shown, for their snippets (marks), and of the fifty best for
// a phrase (phrase.go). They are read into room that searches hand on to each other
// (sums), so that a search leaves no more garbage than its answer; none holds a lock
// while it works, but for a moment to look its words up.
//
// Strengths and rarities are whole numbers, in steps of 1/256. Their sums have
// no rounding, so that an answer does not depend on the order in which terms
// were first met.
package search

// Document is what the index reads of one article. Fields weigh differently: a
// term in the title says more than one in the body.
type Document struct {
	Title    string // by itself it is also what a query may be, word for word
	Subtitle string
	Headings []string
	Tags     []string
	Body     string
}

const (
	titleWeight   = 10 // of the subtitle, too
	tagWeight     = 10
	headingWeight = 3 // beside the one as part of the body
)

// Match is another document that resembles the one asked about.
type Match struct {
	Document int
	Score    float64  // cosine of the angle between the two, 0 to 1
	Terms    []string // the terms that they share, what counts most first
}
