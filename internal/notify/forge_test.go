package notify

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"byline/internal/finding"
)

var update = flag.Bool("update", false, "write the golden files")

const sha = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

var (
	typo    = finding.Finding{Rule: finding.MistypedKey, File: "cookies.md", Line: 5, Col: 1, Message: `unknown key "auther"`, Suggestion: `did you mean "author"?`}
	link    = finding.Finding{Rule: finding.BrokenLink, File: "a.md", Line: 31, Col: 14, Message: `the link "sesions.md" leads nowhere`}
	title   = finding.Finding{Rule: finding.MissingKey, File: "site.yaml", Line: 1, Col: 1, Message: `the key "title" is missing`}
	errHeld = errors.New("the revision is held back: site.yaml has errors")
)

func fine() Outcome {
	return Outcome{
		Commit: sha, Revision: "4b825dc", Live: "4b825dc", URL: "https://example.org/articles", Published: true, Articles: 25,
		Findings: finding.List{link, link}, Took: 84 * time.Millisecond,
	}
}

// TestStatuses: what each forge is sent for each outcome, byte for byte.
func TestStatuses(t *testing.T) {
	outcomes := []struct {
		name string
		Outcome
	}{
		{"live", fine()},
		{"held", Outcome{Commit: sha, Live: "old", Held: errHeld, Findings: finding.List{link, typo, typo, link}}},
		{"an article held back", Outcome{Commit: sha, Live: "new", HeldBack: []string{"cookies.md"}, Findings: finding.List{typo}, URL: "https://example.org"}},
	}
	var got strings.Builder
	for _, forge := range []string{"github", "gitlab", "gitea"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			fmt.Fprintf(&got, "%s %s\n", r.Method, r.RequestURI)
			for _, name := range []string{"Accept", "Authorization", "Content-Type", "Private-Token", "User-Agent", "X-Github-Api-Version"} {
				if value := r.Header.Get(name); value != "" {
					fmt.Fprintf(&got, "%s: %s\n", name, value)
				}
			}
			fmt.Fprintf(&got, "\n%s\n\n", body)
			w.WriteHeader(http.StatusCreated)
		}))
		f, err := NewForge(ForgeOptions{Repository: server.URL + "/owner/name.git", Kind: forge, Token: "t0ken"})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range outcomes {
			fmt.Fprintf(&got, "-- %s: %s --\n", forge, o.name)
			n := newNotifier(t, Options{Forge: f})
			n.Tell(o.Outcome)
			n.farewell(t.Context())
		}
		server.Close()
	}
	const golden = "testdata/statuses.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if diff := cmp.Diff(string(want), got.String()); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}

