package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"byline/internal/check"
	"byline/internal/edit"
	"byline/internal/source"
)

// TestFix: in testdata/fix, the files below before/ become those below after/,
// and "want" says what was mended. A second run mends nothing.
func TestFix(t *testing.T) {
	files, err := filepath.Glob("testdata/fix/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files (%v)", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			plant(t, filepath.Join(dir, "site.yaml"), []byte(settings))
			for _, f := range archive.Files {
				if name, ok := strings.CutPrefix(f.Name, "before/"); ok {
					plant(t, filepath.Join(dir, filepath.FromSlash(name)), f.Data)
				}
			}
			wants(t, file, archive, fix(t, dir))
			for _, f := range archive.Files {
				if name, ok := strings.CutPrefix(f.Name, "after/"); ok {
					compare(t, filepath.Join(dir, filepath.FromSlash(name)), signs.Replace(string(f.Data)))
				}
			}
			if again := fix(t, dir); strings.Contains(again, "mended:") {
				t.Errorf("a second run mends:\n%s", again)
			}
		})
	}
}

// fix mends what it can in a folder and says so.
func fix(t *testing.T, dir string) string {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	var out strings.Builder
	mends, refused := check.Fixes(findings(t, source.NewDirectory(dir)), func(file string) ([]byte, error) {
		if err := edit.Usable(root, file); err != nil {
			return nil, err
		}
		return root.ReadFile(file)
	})
	var plan edit.Plan
	for _, m := range mends {
		plan.Edits = append(plan.Edits, m.Edits...)
		fmt.Fprintln(&out, m)
	}
	for _, err := range refused {
		fmt.Fprintln(&out, "not mended:", err)
	}
	if err := plan.Apply(dir); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func compare(t *testing.T, file, want string) {
	t.Helper()
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", filepath.Base(file), diff)
	}
}
