package templates

import (
	"encoding/json"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Dates are written as the language writes them.
func TestDatesByLanguage(t *testing.T) {
	day := time.Date(2026, time.May, 13, 0, 0, 0, 0, time.UTC)
	for lang, want := range map[string]string{
		"en-US": "May 13, 2026", "en": "May 13, 2026", "en-GB": "13 May 2026", "es": "13 de mayo de 2026", "es-MX": "13 de mayo de 2026",
		"xx": "May 13, 2026", "": "May 13, 2026", "../../x": "May 13, 2026",
	} {
		words, err := WordsFor(lang)
		if err != nil {
			t.Fatalf("WordsFor(%q): %v", lang, err)
		}
		if got := words.Date(day); got != want {
			t.Errorf("in %q: %s, want %s", lang, got, want)
		}
	}
}

// Every language has every text, knows no other, and fills in the same values.
func TestCataloguesAreWhole(t *testing.T) {
	english := catalogue(t, "words/en.json")
	names, err := fs.Glob(wordFiles, "words/*.json")
	if err != nil {
		t.Fatal(err)
	}
	braces := regexp.MustCompile(`\{\w+\}`)
	for _, name := range names {
		texts := catalogue(t, name)
		regional := strings.Contains(name, "-") // has only what differs
		for key, text := range english {
			other, ok := texts[key]
			if !ok {
				if !regional {
					t.Errorf("%s has no %q", name, key)
				}
				continue
			}
			want, got := braces.FindAllString(text, -1), braces.FindAllString(other, -1)
			slices.Sort(want)
			slices.Sort(got)
			if strings.TrimSpace(other) == "" || !slices.Equal(want, got) {
				t.Errorf("%s: %q is %q; it should hold %v", name, key, other, want)
			}
		}
		for key := range texts {
			if _, ok := english[key]; !ok {
				t.Errorf("%s has %q, which no page uses", name, key)
			}
		}
	}
}

// catalogue flattens a file of words and checks that Words has a field for each.
func catalogue(t *testing.T, name string) map[string]string {
	t.Helper()
	data, err := wordFiles.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]any
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	known := map[string]bool{}
	for i := range reflect.TypeFor[Words]().NumField() {
		known[reflect.TypeFor[Words]().Field(i).Tag.Get("json")] = true
	}
	texts := map[string]string{}
	for key, value := range raw {
		if !known[key] {
			t.Errorf("%s: Words has no %q", name, key)
		}
		switch v := value.(type) {
		case string:
			texts[key] = v
		case map[string]any:
			for form, text := range v {
				texts[key+"."+form], _ = text.(string)
			}
		case []any:
			if len(v) != 12 {
				t.Errorf("%s: %s has %d entries, want 12", name, key, len(v))
			}
		}
	}
	return texts
}

// Plurals follow the number.
func TestPlural(t *testing.T) {
	words, err := WordsFor("en")
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]string{0: "0 articles", 1: "1 article", 12: "12 articles"} {
		if got := words.ArticleCount.Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

// TestFill: values are put where their names are, and stay as they are.
func TestFill(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Page {n} of {total}", "Page 1 of {n}"},
		{"{total}{n}", "{n}1"},
		{"{other} {", "{other} {"},
		{"{{n}} {n", "{1} {n"},
		{"", ""},
	} {
		if got := Fill(c.text, "n", "1", "total", "{n}"); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.text, got, c.want)
		}
	}
}
