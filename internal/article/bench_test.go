package article

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// anArticle is one of about a thousand words with headings, links, code, a list,
// a quote and a table, the same for the same seed.
func anArticle(seed uint64) []byte {
	dice := rand.New(rand.NewPCG(seed, 1))
	sentence := func(b *strings.Builder, words int) {
		for i := range words {
			if i > 0 {
				b.WriteByte(' ')
			}
			// A few words stand often and many seldom, as in any language.
			word := dice.IntN(1 + dice.IntN(600))
			for rest := word + 7; rest > 0; rest /= 9 {
				b.WriteString([]string{"ba", "cor", "du", "in", "le", "mi", "ton", "re", "so"}[rest%9])
			}
		}
	}
	var b strings.Builder
	b.WriteString("---\ntitle: \"An article: of many words\"\ndescription: What it is about\ndate: 2026-05-13\nauthor: ann\ntags: [go, markdown]\n---\n")
	for section := range 8 {
		fmt.Fprintf(&b, "\n## %d. Section ", section)
		sentence(&b, 3)
		b.WriteString("\n\n")
		for range 7 {
			sentence(&b, 14)
			b.WriteString(", *indeed*. ")
		}
		fmt.Fprintf(&b, "It's in [the other one](other-%d.md \"Title\") and at https://example.org/%d.\n\n", section, section)
		switch section % 4 {
		case 0:
			b.WriteString("```python {2} title=\"a.py\"\nfrom a import b\nprint(b[\"x\"])\n```\n")
		case 1:
			b.WriteString("| Name | Value |\n| --- | ---: |\n| `a` | 1 |\n| b | 2 |\n")
		case 2:
			b.WriteString("1. One\n2. Two with `code`\n\n> A quote that says \"so\"\n")
		}
	}
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	src := anArticle(1)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if a, found := Parse("a.md", "", src); a == nil || len(found) > 0 {
			b.Fatal(found)
		}
	}
}

func BenchmarkBody(b *testing.B) {
	a, _ := Parse("a.md", "", anArticle(1))
	b.ReportAllocs()
	for b.Loop() {
		a.Body()
	}
}

func BenchmarkText(b *testing.B) {
	a, _ := Parse("a.md", "", anArticle(1))
	b.ReportAllocs()
	for b.Loop() {
		a.Text()
	}
}

// TestRetained: an article at rest takes about the room of its file, not that of
// its source, its text and its HTML, which is more than twice as much; and its
// grammar is not made for it alone.
func TestRetained(t *testing.T) {
	const n = 500
	Parse("a.md", "", anArticle(0)) // what is made once is not of one article
	articles := make([]*Article, n)
	before := inUse()
	size := 0
	for i := range articles {
		src := anArticle(uint64(i))
		size += len(src)
		articles[i], _ = Parse("a.md", "", src)
	}
	kept := int(inUse() - before)
	if kept > size*3/2 {
		t.Errorf("%d bytes are kept of each article of %d bytes", kept/n, size/n)
	}
	t.Logf("%d bytes are kept of each article of %d bytes", kept/n, size/n)
	runtime.KeepAlive(articles)

	// Most are nodes of the tree; a grammar of its own is many hundreds more.
	src := anArticle(1)
	if allocations := testing.AllocsPerRun(20, func() { Parse("a.md", "", src) }); allocations > 1600 {
		t.Errorf("%v allocations to parse an article", allocations)
	} else {
		t.Logf("%v allocations to parse an article", allocations)
	}
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
