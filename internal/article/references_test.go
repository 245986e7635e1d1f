package article

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/testkit"
)

// TestReferences: every address is found where it was written, whatever the form,
// and none in code.
func TestReferences(t *testing.T) {
	source := "---\ntitle: T\ndate: 2026-01-01\n---\n" + `Ünï [a](one.md "title") ![p](two.png) [<b>](<thr ee.md>) [esc](a\_b.md?x&amp;y#z)
[full][id] [id] [again][ID]  ` + "`[code](none.md)`" + ` <a class=x href="four.md">raw</a> <img src='five.png'/>
[over](
  six.md
  'title')

[id]: seven.md "title"
[unused]: <eight.md>

> quoted [a](nine.md)
>
> [q]: ten.md

- item
  [b](eleven.md)

  ` + "```\n  [code](none.md)\n  ```" + `

<div>
<a href="twelve.md">x</a> <!-- <a href="none.md"> -->
<p title="href=none.md"><a
  href = thirteen.md>y</a>
</div>

    [indented](none.md)

https://example.org/auto and [empty]() and \[no](none.md) and [nested ![p](fourteen.png)](fifteen.md)[^1]

[^1]: A footnote [a](sixteen.md).

| t | u |
| - | - |
| [a](seventeen.md) | x |
`
	a, found := Parse("a.md", "", []byte(source))
	if a == nil {
		t.Fatal(found)
	}
	var got []string
	lines := strings.Split(source, "\n")
	for _, r := range a.References() {
		got = append(got, r.Target)
		if line := []rune(lines[r.Line-1]); !strings.HasPrefix(string(line[r.Col-1:]), r.Written) {
			t.Errorf("%+v is not where it says: %q", r, string(line[r.Col-1:]))
		}
	}
	want := strings.Fields("one.md two.png thr_ee.md a_b.md?x&y#z seven.md four.md five.png six.md eight.md nine.md ten.md eleven.md twelve.md thirteen.md fifteen.md fourteen.png seventeen.md sixteen.md")
	want[2] = "thr ee.md"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestReferencesOfRealSites: in what people really wrote, every link and picture
// that is resolved is one whose place is known.
func TestReferencesOfRealSites(t *testing.T) {
	for _, site := range []string{"swift", "18f"} {
		files, err := filepath.Glob(filepath.Join(testkit.Shared(t), "sites", site, "*.md"))
		if err != nil || len(files) < 50 {
			t.Fatalf("%d files (%v)", len(files), err)
		}
		for _, file := range files {
			checkReferences(t, file)
		}
	}
}

func checkReferences(t *testing.T, file string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a, found := Parse(filepath.Base(file), "", src)
	if a == nil {
		t.Fatal(found)
	}
	known := map[string]bool{}
	for _, r := range a.References() {
		known[plain(r.Target)] = true
	}
	for _, s := range a.Body().Slots {
		elsewhere := strings.Contains(s.Target, ":") // an address on its own is a link, too
		if strings.Contains(s.Target, "%7B%7B") {
			continue // what the sanitiser made of an attribute that a template tag broke
		}
		if (s.Kind == LinkSlot || s.Kind == PictureSlot || s.Kind == EmbedSlot) && !known[plain(s.Target)] && !elsewhere {
			t.Errorf("%s:%d:%d: no reference to %s", file, s.Line, s.Col, s.Target)
		}
	}
}

// plain undoes the escapes that the sanitiser adds.
func plain(target string) string {
	if text, err := url.PathUnescape(target); err == nil {
		return text
	}
	return target
}
