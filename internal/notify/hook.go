package notify

import (
	"encoding/json"
	"fmt"
	"net/url"

	"byline/internal/finding"
)

// report is an Outcome as JSON.
type report struct {
	Revision  string   `json:"revision"`
	Commit    string   `json:"commit,omitempty"`
	Live      string   `json:"live"`
	URL       string   `json:"url,omitempty"`
	Good      bool     `json:"good"`
	Summary   string   `json:"summary"`
	Published bool     `json:"published"`
	Held      string   `json:"held,omitempty"`
	Fault     string   `json:"fault,omitempty"`
	Articles  int      `json:"articles"`
	HeldBack  []string `json:"held_back"`
	Errors    int      `json:"errors"`
	Warnings  int      `json:"warnings"`
	Findings  []remark `json:"findings"`
	Took      int64    `json:"took_ms"`
}

type remark struct {
	File       string `json:"file"`
	Line       int    `json:"line,omitempty"`
	Column     int    `json:"column,omitempty"`
	Severity   string `json:"severity"`
	Rule       string `json:"rule"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion,omitempty"`
}

// newHook is whoever listens at a URL.
func newHook(address string) (target, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return target{}, fmt.Errorf("the notify URL is not an http or https address; write one like https://hooks.example.org/…")
	}
	if u.User != nil && !safe(u) {
		return target{}, fmt.Errorf("the notify URL would send its password to %s readable by all on the way; use https", u.Host)
	}
	return target{
		kind: "url", name: u.Scheme + "://" + u.Host,
		compose: func(o Outcome) (message, bool) {
			r := reportOf(o)
			m := message{url: address, about: o.Revision, says: r.Summary, same: r.same()}
			var err error
			m.body, err = json.Marshal(r)
			return m, err == nil
		},
	}, nil
}

func reportOf(o Outcome) report {
	r := report{
		Revision: o.Revision, Commit: o.Commit, Live: o.Live, URL: o.URL, Good: good(o), Summary: describe(o), Published: o.Published,
		Articles: o.Articles, HeldBack: append([]string{}, o.HeldBack...), Findings: []remark{},
		Errors: o.Findings.Count(finding.Error), Warnings: o.Findings.Count(finding.Warning), Took: o.Took.Milliseconds(),
	}
	if o.Held != nil {
		r.Held = o.Held.Error()
	}
	if o.Fault != nil {
		r.Fault = o.Fault.Error()
	}
	for _, f := range o.Findings {
		r.Findings = append(r.Findings, remark{f.File, f.Line, f.Col, f.Severity().String(), string(f.Rule), f.Message, f.Suggestion})
	}
	return r
}

// same is equal for reports that differ only in how they came about.
func (r report) same() string {
	return fmt.Sprint(r.Revision, r.Live, r.Articles, r.Held, r.Fault, r.HeldBack, r.Findings)
}
