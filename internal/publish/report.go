package publish

import (
	"context"
	"fmt"
	"log/slog"

	"byline/internal/check"
	"byline/internal/finding"
)

// mostLines is how many warnings are logged one by one at a time. The first look
// at a site with a past may find hundreds.
const mostLines = 10

// report logs the findings that were not there the last time, and those that are
// gone: errors one by one, warnings too unless they are many.
func (p *Publisher) report(found finding.List) {
	now := map[finding.Finding]bool{}
	var warnings, gone finding.List
	for _, f := range found {
		now[f] = true
		switch {
		case p.reported[f]:
		case f.Severity() == finding.Error:
			p.options.Log.Error(f.String())
		default:
			warnings = append(warnings, f)
		}
	}
	for f := range p.reported {
		if !now[f] {
			gone = append(gone, f)
		}
	}
	gone.Sort()
	p.reportMany(slog.LevelWarn, "", warnings)
	p.reportMany(slog.LevelInfo, "no longer found", gone)
	p.reported = now
}

// reportMany logs the first findings of a list, and counts the others.
func (p *Publisher) reportMany(level slog.Level, what string, list finding.List) {
	ctx := context.Background()
	for _, f := range list[:min(len(list), mostLines)] {
		if what != "" {
			p.options.Log.Log(ctx, level, what, "finding", f.String())
		} else {
			p.options.Log.Log(ctx, level, f.String())
		}
	}
	if rest := list[min(len(list), mostLines):]; len(rest) > 0 {
		line := fmt.Sprintf("and %d more; \"byline check\" shows them all", len(rest))
		if what != "" {
			line = fmt.Sprintf("and %d more %s", len(rest), what)
		}
		p.options.Log.Log(ctx, level, line, "rules", check.ByRule(rest.ByRule()))
	}
}
