package search

import (
	"cmp"
	"fmt"
	"slices"

	"byline/internal/align"
)

// Index holds the documents of one revision. It is immutable and safe for
// concurrent use. Callers name documents by their place in the list it was made
// of; the lists inside name them by slots, which stay when places shift.
type Index struct {
	vocabulary *Vocabulary
	bags       []*Bag      // by slot; nil where a slot is free
	lengths    []float64   // by slot: those of the bags
	norms      []float64   // by slot: what those weigh in a query, see norms
	titles     []uint64    // by slot: the hashes of the titles
	documents  []int       // by slot; -1 where a slot is free
	slots      []uint32    // by document
	postings   [][]posting // by term, each ordered by slot
	levels     []level     // by term: how many documents have it
	rarities   []int64     // by level
	used       int         // how many terms some document has
	lexicon    *lexicon
	followed   followed
}

// posting is a document that has a term, and the strength of the term in it. There
// are as many as entries in all bags, so the two share four bytes.
type posting uint32

// maxDocuments is how many documents an index can hold.
const maxDocuments = 1 << (32 - strengthBits)

func post(slot uint32, strength uint16) posting {
	return posting(slot<<strengthBits | uint32(strength))
}

func (p posting) slot() uint32     { return uint32(p) >> strengthBits }
func (p posting) strength() uint32 { return uint32(p) & maxStrength }

// Index makes the index of bags that this vocabulary made; documents are named
// by their place in the list. What last has already is shared with it; last may be nil
// or any index of this vocabulary, and makes no difference to the answers. It
// panics when there are more than a million documents.
func (v *Vocabulary) Index(bags []*Bag, last *Index) *Index {
	if len(bags) > maxDocuments {
		panic(fmt.Sprintf("search: %d documents; an index holds %d", len(bags), maxDocuments))
	}
	if last == nil {
		last = &Index{}
	}
	x := &Index{vocabulary: v, rarities: rarities(len(bags)), used: last.used}
	v.mu.RLock()
	terms := len(v.terms)
	v.mu.RUnlock()
	x.postings, x.levels = extended(last.postings, terms), extended(last.levels, terms)
	changes, inOrder := x.seat(bags, last)
	shaken := x.post(changes)
	x.follow(last, changes, shaken, inOrder)
	x.norms, x.lexicon = x.weighLengths(), v.lexicon()
	return x
}

// extended is a copy of a list with room for n in all.
func extended[T any](list []T, n int) []T {
	longer := make([]T, n)
	copy(longer, list)
	return longer
}

// Spent reports whether more than half of the terms of its vocabulary are in no
// document any more, so that a new vocabulary would save memory.
func (x *Index) Spent() bool { return x.used < len(x.postings)/2 }

// change is a slot whose document is another than in the last index.
type change struct {
	slot        uint32
	before, now *Bag // nil where the slot was or is free
}

// seat gives every bag a slot: the one that it has in last, else one that is
// free now, so that an edited article takes the place of its old version. It
// returns what changed, by slot, and whether the documents that stay do so in
// their order.
func (x *Index) seat(bags []*Bag, last *Index) (changes []change, inOrder bool) {
	places := align.Places(bags, last.listed())
	x.slots = make([]uint32, len(bags))
	size := max(len(bags), len(last.bags))
	x.bags, x.lengths, x.titles = extended(last.bags, size), extended(last.lengths, size), extended(last.titles, size)
	left := slices.Clone(last.slots) // the slots of documents that do not stay
	var waiting []int
	for document, place := range places {
		if place < 0 {
			waiting = append(waiting, document)
			continue
		}
		x.slots[document] = last.slots[place]
		left[place] = taken
	}
	for _, slot := range left {
		if slot != taken {
			x.bags[slot] = nil
			changes = append(changes, change{slot: slot, before: last.bags[slot]})
		}
	}
	free := 0
	for _, document := range waiting {
		for x.bags[free] != nil {
			free++
		}
		bag := bags[document]
		x.bags[free], x.lengths[free], x.titles[free], x.slots[document] = bag, bag.length, bag.title, uint32(free)
		changes = append(changes, change{slot: uint32(free), now: bag})
	}
	x.documents = make([]int, len(x.bags))
	for slot := range x.documents {
		x.documents[slot] = -1
	}
	for document, slot := range x.slots {
		x.documents[slot] = document
	}
	return joined(changes), align.InOrder(places)
}

