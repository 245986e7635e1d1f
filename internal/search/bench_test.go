package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// BenchmarkRelated is the cost of what stands beside one article.
func BenchmarkRelated(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		if n > 1000 && testing.Short() {
			continue
		}
		index := zipfIndex(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			read := 0
			for i := 0; b.Loop(); i++ {
				index.Resembling(i*7919%n, 4, nobody)
				read += index.read(i * 7919 % n)
			}
			b.ReportMetric(float64(read)/float64(b.N), "postings/op")
		})
	}
}

// BenchmarkNeighbours is the cost of the same once it was worked out, when another
// article was edited since.
func BenchmarkNeighbours(b *testing.B) {
	docs := synthetic(10000)
	v := NewVocabulary("en")
	bags := analysed(v, docs)
	first := v.Index(bags, nil)
	next := v.Index(edited(v, docs, bags, 0, " A sentence on word7 and word1."), first)
	for d := range docs {
		first.Neighbours(d, 4, nil)
	}
	for i := 0; b.Loop(); i++ {
		d := i % len(docs)
		a := first.followed.memory.recall(first.slots[d])
		next.holds(next.slots[d], a, a.asked)
	}
}

// BenchmarkIndex is the cost of the index of a whole site, whose texts are
// analysed already.
func BenchmarkIndex(b *testing.B) {
	sizes(b, func(b *testing.B, docs []Document) {
		v := NewVocabulary("en")
		bags := analysed(v, docs)
		for b.Loop() {
			v.Index(bags, nil)
		}
	})
}

// BenchmarkEdit is the cost of another sentence in one article of a site.
func BenchmarkEdit(b *testing.B) {
	sizes(b, func(b *testing.B, docs []Document) {
		v := NewVocabulary("en")
		bags := analysed(v, docs)
		index := v.Index(bags, nil)
		for i := 0; b.Loop(); i++ {
			doc := docs[i%len(docs)]
			doc.Body += fmt.Sprintf(" A sentence on word7, word%d and new%d.", i%900, i)
			bags = slices.Clone(bags)
			bags[i%len(docs)] = v.Analyse(doc)
			index = v.Index(bags, index)
		}
	})
}

func sizes(b *testing.B, run func(b *testing.B, docs []Document)) {
	for _, n := range []int{250, 10000} {
		if n > 1000 && testing.Short() {
			continue
		}
		docs := synthetic(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) { run(b, docs) })
	}
}

// BenchmarkAnalyse is the cost of one article of a thousand words.
func BenchmarkAnalyse(b *testing.B) {
	body := strings.Repeat("The indexes of a database answer the questions that its users really ask. ", 80)
	v := NewVocabulary("en")
	for b.Loop() {
		v.Analyse(Document{Title: "Indexes", Body: body})
	}
}
