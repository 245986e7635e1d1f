package admin

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"byline/internal/finding"
	"byline/internal/publish"
)

// series are the lines of /metrics that a pattern matches, ordered.
func series(t *testing.T, addr, pattern string) []string {
	t.Helper()
	lines := regexp.MustCompile(`(?m)^`+pattern+`.*$`).FindAllString(get(t, addr, "/metrics"), -1)
	slices.Sort(lines)
	return lines
}

// Names, units and help texts follow the conventions of Prometheus.
func TestMetricNames(t *testing.T) {
	p, _ := newPress(t)
	p.look(well("a", 0))
	problems, err := testutil.GatherAndLint(p.recorder.metrics.registry)
	for _, problem := range problems {
		if strings.HasPrefix(problem.Metric, "byline_") {
			t.Errorf("%s: %s", problem.Metric, problem.Text)
		}
	}
	if err != nil {
		t.Error(err)
	}
}

// Requests are counted by kind and class; in flight are those that have not
// ended; what nobody has announced makes no series of its own.
func TestRequestMetrics(t *testing.T) {
	p, addr := newPress(t)
	r := p.recorder
	for range 5 {
		r.Began()
	}
	r.Ended("page", 200, 1000, 3*time.Millisecond)
	r.Ended("page", 304, 0, time.Millisecond)
	r.Ended("asset", 599, 10, 30*time.Millisecond)
	r.Ended("nobody-said-so", 404, 7, time.Second)
	want := []string{
		`byline_http_requests_in_flight 1`,
		`byline_http_requests_total{kind="asset",status="5xx"} 1`,
		`byline_http_requests_total{kind="other",status="4xx"} 1`,
		`byline_http_requests_total{kind="page",status="2xx"} 1`,
		`byline_http_requests_total{kind="page",status="3xx"} 1`,
		`byline_http_response_bytes_total{kind="asset"} 10`,
		`byline_http_response_bytes_total{kind="other"} 7`,
		`byline_http_response_bytes_total{kind="page"} 1000`,
	}
	if diff := cmp.Diff(want, series(t, addr, `byline_http_(requests|response)_\w+(\{.*\})? [^0]`)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	took := []string{
		`byline_http_request_duration_seconds_bucket{kind="page",le="0.0025"} 1`,
		`byline_http_request_duration_seconds_bucket{kind="page",le="0.005"} 2`,
	}
	if diff := cmp.Diff(took, series(t, addr, `byline_http_request_duration_seconds_bucket{kind="page",le="0.00(25|5)"}`)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if n := len(series(t, addr, `byline_http_requests_total`)); n != 3*4 {
		t.Errorf("%d series of requests, want 4 classes of each kind from the beginning", n)
	}
}

// Counting a request allocates nothing.
func TestRequestsCostNothing(t *testing.T) {
	p, _ := newPress(t)
	if n := testing.AllocsPerRun(1000, func() {
		p.recorder.Began()
		p.recorder.Ended("page", 200, 1000, time.Millisecond)
	}); n != 0 {
		t.Errorf("%v allocations a request", n)
	}
}

func BenchmarkRequest(b *testing.B) {
	p, _ := newPress(b)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			p.recorder.Began()
			p.recorder.Ended("page", 200, 1000, time.Millisecond)
		}
	})
}

// Publishing is counted by what it came to, and the present is what the last
// look said.
func TestPublishMetrics(t *testing.T) {
	p, addr := newPress(t)
	heldStatus, faulty := well("a", time.Hour), well("a", 2*time.Hour)
	heldStatus.Held, heldStatus.HeldBack, heldStatus.Findings = publish.ErrHeld, []string{"cookies.md"}, finding.List{typo, lost, lost}
	faulty.Fault = errors.New("no route")
	p.look(well("a", 0))
	p.look(well("a", time.Minute))
	p.look(heldStatus)
	p.look(faulty)
	p.look(faulty)
	p.look(heldStatus)
	p.recorder.Delivered(Delivery{Kind: "status", Result: "retrying", Tries: 1})
	p.recorder.Delivered(Delivery{Kind: "status", Result: "delivered", Tries: 2})
	want := []string{
		`byline_articles 25`,
		`byline_articles_held_back 1`,
		`byline_bodies 0`,
		`byline_bodies_budget_bytes 0`,
		`byline_bodies_bytes 0`,
		`byline_bodies_evicted_total 0`,
		`byline_bodies_found_total 0`,
		`byline_bodies_made_total 0`,
		`byline_build_info{go_version="GO",version="1.2.3"} 1`,
		`byline_fetch_failures_total 2`,
		`byline_findings{severity="error"} 1`,
		`byline_findings{severity="warning"} 2`,
		`byline_live_revision_info{revision="a"} 1`,
		`byline_live_revision_timestamp_seconds 1.7786736e+09`,
		`byline_live_since_timestamp_seconds 1.7786736e+09`,
		`byline_notify_deliveries_total{kind="status",result="delivered"} 1`,
		`byline_notify_deliveries_total{kind="status",result="retrying"} 1`,
		`byline_notify_deliveries_total{kind="url",result="delivered"} 0`,
		`byline_notify_deliveries_total{kind="url",result="retrying"} 0`,
		`byline_publish_duration_seconds_count{stage="build"} 1`,
		`byline_publish_duration_seconds_count{stage="check"} 1`,
		`byline_publish_duration_seconds_count{stage="fetch"} 1`,
		`byline_publish_duration_seconds_count{stage="history"} 1`,
		`byline_publish_duration_seconds_count{stage="swap"} 1`,
		`byline_publish_duration_seconds_sum{stage="build"} 0.06`,
		`byline_publish_duration_seconds_sum{stage="check"} 0.008`,
		`byline_publish_duration_seconds_sum{stage="fetch"} 0.012`,
		`byline_publish_duration_seconds_sum{stage="history"} 0.002`,
		`byline_publish_duration_seconds_sum{stage="swap"} 0.004`,
		`byline_publish_last_success_timestamp_seconds 1.77867366e+09`,
		`byline_publishes_total{result="held"} 2`,
		`byline_publishes_total{result="published"} 1`,
		`byline_publishes_total{result="unchanged"} 1`,
		`byline_revision_held 1`,
		`byline_rolled_back 0`,
		`byline_source_readable 1`,
	}
	got := series(t, addr, `byline_`)
	got = slices.DeleteFunc(got, func(s string) bool { return strings.Contains(s, "_http_") || strings.Contains(s, "_bucket") })
	for i := range got {
		got[i] = regexp.MustCompile(`go_version="[^"]*"`).ReplaceAllString(got[i], `go_version="GO"`)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, others := range []string{"go_goroutines", "process_cpu_seconds_total"} {
		if len(series(t, addr, others)) != 1 {
			t.Errorf("no %s", others)
		}
	}
}

// The revision is one series at a time, however many there were.
func TestOneRevision(t *testing.T) {
	p, addr := newPress(t)
	for _, revision := range []string{"a", "b", "c"} {
		p.look(well(revision, 0))
	}
	if got := series(t, addr, "byline_live_revision_info"); len(got) != 1 || got[0] != `byline_live_revision_info{revision="c"} 1` {
		t.Errorf("%q", got)
	}
}
