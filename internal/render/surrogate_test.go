package render_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"byline/internal/render"
)

// Every response names the site, its kind and its path, in a form that every
// field can carry.
func TestSurrogateKeys(t *testing.T) {
	b := newSite(t).bundle(t)
	kinds := map[string]string{
		"/": "redirect", "/articles": "list", "/articles/guide": "article", "/articles/authors/ada": "list", "/articles/categories/craft": "list",
		"/media/lead.png": "file", "/ads.txt": "file", "/articles/feed.xml": "feed", "/articles/tags/notes/atom.xml": "feed", "/articles/guide.md": "document", "/robots.txt": "document", "/articles/over": "message", "/articles/nowhere": "message", "/articles/Guide/": "redirect",
	}
	seen := map[string]bool{}
	for _, path := range append(b.Paths(), "/articles/over", "/articles/nowhere", "/articles/Guide/") {
		keys := b.SurrogateKeys(b.Find(path, "", ""), path)
		if len(keys) != 3 || keys[0] != render.SiteKey || keys[2] != render.PathKey(path) {
			t.Errorf("%s has the keys %q", path, keys)
		}
		kind := keys[1]
		if strings.HasPrefix(path, "/static/") {
			kinds[path] = "asset"
		}
		if want := kinds[path]; want != "" && kind != want {
			t.Errorf("%s is of kind %s, want %s", path, kind, want)
		}
		seen[kind] = true
		if n := len(strings.Join(keys, " ")); n > 140 {
			t.Errorf("the keys of %s take %d bytes", path, n)
		}
	}
	for _, kind := range []string{"article", "list", "feed", "document", "file", "asset", "redirect", "message"} {
		if !seen[kind] {
			t.Errorf("nothing is of kind %s", kind)
		}
	}
}

// All addresses of a page have its one key: a query makes no other.
func TestKeyWithQuery(t *testing.T) {
	b := newSite(t).bundle(t)
	plain, asked := b.Find("/articles/guide", "", ""), b.Find("/articles/guide", "", "utm=1")
	if one, other := b.SurrogateKeys(plain, "/articles/guide"), b.SurrogateKeys(asked, "/articles/guide"); !slices.Equal(one, other) {
		t.Errorf("%q and %q", one, other)
	}
}

func TestPathKey(t *testing.T) {
	for path, want := range map[string]string{
		"/articles/go-for-rubyists": "/articles/go-for-rubyists",
		"/a b,c(d)":                 "/a%20b%2Cc%28d%29",
		"/größe":                    "/gr%C3%B6%C3%9Fe",
	} {
		if got := render.PathKey(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	long, other := render.PathKey("/"+strings.Repeat("я", 40)), render.PathKey("/"+strings.Repeat("я", 41))
	if !strings.HasPrefix(long, "/~") || len(long) != 34 || long == other {
		t.Errorf("of long paths: %s and %s", long, other)
	}
}

// A key is one key in a field whose keys are parted by spaces and in one where
// they are by commas, and no longer than any cache takes.
func FuzzPathKey(f *testing.F) {
	for _, path := range []string{"/articles", "/a b", "/a,b", "/\r\nX: y", "/%2f", "/я", "/" + strings.Repeat("x", 300)} {
		f.Add(path, "/articles")
	}
	sound := regexp.MustCompile(`^/[A-Za-z0-9%._~/-]{0,119}$`)
	f.Fuzz(func(t *testing.T, path, other string) {
		path, other = "/"+path, "/"+other
		key := render.PathKey(path)
		if !sound.MatchString(key) {
			t.Errorf("the key of %q is %q", path, key)
		}
		if path != other && key == render.PathKey(other) && !strings.HasPrefix(key, "/~") {
			t.Errorf("%q and %q have the key %q", path, other, key)
		}
	})
}
