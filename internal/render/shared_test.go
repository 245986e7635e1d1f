package render

import (
	"strings"
	"testing"
	"time"

	"byline/internal/site"
)

// What a shared cache may keep, and what it may show while it asks back, never
// reaches past the next date in the content.
func TestSharedCacheEndsAtTheNextChange(t *testing.T) {
	now := time.Date(2026, 5, 13, 12, 0, 0, 0, time.UTC)
	page := &Resource{Status: 200, CacheControl: PageCache, address: "/articles/guide"}
	for _, c := range []struct {
		next time.Time
		keep time.Duration
		want string
	}{
		{time.Time{}, 0, "max-age=0, stale-while-revalidate=30"},
		{now.Add(time.Hour), 0, "max-age=0, stale-while-revalidate=30"},
		{now.Add(9 * time.Second), 0, "max-age=0, stale-while-revalidate=9"},
		{now.Add(-time.Second), 0, "max-age=0, stale-while-revalidate=0"},
		{time.Time{}, time.Hour, "max-age=3600, stale-while-revalidate=30"},
		{now.Add(2 * time.Hour), time.Hour, "max-age=3600, stale-while-revalidate=30"},
		{now.Add(time.Hour + 9*time.Second), time.Hour, "max-age=3600, stale-while-revalidate=9"},
		{now.Add(time.Minute), time.Hour, "max-age=60, stale-while-revalidate=0"},
		{now.Add(-time.Second), time.Hour, "max-age=0, stale-while-revalidate=0"},
	} {
		b := &Bundle{site: &site.Site{NextChange: c.next}}
		if got := strings.Join(b.SharedCache(page, now, c.keep), ""); got != c.want {
			t.Errorf("with a change at %v, kept for %v: %q, want %q", c.next, c.keep, got, c.want)
		}
	}
}

// Only pages that are known beforehand are kept without asking; what leads
// elsewhere, what is not there and what never changes have nothing to say.
func TestSharedCacheIsForPages(t *testing.T) {
	b := &Bundle{site: &site.Site{}}
	for _, c := range []struct {
		name string
		r    *Resource
		want string
	}{
		{"made for one request", &Resource{Status: 200, CacheControl: PageCache}, "max-age=0, stale-while-revalidate=30"},
		{"not found", &Resource{Status: 404, CacheControl: PageCache, address: "/x"}, ""},
		{"redirect", &Resource{Status: 302, CacheControl: "no-cache", address: "/"}, ""},
		{"content-addressed", &Resource{Status: 200, CacheControl: assetCache, address: "/static/x"}, ""},
		{"in a preview", &Resource{Status: 200, CacheControl: "no-store", address: "/x"}, ""},
	} {
		if got := strings.Join(b.SharedCache(c.r, time.Now(), time.Hour), ""); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
