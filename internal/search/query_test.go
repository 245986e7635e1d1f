package search

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// small is a site of a few articles, in the order of their numbers.
var small = []Document{
	{Title: "Migrating a database", Body: "How we moved the tables, one index at a time. Backups first."},
	{Title: "Backups that restore", Body: "A backup of a database that nobody has restored is a hope."},
	{Title: "Café culture", Body: "Nothing of computers here, but a database of recipes and one index of cakes, with an index of fruit."},
	{Title: "Notes on typography", Body: "Line height, measure, and the colour of a page. An index is set smaller."},
	{Title: "日本語の検索", Body: "日本語の文章を検索する方法。"},
	{Title: "What it is about", Body: "A page about pages, of no other use."},
	{Title: "Database", Body: strings.Repeat("A long text on storage engines and what they write to disks. ", 60)},
}

func library(docs []Document) Library {
	return Library{
		Title:  func(d int) string { return docs[d].Title },
		Text:   func(d int, room []byte) []byte { return append(room[:0], docs[d].Body...) },
		Hidden: nobody,
	}
}

// TestSearch: what a query finds, the best first.
func TestSearch(t *testing.T) {
	x := indexOf(small)
	for _, c := range []struct {
		query     string
		want      []int
		corrected string
		why       string
	}{
		{"typography", []int{3}, "", "one word"},
		{"database", []int{6, 0, 1, 2}, "", "that very title first, then in a title before in a text, a short text before a long one"},
		{"migration databases", []int{0}, "", "all words, in other forms"},
		{"cafe", []int{2}, "", "without its accent"},
		{"CAFE\u0301", []int{2}, "", "in capitals, its accent apart"},
		{"backup cake", []int{1, 2, 0}, "", "no text has both: those with either, a title first, the rarer word before the other"},
		{"typog", []int{3}, "", "a word that is begun"},
		{"restore dat", []int{1}, "", "the last word is begun"},
		{"typografy", []int{3}, "typography", "a letter that is wrong, one missing"},
		{"xypography", []int{3}, "typography", "the first letter is wrong"},
		{"dtabase Bakcups", []int{1, 0}, "database backups", "two words, one letter missing, two swapped"},
		{`"index of fruit"`, []int{2}, "", "a phrase"},
		{`"fruit of index"`, nil, "", "a phrase that no text has, though one has its words"},
		{`"index`, []int{2, 0, 3}, "", "a quote that is not closed"},
		{"検索", []int{4}, "", "a script without spaces"},
		{"what it is about", []int{5}, "", "a title of words that say nothing"},
		{"the of and", nil, "", "nothing that says anything"},
		{"zzz", nil, "", "a word that nobody wrote"},
		{"database qqqqqqqqqq", []int{0, 6, 1, 2}, "", "what nobody wrote does not count"},
		{"databose", []int{6, 0, 1, 2}, "database", "the title of what was looked for"},
		{"<script>alert(1)</script>", nil, "", "markup is words"},
		{" \x00\n", nil, "", "no word"},
	} {
		a := x.Search(c.query, 0, 10, library(small))
		if diff := cmp.Diff(fmt.Sprint(c.want), fmt.Sprint(documents(a))); diff != "" {
			t.Errorf("%q: %s: %s", c.query, c.why, diff)
		}
		if a.Corrected != c.corrected {
			t.Errorf("%q: corrected to %q, want %q", c.query, a.Corrected, c.corrected)
		}
	}
}

// TestThatVeryTitle: the document with that very title is the first though many say
// the word more often in theirs.
func TestThatVeryTitle(t *testing.T) {
	docs := []Document{{Title: "Database", Body: small[6].Body}}
	for range 40 {
		docs = append(docs, Document{Title: "A database, database, database", Body: "database"})
	}
	if a := indexOf(docs).Search("database", 0, 1, library(docs)); a.Total != len(docs) || a.Results[0].Document != 0 {
		t.Errorf("found %v of %d, want document 0 of %d", documents(a), a.Total, len(docs))
	}
}

func documents(a Answer) (all []int) {
	for _, r := range a.Results {
		all = append(all, r.Document)
	}
	return all
}

