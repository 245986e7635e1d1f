package site

import (
	"fmt"
	"testing"

	"byline/internal/redirect"
)

// rules is a table of n redirects to the articles of a generated site.
func rules(t testing.TB, n, articles int) []redirect.Row {
	t.Helper()
	src := []byte("from,to\n")
	for i := range n {
		to := fmt.Sprintf("/articles/number-%d", i%articles)
		if i%3 == 0 {
			to = fmt.Sprintf("number-%d.md", i%articles)
		}
		src = fmt.Appendf(src, "/20%02d/%02d/old-post-%d/,%s\n", i%20, 1+i%12, i, to)
	}
	rows, found := redirect.Read("redirects.csv", src)
	if len(found) > 0 {
		t.Fatal(found)
	}
	return rows
}

// BenchmarkManyRules is the cost of the next site, after an edit of one article
// and with 50,000 redirects, and of finding where one leads.
func BenchmarkManyRules(b *testing.B) {
	in := generated(b, 250)
	for _, n := range []int{0, 50_000} {
		in.Redirects = rules(b, n, 250)
		var builder Builder
		s := builder.Build(in).Site
		b.Run(fmt.Sprint("build ", n), func(b *testing.B) {
			for b.Loop() {
				builder.Build(in)
			}
		})
		b.Run(fmt.Sprint("lookup ", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Lead("/2019/08/old-post-31819", "/2019/08/old-post-31819")
			}
		})
	}
}
