package publish_test

import (
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/testkit"
)

var updateAddresses = flag.Bool("update-addresses", false, "write what is answered into testdata/addresses")

// TestAddresses: requests and what answers them, after a history. A file of an
// archive is named by the number of its commit and its path; "do" has lines "mv
// OLD NEW" and "rm PATH". "want" has a request a line with its answer behind →,
// and the findings. What a redirect leads to answers 200 or 410 itself; every
// page answers at its own address; commits at the start may be held back; and a server that saw every commit answers like
// one that starts at the last.
func TestAddresses(t *testing.T) {
	archives, err := filepath.Glob("testdata/addresses/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal(archives, err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			repo := testkit.NewRepo(t)
			var seasoned *publish.Publisher
			for n := 1; commitNumber(t, repo, archive, n); n++ {
				if seasoned == nil {
					seasoned = ofRepo(t, repo)
				}
				err := seasoned.Publish(t.Context())
				if err != nil && !(errors.Is(err, publish.ErrHeld) && seasoned.Live() == nil) {
					t.Fatal(err, seasoned.Status().Findings)
				}
			}
			fresh := ofRepo(t, repo)
			if err := fresh.Publish(t.Context()); err != nil {
				t.Fatal(err)
			}
			want := &archive.Files[len(archive.Files)-1]
			got := told(t, fresh, string(want.Data))
			if *updateAddresses {
				want.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want.Data), got); diff != "" || want.Name != "want" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			if diff := cmp.Diff(got, told(t, seasoned, string(want.Data))); diff != "" {
				t.Errorf("%s: a server that saw every commit answers otherwise (-fresh +seasoned):\n%s", name, diff)
			}
			for _, p := range fresh.Live().Site().Pages {
				if r := fresh.Live().Find(p.Address, "", ""); r.Status != 200 {
					t.Errorf("%s answers %d at its own address %s", p.Path, r.Status, p.Address)
				}
			}
		})
	}
}

func commitNumber(t *testing.T, repo *testkit.Repo, archive *txtar.Archive, n int) bool {
	t.Helper()
	var files []string
	there := false
	for _, f := range archive.Files {
		name, ok := strings.CutPrefix(f.Name, fmt.Sprint(n, "/"))
		there = there || ok
		if ok && name != "do" {
			files = append(files, name, string(f.Data))
		}
		for line := range strings.Lines(string(f.Data)) {
			switch words := strings.Fields(line); {
			case !ok || name != "do":
			case len(words) == 3 && words[0] == "mv":
				repo.Move(words[1], words[2])
			case len(words) == 2 && words[0] == "rm":
				repo.Git("rm", "-q", words[1])
			default:
				t.Fatalf("cannot do %q", line)
			}
		}
	}
	if there {
		repo.Commit(files...)
	}
	return there
}

func ofRepo(t *testing.T, repo *testkit.Repo) *publish.Publisher {
	t.Helper()
	r, err := source.Enclosing(t.Context(), repo.Dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	p, err := publish.New(publish.Options{
		Source: source.NewDirectory(repo.Dir), Repository: r, Program: "test", Log: quiet(),
		Now: func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// told answers the requests in a text anew.
func told(t *testing.T, p *publish.Publisher, requests string) string {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(requests) {
		request, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(request, "/") {
			fmt.Fprintf(&out, "%s → %s\n", request, asked(t, p.Live(), request))
		}
	}
	for _, f := range p.Status().Findings {
		fmt.Fprintln(&out, "! "+f.String())
	}
	return out.String()
}

// asked is what answers a request. Where it leads within the site it must end.
func asked(t *testing.T, b *render.Bundle, request string) string {
	t.Helper()
	r := find(t, b, request)
	answer := strings.TrimSpace(fmt.Sprint(r.Status, " ", r.Location))
	if strings.HasPrefix(r.Location, "/") {
		if end := find(t, b, r.Location); !slices.Contains([]int{200, 410}, end.Status) {
			t.Errorf("%s → %s, which answers %d %s", request, answer, end.Status, end.Location)
		}
	}
	if r.Status != 200 && r.CacheControl != "no-cache" {
		t.Errorf("%s → %s may be cached: %s", request, answer, r.CacheControl)
	}
	return answer
}

func find(t *testing.T, b *render.Bundle, request string) *render.Resource {
	t.Helper()
	u, err := url.Parse("http://site.example" + request)
	if err != nil {
		t.Fatal(err)
	}
	return b.Find(u.Path, u.RawPath, u.RawQuery)
}
