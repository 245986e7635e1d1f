package render_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/render"
)

var update = flag.Bool("update", false, "write the golden files anew")

// assetHash is what changes in a page with every change of a style sheet.
var assetHash = regexp.MustCompile(`(/static/[a-z0-9-]+)\.[0-9a-f]{10}\.`)

// TestGolden shows whole pages as they are sent, with a line break between tags
// that touch. Read the difference; then run the test with -update.
func TestGolden(t *testing.T) {
	b := newSite(t).bundle(t)
	preview := newPreview(t)
	for name, r := range map[string]*render.Resource{
		"article":        b.Find("/articles/guide", "", ""),
		"article-plain":  b.Find("/articles/fourth", "", ""),
		"list":           b.Find("/articles", "", ""),
		"author":         b.Find("/articles/authors/ada", "", ""),
		"category-empty": b.Find("/articles/categories/empty", "", ""),
		"tag":            b.Find("/articles/tags/notes", "", ""),
		"404":            b.Find("/articles/secnd", "", ""),
		"410":            b.Find("/articles/over", "", ""),
		"500":            b.ErrorPage(),
		"preview":        preview.bundle.Find("/articles/second", "", ""),
		"preview-404":    preview.bundle.Find("/articles/secnd", "", ""),
		"changes":        preview.bundle.Find("/-/changes", "", ""),
		"changes-none":   preview.same(t).Find("/-/changes", "", ""),
	} {
		got := assetHash.ReplaceAllString(string(body(t, r, render.Identity)), "$1.HASH.")
		got = strings.ReplaceAll(got, "><", ">\n<") + "\n"
		file := filepath.Join("testdata/golden", name+".html")
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
}
