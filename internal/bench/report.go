package bench

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Report is what was measured. Times are milliseconds where their names do not say
// seconds.
type Report struct {
	Machine  Machine  `json:"machine"`
	Site     Site     `json:"site"`
	Start    Start    `json:"start"`
	Edits    []Edit   `json:"edits"`
	Loads    []Load   `json:"load"`
	Searches []Search `json:"search"`
	Weights  []Weight `json:"bytes"`
	End      Usage    `json:"end"` // after all of it
	Folder   string   `json:"folder,omitempty"`
}

// Site is the content that was served.
type Site struct {
	Articles int `json:"articles"` // that readers see
	Files    int `json:"files"`
	Words    int `json:"words"`
	Bytes    int `json:"bytes"`
}

// Start is from the start of the program to its first ready.
type Start struct {
	Seconds float64 `json:"seconds"`
	Usage
}

// Edit is from a write to the first response that shows it.
type Edit struct {
	Name   string  `json:"name"`
	Count  int     `json:"count"`
	Median float64 `json:"median_ms"`
	Worst  float64 `json:"worst_ms"`
	times  []time.Duration
}

// Latency is how long answers took.
type Latency struct {
	Count int     `json:"count"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
	Worst float64 `json:"worst_ms"`
}

// Load is many readers at once.
type Load struct {
	Name               string  `json:"name"`
	PerSecond          float64 `json:"per_second"`
	MegabytesPerSecond float64 `json:"megabytes_per_second"`
	Latency
}

// Search is one reader who searches.
type Search struct {
	Name string `json:"name"`
	Latency
}

// Weight is the bytes of one page on the wire, as HTTP/1.1 has them.
type Weight struct {
	Page     string `json:"page"`
	Encoding string `json:"encoding"`
	Head     int    `json:"head"`
	Body     int    `json:"body"`
}

// Print writes the report as a table.
func (r *Report) Print(w io.Writer) error {
	var t table
	m := r.Machine
	t.line("Byline %s, %s", m.Byline, m.Go)
	t.line("%s, %s%s, %s", m.CPU, counted(m.Cores, "core"), memoryOf(m.Memory), m.OS)
	t.line("%s articles: %s words, %s of Markdown", grouped(r.Site.Articles), grouped(r.Site.Words), size(int64(r.Site.Bytes)))

	t.head("Start", "")
	t.row("until ready", fmt.Sprintf("%.2f s", r.Start.Seconds))
	t.row("articles a second", grouped(int(float64(r.Site.Articles)/r.Start.Seconds)))
	t.row("CPU time", orUnknown(r.Start.CPU > 0, fmt.Sprintf("%.2f s", r.Start.CPU)))
	t.row("peak memory", orUnknown(r.Start.PeakMemory > 0, size(r.Start.PeakMemory)))

	t.head("From the write to the reader", "median", "worst", "times")
	for _, e := range r.Edits {
		t.row(e.Name, ms(e.Median), ms(e.Worst), grouped(e.Count))
	}
	t.head(fmt.Sprintf("%d readers at once", connections), "a second", "p50", "p99", "MB/s")
	for _, l := range r.Loads {
		t.row(l.Name, grouped(int(l.PerSecond)), ms(l.P50), ms(l.P99), fmt.Sprintf("%.1f", l.MegabytesPerSecond))
	}
	t.head("One reader who searches", "p50", "p99", "worst", "times")
	for _, s := range r.Searches {
		t.row(s.Name, ms(s.P50), ms(s.P99), ms(s.Worst), grouped(s.Count))
	}
	t.head("Bytes of one article", "head", "body", "in all")
	for _, b := range r.Weights {
		t.row(b.Encoding, grouped(b.Head), grouped(b.Body), grouped(b.Head+b.Body))
	}
	t.head("After all of it", "")
	t.row("CPU time", orUnknown(r.End.CPU > 0, fmt.Sprintf("%.2f s", r.End.CPU)))
	t.row("peak memory", orUnknown(r.End.PeakMemory > 0, size(r.End.PeakMemory)))

	t.line("")
	t.line("Server and readers shared this machine's %s, over loopback: no network is in", counted(m.Cores, "core"))
	t.line("these numbers, and with cores of its own the server does more.")
	if r.Folder != "" {
		t.line("The content is left in %s.", r.Folder)
	}
	_, err := io.WriteString(w, t.text.String())
	return err
}

// table is text in columns: names to the left, numbers to the right.
type table struct{ text strings.Builder }

// Widths of the columns, in characters.
const (
	nameWidth   = 36
	columnWidth = 11
)

func (t *table) line(format string, values ...any) { fmt.Fprintf(&t.text, format+"\n", values...) }

func (t *table) head(name string, columns ...string) {
	t.line("")
	t.columns(name, columns)
}

func (t *table) row(name string, columns ...string) { t.columns("  "+name, columns) }

func (t *table) columns(name string, columns []string) {
	line := fmt.Sprintf("%-*s", nameWidth, name)
	for _, column := range columns {
		line += strings.Repeat(" ", max(1, columnWidth-utf8.RuneCountInString(column))) + column
	}
	t.line("%s", strings.TrimRight(line, " "))
}

// ms is a time to three digits.
func ms(milliseconds float64) string {
	switch {
	case milliseconds < 10:
		return fmt.Sprintf("%.2f ms", milliseconds)
	case milliseconds < 100:
		return fmt.Sprintf("%.1f ms", milliseconds)
	}
	return grouped(int(milliseconds+.5)) + " ms"
}

// size is a number of bytes for people.
func size(bytes int64) string {
	if bytes < 10e6 {
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	}
	return grouped(int((bytes+1e6/2)/1e6)) + " MB"
}

func memoryOf(bytes int64) string {
	if bytes == 0 {
		return ""
	}
	return fmt.Sprintf(", %.1f GB", float64(bytes)/1e9)
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return grouped(n) + " " + what
}

// grouped is a number with its thousands apart.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func orUnknown(known bool, text string) string {
	if known {
		return text
	}
	return "not known"
}
