package admin

import "github.com/prometheus/client_golang/prometheus"

// collector gives out metrics that are read when they are asked for, of each of
// some things.
type collector[T any] struct {
	things  func() []T
	metrics []metric[T]
}

// metric is one value of a thing.
type metric[T any] struct {
	desc   *prometheus.Desc
	kind   prometheus.ValueType
	value  func(T) float64
	labels func(T) []string // nil: none
}

var _ prometheus.Collector = collector[moment]{}

// Describe implements prometheus.Collector.
func (c collector[T]) Describe(out chan<- *prometheus.Desc) {
	for _, m := range c.metrics {
		out <- m.desc
	}
}

// Collect implements prometheus.Collector.
func (c collector[T]) Collect(out chan<- prometheus.Metric) {
	for _, thing := range c.things() {
		for _, m := range c.metrics {
			var labels []string
			if m.labels != nil {
				labels = m.labels(thing)
			}
			out <- prometheus.MustNewConstMetric(m.desc, m.kind, m.value(thing), labels...)
		}
	}
}
