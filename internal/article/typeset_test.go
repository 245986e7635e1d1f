package article

import "testing"

// Titles get the quotes that the body gets.
func TestTypeset(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                         "plain",
		"Don't repeat yourself":         "Don’t repeat yourself",
		`A "good" name`:                 "A “good” name",
		`"Done"`:                        "“Done”",
		`("why")`:                       "(“why”)",
		"the 'end' of it":               "the ‘end’ of it",
		"rock 'n' roll of the '90s":     "rock ’n’ roll of the ’90s",
		"editors' notes":                "editors’ notes",
		`she said "it's 'fine'", twice`: "she said “it’s ‘fine’”, twice",
		"'tis late":                     "’tis late",
		`"'Quoted' in quotes"`:          "“‘Quoted’ in quotes”",
		"":                              "",
		"'":                             "’",
	} {
		if got := Typeset(in); got != want {
			t.Errorf("Typeset(%q) = %q, want %q", in, got, want)
		}
	}
}
