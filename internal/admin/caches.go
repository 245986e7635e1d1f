package admin

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"byline/templates"
)

// Cache is how it is with a cache that is told of changes.
type Cache struct {
	Cache    string    `json:"cache"`
	Pending  int       `json:"pending"`  // keys that it must still be told
	Purges   int       `json:"purges"`   // that it has confirmed
	Keys     int       `json:"keys"`     // in those
	Failures int       `json:"failures"` // tries that it did not confirm
	Last     time.Time `json:"last,omitzero"`
	Failing  time.Time `json:"failing_since,omitzero"`
	Fault    string    `json:"fault,omitempty"`
}

// cacheMetrics are the metrics of caches. There are as many series as the operator
// has named caches.
func cacheMetrics() []metric[Cache] {
	value := func(kind prometheus.ValueType, name, help string, of func(Cache) float64) metric[Cache] {
		return metric[Cache]{prometheus.NewDesc(name, help, []string{"cache"}, nil), kind, of, func(c Cache) []string { return []string{c.Cache} }}
	}
	return []metric[Cache]{
		value(prometheus.CounterValue, "byline_purges_total", "Purges that a cache has confirmed.", func(c Cache) float64 { return float64(c.Purges) }),
		value(prometheus.CounterValue, "byline_purged_keys_total", "Keys in the purges that a cache has confirmed.", func(c Cache) float64 { return float64(c.Keys) }),
		value(prometheus.CounterValue, "byline_purge_failures_total", "Purges that a cache did not confirm; they are tried again.", func(c Cache) float64 { return float64(c.Failures) }),
		value(prometheus.GaugeValue, "byline_purge_pending_keys", "Keys that a cache must still be told.", func(c Cache) float64 { return float64(c.Pending) }),
		value(prometheus.GaugeValue, "byline_purge_failing_since_timestamp_seconds", "Since when a cache does not confirm; 0 while it does.", func(c Cache) float64 { return unix(c.Failing) }),
		value(prometheus.GaugeValue, "byline_purge_last_success_timestamp_seconds", "When a cache has confirmed a purge last.", func(c Cache) float64 { return unix(c.Last) }),
	}
}

// caches is how it is with all caches now, never nil.
func (r *Recorder) caches() []Cache {
	if r.options.Caches == nil {
		return []Cache{}
	}
	return append([]Cache{}, r.options.Caches()...)
}

func cacheRow(c Cache, now time.Time) templates.StatusRow {
	row := templates.StatusRow{When: date(c.Last, now), State: "good", Result: "told", Note: c.Cache, Text: count(c.Purges, "purge") + " of " + count(c.Keys, "key") + " confirmed."}
	switch {
	case !c.Failing.IsZero():
		row.When, row.State, row.Result = date(c.Failing, now), "bad", "does not confirm"
		row.Text = c.Fault + " — " + count(c.Pending, "key") + " to be told; it is tried again, and caches keep no page without asking meanwhile."
	case c.Last.IsZero():
		row.When, row.State, row.Result, row.Text = date(now, now), "calm", "not told yet", ""
	case c.Pending > 0:
		row.State, row.Text = "calm", row.Text+" "+count(c.Pending, "key")+" to be told, perhaps once more."
	}
	return row
}
