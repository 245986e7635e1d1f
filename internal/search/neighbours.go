package search

import (
	"slices"
	"sync"
)

// Neighbours returns up to n documents that resemble document d, the best first,
// varied rather than near-copies of each other; documents in except are passed over.
// What was worked out for one index holds in those that follow it as long as nothing
// changes that it was made of. Terms must not be changed.
//
// An answer is made of the document itself, the rarities of its terms, the
// documents that were looked at closely, the rarities of theirs, and of all others
// that none of them promised more. So it holds when none of those changed, and what
// came since promises less.
func (x *Index) Neighbours(d, n int, except []int) []Match {
	asked := asked{bag: x.bags[x.slots[d]], n: n}
	for _, other := range except {
		asked.except = append(asked.except, x.slots[other])
	}
	slot, memory := x.slots[d], x.followed.memory
	a := memory.recall(slot)
	switch {
	case a == nil || !x.holds(slot, a, asked):
		matches, likely := x.resembling(d, n, func(other int) bool { return other == d || slices.Contains(except, other) })
		for i, m := range matches {
			matches[i].Document = int(x.slots[m.Document])
		}
		a = &answer{asked, likely, matches, x.followed.own()}
		memory.keep(slot, a)
	case a.at != x.followed.own():
		memory.keep(slot, &answer{a.asked, a.likely, a.matches, x.followed.own()})
	}
	named := slices.Clone(a.matches)
	for i, m := range named {
		named[i].Document = x.documents[m.Document]
	}
	return named
}

// asked is what an answer is to.
type asked struct {
	bag    *Bag
	n      int
	except []uint32 // by slot
}

// answer is what was found, and of what. It is immutable.
type answer struct {
	asked
	likely  candidates
	matches []Match // documents by slot
	at      *step   // the index for which it holds
}

// memory has the last answer for each document. It is shared by the indexes that
// follow each other and safe for concurrent use.
type memory struct {
	mu      sync.Mutex
	answers []*answer // by slot
}

func (m *memory) recall(slot uint32) *answer {
	m.mu.Lock()
	defer m.mu.Unlock()
	if int(slot) >= len(m.answers) {
		return nil
	}
	return m.answers[slot]
}

func (m *memory) keep(slot uint32, a *answer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := int(slot) + 1 - len(m.answers); n > 0 {
		m.answers = append(m.answers, make([]*answer, n)...)
	}
	m.answers[slot] = a
}

// followed is how an index came from those before it.
type followed struct {
	steps  []*step // the oldest first; the last made this one
	memory *memory
}

func (f followed) own() *step { return f.steps[len(f.steps)-1] }

// step is what one index has that the one before it had not.
type step struct {
	changes []change
	shaken  []uint64 // a bit by slot: documents with a term of another rarity
}

const (
	maxSteps   = 64 // that answers are followed through
	maxChanges = 64 // in one of them; a larger one begins anew
)

// follow notes how x came from last.
func (x *Index) follow(last *Index, changes []change, shaken []uint32, inOrder bool) {
	own := &step{}
	x.followed = followed{steps: []*step{own}, memory: last.followed.memory}
	if x.followed.memory == nil {
		x.followed.memory = &memory{}
	}
	if !inOrder || len(changes) > maxChanges || len(last.followed.steps) == 0 || !slices.Equal(x.rarities, last.rarities) {
		return
	}
	for _, c := range changes {
		own.changes = append(own.changes, change{slot: c.slot, now: c.now})
	}
	steps := last.followed.steps
	x.followed.steps = append(slices.Clone(steps[max(0, len(steps)-maxSteps+1):]), own)
	for _, term := range shaken {
		own.shake(x.postings[term], len(x.bags))
	}
}

func (s *step) shake(list []posting, slots int) {
	if s.shaken == nil {
		s.shaken = make([]uint64, (slots+63)/64)
	}
	for _, p := range list {
		s.shaken[p.slot()/64] |= 1 << (p.slot() % 64)
	}
}

// touches reports whether another document is at a slot, or one whose terms have
// other weights.
func (s *step) touches(slot uint32) bool {
	if i := int(slot / 64); i < len(s.shaken) && s.shaken[i]>>(slot%64)&1 == 1 {
		return true
	}
	return slices.ContainsFunc(s.changes, func(c change) bool { return c.slot == slot })
}

// holds reports whether an answer for the document at a slot is that of x to what
// is asked.
func (x *Index) holds(slot uint32, a *answer, asked asked) bool {
	at := slices.Index(x.followed.steps, a.at)
	if at < 0 || a.bag != asked.bag || a.n != asked.n || !slices.Equal(a.except, asked.except) {
		return false
	}
	var come []change
	for _, s := range x.followed.steps[at+1:] {
		if s.touches(slot) || slices.ContainsFunc(a.likely.slots, s.touches) {
			return false
		}
		for _, c := range s.changes {
			if c.now != nil && c.now == x.bags[c.slot] && !slices.Contains(a.except, c.slot) {
				come = append(come, c)
			}
		}
	}
	return len(come) == 0 || !x.promising(slot, a.likely.least, come)
}

// promising reports whether any that came promises the document at a slot as much
// as a candidate must.
func (x *Index) promising(slot uint32, least float64, come []change) bool {
	q := x.question()
	defer q.done()
	chosen := q.chosen(q.vector(slot))
	return slices.ContainsFunc(come, func(c change) bool {
		promise := q.promised(chosen, c.now)
		return promise > 0 && promise >= least
	})
}
