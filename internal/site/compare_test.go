package site

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/article"
)

// shows is a site made of lines "file slug text title", with the state behind
// them where it is not public.
func shows(path string, lines ...string) *Site {
	s := &Site{Path: path, Files: map[string]File{}}
	for _, line := range lines {
		parts := strings.Fields(line)
		p := &Page{Article: &article.Article{Path: parts[0], Slug: parts[1], Hash: parts[2]}, Said: &Said{Address: path + "/" + parts[1], Title: parts[3]}}
		if len(parts) > 4 {
			p.State = Draft
		}
		s.Pages = append(s.Pages, p)
	}
	return s
}

func told(d Differences) string {
	var out strings.Builder
	for _, kind := range []struct {
		name string
		all  []Difference
	}{{"new", d.New}, {"changed", d.Changed}, {"moved", d.Moved}, {"removed", d.Removed}, {"hidden", d.Hidden}} {
		for _, one := range kind.all {
			from, to := "-", "-"
			if one.Live != nil {
				from = one.Live.Slug
			}
			if one.Next != nil {
				to = one.Next.Slug
			}
			fmt.Fprintf(&out, "%s %s %s\n", kind.name, from, to)
		}
	}
	return out.String()
}

func TestCompare(t *testing.T) {
	live := shows("/articles", "a.md a 1 Ada", "b.md b 2 Bert", "c.md c 3 Cora")
	for _, c := range []struct {
		name string
		next *Site
		want string
	}{
		{"the same", shows("/articles", "a.md a 1 Ada", "b.md b 2 Bert", "c.md c 3 Cora"), ""},
		{"another order", shows("/articles", "c.md c 3 Cora", "a.md a 1 Ada", "b.md b 2 Bert"), ""},
		{"a folder", shows("/articles", "x/a.md a 1 Ada", "b.md b 2 Bert", "c.md c 3 Cora"), ""},
		{"new, changed, removed", shows("/articles", "n.md n 9 New", "a.md a 7 Ada", "b.md b 2 Bert"), "new - n\nchanged a a\nremoved c -\n"},
		{"another file at the address", shows("/articles", "other.md a 8 Other", "b.md b 2 Bert", "c.md c 3 Cora"), "changed a a\n"},
		{"another slug in the file", shows("/articles", "a.md z 8 Ada", "b.md b 2 Bert", "c.md c 3 Cora"), "moved a z\n"},
		{"renamed with its text", shows("/articles", "z.md z 1 Zoe", "b.md b 2 Bert", "c.md c 3 Cora"), "moved a z\n"},
		{"renamed, rewritten, same title", shows("/articles", "z.md z 8 Ada", "b.md b 2 Bert", "c.md c 3 Cora"), "moved a z\n"},
		{"two change places", shows("/articles", "a.md b 7 Ada", "b.md a 8 Bert", "c.md c 3 Cora"), "moved a b\nmoved b a\n"},
		{"a copy is new", shows("/articles", "a.md a 1 Ada", "a2.md a2 1 Ada", "b.md b 2 Bert", "c.md c 3 Cora"), "new - a2\n"},
		{"set back to draft", shows("/articles", "a.md a 7 Ada draft", "b.md b 2 Bert", "c.md c 3 Cora"), "removed a a\n"},
		{"a draft beside", shows("/articles", "a.md a 1 Ada", "b.md b 2 Bert", "c.md c 3 Cora", "d.md d 4 Dora draft"), "hidden - d\n"},
		{"hung elsewhere", shows("/blog", "a.md a 1 Ada", "b.md b 2 Bert", "c.md c 3 Cora"), "moved a a\nmoved b b\nmoved c c\n"},
	} {
		d := Compare(live, c.next)
		if diff := cmp.Diff(c.want, told(d)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if lines := strings.Count(c.want, "\n"); d.Articles() != lines {
			t.Errorf("%s: %d articles, want %d", c.name, d.Articles(), lines)
		}
	}
	if got := told(Compare(nil, live)); got != "new - a\nnew - b\nnew - c\n" {
		t.Errorf("beside no site at all:\n%s", got)
	}
}

func TestCompareFiles(t *testing.T) {
	live, next := shows(""), shows("")
	live.Files = map[string]File{"media/a.png": {Hash: "1"}, "media/b.png": {Hash: "2"}, "media/c.png": {Hash: "3"}}
	next.Files = map[string]File{"media/a.png": {Hash: "1"}, "media/b.png": {Hash: "9"}, "root/x.txt": {Hash: "4"}}
	next.Settings.Tagline = "Another"
	want := []FileDifference{{"media/b.png", true, true}, {"media/c.png", true, false}, {"root/x.txt", false, true}, {SettingsFile, true, true}}
	if diff := cmp.Diff(want, Compare(live, next).Files); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if d := Compare(next, next); d.Files != nil {
		t.Errorf("a site differs from itself: %v", d.Files)
	}
}

// The path of an article stands in edit_url so that it means the same in a path
// and in a query.
func TestEditURL(t *testing.T) {
	for _, c := range []struct{ template, file, want string }{
		{"https://e.org/edit/{path}", "a.md", "https://e.org/edit/a.md"},
		{"https://e.org/edit/{path}", "careers/what's new?/größe 100%+#1&2.md", "https://e.org/edit/careers/what%27s%20new%3F/gr%C3%B6%C3%9Fe%20100%25%2B%231%262.md"},
		{"https://e.org/?file={path}&again={path}", "x/a.md", "https://e.org/?file=x/a.md&again=x/a.md"},
		{"", "a.md", ""},
	} {
		s, found := ReadSettings([]byte("title: T\nedit_url: \"" + c.template + "\"\n"))
		if len(found) > 0 {
			t.Errorf("%q: %s", c.template, found)
		}
		if got := s.EditURLOf(c.file); got != c.want {
			t.Errorf("%q for %q: %q, want %q", c.template, c.file, got, c.want)
		}
	}
}
