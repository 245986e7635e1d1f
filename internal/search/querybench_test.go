package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkSearch is the cost of a query on articles of a thousand words: of
// those that people write, and of the dearest.
func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		docs := lettered(n)
		x := indexOf(docs)
		for _, kind := range []string{"mixed", "common"} {
			queries := askedFor(kind, docs)
			b.Run(fmt.Sprintf("%d/%s", n, kind), func(b *testing.B) {
				b.ReportAllocs()
				x.Search("warm", 0, 12, library(docs))
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

// askedFor makes queries: titles, begun words, slips and phrases; or twelve words
// that most documents have.
func askedFor(kind string, docs []Document) []string {
	random := rand.New(rand.NewPCG(5, 6))
	var queries []string
	for range 400 {
		title := docs[random.IntN(len(docs))].Title
		if kind == "common" {
			var words []string
			for range mostWords {
				words = append(words, spelling(uint64(random.IntN(40))))
			}
			queries = append(queries, strings.Join(words, " "))
			continue
		}
		at := 1 + random.IntN(len(title)-2)
		words := strings.Fields(docs[random.IntN(len(docs))].Body)
		queries = append(queries, title, title[:len(title)-2], title[:at]+title[at+1:], words[0]+" "+words[1], `"`+words[2]+" "+words[3]+`"`, words[4][:2])
	}
	return queries
}
