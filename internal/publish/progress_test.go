package publish_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/publish"
)

// TestProgress: while articles are read, it is told of every one that is, once, and of
// none that was kept.
func TestProgress(t *testing.T) {
	var mu sync.Mutex
	var told []string
	p := newPress(t, start(), func(o *publish.Options) {
		o.Progress = func(done, total int) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, fmt.Sprintf("%d of %d", done, total))
		}
	})
	taken := func() []string {
		now := slices.Sorted(slices.Values(told))
		told = nil
		return now
	}
	site := tree{"site.yaml": settings}
	for i := range 4 {
		site[fmt.Sprintf("a-%d.md", i)] = text("Title", "2023-01-01", "Text.")
	}
	p.publish(site)
	if diff := cmp.Diff([]string{"1 of 4", "2 of 4", "3 of 4", "4 of 4"}, taken()); diff != "" {
		t.Errorf("the first build: %s", diff)
	}
	p.publish(site.with("a-1.md", text("Title", "2023-01-01", time.Kitchen)))
	if diff := cmp.Diff([]string{"1 of 1"}, taken()); diff != "" {
		t.Errorf("a change of one article: %s", diff)
	}
}
