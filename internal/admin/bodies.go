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

// bodies are the metrics of them, read when they are asked for.
type bodies struct {
	recorder *Recorder
	metrics  []bodiesMetric
}

type bodiesMetric struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(Bodies) float64
}

var _ prometheus.Collector = (*bodies)(nil)

func bodiesMetrics() []bodiesMetric {
	metric := func(kind prometheus.ValueType, name, help string, value func(Bodies) float64) bodiesMetric {
		return bodiesMetric{prometheus.NewDesc(name, help, nil, nil), kind, value}
	}
	return []bodiesMetric{
		metric(prometheus.GaugeValue, "byline_bodies", "Finished answers that are kept in memory.", func(b Bodies) float64 { return float64(b.Entries) }),
		metric(prometheus.GaugeValue, "byline_bodies_bytes", "Bytes of the finished answers that are kept in memory.", func(b Bodies) float64 { return float64(b.Bytes) }),
		metric(prometheus.GaugeValue, "byline_bodies_budget_bytes", "Bytes that finished answers may take in memory.", func(b Bodies) float64 { return float64(b.Budget) }),
		metric(prometheus.CounterValue, "byline_bodies_found_total", "Answers that were finished before, for another revision or address.", func(b Bodies) float64 { return float64(b.Found) }),
		metric(prometheus.CounterValue, "byline_bodies_made_total", "Answers that were made.", func(b Bodies) float64 { return float64(b.Made) }),
		metric(prometheus.CounterValue, "byline_bodies_evicted_total", "Answers that were dropped to make room for others.", func(b Bodies) float64 { return float64(b.Evicted) }),
	}
}

// Describe implements prometheus.Collector.
func (b *bodies) Describe(out chan<- *prometheus.Desc) {
	for _, m := range b.metrics {
		out <- m.desc
	}
}

// Collect implements prometheus.Collector.
func (b *bodies) Collect(out chan<- prometheus.Metric) {
	now := b.recorder.bodies()
	for _, m := range b.metrics {
		out <- prometheus.MustNewConstMetric(m.desc, m.kind, m.value(now))
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
