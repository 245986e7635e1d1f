package search

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWords: what is one word, and which say nothing.
func TestWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"It's the editors’ word: don't", "it the editors word don't"},
		{"C++ and C#, F# or C++17; not a+b, page#part, 1+1", "c++ and c# f# or c++ 17 not a b page part 1 1"},
		{"Swift 5.3.1, in 2024. Then 3.", "swift 5.3.1 in 2024 then 3"},
		{"日本語 and 水", "日本 本語 and 水"},
		{"Go言語", "go 言語"},
		{"cafe\u0301", "café"},
		{"हिन्दी", "हिन्दी"},
		{"++ ## '' …", ""},
	} {
		var got []string
		for word := range words(c.text) {
			got = append(got, word)
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%q: %s", c.text, diff)
		}
	}
}

// TestOneTerm: forms of one word are one term; other words are others.
func TestOneTerm(t *testing.T) {
	for _, c := range []struct {
		lang string
		same bool
		a, b string
	}{
		{"en", true, "Résumé", "resume"},
		{"en", true, "cafe\u0301", "café"},
		{"en-GB", true, "migrations", "migrating"},
		{"en", true, "naïve", "NAIVE"},
		{"es", true, "canciones", "canción"},
		{"es", true, "programacio\u0301n", "programación"},
		{"de", true, "Häuser", "Häusern"},
		{"fr", true, "développeurs", "développeur"},
		{"xx", true, "ÉCOLE", "ecole"},
		{"en", false, "C++", "C#"},
		{"en", false, "5.3", "5.4"},
		{"ja", false, "かき", "がき"},
		{"ru", false, "мой", "мои"},
	} {
		a, b := languageOf(c.lang).term(first(c.a)), languageOf(c.lang).term(first(c.b))
		if a == "" || b == "" || (a == b) != c.same {
			t.Errorf("%s: %q is %q, %q is %q; one term: want %v", c.lang, c.a, a, c.b, b, c.same)
		}
	}
	for _, empty := range []string{"a", "7", "42", "000", "0.0"} {
		if term := languageOf("en").term(empty); term != "" {
			t.Errorf("%q is the term %q, but says nothing", empty, term)
		}
	}
}

func first(text string) string {
	for word := range words(text) {
		return word
	}
	return ""
}

// TestAccentsMakeNoDifference: a text has the same terms however its accents
// are written; in languages whose stemmer knows none, also without them.
func TestAccentsMakeNoDifference(t *testing.T) {
	composed, apart := "Crème brûlée à São Tomé, señor Müller", "Cre\u0300me bru\u0302le\u0301e a\u0300 Sa\u0303o Tome\u0301, sen\u0303or Mu\u0308ller"
	for _, lang := range []string{"en", "es", "fr", "de", "pt", "nl", "sv"} {
		a, b := terms(composed, lang), terms(apart, lang)
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
	}
	for _, lang := range []string{"en", "nl", "sv"} {
		if diff := cmp.Diff(terms(composed, lang), terms("Creme brulee a Sao Tome, senor Muller", lang)); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
	}
}

func terms(text, lang string) []string {
	v := NewVocabulary(lang)
	v.Analyse(Document{Body: text})
	return slices.Sorted(maps.Keys(v.terms))
}

// TestResemblingIsAFunction: the same documents give the same answer on every
// run, and from every goroutine.
func TestResemblingIsAFunction(t *testing.T) {
	want := ""
	for range 4 {
		index := indexOf(synthetic(60))
		var got strings.Builder
		for d := range 60 {
			fmt.Fprintln(&got, index.Resembling(d, 4, nobody))
		}
		if want == "" {
			want = got.String()
		}
		if got.String() != want {
			t.Fatal("two runs differ")
		}
	}
}

// TestTiesGoToTheLowerNumber: callers order documents by date and slug.
func TestTiesGoToTheLowerNumber(t *testing.T) {
	same := Document{Title: "Queues", Body: "a queue holds what is waiting"}
	var got []int
	for _, m := range indexOf([]Document{same, same, same, same}).Resembling(2, 3, nobody) {
		got = append(got, m.Document)
	}
	if !slices.Equal(got, []int{0, 1, 3}) {
		t.Errorf("got %v, want 0 1 3", got)
	}
}

// TestNearCopiesAreVaried: of many near-copies one is picked, then something
// else that has to do with the article.
func TestNearCopiesAreVaried(t *testing.T) {
	docs := []Document{
		{Title: "Postgres", Body: "index planner postgres btree scan vacuum replica query latency percentile"},
		{Title: "Release notes one", Body: "index planner postgres btree scan vacuum replica"},
		{Title: "Release notes two", Body: "index planner postgres btree scan vacuum replica"},
		{Title: "Release notes three", Body: "index planner postgres btree scan vacuum replica"},
		{Title: "Slow", Body: "query latency roses water"},
		{Title: "Gardens", Body: "roses tulips soil water"},
		{Title: "Soil", Body: "roses tulips soil water"},
	}
	for range 12 { // others, so that no word is in too many
		docs = append(docs, Document{Title: "Else", Body: fmt.Sprint("other", len(docs), " thing", len(docs)/2)})
	}
	index := indexOf(docs)
	q := index.question()
	if near, _ := q.nearest(q.vector(index.slots[0]), 4, func(d int) bool { return d == 0 }); len(near) < 4 || near[3].slot != index.slots[4] {
		t.Fatalf("%v: the test needs three near-copies that score more than 4", near)
	}
	matches := index.Resembling(0, 2, nobody)
	if len(matches) != 2 || matches[1].Document != 4 {
		t.Errorf("got %v, want the article on latency (4) after one of the near-copies", matches)
	}
	for _, m := range matches {
		if m.Document >= 5 || len(m.Terms) == 0 || m.Score <= 0 || m.Score > 1 {
			t.Errorf("the match %v is not explained, or has nothing to do with the article", m)
		}
	}
}

// synthetic makes n documents of a few hundred words out of a vocabulary whose
// words are as unevenly used as real ones.
func synthetic(n int) []Document {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	zipf := rand.NewZipf(random, 1.1, 4, 20000)
	docs := make([]Document, n)
	for i := range docs {
		var body strings.Builder
		topic := random.IntN(1 + n/5)
		for range 300 {
			fmt.Fprintf(&body, "word%d ", zipf.Uint64())
		}
		for range 40 {
			fmt.Fprintf(&body, "topic%dx%d ", topic, random.IntN(12))
		}
		docs[i] = Document{Title: fmt.Sprint("topic", topic, "x1 article"), Body: body.String()}
	}
	return docs
}

func analysed(v *Vocabulary, docs []Document) []*Bag {
	bags := make([]*Bag, len(docs))
	for i, doc := range docs {
		bags[i] = v.Analyse(doc)
	}
	return bags
}

func indexOf(docs []Document) *Index {
	v := NewVocabulary("en")
	return v.Index(analysed(v, docs), nil)
}

func nobody(int) bool { return false }
