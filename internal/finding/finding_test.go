package finding

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNearest: the candidate that is the fewest edits away is found, the
// earlier of two, and none that is further than the limit.
func TestNearest(t *testing.T) {
	keys := []string{"title", "date", "tags", "author", "authors", "zürich"}
	for _, c := range []struct {
		word string
		max  int
		want string
	}{
		{"title", 2, "title"},
		{"titel", 1, "title"}, // a swap of neighbours is one edit
		{"titl", 1, "title"},
		{"ttitle", 1, "title"},
		{"tihle", 1, "title"},
		{"tilte", 1, "title"},
		{"tlie", 1, ""},
		{"dates", 1, "date"},
		{"author", 0, "author"},
		{"authorx", 1, "author"}, // both authors and author are one edit away
		{"zurich", 1, "zürich"},  // a character is one edit, however many bytes
		{"wholly different", 2, ""},
		{"", 2, ""},
		{"", 4, "date"},
		{"title", -1, ""},
	} {
		got, ok := Nearest(c.word, keys, c.max)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("Nearest(%q, max %d) = %q, %t; want %q", c.word, c.max, got, ok, c.want)
		}
	}
	if got, ok := Nearest("a", nil, 2); ok {
		t.Errorf("nearest of nothing is %q", got)
	}
}

// TestString: a finding is one line: place, severity, message, suggestion, rule;
// parts that are not known are left out.
func TestString(t *testing.T) {
	for want, f := range map[string]Finding{
		"a.md:3:5: error: m; s (bad-value)":  {Rule: BadValue, File: "a.md", Line: 3, Col: 5, Message: "m", Suggestion: "s"},
		"a.md:3: warning: m (unknown-key)":   {Rule: UnknownKey, File: "a.md", Line: 3, Message: "m"},
		"a.md: error: m; s (duplicate-slug)": {Rule: DuplicateSlug, File: "a.md", Col: 5, Message: "m", Suggestion: "s"},
	} {
		if got := f.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestList: a list sorts by file, line, column and rule, keeping the order of
// equals; it counts, picks and prints one finding a line.
func TestList(t *testing.T) {
	list := List{
		{Rule: BadValue, File: "b.md", Line: 1, Message: "5"},
		{Rule: UnknownKey, File: "a.md", Line: 10, Col: 1, Message: "4"},
		{Rule: UnknownKey, File: "a.md", Line: 2, Col: 10, Message: "3b"},
		{Rule: BadValue, File: "a.md", Line: 2, Col: 10, Message: "3a"},
		{Rule: UnknownKey, File: "a.md", Line: 2, Col: 9, Message: "2"},
		{Rule: UnknownKey, File: "a.md", Line: 2, Col: 10, Message: "3c"},
		{Rule: BadSlug, File: "a.md", Message: "1"},
	}
	list.Sort()
	var order []string
	for _, f := range list {
		order = append(order, f.Message)
	}
	if diff := cmp.Diff([]string{"1", "2", "3a", "3b", "3c", "4", "5"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if list.Count(Error) != 2 || list.Count(Warning) != 5 || !list.HasErrors() || list.Of("a.md").Count(Error) != 1 || list.Of("c.md") != nil {
		t.Errorf("counts of\n%s", list)
	}
	if diff := cmp.Diff(map[Rule]int{BadValue: 2, UnknownKey: 4, BadSlug: 1}, list.ByRule()); diff != "" {
		t.Error(diff)
	}
	if got, want := list[:2].Error(), "a.md: warning: 1 (bad-slug)\na.md:2:9: warning: 2 (unknown-key)"; got != want {
		t.Errorf("got %q", got)
	}
	if (List{}).HasErrors() || (List{}).String() != "" {
		t.Error("an empty list has something")
	}
}
