package admin

import (
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"byline/internal/publish"
)

// metrics are the counters and histograms. Their series are all made beforehand:
// they are there at zero, and counting a request costs no allocation.
type metrics struct {
	registry   *prometheus.Registry
	inFlight   prometheus.Gauge
	requests   map[string]requestMetrics // by kind
	publishes  *prometheus.CounterVec
	fetches    prometheus.Counter
	stages     map[string]prometheus.Observer
	deliveries *prometheus.CounterVec
}

// requestMetrics are those of one kind of request.
type requestMetrics struct {
	classes [6]prometheus.Counter // by the first digit of the status
	bytes   prometheus.Counter
	took    prometheus.Observer
}

// classes are the values of the label status, by the first digit.
func classes() [6]string { return [6]string{2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx"} }

func newMetrics(r *Recorder) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "byline_http_requests_in_flight", Help: "Requests that are being answered."}),
		publishes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "byline_publishes_total", Help: "Looks at the source that could be read, by what they came to: published, unchanged or held.",
		}, []string{"result"}),
		fetches: prometheus.NewCounter(prometheus.CounterOpts{Name: "byline_fetch_failures_total", Help: "Looks at the source that could not be read."}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "byline_notify_deliveries_total", Help: "Tries to tell of an outcome, by who is told and by result.",
		}, []string{"kind", "result"}),
	}
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.inFlight, m.publishes, m.fetches, m.deliveries,
		collector[moment]{func() []moment { return []moment{r.moment()} }, presentMetrics()},
		collector[Cache]{r.caches, cacheMetrics()},
		collector[Bodies]{func() []Bodies { return []Bodies{r.bodies()} }, bodiesMetrics()},
	)
	m.build(r.options.Version)
	m.addRequests(r.options.RequestKinds)
	m.addStages()
	for _, result := range []string{published, unchanged, held} {
		m.publishes.WithLabelValues(result)
	}
	for _, kind := range r.options.DeliveryKinds {
		for _, result := range r.options.DeliveryResults {
			m.deliveries.WithLabelValues(kind, result)
		}
	}
	return m
}

func (m *metrics) build(version string) {
	info := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "byline_build_info", Help: "The program that runs; always 1."}, []string{"version", "go_version"})
	info.WithLabelValues(version, runtime.Version()).Set(1)
	m.registry.MustRegister(info)
}

func (m *metrics) addRequests(kinds []string) {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "byline_http_requests_total", Help: "Requests that were answered, by kind of address and by class of status.",
	}, []string{"kind", "status"})
	bytes := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "byline_http_response_bytes_total", Help: "Bytes of response bodies, by kind of address.",
	}, []string{"kind"})
	took := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "byline_http_request_duration_seconds", Help: "Time to answer a request, by kind of address.",
		Buckets: []float64{.00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5},
	}, []string{"kind"})
	m.registry.MustRegister(requests, bytes, took)
	m.requests = map[string]requestMetrics{}
	for _, kind := range append([]string{other}, kinds...) {
		r := requestMetrics{bytes: bytes.WithLabelValues(kind), took: took.WithLabelValues(kind)}
		for i, class := range classes() {
			if class != "" {
				r.classes[i] = requests.WithLabelValues(kind, class)
			}
		}
		m.requests[kind] = r
	}
}

// other takes what nobody has announced.
const other = "other"

func (m *metrics) addStages() {
	stages := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "byline_publish_duration_seconds", Help: "Time of the stages of the publishes that made a revision live.",
		Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
	}, []string{"stage"})
	m.registry.MustRegister(stages)
	m.stages = map[string]prometheus.Observer{}
	for _, s := range stagesOf(publish.Took{}) {
		m.stages[s.name] = stages.WithLabelValues(s.name)
	}
}

// stage is a part of a publish.
type stage struct {
	name string
	took time.Duration
}

func stagesOf(t publish.Took) []stage {
	return []stage{{"fetch", t.Fetch}, {"history", t.History}, {"build", t.Build}, {"check", t.Check}, {"swap", t.Swap}}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry, MaxRequestsInFlight: 4})
}

// looked counts a look at the source.
func (m *metrics) looked(result string, status publish.Status) {
	if status.Fault != nil {
		m.fetches.Inc()
	}
	if result == fault {
		return
	}
	m.publishes.WithLabelValues(result).Inc()
	if result == published {
		for _, s := range stagesOf(status.Took) {
			m.stages[s.name].Observe(s.took.Seconds())
		}
	}
}

// Began counts a request that is being answered.
func (r *Recorder) Began() { r.metrics.inFlight.Inc() }

// Ended counts a request that was answered.
func (r *Recorder) Ended(kind string, status, bytes int, took time.Duration) {
	r.metrics.inFlight.Dec()
	m, ok := r.metrics.requests[kind]
	if !ok {
		m = r.metrics.requests[other]
	}
	m.classes[min(max(status/100, 2), 5)].Inc()
	m.bytes.Add(float64(bytes))
	m.took.Observe(took.Seconds())
}
