package admin

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"byline/internal/finding"
	"byline/templates"
)

// shownFindings is how many findings the page holds; the JSON has all.
const shownFindings = 200

// component is what templates make.
type component interface {
	Render(ctx context.Context, w io.Writer) error
}

// page is the report for people.
func (a *admin) page(now time.Time) component {
	r := a.report(now)
	p := templates.StatusPage{
		Sheets: []string{a.assets.URL("site.css"), a.assets.URL("status.css")}, Icon: a.assets.URL("icon.svg"),
		Program: "byline " + r.Program + ", " + runtime.Version(), Shown: templates.Date{Text: clock(now), Machine: now.Format(time.RFC3339)}, Site: r.Site, Why: slices.DeleteFunc([]string{r.Fault, r.Held}, func(s string) bool { return s == "" }), HeldBack: r.HeldBack,
		Count: count(r.Errors, "error") + ", " + count(r.Warnings, "warning"),
	}
	p.State, p.Heading, p.Summary = headline(r, now)
	p.Facts = facts(r, now)
	p.Findings = findingRows(r.Findings)
	if more := len(r.Findings) - shownFindings; more > 0 {
		p.More = fmt.Sprintf("%d more are not shown.", more)
	}
	p.Stages, p.Total = stages(r.Took)
	for _, o := range r.Outcomes {
		p.Outcomes = append(p.Outcomes, outcomeRow(o, now))
	}
	for _, c := range r.Caches {
		p.Caches = append(p.Caches, cacheRow(c, now))
	}
	for _, d := range r.Deliveries {
		p.Deliveries = append(p.Deliveries, deliveryRow(d, now))
	}
	return templates.Status(p)
}

// findingRows are the findings that are shown, errors first.
func findingRows(found finding.List) []templates.Finding {
	sorted := slices.Clone(found)
	slices.SortStableFunc(sorted, func(a, b finding.Finding) int { return cmp.Compare(b.Severity(), a.Severity()) })
	var rows []templates.Finding
	for _, f := range sorted[:min(len(sorted), shownFindings)] {
		row := templates.Finding{Severity: f.Severity().String(), Place: f.Place(), Message: f.Message, Suggestion: f.Suggestion, Rule: string(f.Rule)}
		if row.Suggestion != "" {
			row.Message += ";"
		}
		rows = append(rows, row)
	}
	return rows
}

// headline says the one thing that an operator wants to know.
func headline(r Report, now time.Time) (state, heading, summary string) {
	served := "Nothing is served yet."
	if r.Live != "" {
		served = fmt.Sprintf("Revision %s went live %s ago.", r.Live, ago(now.Sub(*r.Since)))
	}
	switch {
	case r.Fault != "":
		return "fault", "The source cannot be read", served + " It stays until the source can be read again."
	case r.Held != "":
		return "held", "The newest revision is held back", fmt.Sprintf("Revision %s is not live. %s", r.Revision, served)
	case r.Rejected != "":
		return "held", "Rolled back", served + fmt.Sprintf(" It was rolled back to from %s, and stays until the branch moves or you publish.", r.Rejected)
	case r.Live == "":
		return "empty", "Nothing is live yet", "The first look at the source is not over."
	case len(r.HeldBack) > 0:
		return "partly", "Live, but for " + count(len(r.HeldBack), "article"), served
	}
	return "live", "Live", served
}

