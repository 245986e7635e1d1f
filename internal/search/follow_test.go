package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestIndexFollows: whatever articles come, change, go and move, the index that
// followed them answers like one made at once by a program that has seen nothing
// else, and those handed out before still answer as they did.
func TestIndexFollows(t *testing.T) {
	for seed := range uint64(30) {
		dice := rand.New(rand.NewPCG(seed, 7))
		v := NewVocabulary("en")
		kept := map[string]*Bag{} // like a builder that keeps the work on texts that stay
		var docs []Document
		var index *Index
		type handedOut struct {
			index   *Index
			answers string
		}
		var all []handedOut
		for step := range 12 {
			docs = altered(dice, docs)
			bags := make([]*Bag, len(docs))
			for i, doc := range docs {
				bags[i] = kept[doc.Body]
				if bags[i] == nil {
					bags[i] = v.Analyse(doc)
					kept[doc.Body] = bags[i]
				}
			}
			index = v.Index(bags, index)
			want := answers(indexOf(docs))
			if diff := cmp.Diff(want, answers(index)); diff != "" {
				t.Fatalf("seed %d, step %d: the index that followed differs from one made at once:\n%s", seed, step, diff)
			}
			all = append(all, handedOut{index, want})
		}
		for step, old := range all {
			if diff := cmp.Diff(old.answers, answers(old.index)); diff != "" {
				t.Fatalf("seed %d: what came later changed the index of step %d:\n%s", seed, step, diff)
			}
		}
	}
}

// altered is another revision of documents: some of them anew, some gone, some
// the same text twice, sometimes all in another order. None is altered in place.
func altered(dice *rand.Rand, docs []Document) []Document {
	docs = slices.Clone(docs)
	for range 1 + dice.IntN(4) {
		switch at := dice.IntN(len(docs) + 1); {
		case dice.IntN(3) == 0 || len(docs) < 6:
			docs = slices.Insert(docs, at, randomDocument(dice))
		case at == len(docs):
			dice.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
		case dice.IntN(3) == 0:
			docs = slices.Delete(docs, at, at+1)
		case dice.IntN(4) == 0:
			docs[at] = docs[dice.IntN(len(docs))]
		default:
			docs[at].Body += " " + randomDocument(dice).Body
		}
	}
	return docs
}

// randomDocument has some words that most have, some that few have, and some in
// two forms of one term.
func randomDocument(dice *rand.Rand) Document {
	var body strings.Builder
	for range 5 + dice.IntN(60) {
		word := fmt.Sprint("word", int(1/(0.004+dice.Float64())))
		body.WriteString(word + []string{" ", "s ", "ing "}[dice.IntN(3)])
	}
	return Document{Title: fmt.Sprint("Title", dice.IntN(20)), Tags: []string{fmt.Sprint("tag", dice.IntN(5))}, Body: body.String()}
}

// answers is all that can be asked of an index.
func answers(x *Index) string {
	var out strings.Builder
	for d := range x.slots {
		fmt.Fprintln(&out, d, x.Resembling(d, 4, func(other int) bool { return other%5 == 4 }))
	}
	removed := Document{Title: "Title3", Tags: []string{"tag2"}, Body: "word9 words9 word20 wording31 word77 unheard"}
	fmt.Fprintln(&out, x.ResemblingText(removed, 4, nobody))
	return out.String()
}

// TestAnEditTouchesItsTerms: of the lists of terms an edit makes anew those that
// it changes, and shares all others with the last index; so with an article that
// comes or goes. Another order makes none anew.
func TestAnEditTouchesItsTerms(t *testing.T) {
	v := NewVocabulary("en")
	docs := synthetic(400)
	bags := analysed(v, docs)
	first := v.Index(bags, nil)
	edited := docs[7]
	edited.Body += " A sentence on word3 and an unheard zebra."
	edit := v.Analyse(edited)
	for _, c := range []struct {
		name string
		bags []*Bag
		want int
	}{
		{"nothing", bags, 0},
		{"the order", append(slices.Clone(bags[200:]), bags[:200]...), 0},
		{"one sentence", append(append(slices.Clone(bags[:7]), edit), bags[8:]...), 4}, // sentence, word3, unheard, zebra
		{"one article goes", slices.Delete(slices.Clone(bags), 7, 8), len(bags[7].terms)},
		{"one article comes", append(slices.Clone(bags), edit), len(edit.terms)},
	} {
		next := v.Index(c.bags, first)
		if got := anew(first, next); got != c.want {
			t.Errorf("%s: %d lists of terms were made anew, want %d of %d", c.name, got, c.want, len(next.postings))
		}
	}
}

// anew counts the lists that next does not share with last.
func anew(last, next *Index) int {
	count := 0
	for term, list := range next.postings {
		var before []posting
		if term < len(last.postings) {
			before = last.postings[term]
		}
		if len(list) != len(before) || len(list) > 0 && &list[0] != &before[0] {
			count++
		}
	}
	return count
}

// TestAskedWhileOthersFollow: an index answers while the next are made of the
// same vocabulary. The race detector is what looks.
func TestAskedWhileOthersFollow(t *testing.T) {
	v := NewVocabulary("en")
	bags := analysed(v, synthetic(60))
	index := v.Index(bags, nil)
	want := answers(index)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if got := answers(index); got != want {
				t.Error("another answer while the next index is made")
			}
		})
	}
	next := index
	for i := range 40 {
		bags = slices.Clone(bags)
		bags[i] = v.Analyse(Document{Title: fmt.Sprint("Edit ", i), Body: fmt.Sprint("word9 wording31 novel", i)})
		next = v.Index(bags, next)
	}
	group.Wait()
}

// TestWhatIsLikelyIsNearest: the documents that are looked at closely hold those
// that a close look at all of them would find.
func TestWhatIsLikelyIsNearest(t *testing.T) {
	docs := synthetic(200)
	index := indexOf(docs)
	q := index.question()
	for d := range docs {
		self := func(other int) bool { return other == d }
		some, _ := q.nearest(q.vector(index.slots[d]), 40, self)
		all, _ := q.nearest(q.vector(index.slots[d]), len(docs), self)
		for i := range min(4, len(all)) {
			if some[i].slot != all[i].slot {
				t.Fatalf("document %d: of those looked at the %dth is in slot %d, of all it is in %d", d, i+1, some[i].slot, all[i].slot)
			}
		}
	}
}

// TestResemblingText: a text that is none of the documents finds what it would
// if it were one; words that no document has find nothing.
func TestResemblingText(t *testing.T) {
	docs := synthetic(120)
	index := indexOf(docs)
	for d, doc := range docs[:20] {
		if got := index.ResemblingText(doc, 1, nobody); len(got) != 1 || docs[got[0].Document].Title != doc.Title {
			t.Errorf("the text of document %d finds %v", d, got)
		}
		others := slices.Delete(slices.Clone(docs), d, d+1)
		want := indexOf(append(slices.Clone(others), doc)).Resembling(len(others), 4, nobody)
		if diff := cmp.Diff(want, indexOf(others).ResemblingText(doc, 4, nobody)); diff != "" || len(want) == 0 {
			t.Errorf("document %d finds something else once it is gone:\n%s", d, diff)
		}
	}
	for _, nothing := range []Document{{}, {Title: "Unheard", Body: "of zebras and the like"}} {
		if got := index.ResemblingText(nothing, 4, nobody); len(got) > 0 {
			t.Errorf("%q finds %v", nothing.Title, got)
		}
	}
	if got := indexOf(nil).ResemblingText(docs[0], 4, nobody); len(got) > 0 {
		t.Errorf("an index of nothing finds %v", got)
	}
}
