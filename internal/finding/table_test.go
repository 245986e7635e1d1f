package finding

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// constants are the rules that rules.go declares.
func constants(t *testing.T) []Rule {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "rules.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []Rule
	for n := range ast.Preorder(file) {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			continue
		}
		text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Rule(text))
	}
	if len(all) < 40 {
		t.Fatalf("only %d rules were read", len(all))
	}
	return all
}

// TestTable: every rule stands in the table once, with an id that can be typed
// and help of one short line; the table has nothing else.
func TestTable(t *testing.T) {
	form := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	in := map[Rule]int{}
	for _, about := range Rules() {
		in[about.Rule]++
		if !form.MatchString(string(about.Rule)) || about.Help == "" || len(about.Help) > 110 || strings.Contains(about.Help, "\n") || strings.HasSuffix(about.Help, ".") {
			t.Errorf("%+v", about)
		}
		if about.Rule.Severity() != about.Severity {
			t.Errorf("%s is a %s", about.Rule, about.Rule.Severity())
		}
	}
	for _, rule := range constants(t) {
		if in[rule] != 1 {
			t.Errorf("%s stands %d times in the table", rule, in[rule])
		}
		delete(in, rule)
	}
	if len(in) > 0 {
		t.Errorf("in the table only: %v", in)
	}
}

// TestOnly: a candidate is the only one meant when no other is as near.
func TestOnly(t *testing.T) {
	keys := []string{"title", "date", "tags", "author", "authors"}
	for _, c := range []struct{ word, want string }{
		{"titel", "title"},
		{"auther", "author"},
		{"authorss", "authors"},
		{"authr", "author"}, // author is one edit away, authors two
		{"authorx", ""},     // both are one edit away
		{"daes", ""},        // date and tags are both two away
		{"wholly different", ""},
	} {
		got, ok := Only(c.word, keys, 2)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("Only(%q) = %q, %t; want %q", c.word, got, ok, c.want)
		}
	}
}