func newNotifier(t *testing.T, o Options) *Notifier {
	t.Helper()
	if o.Log == nil {
		o.Log = quiet()
	}
	n, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Where the API is: told from the repository's address, or said.
func TestForgeAddress(t *testing.T) {
	for _, c := range []struct{ repository, kind, api, want string }{
		{"https://github.com/o/r.git", "", "", "https://api.github.com/repos/o/r/statuses/"},
		{"git@github.com:o/r.git", "", "", "https://api.github.com/repos/o/r/statuses/"},
		{"git@gitlab.com:group/below/r.git", "", "", "https://gitlab.com/api/v4/projects/group%2Fbelow%2Fr/statuses/"},
		{"https://codeberg.org/o/r.git", "", "", "https://codeberg.org/api/v1/repos/o/r/statuses/"},
		{"https://gitea.com/o/r.git", "", "", "https://gitea.com/api/v1/repos/o/r/statuses/"},
		{"ssh://git@git.example.org:2222/o/r.git", "gitea", "", "https://git.example.org/api/v1/repos/o/r/statuses/"},
		{"https://git.example.org/below/o/r.git", "gitea", "", "https://git.example.org/below/api/v1/repos/o/r/statuses/"},
		{"https://git.example.org:8443/o/r.git", "github", "", "https://git.example.org:8443/api/v3/repos/o/r/statuses/"},
		{"https://git.example.org/o/r.git", "gitlab", "https://api.example.org/v4/", "https://api.example.org/v4/projects/o%2Fr/statuses/"},
		{"http://127.0.0.1:3000/o/r.git", "gitea", "", "http://127.0.0.1:3000/api/v1/repos/o/r/statuses/"},
		{"http://git.example.org/o/r.git", "gitea", "https://git.example.org/api/v1", "https://git.example.org/api/v1/repos/o/r/statuses/"},
	} {
		f, err := NewForge(ForgeOptions{Repository: c.repository, Kind: c.kind, API: c.api, Token: "t"})
		if err != nil {
			t.Errorf("%s: %v", c.repository, err)
			continue
		}
		if m, ok := f.compose(fine()); !ok || m.url != c.want+sha {
			t.Errorf("%s: %s, want %s%s", c.repository, m.url, c.want, sha)
		}
	}
}

// What cannot be used is refused in words, without the token.
func TestForgeFaults(t *testing.T) {
	for _, c := range []struct{ repository, kind, api, link, want string }{
		{"https://git.example.org/o/r.git", "", "", "", "git.example.org is no forge that is known"},
		{"https://github.com/o/r.git", "bitbucket", "", "", `"bitbucket" is no kind of forge`},
		{"/srv/git/r.git", "gitea", "", "", "names no repository of a forge"},
		{"http://git.example.org/o/r.git", "gitea", "", "", "name an https address"},
		{"https://github.com/o/r.git", "", "http://api.example.org", "", "name an https address"},
		{"https://github.com/o/r.git", "", "https://t0ken@api.example.org", "", "not a plain https address"},
		{"https://github.com/o/r.git", "", "api.example.org", "", "not a plain https address"},
		{"https://github.com/o/r.git", "", "", "example.org", `"example.org", is not an http or https address`},
	} {
		_, err := NewForge(ForgeOptions{Repository: c.repository, Kind: c.kind, API: c.api, Link: c.link, Token: "t0ken"})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "t0ken") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// The description is words that fit, with the finding that matters most.
func TestDescribe(t *testing.T) {
	long := typo
	long.Message = strings.Repeat("a long story about a café ", 20)
	for _, c := range []struct {
		name    string
		outcome Outcome
		want    string
	}{
		{"live", Outcome{Published: true, Took: 84 * time.Millisecond}, "live in 84 ms"},
		{"slow", Outcome{Published: true, Took: 1230 * time.Millisecond}, "live in 1.2 s"},
		{"warnings", fine(), "live in 84 ms: 2 warnings"},
		{"one warning", Outcome{Findings: finding.List{link}}, "live: 1 warning"},
		{"held", Outcome{Held: errHeld, Findings: finding.List{link, typo, link, link}}, `held: cookies.md:5:1 unknown key "auther" (and 3 more)`},
		{"held for a warning", Outcome{Held: errHeld, Findings: finding.List{link}}, `held: a.md:31:14 the link "sesions.md" leads nowhere`},
		{"held by its settings", Outcome{Held: errHeld, Findings: finding.List{link, typo, title}}, "held: site.yaml:1:1 the key \"title\" is missing (and 2 more)"},
		{"held without a finding", Outcome{Held: errHeld}, "held: the revision is held back: site.yaml has errors"},
		{"articles", Outcome{HeldBack: []string{"b.md", "c.md"}, Findings: finding.List{typo}}, `2 articles held back: cookies.md:5:1 unknown key "auther"`},
		{"errors", Outcome{Findings: finding.List{typo}}, `live: cookies.md:5:1 unknown key "auther"`},
		{"fault", Outcome{Fault: errors.New("git fetch: no route")}, "the content cannot be read: git fetch: no route"},
		{"long", Outcome{Held: errHeld, Findings: finding.List{long, long}}, "held: cookies.md:5:1 a long story"},
	} {
		got := describe(c.outcome)
		if c.name == "long" {
			if utf8.RuneCountInString(got) != maxDescription || !strings.HasPrefix(got, c.want) || !strings.HasSuffix(got, "… (and 1 more)") {
				t.Errorf("%s: %q of %d characters", c.name, got, utf8.RuneCountInString(got))
			}
		} else if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A status is set only where there is a commit and something to say about it.
func TestStatusNeedsACommit(t *testing.T) {
	f, err := NewForge(ForgeOptions{Repository: "git@github.com:o/r", Token: "t"})
	if err != nil {
		t.Fatal(err)
	}
	folder, unread := fine(), fine()
	folder.Commit, unread.Fault = "", errors.New("no route")
	for _, o := range []Outcome{folder, unread} {
		if m, ok := f.compose(o); ok {
			t.Errorf("%+v is a status: %s", o, m.body)
		}
	}
	if !slices.Contains(Kinds(), f.target().kind) {
		t.Errorf("the kind %s is none of %v", f.target().kind, Kinds())
	}
}
