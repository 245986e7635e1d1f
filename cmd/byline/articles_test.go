package main

import (
	"context"
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/publish"
	"byline/internal/site"
	"byline/internal/source"
)

func shipped(t *testing.T) *site.Site {
	t.Helper()
	p, err := publish.New(publish.Options{
		Source: source.NewDirectory(filepath.Join("..", "..", "articles")), Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC) }, // scheduled ones count too
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Publish(context.Background()); err != nil {
		t.Fatalf("%v\n%v", err, p.Status().Findings)
	}
	for _, f := range p.Status().Findings {
		// The source page has its subtitle twice, and so has the mirror.
		if f.Rule != finding.RepeatedSubtitle || f.File != "python-backend.md" {
			t.Error(f)
		}
	}
	return p.Live().Site()
}

// TestShippedArticles: the site that is shipped is one that its readers can use:
// no finding but the one of its source, enough articles, each of some length and linked to others.
func TestShippedArticles(t *testing.T) {
	s := shipped(t)
	if len(s.Pages) < 15 {
		t.Errorf("%d articles, want 15", len(s.Pages))
	}
	with := func(groups []*site.Group) (n int) {
		for _, g := range groups {
			if len(g.Pages) > 0 {
				n++
			}
		}
		return n
	}
	if a, c := with(s.Authors), with(s.Categories); a < 3 || c < 4 {
		t.Errorf("%d authors and %d categories have articles, want 3 and 4", a, c)
	}
	used := map[string]int{}
	for _, p := range s.Pages {
		if n := article.CountWords(p.Text()); n < 700 {
			t.Errorf("%s has %d words beside its code, want 700", p.Path, n)
		}
		if n := linksToOthers(p); n < 2 {
			t.Errorf("%s links to %d other articles, want 2", p.Path, n)
		}
		for _, feature := range features(p) {
			used[feature]++
		}
	}
	for _, feature := range []string{"table", "alert", "footnote", "picture", "marked line", "code title", "list", "task list", "definition list"} {
		if used[feature] < 2 {
			t.Errorf("%d articles use a %s, want 2 or more", used[feature], feature)
		}
	}
	t.Logf("%d articles; features: %v", len(s.Pages), used)
}

func linksToOthers(p *site.Page) int {
	to := map[*site.Page]bool{}
	for _, target := range p.Targets {
		if target.Kind == site.ToPage && target.Page != p {
			to[target.Page] = true
		}
	}
	return len(to)
}

func features(p *site.Page) []string {
	used := map[string]bool{}
	body := strings.Join(p.Body().Text, "")
	for feature, sign := range map[string]string{
		"table": "<table", "footnote": `class="footnote-ref"`, "list": "<ul>", "task list": `class="task"`, "definition list": "<dl>", "alert": `class="alert `,
	} {
		used[feature] = strings.Contains(body, sign)
	}
	for _, slot := range p.Body().Slots {
		used["picture"] = used["picture"] || slot.Kind == article.PictureSlot
		if slot.Code != nil {
			used["marked line"] = used["marked line"] || len(slot.Code.Marks) > 0
			used["code title"] = used["code title"] || slot.Code.Title != ""
		}
	}
	var all []string
	for feature, is := range used {
		if is {
			all = append(all, feature)
		}
	}
	return all
}

// TestShippedCode: code that readers may copy is code: it parses.
func TestShippedCode(t *testing.T) {
	checks := map[string]func(*testing.T, string) error{
		"go": parseGo, "golang": parseGo, "json": parseJSON,
		"sh": parseShell, "bash": parseShell, "shell": parseShell,
	}
	count := map[string]int{}
	var python []block
	for _, p := range shipped(t).Pages {
		for _, slot := range p.Body().Slots {
			if slot.Code == nil {
				continue
			}
			count[slot.Code.Language]++
			if language := slot.Code.Language; language == "python" || language == "py" {
				python = append(python, block{fmt.Sprintf("%s:%d", p.Path, slot.Line), slot.Code.Source})
			}
			if checks[slot.Code.Language] == nil {
				continue
			}
			if err := checks[slot.Code.Language](t, slot.Code.Source); err != nil {
				t.Errorf("%s:%d: %s: %v", p.Path, slot.Line, slot.Code.Language, err)
			}
		}
	}
	if err := parsePython(t, python); err != nil {
		t.Error(err)
	}
	for _, language := range []string{"go", "python", "sh", "json"} {
		if count[language] == 0 {
			t.Errorf("no %s code is shipped, or none is found", language)
		}
	}
	t.Logf("blocks of code: %v", count)
}

