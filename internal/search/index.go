package search

import (
	"cmp"
	"math"
	"slices"
)

// Index holds the documents of one revision. It is immutable and safe for
// concurrent use. Callers name documents by their place in the list it was made
// of; the lists inside name them by slots, which stay when places shift.
type Index struct {
	vocabulary *Vocabulary
	shapes     []string    // the words, by number
	bags       []*Bag      // by slot; nil where a slot is free
	documents  []int       // by slot; -1 where a slot is free
	slots      []uint32    // by document
	postings   [][]posting // by term, each ordered by slot
	rarities   []int64     // by how many documents have a term
	searches               // what queries need beside
}

type posting struct {
	slot     uint32
	strength uint32
}

// commonShare is the share of documents from which on a term says nothing.
const commonShare = 0.6

// Index makes the index of bags that this vocabulary made; documents are named
// by their place in the list. What last has already is shared with it; last may be nil
// or any index of this vocabulary, and makes no difference to the answers.
func (v *Vocabulary) Index(bags []*Bag, last *Index) *Index {
	if last == nil {
		last = &Index{}
	}
	x := &Index{vocabulary: v, slots: make([]uint32, len(bags)), rarities: rarities(len(bags))}
	v.mu.RLock()
	x.shapes = slices.Clip(v.shapes) // it only grows: what is below its length stays
	x.postings = make([][]posting, len(v.terms))
	v.mu.RUnlock()
	copy(x.postings, last.postings)
	x.seat(bags, last)
	x.post(last)
	return x
}

// rarities says how rare a term is that so many of n documents have. In one it
// says nothing about others, in most of them nothing at all.
func rarities(n int) []int64 {
	all := make([]int64, n+1)
	most := max(2, int(commonShare*float64(n)))
	for i := range all {
		if i >= 2 && (i <= most || n <= 4) {
			all[i] = int64(math.Round(unit * math.Log(1+(float64(n-i)+0.5)/(float64(i)+0.5))))
		}
	}
	return all
}

// seat gives every bag a slot: the one that it has in last, else one that is
// free now, so that an edited article takes the place of its old version.
func (x *Index) seat(bags []*Bag, last *Index) {
	where := make(map[*Bag]uint32, len(last.bags))
	for slot, bag := range last.bags {
		if bag != nil {
			where[bag] = uint32(slot)
		}
	}
	x.bags = make([]*Bag, max(len(bags), len(last.bags)))
	var waiting []int
	for document, bag := range bags {
		slot, ok := where[bag]
		if !ok || x.bags[slot] != nil {
			waiting = append(waiting, document)
			continue
		}
		x.bags[slot], x.slots[document] = bag, slot
	}
	free := 0
	for _, document := range waiting {
		for x.bags[free] != nil {
			free++
		}
		x.bags[free], x.slots[document] = bags[document], uint32(free)
	}
	x.documents = slices.Repeat([]int{-1}, len(x.bags))
	for document, slot := range x.slots {
		x.documents[slot] = document
	}
}

// post brings the lists of the terms from those of last to those of x. Gathering
// the changes by term costs the same few steps for each, be it one article's or
// those of a whole site.
func (x *Index) post(last *Index) {
	ends := make([]int, len(x.postings)+1) // by term: of its changes, once they are gathered
	x.changes(last, func(term uint32, _ posting) { ends[term+1]++ })
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	gathered := make([]posting, ends[len(x.postings)])
	x.changes(last, func(term uint32, p posting) {
		gathered[ends[term]] = p
		ends[term]++
	})
	start := 0
	for term, list := range x.postings {
		if end := ends[term]; end > start {
			x.postings[term] = merge(list, gathered[start:end:end])
			start = end
		}
	}
}

// changes calls each for every posting that differs from last, slot by slot. A
// posting without strength is one that goes.
func (x *Index) changes(last *Index, each func(term uint32, p posting)) {
	for slot, bag := range x.bags {
		var now, before []entry
		if bag != nil {
			now = bag.terms
		}
		if slot < len(last.bags) && last.bags[slot] != nil {
			if last.bags[slot] == bag {
				continue
			}
			before = last.bags[slot].terms
		}
		join(now, before, func(term, now, before uint32) {
			if now != before {
				each(term, posting{uint32(slot), now})
			}
		})
	}
}

// join walks two lists of terms at once, with the strength of each term in both.
func join(a, b []entry, each func(term, a, b uint32)) {
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
		n, found := slices.BinarySearchFunc(list, c.slot, func(p posting, slot uint32) int { return cmp.Compare(p.slot, slot) })
		merged = append(merged, list[:n]...)
		if c.strength > 0 {
			merged = append(merged, c)
		}
		if found {
			n++
		}
		list = list[n:]
	}
	return append(merged, list...)
}
