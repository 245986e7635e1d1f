package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// BenchmarkRelated is the cost of what stands beside one article.
func BenchmarkRelated(b *testing.B) {
	sizes(b, func(b *testing.B, docs []Document) {
		index := indexOf(docs)
		for i := 0; b.Loop(); i++ {
			index.Resembling(i%len(docs), 4, nobody)
		}
	})
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