func facts(r Report, now time.Time) []templates.StatusFact {
	list := []templates.StatusFact{{Label: "Live revision", Value: cmp.Or(r.Live, "none"), Code: r.Live != ""}}
	if r.Since != nil {
		list[0].Note = "since " + clock(*r.Since)
	}
	looked := templates.StatusFact{Label: "Looked at", Value: cmp.Or(r.Revision, "nothing"), Code: r.Revision != ""}
	if r.Looked != nil {
		looked.Note = ago(now.Sub(*r.Looked)) + " ago"
	}
	list = append(list, looked)
	if r.Commit != "" {
		list = append(list, templates.StatusFact{Label: "Commit", Value: r.Commit, Code: true, Long: true})
	}
	if r.Bodies.Budget > 0 {
		list = append(list, bodiesFact(r.Bodies))
	}
	return append(list,
		templates.StatusFact{Label: "Articles", Value: fmt.Sprint(r.Articles), Note: fmt.Sprintf("%d held back", len(r.HeldBack))},
		templates.StatusFact{Label: "Up", Value: ago(now.Sub(r.Started)), Note: "since " + clock(r.Started)},
	)
}

func stages(t Stages) (list []templates.StatusStage, total string) {
	if t.Total == 0 {
		return nil, ""
	}
	for _, s := range []struct {
		name string
		took float64
	}{{"Fetch", t.Fetch}, {"History", t.History}, {"Build", t.Build}, {"Check", t.Check}, {"Swap", t.Swap}} {
		if s.took == 0 {
			continue // a stage that there is not
		}
		list = append(list, templates.StatusStage{Name: s.name, Took: inWords(s.took), Share: fmt.Sprint(math.Round(100 * s.took / t.Total))})
	}
	return list, inWords(t.Total)
}

func outcomeRow(o Outcome, now time.Time) templates.StatusRow {
	row := templates.StatusRow{When: date(o.At, now), ID: short(o.Revision), State: "bad", Result: o.Result, Text: o.Why}
	counts := []string{count(o.Errors, "error"), count(o.Warnings, "warning")}
	switch o.Result {
	case published:
		row.State, row.Note = "good", "in "+inWords(o.Took)
		row.Text = strings.Join(append([]string{count(o.Articles, "article")}, counts...), ", ")
		if o.HeldBack > 0 {
			row.Text += ", " + fmt.Sprint(o.HeldBack) + " held back"
		}
	case unchanged:
		row.State, row.Result, row.Text = "calm", "well again", "Nothing new; what is live stays."
	case held:
		row.Text += "; " + strings.Join(counts, ", ")
	case fault:
		row.Result, row.ID = "cannot read the source", ""
	}
	if o.Times > 1 {
		row.Note = fmt.Sprintf("%d times, last at %s", o.Times, date(o.Last, now).Text)
	}
	return row
}

func deliveryRow(d Delivery, now time.Time) templates.StatusRow {
	row := templates.StatusRow{When: date(d.At, now), State: "bad", Result: d.Result, ID: short(d.About), Note: d.To, Text: d.Says}
	switch d.Result {
	case "delivered":
		row.State = "good"
	case "retrying":
		row.State = "calm"
	}
	if d.Tries > 1 {
		row.Note += fmt.Sprintf(", try %d", d.Tries)
	}
	if d.Detail != "" {
		row.Text += " — " + d.Detail
	}
	return row
}

// short is a commit's id as people know it.
func short(id string) string {
	if len(id) >= 40 {
		return id[:12]
	}
	return id
}

// date is a time of today by the clock, else with its day.
func date(t, now time.Time) templates.Date {
	layout := "2006-01-02 15:04:05"
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		layout = "15:04:05"
	}
	return templates.Date{Text: t.Format(layout), Machine: t.Format(time.RFC3339)}
}

func clock(t time.Time) string { return t.Format("2006-01-02 15:04:05 MST") }

// ago is how long something lasts, roughly.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return count(int(max(d, 0).Seconds()), "second")
	case d < time.Hour:
		return count(int(d.Minutes()), "minute")
	case d < 48*time.Hour:
		return count(int(d.Hours()), "hour")
	}
	return count(int(d.Hours()/24), "day")
}

func inWords(seconds float64) string {
	if seconds < 1 {
		return fmt.Sprintf("%.1f ms", seconds*1e3)
	}
	return fmt.Sprintf("%.2f s", seconds)
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