// taken stands for a slot whose document stays.
const taken = maxDocuments

// listed are the bags by document.
func (x *Index) listed() []*Bag {
	bags := make([]*Bag, len(x.slots))
	for document, slot := range x.slots {
		bags[document] = x.bags[slot]
	}
	return bags
}

// joined orders changes by slot, and makes one of what goes from a slot and what
// comes to it.
func joined(changes []change) []change {
	slices.SortStableFunc(changes, func(a, b change) int { return cmp.Compare(a.slot, b.slot) })
	all := changes[:0]
	for _, c := range changes {
		if n := len(all); n > 0 && all[n-1].slot == c.slot {
			all[n-1].now = c.now // what goes was noted first
			continue
		}
		all = append(all, c)
	}
	return all
}

// post brings the lists of the terms from those of last to those of x, and returns
// the terms whose level is another now.
func (x *Index) post(changes []change) (shaken []uint32) {
	terms, gathered := gather(changes, len(x.postings))
	start := 0
	for _, t := range terms {
		before := x.postings[t.term]
		now := merge(before, gathered[start:t.end:t.end])
		start = t.end
		x.postings[t.term] = now
		switch {
		case len(before) == 0:
			x.used++
		case len(now) == 0:
			x.used--
		}
		was, is := x.levels[t.term], levelOf(len(now))
		x.levels[t.term] = is
		if was != is {
			shaken = append(shaken, t.term)
		}
	}
	return shaken
}

// ending is a term and where its changes end among those gathered.
type ending struct {
	term uint32
	end  int
}

// gather brings the changed postings of each term together, by slot: one without
// strength is one that goes. It counts them and lays them where they belong, so
// that each costs the same few steps, be it one article's or those of a whole site.
func gather(changes []change, terms int) ([]ending, []posting) {
	ends := make([]uint32, terms) // by term: how many, then where they go
	for _, c := range changes {
		c.postings(func(term uint32, _ posting) { ends[term]++ })
	}
	var all []ending
	sum := uint32(0)
	for term, n := range ends {
		if n > 0 {
			ends[term] = sum
			sum += n
			all = append(all, ending{uint32(term), int(sum)})
		}
	}
	gathered := make([]posting, sum)
	for _, c := range changes {
		c.postings(func(term uint32, p posting) {
			gathered[ends[term]] = p
			ends[term]++
		})
	}
	return all, gathered
}

// postings calls each for every posting that differs.
func (c change) postings(each func(term uint32, p posting)) {
	join(c.now.entries(), c.before.entries(), func(term uint32, now, before uint16) {
		if now != before {
			each(term, post(c.slot, now))
		}
	})
}

func (b *Bag) entries() []entry {
	if b == nil {
		return nil
	}
	return b.terms
}

// join walks two lists of terms at once, with the strength of each term in both.
func join(a, b []entry, each func(term uint32, a, b uint16)) {
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].term < b[0].term:
			each(a[0].term, a[0].strength, 0)
			a = a[1:]
		case len(a) == 0 || b[0].term < a[0].term:
			each(b[0].term, 0, b[0].strength)
			b = b[1:]
		default:
			each(a[0].term, a[0].strength, b[0].strength)
			a, b = a[1:], b[1:]
		}
	}
}

// merge lays changes over a list; both are ordered by slot. The list stays as it
// is for those who have it.
func merge(list, changes []posting) []posting {
	if len(list) == 0 {
		return changes // nothing goes that is not there
	}
	merged := make([]posting, 0, len(list)+len(changes))
	for _, c := range changes {
		n, found := slices.BinarySearchFunc(list, c.slot(), func(p posting, slot uint32) int { return cmp.Compare(p.slot(), slot) })
		merged = append(merged, list[:n]...)
		if c.strength() > 0 {
			merged = append(merged, c)
		}
		if found {
			n++
		}
		list = list[n:]
	}
	return append(merged, list...)
}
