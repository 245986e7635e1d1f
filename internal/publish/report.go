package publish

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"byline/internal/check"
	"byline/internal/finding"
)

// mostLines is how many warnings are logged one by one at a time. The first look
// at a site with a past may find hundreds.
const mostLines = 10

// report logs the findings that were not there the last time, and those that are
// gone: errors one by one, warnings too unless they are many.
func (p *Publisher) report(found finding.List) {
	now, before := apart(found, p.reported)
	had, has := setOf(before), setOf(now)
	var warnings, gone finding.List
	for _, f := range now {
		switch {
		case had[f]:
		case f.Severity() == finding.Error:
			p.options.Log.Error(f.String())
		default:
			warnings = append(warnings, f)
		}
	}
	for _, f := range before {
		if !has[f] {
			gone, has[f] = append(gone, f), true
		}
	}
	p.reportMany(slog.LevelWarn, "", warnings)
	p.reportMany(slog.LevelInfo, "no longer found", gone)
	p.reported = found
}

// apart leaves out of two lists the files of which both say the same: most of a
// large site, whatever it is that its articles lack. Lists are ordered.
func apart(a, b finding.List) (onlyA, onlyB finding.List) {
	for len(a) > 0 || len(b) > 0 {
		var file string
		if len(b) == 0 || len(a) > 0 && a[0].File < b[0].File {
			file = a[0].File
		} else {
			file = b[0].File
		}
		endA, endB := endOf(a, file), endOf(b, file)
		if !slices.Equal(a[:endA], b[:endB]) {
			onlyA, onlyB = append(onlyA, a[:endA]...), append(onlyB, b[:endB]...)
		}
		a, b = a[endA:], b[endB:]
	}
	return onlyA, onlyB
}

// endOf is where the findings of the file that a list may begin with end.
func endOf(list finding.List, file string) int {
	for i, f := range list {
		if f.File != file {
			return i
		}
	}
	return len(list)
}

func setOf(list finding.List) map[finding.Finding]bool {
	set := make(map[finding.Finding]bool, len(list))
	for _, f := range list {
		set[f] = true
	}
	return set
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

// A watched Source can tell why it may not tell of every change.
type watched interface{ WatchFault() error }

// reportWatch says once when changes begin to be missed, and once when they do not
// any more.
func (p *Publisher) reportWatch() {
	source, ok := p.options.Source.(watched)
	if !ok {
		return
	}
	before, now := p.unwatched, source.WatchFault()
	p.unwatched = now
	switch {
	case (now == nil) == (before == nil):
	case now == nil:
		p.options.Log.Info("changes in the content folder are seen at once again")
	case p.options.Poll > 0:
		p.options.Log.Warn("the system does not tell of every change in the content folder; all of it is looked through now and then instead, so that a change may take that long to be seen",
			"every", p.options.Poll.String(), "error", now)
	default:
		p.options.Log.Warn("the system does not tell of every change in the content folder; one may not be seen before the next that is told of, or \"byline publish\"", "error", now)
	}
}
