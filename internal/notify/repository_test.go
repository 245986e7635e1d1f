package notify

import (
	"strings"
	"testing"
)

// The forms of a git URL, and what a forge knows the repository as.
func TestParseRepository(t *testing.T) {
	for _, c := range []struct{ address, host, path string }{
		{"https://github.com/owner/name.git", "github.com", "owner/name"},
		{"https://github.com/owner/name", "github.com", "owner/name"},
		{"https://github.com/owner/name/", "github.com", "owner/name"},
		{"https://user:password@GitHub.com/Owner/Name.git", "github.com", "Owner/Name"},
		{"https://git.example.org:8443/group/below/name.git", "git.example.org:8443", "group/below/name"},
		{"http://127.0.0.1:3000/o/r.git", "127.0.0.1:3000", "o/r"},
		{"ssh://git@github.com/owner/name.git", "github.com", "owner/name"},
		{"ssh://git@git.example.org:2222/owner/name.git", "git.example.org", "owner/name"},
		{"ssh://git@[2001:db8::1]:2222/owner/name.git", "[2001:db8::1]", "owner/name"},
		{"git+ssh://git@host/owner/name", "host", "owner/name"},
		{"git://host/owner/name.git", "host", "owner/name"},
		{"git@github.com:owner/name.git", "github.com", "owner/name"},
		{"git@gitlab.com:group/below/name.git", "gitlab.com", "group/below/name"},
		{"codeberg.org:owner/name", "codeberg.org", "owner/name"},
		{"git@[2001:db8::1]:owner/name.git", "[2001:db8::1]", "owner/name"},
		{"git@host:/owner/name.git", "host", "owner/name"},
		{"", "", ""},
		{"/srv/git/name.git", "", ""},
		{"../name", "", ""},
		{"file:///srv/git/name.git", "", ""},
		{"https://github.com", "", ""},
		{"https://github.com/name.git", "", ""},
		{"ftp://host/owner/name", "", ""},
		{"git@host", "", ""},
		{"git@host:name.git", "", ""},
	} {
		r, err := ParseRepository(c.address)
		if r.Host != c.host || r.Path != c.path || (err != nil) != (c.host == "") {
			t.Errorf("%s: %+v %v, want %s %s", c.address, r, err, c.host, c.path)
		}
	}
}

// Nothing that is typed as a git URL is a panic, and no password stays in what
// is made of it.
func FuzzParseRepository(f *testing.F) {
	for _, address := range []string{"https://u:hunter2@h/o/r", "git@h:o/r", "ssh://h", "[::1]:a/b", "a:b/c", "://", "h:/"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		r, err := ParseRepository(address)
		if err != nil {
			return
		}
		if r.Host == "" || strings.Count(r.Path, "/") < 1 || strings.HasPrefix(r.Path, "/") || strings.Contains(r.Host, "@") {
			t.Errorf("%q: %+v", address, r)
		}
		_, _ = NewForge(ForgeOptions{Repository: address, Kind: "gitea", Token: "t"})
	})
}
