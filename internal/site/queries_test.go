package site

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"byline/internal/testkit"
)

// TestQueriesAreAnswered: what people type finds what they mean, on the blogs of
// real projects. The figure of a kind of query is the mean of 1/rank. Run with -v
// for the table.
func TestQueriesAreAnswered(t *testing.T) {
	sites := map[string]*Site{}
	for _, name := range []string{"swift", "18f"} {
		in, _ := withoutLinks(t, filepath.Join(testkit.Shared(t), "sites", name), true)
		sites[name] = (&Builder{}).Build(in).Site
	}
	sums, counts := map[string]float64{}, map[string]float64{}
	var table strings.Builder
	for _, q := range queries(t) {
		s := sites[q.site]
		want, ok := s.Find(q.slug)
		if !ok {
			t.Fatalf("%s has no article %q", q.site, q.slug)
		}
		rank := 0
		for i, hit := range s.Search(q.text, 0, 30).Pages {
			if hit.Page == want {
				rank = i + 1
				break
			}
		}
		fmt.Fprintf(&table, "%-5s  %-10s  %4s  %-45s  %s\n", q.site, q.kind, rankText(rank), q.text, q.slug)
		counts[q.kind]++
		if rank > 0 {
			sums[q.kind] += 1 / float64(rank)
		}
	}
	least := map[string]float64{"title": 0.95, "slip": 0.9, "remembered": 0.8, "topic": 0.7, "begun": 0.7}
	for _, kind := range keys(counts) {
		mean := sums[kind] / counts[kind]
		fmt.Fprintf(&table, "%-10s  %2.0f queries  %.3f\n", kind, counts[kind], mean)
		if mean < least[kind] || least[kind] == 0 {
			t.Errorf("queries of the kind %q are answered at %.3f, want %.2f", kind, mean, least[kind])
		}
	}
	t.Log("\n" + table.String())
	if len(queries(t)) < 60 {
		t.Error("there are fewer than 60 queries")
	}
}

func rankText(rank int) string {
	if rank == 0 {
		return "–"
	}
	return fmt.Sprint(rank)
}

type asked struct{ site, kind, text, slug string }

// queries reads testdata/queries.txt.
func queries(t *testing.T) []asked {
	t.Helper()
	f, err := os.Open("testdata/queries.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []asked
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, "|")
		if len(parts) != 4 {
			t.Fatalf("%q is not site | kind | query | slug", line)
		}
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		q := asked{parts[0], parts[1], parts[2], parts[3]}
		if slices.Contains(all, q) {
			t.Fatalf("%q stands there twice", line)
		}
		all = append(all, q)
	}
	return all
}
