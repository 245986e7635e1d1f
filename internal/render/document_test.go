package render_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/render"
)

// TestGoldenDocuments shows whole documents as they are sent. Read the
// difference; then run the test with -update.
func TestGoldenDocuments(t *testing.T) {
	b := newSite(t).bundle(t)
	for file, path := range map[string]string{
		"guide.md":  "/articles/guide.md",
		"fourth.md": "/articles/fourth.md",
	} {
		r := b.Find(path, "", "")
		if r.Status != 200 {
			t.Errorf("%s: %d", path, r.Status)
			continue
		}
		golden(t, file, string(body(t, r, render.Identity)))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	got = assetHash.ReplaceAllString(got, "$1.HASH.")
	file := filepath.Join("testdata/golden/documents", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