// parseGo reads a file, declarations or statements.
func parseGo(_ *testing.T, code string) error {
	var first error
	for _, form := range []string{"%s", "package p\n%s", "package p\nfunc f() {\n%s\n}"} {
		_, err := parser.ParseFile(token.NewFileSet(), "", fmt.Sprintf(form, code), parser.SkipObjectResolution)
		if err == nil {
			return nil
		}
		first = err
	}
	return first
}

func parseJSON(_ *testing.T, code string) error {
	var any any
	return json.Unmarshal([]byte(code), &any)
}

type block struct{ Place, Code string }

// parsePython reads all blocks in one process: starting Python costs more than
// reading them.
func parsePython(t *testing.T, blocks []block) error {
	t.Helper()
	input, err := json.Marshal(blocks)
	if err != nil {
		return err
	}
	return pass(t, string(input), "python3", "-c", `
import ast, json, sys
faults = 0
for block in json.load(sys.stdin):
    try:
        ast.parse(block["Code"])
    except SyntaxError as e:
        print(block["Place"], e)
        faults = 1
sys.exit(faults)`)
}

// parseShell reads commands; in a session with its output, only what was typed.
func parseShell(t *testing.T, code string) error {
	var typed []string
	for line := range strings.Lines(code) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			typed = append(typed, command)
		}
	}
	if typed != nil {
		code = strings.Join(typed, "")
	}
	return pass(t, code, "bash", "-n")
}

func pass(t *testing.T, code, program string, args ...string) error {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", program)
		}
		t.Skipf("%s is not installed", program)
	}
	command := exec.Command(program, args...)
	command.Stdin = strings.NewReader(code)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// TestPythonBackend: the article that mirrors the source page has its facts.
func TestPythonBackend(t *testing.T) {
	s := shipped(t)
	p, ok := s.Find("python-backend")
	if !ok {
		t.Fatal("there is no article python-backend")
	}
	for _, c := range []struct{ what, got, want string }{
		{"title", p.Title, "Python Backend: The Future of Web Development"},
		{"subtitle", p.Subtitle, "Why Choose Python for Backend Development?"},
		{"date", p.Date.Format("2 January 2006"), "13 May 2026"},
		{"author", p.Authors[0].Name, "Ironhack"},
		{"tagline", p.Authors[0].Author.Tagline, "Changing The Future of Tech Education"},
		{"category", p.Category.Name, "Careers"},
		{"call to action", p.CTA.Heading, "Ready to join?"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	for _, words := range []string{"10,000", "changed careers", "Ironhack", "bootcamps"} {
		if !strings.Contains(p.CTA.Text, words) {
			t.Errorf("the call to action does not say %q: %s", words, p.CTA.Text)
		}
	}
	for _, name := range []string{"Django", "Flask", "Pyramid", "FastAPI"} {
		if !strings.Contains(p.Text(), name) {
			t.Errorf("the text does not name %s", name)
		}
	}
	sections := sectionsOf(p)
	inOrder(t, sections, "why", "simplicity", "librar", "communit", "versatil", "scalab", "integrat", "secur", "start", "conclusion")
	if n := numbered(p.Source(), "start", "conclusion"); n != 5 {
		t.Errorf("getting started has %d numbered steps, want 5", n)
	}
}

func sectionsOf(p *site.Page) []string {
	var all []string
	for _, h := range p.Headings {
		all = append(all, strings.ToLower(h.Text))
	}
	return all
}

func inOrder(t *testing.T, sections []string, words ...string) {
	t.Helper()
	rest := sections
	for _, word := range words {
		i := slices.IndexFunc(rest, func(s string) bool { return strings.Contains(s, word) })
		if i < 0 {
			t.Errorf("no section on %q in its place: %q", word, sections)
			continue
		}
		rest = rest[i+1:]
	}
}

// numbered counts the steps between two sections: items of an ordered list, or
// headings with numbers.
func numbered(source, from, to string) int {
	n, within := 0, false
	for line := range strings.Lines(source) {
		text := strings.ToLower(strings.TrimLeft(line, "# "))
		heading := strings.HasPrefix(line, "#")
		switch {
		case heading && strings.Contains(text, to):
			return n
		case heading && strings.Contains(text, from):
			within = true
		}
		if within && strings.HasPrefix(text, fmt.Sprintf("%d.", n+1)) {
			n++
		}
	}
	return n
}
