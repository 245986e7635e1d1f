package admin

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"byline/templates"
)

// Bodies are the finished pages and other answers that are kept in memory.
type Bodies struct {
	Entries int    `json:"entries"`
	Bytes   int64  `json:"bytes"`
	Budget  int64  `json:"budget_bytes"`
	Found   uint64 `json:"found"`   // that were made before, for another revision or address
	Made    uint64 `json:"made"`    // since the start
	Evicted uint64 `json:"evicted"` // to make room
}

// bodiesMetrics are the metrics of them.
func bodiesMetrics() []metric[Bodies] {
	value := func(kind prometheus.ValueType, name, help string, of func(Bodies) float64) metric[Bodies] {
		return metric[Bodies]{prometheus.NewDesc(name, help, nil, nil), kind, of, nil}
	}
	return []metric[Bodies]{
		value(prometheus.GaugeValue, "byline_bodies", "Finished answers that are kept in memory.", func(b Bodies) float64 { return float64(b.Entries) }),
		value(prometheus.GaugeValue, "byline_bodies_bytes", "Bytes of the finished answers that are kept in memory, and of what is remembered of addresses.", func(b Bodies) float64 { return float64(b.Bytes) }),
		value(prometheus.GaugeValue, "byline_bodies_budget_bytes", "Bytes that these may take in memory.", func(b Bodies) float64 { return float64(b.Budget) }),
		value(prometheus.CounterValue, "byline_bodies_found_total", "Answers that were finished before, for another revision or address.", func(b Bodies) float64 { return float64(b.Found) }),
		value(prometheus.CounterValue, "byline_bodies_made_total", "Answers that were made.", func(b Bodies) float64 { return float64(b.Made) }),
		value(prometheus.CounterValue, "byline_bodies_evicted_total", "Answers that were dropped to make room for others.", func(b Bodies) float64 { return float64(b.Evicted) }),
	}
}

// bodies is what is kept now.
func (r *Recorder) bodies() Bodies {
	if r.options.Bodies == nil {
		return Bodies{}
	}
	return r.options.Bodies()
}

// bodiesFact says on the status page what finished pages take.
func bodiesFact(b Bodies) templates.StatusFact {
	note := fmt.Sprintf("of %s, in %s", megabytes(b.Budget), count(b.Entries, "answer"))
	return templates.StatusFact{Label: "Finished pages", Value: megabytes(b.Bytes), Note: note}
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20)) }
