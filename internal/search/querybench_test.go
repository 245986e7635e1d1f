package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// benchKinds are the kinds of queries that readers write, and the dearest.
var benchKinds = []struct {
	name string
	ask  func(random *rand.Rand, docs []Document) string
}{
	{"one common word", func(random *rand.Rand, docs []Document) string { return spelling(uint64(random.IntN(20))) + " " }},
	{"three words", func(random *rand.Rand, docs []Document) string {
		return strings.Join(pickWords(random, docs, 3), " ") + "."
	}},
	{"a misspelt word", func(random *rand.Rand, docs []Document) string {
		return mistyped(random, pickWords(random, docs, 1)[0]) + " "
	}},
	{"a word that is begun", func(random *rand.Rand, docs []Document) string { return pickWords(random, docs, 1)[0][:2] }},
	{"words of four articles", func(random *rand.Rand, docs []Document) string {
		var words []string
		for range 4 {
			words = append(words, pickWords(random, docs, 1)...)
		}
		return strings.Join(words, " ") + " "
	}},
	{"a phrase", func(random *rand.Rand, docs []Document) string {
		return `"` + strings.Join(pickWords(random, docs, 2), " ") + `"`
	}},
	{"a title", func(random *rand.Rand, docs []Document) string { return docs[random.IntN(len(docs))].Title }},
	{"no result", func(random *rand.Rand, docs []Document) string { return fmt.Sprintf("xqx%dxyzzy", random.IntN(1000)) }},
	{"twelve common words", func(random *rand.Rand, docs []Document) string {
		var words []string
		for range mostWords {
			words = append(words, spelling(uint64(random.IntN(40))))
		}
		return strings.Join(words, " ")
	}},
}

// pickWords are n words that stand together in some document.
func pickWords(random *rand.Rand, docs []Document, n int) []string {
	words := strings.Fields(docs[random.IntN(len(docs))].Body)
	at := random.IntN(len(words) - n)
	return words[at : at+n]
}

// mistyped is a word with a letter left out or doubled, or two swapped.
func mistyped(random *rand.Rand, word string) string {
	at := random.IntN(len(word) - 1)
	switch random.IntN(3) {
	case 0:
		return word[:at] + word[at+1:]
	case 1:
		return word[:at+1] + word[at:]
	}
	return word[:at] + word[at+1:at+2] + word[at:at+1] + word[at+2:]
}

// BenchmarkSearch is the cost of a query on articles of a thousand words.
func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		if n > 1000 && testing.Short() {
			continue
		}
		docs := lettered(n)
		x := indexOf(docs)
		for _, kind := range benchKinds {
			random := rand.New(rand.NewPCG(5, 6))
			var queries []string
			for range 400 {
				queries = append(queries, kind.ask(random, docs))
			}
			b.Run(fmt.Sprintf("%d/%s", n, kind.name), func(b *testing.B) {
				b.ReportAllocs()
				var all []time.Duration
				for i := 0; b.Loop(); i++ {
					start := time.Now()
					x.Search(queries[i%len(queries)], 0, 12, library(docs))
					all = append(all, time.Since(start))
				}
				slices.Sort(all)
				b.ReportMetric(float64(all[len(all)/2].Microseconds()), "p50-µs")
				b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
			})
		}
	}
}

// spelling writes a number as a word.
func spelling(n uint64) string {
	var b strings.Builder
	for n = n*7919 + 400; n > 0; n /= 80 {
		b.WriteByte("bcdfghklmnprstvz"[n%16])
		b.WriteByte("aeiou"[n/16%5])
	}
	return b.String()
}

// lettered makes n documents of a thousand words, used as unevenly as real ones.
func lettered(n int) []Document {
	random := rand.New(rand.NewPCG(2, uint64(n)))
	zipf := rand.NewZipf(random, 1.1, 4, 100000)
	docs := make([]Document, n)
	for i := range docs {
		var body strings.Builder
		for range 1000 {
			body.WriteString(spelling(zipf.Uint64()) + " ")
		}
		docs[i] = Document{Title: spelling(uint64(random.IntN(100000))) + " " + spelling(uint64(random.IntN(1000))), Body: body.String()}
	}
	return docs
}
