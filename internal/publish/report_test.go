package publish_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"byline/internal/publish"
)

// The log names every error and the first warnings one by one; of the others it
// gives the numbers by rule. What was told once is not told again.
func TestReport(t *testing.T) {
	var log bytes.Buffer
	p := newPress(t, nil, func(o *publish.Options) {
		o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "took" || a.Key == "revision" {
				return slog.Attr{}
			}
			return a
		}}))
	})
	links := func(n int) string { return strings.Repeat("See [that](nowhere.md).\n", n) + "\n## Part\n\n#### Deep\n" }
	content := start().with("one.md", text("One", "2026-01-01", links(30)), "two.md", broken)
	p.publish(content)
	count := func(part string, want int) {
		t.Helper()
		if n := strings.Count(log.String(), part); n != want {
			t.Errorf("%q stands %d times in the log, want %d:\n%s", part, n, want, log.String())
		}
	}
	count("level=ERROR", 1)
	count("level=WARN", 11) // ten, and a line about the others
	count(`and 22 more; \"byline check\" shows them all`, 1)
	count(`rules="broken-link 21, skipped-heading 1"`, 1)

	log.Reset()
	p.publish(content.with("three.md", text("Three", "2026-01-03", "And [that](none.md).")))
	count("level=ERROR", 0)
	count("level=WARN", 1)

	log.Reset()
	p.publish(start())
	count("level=WARN", 0)
	count(`msg="no longer found" finding=`, 10)
	count("24 more no longer found", 1)
}
