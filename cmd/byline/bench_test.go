package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/bench"
)

// benchTable is what "byline bench" prints below what it says of the machine. # is a
// figure.
const benchTable = `
# articles: # words, # MB of Markdown

Start
until ready # s
articles a second #
CPU time # s
peak memory # MB

From the write to the reader median worst times
an edit, on its page # ms # ms #
a new article, on its page # ms # ms #
a new article, on the list of all # ms # ms #
a new article, on the feed # ms # ms #
a new title, on its page # ms # ms #
a new title, on the list of all # ms # ms #
a new title, on the feed # ms # ms #

# readers at once a second p50 p99 MB/s
one page, br # # ms # ms #
any page, first time, br # # ms # ms #
any page, again, br # # ms # ms #
one page, gzip # # ms # ms #
any page, first time, gzip # # ms # ms #
any page, again, gzip # # ms # ms #

One reader who searches p50 p99 worst times
one word # ms # ms # ms #
two words # ms # ms # ms #
a word with a slip # ms # ms # ms #

Bytes of one article head body in all
br # # #
gzip # # #
identity # # #

After all of it
CPU time # s
peak memory # MB
`

var figure = regexp.MustCompile(`\b[0-9][0-9,.]*\b`)

// TestBenchTable: the table has every row, with figures in it.
func TestBenchTable(t *testing.T) {
	lines := strings.SplitAfter(figure.ReplaceAllString(string(benchmark(t, t.TempDir())), "#"), "\n")
	if !strings.HasPrefix(lines[0], "Byline ") || !strings.Contains(lines[1], "cores, ") {
		t.Errorf("the table begins with %q", lines[:2])
	}
	table, after, found := strings.Cut("\n"+strings.Join(lines[2:], ""), "\nServer and readers shared")
	if !found || !strings.Contains(after, "no network") {
		t.Errorf("the table does not say what its figures leave out")
	}
	if diff := cmp.Diff(benchTable, regexp.MustCompile(` +`).ReplaceAllString(strings.ReplaceAll(table, "\n  ", "\n"), " ")); diff != "" {
		t.Error(diff)
	}
}

// TestBenchCounts: what was counted is what was asked for, and what was timed is in
// order.
func TestBenchCounts(t *testing.T) {
	temp := t.TempDir()
	var report bench.Report
	in := json.NewDecoder(bytes.NewReader(benchmark(t, temp, "--json")))
	in.DisallowUnknownFields()
	if err := in.Decode(&report); err != nil {
		t.Fatal(err)
	}
	if s := report.Site; s.Articles != 30 || s.Files != 30 || s.Words < 30*800 || s.Bytes < s.Words*4 {
		t.Errorf("the site is %+v", s)
	}
	if s := report.Start; s.Seconds <= 0 || s.CPU <= 0 || s.PeakMemory < 10e6 || report.End.CPU < s.CPU || report.End.PeakMemory < s.PeakMemory {
		t.Errorf("the start took %+v, all of it %+v", s, report.End)
	}
	for _, e := range report.Edits {
		if e.Count != 2 || e.Median <= 0 || e.Worst < e.Median {
			t.Errorf("edit: %+v", e)
		}
	}
	sound := func(l bench.Latency) bool { return l.Count > 0 && l.P50 > 0 && l.P99 >= l.P50 && l.Worst >= l.P99 }
	for _, l := range report.Loads {
		once := strings.Contains(l.Name, "first time")
		if !sound(l.Latency) || l.PerSecond <= 0 || l.MegabytesPerSecond <= 0 || once && l.Count > 15 {
			t.Errorf("load: %+v", l)
		}
	}
	for _, s := range report.Searches {
		if !sound(s.Latency) {
			t.Errorf("search: %+v", s)
		}
	}
	for i, b := range report.Weights {
		if want := []string{"br", "gzip", "identity"}[i]; b.Encoding != want || b.Head < 200 || b.Body < 1000 || i > 0 && b.Body <= report.Weights[i-1].Body {
			t.Errorf("bytes: %+v, want %s", b, want)
		}
	}
	empty(t, temp)
}

// benchmark runs a short "byline bench" and returns what it prints.
func benchmark(t *testing.T, temp string, more ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), benchProgram(t), append([]string{"bench", "--articles", "30", "--edits", "2", "--seconds", "0.2"}, more...)...)
	command.Env = append(os.Environ(), "TMPDIR="+temp)
	var errs bytes.Buffer
	command.Stderr = &errs
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	return out
}

func benchProgram(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("byline")
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// TestBenchInterrupted: whoever has seen enough presses Ctrl-C, and neither the server
// nor the folder stays.
func TestBenchInterrupted(t *testing.T) {
	temp := t.TempDir()
	command := exec.CommandContext(t.Context(), benchProgram(t), "bench", "--articles", "30", "--edits", "1", "--seconds", "600")
	command.Env = append(os.Environ(), "TMPDIR="+temp)
	errs, err := command.StderrPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for buffer := make([]byte, 1<<10); !strings.Contains(said.String(), "Reading"); {
		n, err := errs.Read(buffer)
		said.Write(buffer[:n])
		if err != nil {
			t.Fatalf("%v: %s", err, said.String())
		}
	}
	if running(t, temp) != 1 {
		t.Fatalf("%d servers run on the folder, want one", running(t, temp))
	}
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	rest := new(bytes.Buffer)
	if _, err := rest.ReadFrom(errs); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err == nil || !strings.Contains(rest.String(), "byline: stopped before the end\n") {
		t.Errorf("it ended with %v after %s and said %q", err, time.Since(began), rest)
	}
	if n := running(t, temp); n != 0 {
		t.Errorf("%d servers still run", n)
	}
	empty(t, temp)
}

// running counts the processes that were started on a folder.
func running(t *testing.T, folder string) (n int) {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(lines) == 0 {
		t.Fatalf("there is no /proc to look for processes in: %v", err)
	}
	for _, line := range lines {
		text, _ := os.ReadFile(line) // a process that has ended since has none
		if strings.Contains(string(text), folder) {
			n++
		}
	}
	return n
}

func empty(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 0 {
		t.Errorf("%v is left behind (%v)", entries, err)
	}
}
