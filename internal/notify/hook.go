package notify

import (
	"encoding/json"
	"fmt"
	"net/url"

	"byline/internal/finding"
)

// report is an Outcome as JSON.
type report struct {
	Revision  string       `json:"revision"`
	Commit    string       `json:"commit,omitempty"`
	Live      string       `json:"live"`
	URL       string       `json:"url,omitempty"`
	Good      bool         `json:"good"`
	Summary   string       `json:"summary"`
	Published bool         `json:"published"`
	Held      string       `json:"held,omitempty"`
	Fault     string       `json:"fault,omitempty"`
	Articles  int          `json:"articles"`
	HeldBack  []string     `json:"held_back"`
	Errors    int          `json:"errors"`
	Warnings  int          `json:"warnings"`
	Findings  finding.List `json:"findings"`
	Took      int64        `json:"took_ms"`
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
		Articles: o.Articles, HeldBack: append([]string{}, o.HeldBack...), Findings: o.Findings,
		Errors: o.Findings.Count(finding.Error), Warnings: o.Findings.Count(finding.Warning), Took: o.Took.Milliseconds(),
	}
	if o.Held != nil {
		r.Held = o.Held.Error()
	}
	if o.Fault != nil {
		r.Fault = o.Fault.Error()
	}
	return r
}

// same is equal for reports that differ only in how they came about.
func (r report) same() string {
	return fmt.Sprint(r.Revision, r.Live, r.Articles, r.Held, r.Fault, r.HeldBack, r.Findings)
}
