package admin

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The page, the JSON and the metrics tell which caches have what is live, and
// which do not and why.
func TestCaches(t *testing.T) {
	p, addr := newPress(t)
	p.look(well("a", 0))
	if page := get(t, addr, "/status"); strings.Contains(page, "<h2>Caches</h2>") {
		t.Error("the page has a heading over no caches")
	}
	if got := series(t, addr, "byline_purge"); got != nil {
		t.Errorf("without a cache: %q", got)
	}
	p.recorder.options.Caches = func() []Cache {
		return []Cache{
			{Cache: "http://a:6081", Purges: 7, Keys: 40, Last: noon},
			{Cache: "http://b:6081", Purges: 2, Keys: 5, Last: noon, Pending: 12, Failures: 3, Failing: noon.Add(time.Hour), Fault: "connection refused"},
			{Cache: "http://c:6081", Pending: 1},
		}
	}
	page := get(t, addr, "/status")
	for _, want := range []string{
		"<h2>Caches</h2>", "7 purges of 40 keys confirmed.", "does not confirm", "connection refused — 12 keys to be told", "not told yet",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	json := get(t, addr, "/status.json")
	for _, want := range []string{`"cache": "http://b:6081"`, `"pending": 12`, `"failing_since": "2026-05-13T13:00:00Z"`} {
		if !strings.Contains(json, want) {
			t.Errorf("the JSON has no %s", want)
		}
	}
	if n := strings.Count(json, `"last":`); n != 2+1 { // and the outcome's
		t.Errorf("%d caches have a time at which they confirmed", n-1)
	}
	want := []string{
		`byline_purge_failing_since_timestamp_seconds{cache="http://a:6081"} 0`,
		`byline_purge_failing_since_timestamp_seconds{cache="http://b:6081"} 1.7786772e+09`,
		`byline_purge_failures_total{cache="http://b:6081"} 3`,
		`byline_purge_last_success_timestamp_seconds{cache="http://a:6081"} 1.7786736e+09`,
		`byline_purge_pending_keys{cache="http://b:6081"} 12`,
		`byline_purged_keys_total{cache="http://a:6081"} 40`,
		`byline_purges_total{cache="http://a:6081"} 7`,
	}
	got := series(t, addr, "byline_purge")
	for _, line := range want {
		if !strings.Contains(strings.Join(got, "\n"), line) {
			t.Errorf("no %s", line)
		}
	}
	if len(got) != 6*3 {
		t.Errorf("%d series of three caches:\n%s", len(got), strings.Join(got, "\n"))
	}
	if diff := cmp.Diff([]Cache{}, NewRecorder(RecorderOptions{}).caches()); diff != "" {
		t.Errorf("without caches: %s", diff)
	}
}
