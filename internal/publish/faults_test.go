package publish_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"image"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"byline/internal/finding"
	"byline/internal/publish"
	"byline/internal/source"
)

var updateFaults = flag.Bool("update-faults", false, "write testdata/faults.golden anew")

// TestFaults: a tree of faulty files gives, in one run, exactly the findings
// that are marked in it, each with its place, and what is right goes live. Every
// rule is among them, but for the one that depends on who runs the tests. testdata/faults.golden is how they read.
func TestFaults(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/faults.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	want := plant(t, filepath.Join(dir, "tree"), archive)
	p, err := publish.New(publish.Options{
		Source: source.NewDirectory(filepath.Join(dir, "tree")), Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Publish(context.Background()); err != nil {
		t.Fatal(err)
	}
	found := p.Status().Findings
	var got []string
	for _, f := range found {
		got = append(got, fmt.Sprintf("%s: %s", f.Place(), f.Rule))
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-marked +found):\n%s\n%s", diff, found)
	}
	for _, page := range p.Live().Site().Pages {
		if found.Of(page.Path).HasErrors() {
			t.Errorf("%s is live in spite of its errors", page.Path)
		}
	}
	if _, ok := p.Live().Site().Find("fine"); !ok {
		t.Error("the article without a fault is not live")
	}
	coverRules(t, found)
	golden(t, found)
}

// TestNothingValid: a tree in which no article is valid is held back with all
// of its findings.
func TestNothingValid(t *testing.T) {
	for name, tree := range map[string]string{
		"no article":       "-- site.yaml --\ntitle: T\n",
		"no valid article": "-- site.yaml --\ntitle: T\n-- a.md --\n---\ntitle: A\n---\n-- b.md --\nno front matter\n",
		"broken settings":  "-- site.yaml --\ntitle: [\n-- a.md --\n---\ntitle: A\ndate: 2026-01-01\n---\n",
		"no settings":      "-- a.md --\n---\ntitle: A\ndate: 2026-01-01\n---\n",
	} {
		dir := t.TempDir()
		plant(t, dir, txtar.Parse([]byte(tree)))
		p, err := publish.New(publish.Options{Source: source.NewDirectory(dir), Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Publish(context.Background()); !errors.Is(err, publish.ErrHeld) || p.Live() != nil {
			t.Errorf("%s: got %v, want the revision held back", name, err)
		}
		if name != "no article" && !p.Status().Findings.HasErrors() {
			t.Errorf("%s: no finding says why", name)
		}
	}
}

var mark = regexp.MustCompile(`«([a-z0-9-]+)»`)

// plant writes the tree and returns the findings that are marked in it.
func plant(t *testing.T, dir string, archive *txtar.Archive) (want []string) {
	t.Helper()
	for _, f := range archive.Files {
		name := strings.TrimSpace(mark.ReplaceAllString(f.Name, ""))
		for _, m := range mark.FindAllStringSubmatch(f.Name, -1) {
			want = append(want, name+": "+m[1])
		}
		for i, line := range strings.Split(string(f.Data), "\n") {
			for at := mark.FindStringSubmatchIndex(line); at != nil; at = mark.FindStringSubmatchIndex(line) {
				col := utf8.RuneCountInString(line[:at[0]]) + 1
				want = append(want, fmt.Sprintf("%s:%d:%d: %s", name, i+1, col, line[at[2]:at[3]]))
				line = line[:at[0]] + line[at[1]:]
			}
		}
		write(t, filepath.Join(dir, filepath.FromSlash(name)), mark.ReplaceAll(f.Data, nil))
	}
	return want
}

// signs are what cannot be written in the tree as it is.
var signs = strings.NewReplacer(`\xe9`, "\xe9", `\r`, "\r", `\ufeff`, "\ufeff")

func write(t *testing.T, name string, content []byte) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(name), 0o755)
	kind, value, _ := strings.Cut(strings.TrimSpace(string(content)), ": ")
	switch kind {
	case "symlink":
		err = errors.Join(err, os.Symlink(value, name))
		content = nil
	case "repeat":
		n, _ := strconv.Atoi(value)
		content = bytes.Repeat([]byte("x"), n)
	case "png":
		var width, height int
		var out bytes.Buffer
		_, scan := fmt.Sscanf(value, "%dx%d", &width, &height)
		err = errors.Join(err, scan, png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height))))
		content = out.Bytes()
	}
	if content != nil {
		err = errors.Join(err, os.WriteFile(name, []byte(signs.Replace(string(content))), 0o644))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// coverRules asserts that the findings have every rule that there is.
func coverRules(t *testing.T, found finding.List) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../finding/rules.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	rules := 0
	for n := range ast.Preorder(file) {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) == 0 {
			continue
		}
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			continue
		}
		rule, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		rules++
		if rule == string(finding.Unreadable) {
			continue // the tests' user may be root, who may read everything
		}
		if found.ByRule()[finding.Rule(rule)] == 0 {
			t.Errorf("no file of the tree breaks the rule %s", rule)
		}
	}
	if rules < 30 {
		t.Errorf("only %d rules were read from rules.go", rules)
	}
}

// golden compares how the findings read.
func golden(t *testing.T, found finding.List) {
	t.Helper()
	const name = "testdata/faults.golden"
	if *updateFaults {
		if err := os.WriteFile(name, []byte(found.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), found.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
