package publish_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/store"
	"byline/internal/testkit"
)

// BenchmarkPush: from the moment a push is told of to the page with the edit, with
// where the time goes, in milliseconds: the median and the worst.
func BenchmarkPush(b *testing.B) {
	for _, n := range []int{250, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			if testing.Short() && n > 250 {
				b.Skip("a large site takes its time to make")
			}
			benchmarkPush(b, n)
		})
	}
}

func benchmarkPush(b *testing.B, n int) {
	repo, bare, data := testkit.NewRepo(b), filepath.Join(b.TempDir(), "site.git"), b.TempDir()
	repo.Git("init", "--quiet", "--bare", "--initial-branch=main", bare)
	repo.Git("remote", "add", "origin", bare)
	files := []string{"articles/site.yaml", settings}
	for i := range n {
		files = append(files, fmt.Sprintf("articles/a-%d.md", i), generated(i, ""))
	}
	repo.Commit(files...)
	repo.Git("push", "--quiet", "origin", "main")
	mirror, err := source.OpenMirror(b.Context(), source.MirrorOptions{URL: bare, Branch: "main", Path: "articles", Dir: data})
	if err != nil {
		b.Fatal(err)
	}
	defer mirror.Close()
	kept, err := store.Open(filepath.Join(data, "kept"))
	if err != nil {
		b.Fatal(err)
	}
	p, err := publish.New(publish.Options{Source: mirror, Mirror: mirror, Repository: mirror.Repository, Store: kept, Program: "test", Log: quiet()})
	if err == nil {
		err = p.Start(b.Context())
	}
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	defer func() { stop(); <-ended }()
	var total []time.Duration
	stages := map[string][]time.Duration{}
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		mark := fmt.Sprintf("Edit number %d.", i)
		repo.Commit(fmt.Sprintf("articles/a-%d.md", i*7919%n), generated(i*7919%n, mark))
		repo.Git("push", "--quiet", "origin", "main")
		b.StartTimer()
		start := time.Now()
		status, err := p.PublishNow(b.Context())
		body, fault := p.Live().Find(fmt.Sprintf("/articles/a-%d", i*7919%n), "", "").Body(render.Identity)
		total = append(total, time.Since(start))
		if err != nil || fault != nil || !strings.Contains(string(body), mark) {
			b.Fatal(err, fault, status.Findings)
		}
		t := status.Took
		for name, took := range map[string]time.Duration{"fetch": t.Fetch, "history": t.History, "build": t.Build, "check": t.Check, "swap": t.Swap} {
			stages[name] = append(stages[name], took)
		}
	}
	b.ReportMetric(median(total), "ms-median")
	b.ReportMetric(milliseconds(slices.Max(total)), "ms-worst")
	for name, took := range stages {
		b.ReportMetric(median(took), "ms-"+name)
	}
}

func median(all []time.Duration) float64 {
	all = slices.Sorted(slices.Values(all))
	return milliseconds(all[len(all)/2])
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// generated is the article of a number: 300 words of a vocabulary whose words are
// as unevenly used as those of a language.
func generated(i int, more string) string {
	random := rand.New(rand.NewPCG(uint64(i), 1))
	var body strings.Builder
	for n := range 300 {
		rank := int(8000 * random.Float64() * random.Float64() * random.Float64())
		fmt.Fprintf(&body, "%s ", word(rank))
		if n%60 == 59 {
			body.WriteString("\n\n")
		}
	}
	return fmt.Sprintf("---\ntitle: Article %d on %s\ndate: 2023-01-01\nauthor: ada\ntags: [%s]\n---\n\n%s\n%s\n", i, word(i%500), word(i%40), body.String(), more)
}

func word(n int) string {
	syllables := []string{"ba", "ke", "li", "mo", "nu", "par", "sen", "til", "vor", "zun"}
	text := ""
	for ; n > 0 || text == ""; n /= 10 {
		text += syllables[n%10]
	}
	return text
}
