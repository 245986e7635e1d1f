package check

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"byline/internal/finding"
)

// Counts sum up a list of findings.
type Counts struct {
	Errors   int                  `json:"errors"`
	Warnings int                  `json:"warnings"`
	Files    int                  `json:"files"` // that have findings
	Rules    map[finding.Rule]int `json:"rules"`
}

// Count sums up a list of findings.
func Count(found finding.List) Counts {
	files := map[string]bool{}
	for _, f := range found {
		files[f.File] = true
	}
	return Counts{found.Count(finding.Error), found.Count(finding.Warning), len(files), found.ByRule()}
}

// String says it in a line: "1 error, 2 warnings in 2 files: broken-link 2,
// missing-key 1".
func (c Counts) String() string {
	if c.Errors+c.Warnings == 0 {
		return "no findings"
	}
	return fmt.Sprintf("%s, %s in %s: %s", number(c.Errors, "error"), number(c.Warnings, "warning"), number(c.Files, "file"), ByRule(c.Rules))
}

// ByRule names the rules, the most frequent first, with their numbers.
func ByRule(n map[finding.Rule]int) string {
	rules := slices.SortedFunc(maps.Keys(n), func(a, b finding.Rule) int { return cmp.Or(n[b]-n[a], cmp.Compare(a, b)) })
	words := make([]string, len(rules))
	for i, r := range rules {
		words[i] = fmt.Sprintf("%s %d", r, n[r])
	}
	return strings.Join(words, ", ")
}

func number(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Text writes a finding a line, as compilers do: file:line:col: severity:
// message; suggestion (rule).
func Text(w io.Writer, found finding.List) error {
	_, err := io.WriteString(w, found.String())
	return err
}

// JSON writes one document.
func JSON(w io.Writer, found finding.List) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(struct {
		Findings finding.List `json:"findings"`
		Counts   Counts       `json:"counts"`
	}{found, Count(found)})
}

// GitHub's workflow commands end at a line end; in a property, a comma and a
// colon end it too (actions/toolkit, packages/core/src/command.ts).
var (
	escapeData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// GitHub writes workflow commands, which GitHub shows beside the lines of a
// change. Files are named from the top of the repository.
func GitHub(w io.Writer, found finding.List) error {
	var out strings.Builder
	for _, f := range found {
		fmt.Fprintf(&out, "::%s file=%s", f.Severity(), escapeProperty.Replace(f.File))
		if f.Line > 0 {
			fmt.Fprintf(&out, ",line=%d", f.Line)
		}
		if f.Col > 0 {
			fmt.Fprintf(&out, ",col=%d", f.Col)
		}
		text := f.Message
		if f.Suggestion != "" {
			text += "; " + f.Suggestion
		}
		fmt.Fprintf(&out, ",title=%s::%s\n", escapeProperty.Replace(string(f.Rule)), escapeData.Replace(text))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// Below names every file from a folder above the content: "articles/x.md".
func Below(prefix string, found finding.List) finding.List {
	below := make(finding.List, len(found))
	for i, f := range found {
		below[i] = f
		below[i].File = prefix + f.File
	}
	return below
}
