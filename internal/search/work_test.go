package search

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// TestGarbageDoesNotGrow: what a search allocates is of the size of its answer: the same
// on a site of ten times as many documents, of which ten times as many match.
func TestGarbageDoesNotGrow(t *testing.T) {
	cost, matches := map[int]map[string]garbage{}, map[int]int{}
	for _, n := range []int{300, 3000} {
		docs := lettered(n)
		x, l := indexOf(docs), library(docs)
		cost[n] = map[string]garbage{}
		for _, kind := range benchKinds {
			random := rand.New(rand.NewPCG(5, 6))
			var sum garbage
			for range 20 {
				query := kind.ask(random, docs[:300])
				found := x.Search(query, 0, 12, l)
				matches[n] += found.Total
				if len(found.Results) == 0 || len(found.Results) == 12 { // of one size on both sites
					sum.add(leftBy(func() { x.Search(query, 0, 12, l) }))
				}
			}
			cost[n][kind.name] = sum
		}
	}
	if matches[3000] < 5*matches[300] {
		t.Fatalf("%d and %d matches: the sites are too much alike", matches[300], matches[3000])
	}
	for kind, few := range cost[300] {
		many := cost[3000][kind]
		if few.runs > 0 && many.runs > 0 && (many.mean(many.allocations) > 1.2*few.mean(few.allocations)+20 || many.mean(many.bytes) > 1.3*few.mean(few.bytes)+2000) {
			t.Errorf("%s: %+v on 300 documents, %+v on 3000", kind, few, many)
		}
		if many.runs > 0 && many.mean(many.bytes) > 30_000 {
			t.Errorf("%s: %.0f bytes a search", kind, many.mean(many.bytes))
		}
	}
}

// garbage is what some runs have allocated.
type garbage struct{ runs, allocations, bytes int }

func (g *garbage) add(o garbage) {
	g.runs, g.allocations, g.bytes = g.runs+o.runs, g.allocations+o.allocations, g.bytes+o.bytes
}

func (g garbage) mean(sum int) float64 { return float64(sum) / float64(g.runs) }

// leftBy is the least that a run leaves: what a pool has lost to the collector in
// between is not counted.
func leftBy(run func()) garbage {
	least := garbage{1, math.MaxInt, math.MaxInt}
	for range 6 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		run()
		runtime.ReadMemStats(&after)
		least.allocations = min(least.allocations, int(after.Mallocs-before.Mallocs))
		least.bytes = min(least.bytes, int(after.TotalAlloc-before.TotalAlloc))
	}
	return least
}

// TestTextsAreReadIntoOneRoom: a search reads the texts of its results and no others,
// all in the same room, and the answer keeps none of it.
func TestTextsAreReadIntoOneRoom(t *testing.T) {
	docs := lettered(200)
	x, l := indexOf(docs), library(docs)
	read, made := 0, 0
	l.Text = func(d int, room []byte) []byte {
		read++
		if cap(room) < len(docs[d].Body) {
			made++
		}
		return append(room[:0], docs[d].Body...)
	}
	const queries = 20
	var answers, again []string
	for range 2 {
		answers, again = again, nil
		for i := range queries {
			a := x.Search(spelling(uint64(i))+" ", 0, 5, l)
			defer func() { // when the room was used for others
				if got := fmt.Sprint(a); got != again[i] {
					t.Errorf("an answer changed from %s to %s", again[i], got)
				}
			}()
			again = append(again, fmt.Sprint(a))
		}
	}
	if diff := cmp.Diff(answers, again); diff != "" {
		t.Error(diff)
	}
	if read != 2*queries*5 || made > read/2 {
		t.Errorf("%d texts were read for %d results, %d of them into new room", read, 2*queries*5, made)
	}
}

