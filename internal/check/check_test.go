package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/article"
	"byline/internal/check"
	"byline/internal/finding"
	"byline/internal/publish"
	"byline/internal/source"
)

// deep is an article with one finding of its own.
func deep(t *testing.T, path, hash, heading string) *article.Article {
	t.Helper()
	a, found := article.Parse(path, hash, []byte("---\ntitle: T\ndate: 2026-01-01\n---\nText.\n\n"+heading+" Deep\n"))
	if a == nil {
		t.Fatal(found)
	}
	return a
}

// TestKept: what was found in an article is kept for as long as its path and
// content stay, and no longer; without a hash nothing is kept.
func TestKept(t *testing.T) {
	var c check.Checker
	count := func(articles ...*article.Article) int { return len(c.Check(check.Input{Articles: articles, Now: now})) }
	if n := count(deep(t, "a.md", "1", "###")); n != 1 {
		t.Fatalf("%d findings, want 1", n)
	}
	// The hash says that it is the same, so that nobody looks: that is how we see
	// that the work was kept.
	if n := count(deep(t, "a.md", "1", "##")); n != 1 {
		t.Errorf("an article that stays was looked at again")
	}
	if n := count(deep(t, "b.md", "1", "##")); n != 0 {
		t.Errorf("the findings of another file were taken")
	}
	if n := count(deep(t, "a.md", "1", "##")); n != 0 {
		t.Errorf("an article that was away is remembered")
	}
	if n := count(deep(t, "a.md", "2", "###")); n != 1 {
		t.Errorf("an article that changed was not looked at")
	}
	if count(deep(t, "a.md", "", "###")) != 1 || count(deep(t, "a.md", "", "##")) != 0 {
		t.Errorf("an article without a hash was kept")
	}
}

// TestCheckTogether: many may check at a time, each its own revision.
func TestCheckTogether(t *testing.T) {
	var c check.Checker
	var wait sync.WaitGroup
	for n := range 8 {
		wait.Go(func() {
			for round := range 20 {
				var all []*article.Article
				for i := range n + 1 {
					all = append(all, deep(t, fmt.Sprintf("%d.md", i), fmt.Sprintf("%d %d", i, round%3), "###"))
				}
				if found := c.Check(check.Input{Articles: all, Now: now}); len(found) != n+1 {
					t.Errorf("%d findings, want %d", len(found), n+1)
				}
			}
		})
	}
	wait.Wait()
}

// TestSecretsAreNotTold: no finding shows more of a token than tells its kind.
func TestSecretsAreNotTold(t *testing.T) {
	rest := "9fKd02LmQzXv71TbYhRcWn3EoUa6SiPg5JtB"
	for _, token := range []string{
		"ghp" + "_" + rest, "github_pat" + "_" + rest + "_" + rest, "glpat" + "-" + rest[:20], "xoxb" + "-" + rest, "sk" + "_live_" + rest, "AIza" + rest[:35], "npm" + "_" + rest,
		"SG" + "." + rest[:22] + "." + rest + rest[:7], "AKIA" + "Q3EGRMXW7DHV5TZK", "hf" + "_" + rest, "sk-ant-api03" + "-" + rest + rest, "pypi-AgE" + rest + rest,
		"hooks.slack.com/services/T" + "0Q3EGRMX/B" + "07DHV5TZK/" + rest[:24], "-----BEGIN EC PRIVATE KEY" + "-----\n" + rest + rest,
	} {
		a, _ := article.Parse("a.md", "", []byte("---\ntitle: T\ndate: 2026-01-01\n---\nText.\n\n```\nkey = "+token+"\n```\n"))
		found := new(check.Checker).Check(check.Input{Articles: []*article.Article{a}, Now: now})
		if len(found) != 1 || found[0].Rule != finding.Secret || found[0].Place() != "a.md:8:7" {
			t.Errorf("%s: %v", token, found)
			continue
		}
		text := found[0].String()
		for i := 0; i+8 <= len(rest); i++ {
			if strings.Contains(text, rest[i:i+8]) {
				t.Errorf("the finding tells the secret: %s", text)
			}
		}
	}
}

// TestDrafts: where drafts are shown, what nobody links to yet and what has a
// title that is not final is no fault.
func TestDrafts(t *testing.T) {
	dir := t.TempDir()
	plant(t, filepath.Join(dir, "site.yaml"), []byte(settings))
	for i := range 12 {
		text := fmt.Sprintf("---\ntitle: Bread %d\ndate: 2026-05-%02d\n---\nBread and [butter](n%d.md).\n", i, i+10, (i+1)%12)
		plant(t, filepath.Join(dir, fmt.Sprintf("n%d.md", i)), []byte(text))
	}
	plant(t, filepath.Join(dir, "draft.md"), []byte("---\ntitle: Bread 3\ndate: 2020-01-01\ndraft: true\n---\nZebras.\n"))
	if found := findings(t, source.NewDirectory(dir), func(o *publish.Options) { o.Dev = true }); len(found) > 0 {
		t.Errorf("findings:\n%s", found)
	}
	plant(t, filepath.Join(dir, "draft.md"), []byte("---\ntitle: Bread 3\ndate: 2020-01-01\n---\nZebras.\n"))
	if found := findings(t, source.NewDirectory(dir), func(o *publish.Options) { o.Dev = true }); len(found) != 2 {
		t.Errorf("once it is none, two findings are due:\n%s", found)
	}
}

// awkward are findings with all that a form must escape.
var awkward = finding.List{
	{Rule: finding.CaseConflict, File: "a,b: 100%.md", Message: "a file as a whole"},
	{Rule: finding.MissingKey, File: "a.md", Line: 2, Message: `the key "title" is missing`, Suggestion: `add a line "title: …"`},
	{Rule: finding.BrokenLink, File: "a.md", Line: 12, Col: 3, Message: "100% of\r\n<lines>: two, at least"},
}

// TestForms compares each form with its golden file (testdata/forms).
func TestForms(t *testing.T) {
	for form, print := range map[string]func(*strings.Builder, finding.List) error{
		"text.txt":   func(w *strings.Builder, found finding.List) error { return check.Text(w, found) },
		"json.json":  func(w *strings.Builder, found finding.List) error { return check.JSON(w, found) },
		"github.txt": func(w *strings.Builder, found finding.List) error { return check.GitHub(w, found) },
		"none.json":  func(w *strings.Builder, _ finding.List) error { return check.JSON(w, nil) },
	} {
		var out strings.Builder
		if err := print(&out, check.Below("articles/", awkward)); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", "forms", form)
		if *update {
			if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		compare(t, file, out.String())
	}
	if awkward[0].File != "a,b: 100%.md" {
		t.Error("the findings themselves were renamed")
	}
}

// TestCounts: the summary is a sentence.
func TestCounts(t *testing.T) {
	for _, c := range []struct {
		found finding.List
		want  string
	}{
		{nil, "no findings"},
		{awkward[:1], "0 errors, 1 warning in 1 file: case-conflict 1"},
		{append(awkward, awkward[2]), "1 error, 3 warnings in 2 files: broken-link 2, case-conflict 1, missing-key 1"},
	} {
		if diff := cmp.Diff(c.want, check.Count(c.found).String()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
