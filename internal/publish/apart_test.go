package publish

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/finding"
)

// TestApart: what a push has changed is told apart from all that was found before
// it, without going into the files of which the same is said.
func TestApart(t *testing.T) {
	of := func(file string, messages ...string) (list finding.List) {
		for i, message := range messages {
			list = append(list, finding.Finding{File: file, Line: i + 1, Message: message})
		}
		return list
	}
	join := func(lists ...finding.List) (all finding.List) {
		for _, l := range lists {
			all = append(all, l...)
		}
		return all
	}
	var many finding.List
	for i := range 1000 {
		many = append(many, of(fmt.Sprintf("m-%04d.md", i), "no description", "no description")...)
	}
	before := join(of("a.md", "one", "two"), of("b.md", "one"), many)
	now := join(of("a.md", "one", "two", "three"), many, of("z.md", "new"))
	onlyNow, onlyBefore := apart(now, before)
	if diff := cmp.Diff(join(of("a.md", "one", "two", "three"), of("z.md", "new")), onlyNow); diff != "" {
		t.Errorf("only now (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(join(of("a.md", "one", "two"), of("b.md", "one")), onlyBefore); diff != "" {
		t.Errorf("only before (-want +got):\n%s", diff)
	}
	if a, b := apart(now, now); a != nil || b != nil {
		t.Errorf("of the same list %d and %d findings are apart", len(a), len(b))
	}
}