// TestFewWordsAreCompared: the edits are counted to few of the words of a vocabulary.
func TestFewWordsAreCompared(t *testing.T) {
	x := indexOf(lettered(1000))
	random := rand.New(rand.NewPCG(4, 4))
	compared, looked := 0, 0
	for range 200 {
		word := mistyped(random, spelling(uint64(random.IntN(20000))))
		if slips(utf8.RuneCountInString(word)) == 0 {
			continue
		}
		looked += len(x.lexicon.entries)
		for range x.lexicon.near(word, slips(len(word))) {
			compared++
		}
	}
	t.Logf("%d of %d", compared, looked)
	if compared > looked/30 {
		t.Errorf("%d of %d words were compared, want one in thirty at most", compared, looked)
	}
}

// TestNoLockIsHeld: while a search reads titles and texts, others search and articles
// are published. With a lock held this test would never end.
func TestNoLockIsHeld(t *testing.T) {
	docs := lettered(50)
	x, plainly := indexOf(docs), library(docs)
	publish := func() {
		x.vocabulary.Index([]*Bag{x.vocabulary.Analyse(Document{Body: fmt.Sprint("fresh", len(x.vocabulary.learned))})}, nil)
		x.Search("nobody wrote this", 0, 5, plainly)
	}
	l := Library{
		Title:  func(d int) string { publish(); return plainly.Title(d) },
		Text:   func(d int, room []byte) []byte { publish(); return plainly.Text(d, room) },
		Hidden: func(d int) bool { publish(); return false },
	}
	for _, query := range []string{docs[7].Title, "of the", spelling(3), `"` + strings.Join(strings.Fields(docs[1].Body)[:2], " ") + `"`} {
		if diff := cmp.Diff(x.Search(query, 0, 5, plainly), x.Search(query, 0, 5, l)); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
}

// TestSearchesAtOnce: searches at the same time, on indexes that follow each other,
// answer what each does by itself.
func TestSearchesAtOnce(t *testing.T) {
	docs := lettered(300)
	first := indexOf(docs[:200])
	second := first.vocabulary.Index(analysed(first.vocabulary, docs), first)
	random := rand.New(rand.NewPCG(1, 1))
	var queries []string
	for _, kind := range benchKinds {
		queries = append(queries, kind.ask(random, docs), kind.ask(random, docs))
	}
	ask := func(i int) Answer {
		return []*Index{first, second}[i%2].Search(queries[i/2%len(queries)], 0, 12, library(docs))
	}
	var want []Answer
	for i := range 2 * len(queries) {
		want = append(want, ask(i))
	}
	var group sync.WaitGroup
	for shift := range 4 {
		group.Go(func() {
			for i := range want {
				i = (i + shift*7) % len(want)
				if diff := cmp.Diff(want[i], ask(i)); diff != "" {
					t.Errorf("%q: %s", queries[i/2%len(queries)], diff)
				}
			}
		})
	}
	group.Wait()
}

// FuzzTidy: a tidy query is valid, on one line, no longer than what is read, and
// tidy; to tidy it makes no difference to what is found.
func FuzzTidy(f *testing.F) {
	f.Add("  a\x00b\n“c”\u2028d\xffe ")
	f.Add(strings.Repeat("é ", 300))
	x := indexOf(small)
	f.Fuzz(func(t *testing.T, asked string) {
		tidy := Tidy(asked)
		bad := func(r rune) bool {
			return unicode.IsControl(r) || r == unicode.ReplacementChar || unicode.IsSpace(r) && r != ' '
		}
		if !utf8.ValidString(tidy) || strings.ContainsFunc(tidy, bad) || utf8.RuneCountInString(tidy) > longestQuery || strings.TrimSpace(tidy) != tidy {
			t.Fatalf("%q is not tidy: it was %q", tidy, asked)
		}
		if again := Tidy(tidy); again != tidy {
			t.Fatalf("%q becomes %q", tidy, again)
		}
		if a, b := documents(x.Search(asked, 0, 9, library(small))), documents(x.Search(tidy, 0, 9, library(small))); !slices.Equal(a, b) {
			t.Fatalf("%q finds %v, %q finds %v", asked, a, tidy, b)
		}
	})
}
