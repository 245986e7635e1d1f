package render

import (
	"testing"
	"time"

	"byline/internal/site"
)

// What a shared cache may keep never reaches past the next date in the content.
func TestSharedCacheEndsAtTheNextChange(t *testing.T) {
	now := time.Date(2026, 5, 13, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		next time.Time
		want string
	}{
		{time.Time{}, "max-age=0, stale-while-revalidate=30"},
		{now.Add(time.Hour), "max-age=0, stale-while-revalidate=30"},
		{now.Add(9 * time.Second), "max-age=0, stale-while-revalidate=9"},
		{now.Add(-time.Second), "max-age=0, stale-while-revalidate=0"},
	} {
		b := &Bundle{site: &site.Site{NextChange: c.next}}
		if got := b.SharedCache(now); got != c.want {
			t.Errorf("with a change at %v: %q, want %q", c.next, got, c.want)
		}
	}
}
