package search

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMatching: what a query finds, the best first.
func TestMatching(t *testing.T) {
	v := NewVocabulary("en")
	var bags []*Bag
	for _, doc := range []Document{
		{Title: "Migrating a database", Body: "How we moved the tables, one index at a time. Backups first."},
		{Title: "Backups that restore", Body: "A backup of a database that nobody has restored is a hope."},
		{Title: "Café culture", Body: "Nothing of computers here, but a database of recipes and one index of cakes, with an index of fruit."},
		{Title: "Notes on typography", Body: "Line height, measure, and the colour of a page. An index is set smaller."},
	} {
		bags = append(bags, v.Analyse(doc))
	}
	x := v.Index(bags, nil)
	for _, c := range []struct {
		query string
		want  []int
		why   string
	}{
		{"typography", []int{3}, "one word"},
		{"database", []int{0, 1, 2}, "in the title before in the text, in a short text before in a long one"},
		{"migration databases", []int{0}, "all words, in other forms"},
		{"cafe", []int{2}, "without its accent"},
		{"backup cake", []int{1, 2, 0}, "no text has both: those with either, a title first, the rarer word before the other"},
		{"the database zzz", x.documentsOf("database"), "what says nothing and what nobody wrote does not count"},
		{"the of and", nil, "nothing that says anything"},
		{"zzz", nil, "a word that nobody wrote"},
		{"", nil, "no word"},
	} {
		var got []int
		for _, m := range x.Matching(c.query) {
			got = append(got, m.Document)
		}
		if diff := cmp.Diff(fmt.Sprint(c.want), fmt.Sprint(got)); diff != "" {
			t.Errorf("%q: %s: %s", c.query, c.why, diff)
		}
	}
}

func (x *Index) documentsOf(query string) []int {
	var all []int
	for _, m := range x.Matching(query) {
		all = append(all, m.Document)
	}
	return all
}
