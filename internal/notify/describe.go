package notify

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"byline/internal/finding"
)

// maxDescription is how many characters GitHub takes of a description.
const maxDescription = 140

// good reports whether all that the revision holds is live.
func good(o Outcome) bool {
	return o.Fault == nil && o.Held == nil && len(o.HeldBack) == 0 && !o.Findings.HasErrors()
}

// describe says in one line what came of a publish.
func describe(o Outcome) string {
	switch {
	case o.Fault != nil:
		return clip("the content cannot be read: "+o.Fault.Error(), maxDescription)
	case o.Held != nil:
		return withFirst("held", o.Findings, o.Held.Error())
	case len(o.HeldBack) > 0:
		return withFirst(count(len(o.HeldBack), "article")+" held back", o.Findings, o.HeldBack[0])
	case o.Findings.HasErrors():
		return withFirst("live", o.Findings, "")
	}
	text := "live"
	if o.Published {
		text += " in " + inWords(o.Took)
	}
	if warnings := o.Findings.Count(finding.Warning); warnings > 0 {
		text += ": " + count(warnings, "warning")
	}
	return text
}

// withFirst adds the finding that matters most and how many more there are, or
// else why, which is what is known without one. The finding gives way where room
// is short.
func withFirst(head string, found finding.List, why string) string {
	first, more := why, ""
	if f := foremost(found, why); f != nil {
		first = f.Place() + " " + f.Message
		if len(found) > 1 {
			more = fmt.Sprintf(" (and %d more)", len(found)-1)
		}
	}
	room := maxDescription - utf8.RuneCountInString(head+": "+more)
	return head + ": " + clip(first, room) + more
}

// foremost is the first error in a file that why names (a site.yaml that holds all
// back), else the first error, else the first warning; nil when there is none.
func foremost(found finding.List, why string) *finding.Finding {
	var first *finding.Finding
	for i := range found {
		f := &found[i]
		if f.Severity() == finding.Error && strings.Contains(why, f.File) {
			return f
		}
		if first == nil || f.Severity() > first.Severity() {
			first = f
		}
	}
	return first
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// inWords is a time as people say it: 84 ms, 1.2 s.
func inWords(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// clip shortens a text to n characters, the last an ellipsis.
func clip(text string, n int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}
