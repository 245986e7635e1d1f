package admin

import (
	"slices"
	"time"

	"byline/internal/finding"
)

// Report is /status.json.
type Report struct {
	Program    string       `json:"program"`
	Started    time.Time    `json:"started"`
	Uptime     float64      `json:"uptime_seconds"`
	Site       string       `json:"site,omitempty"`
	Live       string       `json:"live"` // the revision that is served; "" before the first
	Since      *time.Time   `json:"since,omitempty"`
	Revision   string       `json:"revision"` // that was looked at
	Commit     string       `json:"commit,omitempty"`
	Looked     *time.Time   `json:"looked,omitempty"`
	Held       string       `json:"held,omitempty"`             // why the revision is not live
	Rejected   string       `json:"rolled_back_from,omitempty"` // the newest revision, when it was rolled back from
	Fault      string       `json:"fault,omitempty"`            // why the source could not be read
	Articles   int          `json:"articles"`
	HeldBack   []string     `json:"held_back"`
	Errors     int          `json:"errors"`
	Warnings   int          `json:"warnings"`
	Findings   finding.List `json:"findings"`
	Took       Stages       `json:"last_publish_seconds"`
	Outcomes   []Outcome    `json:"outcomes"` // newest first
	Bodies     Bodies       `json:"bodies"`
	Caches     []Cache      `json:"caches"`
	Deliveries []Delivery   `json:"deliveries"` // newest first
}

// Stages are where the time of a publish went, in seconds.
type Stages struct {
	Fetch   float64 `json:"fetch"`
	History float64 `json:"history"`
	Build   float64 `json:"build"`
	Check   float64 `json:"check"`
	Swap    float64 `json:"swap"`
	Total   float64 `json:"total"`
}

// report is what is known at a time.
func (a *admin) report(now time.Time) Report {
	s, r := a.Publisher.Status(), a.Recorder
	report := Report{
		Program: r.options.Version, Started: r.started, Uptime: now.Sub(r.started).Seconds(), Site: a.Site(), Live: s.Live, Since: known(s.Since),
		Revision: s.Revision, Commit: s.Commit, Looked: known(s.Looked), Articles: s.Articles, HeldBack: append([]string{}, s.HeldBack...),
		Errors: s.Findings.Count(finding.Error), Warnings: s.Findings.Count(finding.Warning), Findings: s.Findings,
	}
	if s.Held != nil {
		report.Held = s.Held.Error()
	}
	report.Rejected = s.Rejected
	if s.Fault != nil {
		report.Fault = s.Fault.Error()
	}
	report.Bodies, report.Caches = r.bodies(), r.caches()
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.took
	report.Took = Stages{t.Fetch.Seconds(), t.History.Seconds(), t.Build.Seconds(), t.Check.Seconds(), t.Swap.Seconds(), t.Total().Seconds()}
	report.Outcomes, report.Deliveries = turned(r.outcomes), turned(r.deliveries)
	return report
}

// known is a time that is; nil for none.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// turned is a copy in the other order, never nil.
func turned[T any](list []T) []T {
	list = append([]T{}, list...)
	slices.Reverse(list)
	return list
}
