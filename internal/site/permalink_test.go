package site

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"byline/internal/article"
)

// TestAddress: the parts of a date have all their digits, and an article without a
// category has no segment in its place.
func TestAddress(t *testing.T) {
	date := time.Date(987, 6, 5, 0, 0, 0, 0, time.UTC)
	for form, want := range map[Permalink]string{
		"/{slug}":                              "/a-b /a-b",
		"/{year}/{month}/{day}/{slug}":         "/0987/06/05/a-b /0987/06/05/a-b",
		"/{category}/{slug}":                   "/web/a-b /a-b",
		"/posts/{category}/{year}/{slug}":      "/posts/web/0987/a-b /posts/0987/a-b",
		"/{day}/x/{month}/{category}/y/{slug}": "/05/x/06/web/y/a-b /05/x/06/y/a-b",
	} {
		if got := form.address("a-b", "web", date) + " " + form.address("a-b", "", date); got != want {
			t.Errorf("%s: %s, want %s", form, got, want)
		}
		if fault, _ := form.fault(); fault != "" {
			t.Errorf("%s %s", form, fault)
		}
	}
}

// TestSlugOf: an address tells its article whatever its date and category, if it
// has the shape of the form.
func TestSlugOf(t *testing.T) {
	for _, c := range []struct {
		form       Permalink
		rest, want string
	}{
		{"/{slug}", "a", "a"}, {"/{slug}", "a/b", ""}, {"/{slug}", "", ""},
		{"/{year}/{month}/{slug}", "2026/05/a", "a"}, {"/{year}/{month}/{slug}", "1999/99/a", "a"}, {"/{year}/{month}/{slug}", "2026/5/a", ""},
		{"/{year}/{month}/{slug}", "2026/a", ""}, {"/{year}/{month}/{slug}", "2026/05/01/a", ""}, {"/{year}/{month}/{slug}", "２０２６/05/a", ""},
		{"/{category}/{slug}", "web/a", "a"}, {"/{category}/{slug}", "a", "a"}, {"/{category}/{slug}", "tags/a", ""}, {"/{category}/{slug}", "2026/a", ""}, {"/{category}/{slug}", "it/a", ""},
		{"/{category}/{slug}", "/a", ""}, {"/{year}/{category}/{slug}", "2026/tags/a", "a"}, {"/posts/{slug}", "posts/a", "a"}, {"/posts/{slug}", "post/a", ""},
	} {
		if got, _ := c.form.slug(c.rest); got != c.want {
			t.Errorf("%s in %s is %q, want %q", c.rest, c.form, got, c.want)
		}
	}
}

// FuzzPermalink: what is no fault makes addresses that are clean, that no list
// has, and that tell the article again.
func FuzzPermalink(f *testing.F) {
	for _, seed := range []string{"/{slug}", "{year}/{month}/{slug}/", "/{category}/{slug}", "/a/{day}/{slug}", "/%year%/{slug}", "/{slug}{slug}", "//{slug}", "/../{slug}", "/page/{slug}", "/é/{slug}", "/{}/{slug}"} {
		f.Add(seed, "guide", "web", int64(0))
	}
	f.Fuzz(func(t *testing.T, form, slug, category string, seconds int64) {
		if !utf8.ValidString(form) {
			return
		}
		settings, found := ReadSettings([]byte("title: T\npermalink: \"" + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(form) + "\"\n"))
		slug, category = article.Slugify(slug), article.Slugify(category)
		if found.HasErrors() || slug == "" || Reserved(slug) || Reserved(category) {
			return
		}
		at := settings.form()
		address := at.address(slug, category, time.Unix(seconds%(1<<37), 0).UTC())
		if strings.ToLower(address) != address || strings.Contains(address, "//") || strings.ContainsAny(address, " ?#%\\{}*") || !strings.HasSuffix(address, "/"+slug) {
			t.Errorf("%q makes the address %q", form, address)
		}
		if first, _, more := strings.Cut(address[1:], "/"); more && Reserved(first) && strings.Trim(first, "0123456789") != "" {
			t.Errorf("%q makes the address %q, below a list", form, address)
		}
		if got, ok := settings.SlugAt("/articles" + address); !ok || got != slug {
			t.Errorf("%q in %q tells %q, want %q", address, form, got, slug)
		}
	})
}
