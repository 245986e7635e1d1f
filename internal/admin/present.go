package admin

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"byline/internal/finding"
	"byline/internal/publish"
)

// moment is what the values are read from.
type moment struct {
	publish.Status
	success, modified time.Time
}

// presentMetrics is the table of them. The label revision has one value at a
// time: series come and go with publishes, not with requests.
func presentMetrics() []metric[moment] {
	severity := func(name string, s finding.Severity) metric[moment] {
		return metric[moment]{
			prometheus.NewDesc("byline_findings", "Findings of the revision that was looked at last, by severity.", nil, prometheus.Labels{"severity": name}),
			prometheus.GaugeValue, func(m moment) float64 { return float64(m.Findings.Count(s)) }, nil,
		}
	}
	gauge := func(name, help string, value func(moment) float64) metric[moment] {
		return metric[moment]{prometheus.NewDesc(name, help, nil, nil), prometheus.GaugeValue, value, nil}
	}
	return []metric[moment]{
		severity("error", finding.Error), severity("warning", finding.Warning),
		gauge("byline_articles", "Articles that are served.", func(m moment) float64 { return float64(m.Articles) }),
		gauge("byline_articles_held_back", "Articles whose new version is not served.", func(m moment) float64 { return float64(len(m.HeldBack)) }),
		gauge("byline_revision_held", "1 while the newest revision is not live because of its findings.", func(m moment) float64 { return flag(m.Held != nil) }),
		gauge("byline_rolled_back", "1 while the newest revision is not live because it was rolled back from.", func(m moment) float64 { return flag(m.Rejected != "") }),
		gauge("byline_source_readable", "1 while the source can be read.", func(m moment) float64 { return flag(m.Fault == nil) }),
		gauge("byline_live_revision_timestamp_seconds", "When the content of the live revision last changed: its commit, or a date in it that came later.",
			func(m moment) float64 { return unix(m.modified) }),
		gauge("byline_live_since_timestamp_seconds", "When the live revision went live.", func(m moment) float64 { return unix(m.Since) }),
		gauge("byline_publish_last_success_timestamp_seconds", "When the source was last looked at and nothing was held or in the way.",
			func(m moment) float64 { return unix(m.success) }),
		{
			prometheus.NewDesc("byline_live_revision_info", "The live revision; always 1.", []string{"revision"}, nil),
			prometheus.GaugeValue, func(m moment) float64 { return flag(m.Live != "") }, func(m moment) []string { return []string{m.Live} },
		},
	}
}

func (r *Recorder) moment() moment {
	r.mu.Lock()
	m := moment{Status: r.last, success: r.success}
	r.mu.Unlock()
	if r.options.Modified != nil {
		m.modified = r.options.Modified()
	}
	return m
}

func flag(on bool) float64 {
	if on {
		return 1
	}
	return 0
}

// unix is a time in seconds, 0 for none.
func unix(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1e3
}
