package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNeighboursAreWorkedOutAnewWhereTheyMust: however articles come, change, go
// and move, what is kept of earlier answers never shows in one.
func TestNeighboursAreWorkedOutAnewWhereTheyMust(t *testing.T) {
	kept, asked := 0, 0
	for seed := range uint64(6) {
		dice := rand.New(rand.NewPCG(seed, 4))
		v := NewVocabulary("en")
		var bags []*Bag
		for range 150 + dice.IntN(150) {
			bags = append(bags, v.Analyse(anyTopic(dice)))
		}
		var index *Index
		for step := range 16 {
			bags = revised(dice, v, bags)
			index = v.Index(bags, index)
			fresh := v.Index(bags, nil)
			for d := range bags {
				if dice.IntN(3) == 0 {
					continue // nobody asks for it in this revision
				}
				before := index.followed.memory.recall(index.slots[d])
				n, except := 4, []int(nil)
				if d%7 == 3 {
					n, except = 3, []int{(d + 1) % len(bags)}
				}
				got := index.Neighbours(d, n, except)
				want := fresh.Resembling(d, n, func(other int) bool { return slices.Contains(except, other) })
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("seed %d, step %d: document %d of %d has other neighbours than in an index made at once:\n%s", seed, step, d, len(bags), diff)
				}
				asked++
				if sameAnswer(before, index.followed.memory.recall(index.slots[d])) {
					kept++
				}
			}
		}
	}
	t.Logf("%d of %d answers were kept", kept, asked)
	if kept < 200 || kept > asked/2 {
		t.Errorf("%d of %d answers were kept: the test shows nothing", kept, asked)
	}
}

// sameAnswer reports whether one answer was made of the other.
func sameAnswer(before, now *answer) bool {
	return before != nil && len(before.matches) > 0 && &before.matches[0] == &now.matches[0]
}

// revised is mostly one edit of one or two documents; seldom one that comes, goes
// or moves.
func revised(dice *rand.Rand, v *Vocabulary, bags []*Bag) []*Bag {
	bags = slices.Clone(bags)
	for range 1 + dice.IntN(2) {
		at := dice.IntN(len(bags))
		switch dice.IntN(12) {
		case 0:
			bags = slices.Insert(bags, at, v.Analyse(anyTopic(dice)))
		case 1:
			bags = slices.Delete(bags, at, at+1)
		case 2:
			bags[0], bags[at] = bags[at], bags[0]
		case 3:
			bags[at] = bags[dice.IntN(len(bags))]
		default:
			bags[at] = v.Analyse(anyTopic(dice))
		}
	}
	return bags
}

// anyTopic is a text on one of a few topics, now and then with a word of another.
func anyTopic(dice *rand.Rand) Document {
	doc := topical(dice.IntN(1000), dice.IntN(5))
	if dice.IntN(3) == 0 {
		doc.Body += fmt.Sprintf(" topic%dword%d", dice.IntN(5), dice.IntN(30))
	}
	return doc
}

// TestAnEditLeavesOthersAnswers: after an edit of one document the answers stay of
// those that it has nothing to do with: neither it nor any whose terms became rarer
// or more common by it was looked at for them.
func TestAnEditLeavesOthersAnswers(t *testing.T) {
	v := NewVocabulary("en")
	var docs []Document
	for i := range 600 { // twelve topics with words of their own
		docs = append(docs, topical(i, i%12))
	}
	bags := analysed(v, docs)
	first := v.Index(bags, nil)
	var before []*answer
	for d := range bags {
		first.Neighbours(d, 4, nil)
		before = append(before, first.followed.memory.recall(first.slots[d]))
	}
	next := v.Index(edited(v, docs, bags, 5, " topic5word3 and an unheard zebra"), first)
	for d := range bags {
		next.Neighbours(d, 4, nil)
		if d%12 != 5 && !sameAnswer(before[d], next.followed.memory.recall(next.slots[d])) {
			t.Errorf("the neighbours of document %d, on topic %d, were worked out anew for an edit on topic 5", d, d%12)
		}
	}
	if sameAnswer(before[5], next.followed.memory.recall(next.slots[5])) {
		t.Error("those of the document that was edited were not")
	}
}

// TestWhatPromisesMoreIsSeen: a document that was not looked at, and now has the
// same terms more strongly, is found, though no term became rarer or more common.
func TestWhatPromisesMoreIsSeen(t *testing.T) {
	v := NewVocabulary("en")
	var docs []Document
	for i := range 300 {
		docs = append(docs, topical(i, i%2))
	}
	weak := docs[0]
	for i := range 400 {
		weak.Body += fmt.Sprint(" noise", i)
	}
	strong := weak
	for range 300 {
		strong.Body += " " + docs[0].Body
	}
	bags := append(analysed(v, docs[1:]), v.Analyse(weak))
	first := v.Index(bags, nil)
	for d := range bags {
		first.Neighbours(d, 4, nil)
	}
	bags = slices.Clone(bags)
	bags[len(bags)-1] = v.Analyse(strong)
	next, entered := v.Index(bags, first), 0
	if next.followed.own().shaken != nil {
		t.Fatal("the test needs an edit after which all rarities are the same")
	}
	for d := range bags {
		before := first.followed.memory.recall(first.slots[d])
		want := next.Resembling(d, 4, nobody)
		if diff := cmp.Diff(want, next.Neighbours(d, 4, nil)); diff != "" {
			t.Fatalf("document %d: %s", d, diff)
		}
		slot := next.slots[len(bags)-1]
		if now := next.followed.memory.recall(next.slots[d]); d < len(bags)-1 && !slices.Contains(before.likely.slots, slot) && slices.Contains(now.likely.slots, slot) {
			entered++
		}
	}
	if entered == 0 {
		t.Error("the document that was edited became likely for none: the test shows nothing")
	}
}

// topical is a text of words of its topic.
func topical(number, topic int) Document {
	dice := rand.New(rand.NewPCG(uint64(number), uint64(topic)))
	doc := Document{Title: fmt.Sprintf("topic%dword%d", topic, dice.IntN(30))}
	for range 40 {
		doc.Body += fmt.Sprintf(" topic%dword%d", topic, dice.IntN(30))
	}
	return doc
}

// TestAnswersAreForgotten: an answer is not followed through more steps than are
// kept, nor past one that changes much.
func TestAnswersAreForgotten(t *testing.T) {
	v := NewVocabulary("en")
	bags := analysed(v, synthetic(300))
	index := v.Index(bags, nil)
	for range 3 * maxSteps {
		index = v.Index(bags, index)
	}
	if got := len(index.followed.steps); got != maxSteps {
		t.Errorf("%d steps are kept, want %d", got, maxSteps)
	}
	changed := slices.Clone(bags)
	for i := range maxChanges + 1 {
		changed[i] = v.Analyse(topical(i, 1))
	}
	if got := len(v.Index(changed, index).followed.steps); got != 1 {
		t.Errorf("%d steps are kept after a large one, want 1", got)
	}
}

// edited are the bags of documents of which one says something more.
func edited(v *Vocabulary, docs []Document, bags []*Bag, at int, more string) []*Bag {
	doc := docs[at]
	doc.Body += more
	bags = slices.Clone(bags)
	bags[at] = v.Analyse(doc)
	return bags
}

// Resembling is Neighbours without what was worked out before.
func (x *Index) Resembling(d, n int, skip func(int) bool) []Match {
	matches, _ := x.resembling(d, n, func(other int) bool { return other == d || skip(other) })
	return matches
}