// TestSnippets: what a result shows of its text.
func TestSnippets(t *testing.T) {
	filler := strings.Repeat("Words of no use stand here. ", 20)
	for _, c := range []struct{ query, text, want string }{
		{"testing", "One test, two tests; tested.", "One [test], two [tests]; [tested]."},
		{"cafe", "The Café’s door.", "The [Café’s] door."},
		{"queue workers", filler + "A queue holds. " + filler + "All workers read a queue.", "… All [workers] read a [queue]."},
		{"日本語", "これは日本語です", "これは[日本語]です"},
		{"absent", "Nothing of it.", ""},
	} {
		docs := []Document{{Title: "absent", Body: c.text}}
		a := indexOf(docs).Search(c.query, 0, 1, library(docs))
		got := ""
		for _, r := range a.Results {
			got = written(r.Snippet)
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.query, got, c.want)
		}
	}
}

func written(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Marked {
			s.Text = "[" + s.Text + "]"
		}
		b.WriteString(s.Text)
	}
	return b.String()
}

// TestPagesAreTheWhole: page by page a query finds what it finds at once; hidden
// documents are never among it, and each result has a word of the query.
func TestPagesAreTheWhole(t *testing.T) {
	docs := synthetic(400)
	x, l := indexOf(docs), library(docs)
	l.Hidden = func(d int) bool { return d%7 == 0 }
	random := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		word := fmt.Sprint("word", 100+random.IntN(300))
		query := fmt.Sprintf("%s word%d ", word, 100+random.IntN(300))
		whole := x.Search(query, 0, len(docs), l)
		var paged []int
		for from := 0; from < whole.Total; from += 12 {
			page := x.Search(query, from, 12, l)
			paged = append(paged, documents(page)...)
			if page.Total != whole.Total {
				t.Fatalf("%q from %d: %d in all, want %d", query, from, page.Total, whole.Total)
			}
		}
		if diff := cmp.Diff(documents(whole), paged); diff != "" || len(paged) != whole.Total {
			t.Fatalf("%q: %d in all, page by page (-whole +pages): %s", query, whole.Total, diff)
		}
		for _, r := range whole.Results {
			if r.Document%7 == 0 || r.Snippet == nil {
				t.Fatalf("%q: document %d is hidden or has no word of it", query, r.Document)
			}
		}
	}
}

// TestTheOrderOfDocumentsIsNothing: scores are the same in whatever order the
// documents came.
func TestTheOrderOfDocumentsIsNothing(t *testing.T) {
	docs := synthetic(200)
	turned := append(append([]Document{}, docs[77:]...), docs[:77]...)
	a, b := indexOf(docs), indexOf(turned)
	for i := range 40 {
		query := fmt.Sprintf("word%d word%d topic%d", 100+i, 200+i, i)
		scores := func(x *Index, docs []Document) map[string]float64 {
			all := map[string]float64{}
			for _, r := range x.Search(query, 0, len(docs), library(docs)).Results {
				all[docs[r.Document].Body] = r.Score
			}
			return all
		}
		if diff := cmp.Diff(scores(a, docs), scores(b, turned)); diff != "" {
			t.Fatalf("%q: %s", query, diff)
		}
	}
}

// FuzzSearch: no query and no text makes a search fail; snippets are of the text.
func FuzzSearch(f *testing.F) {
	for _, doc := range small {
		f.Add(`"index of" typografy dat`, doc.Body)
	}
	f.Add("İİ ÀÀÀÀ <script> 日本", "İstanbul’s \xff e\u0301\u0301 日本語 “x”")
	f.Fuzz(func(t *testing.T, query, text string) {
		docs := append([]Document{{Title: query, Body: text}}, small...)
		for _, r := range indexOf(docs).Search(query, 0, 5, library(docs)).Results {
			whole := written(plainSpans(r.Snippet))
			whole = strings.TrimSuffix(strings.TrimPrefix(whole, "… "), " …")
			if !strings.Contains(docs[r.Document].Body, whole) || utf8.RuneCountInString(whole) > snippetWidth {
				t.Fatalf("%q: the snippet %q is not of the text, or too long", query, whole)
			}
		}
	})
}

func plainSpans(spans []Span) (all []Span) {
	for _, s := range spans {
		all = append(all, Span{Text: s.Text})
	}
	return all
}
