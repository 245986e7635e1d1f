package history_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"byline/internal/history"
	"byline/internal/site"
	"byline/internal/source"
	"byline/internal/testkit"
)

var update = flag.Bool("update", false, "write what the histories tell into testdata")

// TestHistories replays the histories in testdata. A file of an archive is named
// by the number of its commit and its path; a commit's "do" has lines "mv OLD
// NEW" and "rm PATH", or "at TIME", when it is made. "want" is what the history
// tells after the last one. Where an archive has no site.yaml, the first commit has
// one. Commits are an hour apart and begin at noon on
// January 1, 2024.
func TestHistories(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal(archives, err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			repo, want := testkit.NewRepo(t), ""
			step := map[string]*history.State{}
			state := history.New()
			for n := 1; ; n++ {
				files, do := commitOf(archive, n)
				if n == 1 && !strings.Contains(string(txtar.Format(archive)), "/site.yaml --") {
					files = append(files, "site.yaml", "title: S\n")
				}
				if files == nil && do == "" {
					break
				}
				commit(t, repo, files, do)
				state = advance(t, repo, state)
				step[state.Commit()] = state
			}
			for i, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
					archive.Files[i].Data = []byte(dump(t, repo, state))
				}
			}
			got := dump(t, repo, state)
			if *update {
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			// One walk over everything tells the same as one a commit, and so does a
			// state that was kept.
			if diff := cmp.Diff(got, dump(t, repo, advance(t, repo, history.New()))); diff != "" {
				t.Errorf("commit by commit and at once differ (-by commit +at once):\n%s", diff)
			}
			if diff := cmp.Diff(got, dump(t, repo, kept(t, state))); diff != "" {
				t.Errorf("a kept state tells something else (-before +after):\n%s", diff)
			}
		})
	}
}

func commitOf(archive *txtar.Archive, n int) (files []string, do string) {
	for _, f := range archive.Files {
		name, ok := strings.CutPrefix(f.Name, fmt.Sprintf("%d/", n))
		switch {
		case !ok:
		case name == "do":
			do = string(f.Data)
		default:
			files = append(files, name, string(f.Data))
		}
	}
	return files, do
}

func commit(t *testing.T, repo *testkit.Repo, files []string, do string) {
	t.Helper()
	for line := range strings.Lines(do) {
		words := strings.Fields(line)
		switch {
		case len(words) == 3 && words[0] == "mv":
			repo.Move(words[1], words[2])
		case len(words) == 2 && words[0] == "rm":
			repo.Git("rm", "-q", words[1])
		case len(words) == 2 && words[0] == "at":
			at, err := time.Parse(time.RFC3339, words[1])
			if err != nil {
				t.Fatal(err)
			}
			repo.Clock = at
		default:
			t.Fatalf("cannot do %q", line)
		}
	}
	repo.Commit(files...)
}

// advance takes a state to the newest commit.
func advance(t *testing.T, repo *testkit.Repo, state *history.State) *history.State {
	t.Helper()
	r, err := source.Enclosing(t.Context(), repo.Dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	head, err := r.Resolve(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	steps, err := r.Steps(t.Context(), state.Commit(), head.ID)
	if err == nil {
		state, err = state.Advance(t.Context(), head.ID, steps, reader(r))
	}
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func reader(r *source.Repository) history.Reader {
	return history.Reader{Blob: r.Blob, Settings: func(src []byte) (history.Settings, bool) {
		settings, found := site.ReadSettings(src)
		zone, err := time.LoadLocation(settings.Timezone.Value)
		return history.Settings{Path: settings.Path.Value, Permalink: settings.Permalink.Value, Zone: zone}, err == nil && !found.HasErrors()
	}}
}

func kept(t *testing.T, state *history.State) *history.State {
	t.Helper()
	data, err := state.Encode()
	if err == nil {
		state, err = history.Decode(data)
	}
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// dump writes what a history tells, with commits by their number.
func dump(t *testing.T, repo *testkit.Repo, state *history.State) string {
	t.Helper()
	number := map[string]int{}
	for i, id := range strings.Fields(repo.Git("rev-list", "--reverse", "--first-parent", "HEAD")) {
		number[id] = i + 1
	}
	r, err := source.Enclosing(t.Context(), repo.Dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	facts := state.Facts()
	var out strings.Builder
	for _, path := range strings.Fields(repo.Git("ls-files", "*.md")) {
		line := path
		if at := facts.Updated(path); !at.IsZero() {
			line += ", updated " + at.Format("Jan 2 15:04")
		}
		if at, date, ok := facts.First(path, site.AddressIn); ok {
			line += fmt.Sprintf(", first at %s of %s", at, date.Format("Jan 2, 2006"))
		}
		if versions := facts.Versions(path); len(versions) > 0 {
			line += ", versions: " + titles(t, r, versions)
		}
		fmt.Fprintln(&out, line)
	}
	for _, f := range facts.Former() {
		at, to := f.Slug+f.Path, "→ "+f.To
		if f.To == "" {
			to = fmt.Sprintf("is gone since %s: %q", f.Ended.Format("Jan 2 15:04"), f.Title)
		}
		fmt.Fprintf(&out, "former %s %s (commit %d)\n", at, to, number[f.Commit])
	}
	for _, b := range facts.Bases() {
		fmt.Fprintf(&out, "the site hung at %q (until commit %d)\n", b.Path, number[b.Commit])
	}
	for _, form := range facts.Forms() {
		fmt.Fprintf(&out, "articles were at %q (until commit %d)\n", form.Permalink, number[form.Commit])
	}
	dumpSights(t, repo, facts, &out)
	return out.String()
}

// dumpSights writes what each commit changed for readers, at the time at which it
// was made, and what has come and gone by itself ten days after the last one.
func dumpSights(t *testing.T, repo *testkit.Repo, facts *history.Facts, out *strings.Builder) {
	t.Helper()
	commits := strings.Fields(repo.Git("log", "--reverse", "--first-parent", "--format=%H %ct"))
	before := map[string]string{}
	show := func(what, id string, at time.Time) {
		m, matches := facts.Commit(id[:9], at)
		if matches != 1 || facts.Name(m) != id {
			t.Errorf("%s: the line has %d commits that begin with %.9s: %q", what, matches, id, facts.Name(m))
		}
		m = m.At(at)
		now := map[string]string{}
		for _, s := range facts.Seen(m, site.AddressIn) {
			if s.Path == "" {
				continue
			}
			now[s.Path] = s.Substance
			if was, known := before[s.Path]; !known || was != s.Substance {
				fmt.Fprintf(out, "%s shows %s", what, s.Path)
				if known {
					fmt.Fprint(out, " changed")
				}
				if !s.Since.Equal(at) {
					fmt.Fprintf(out, ", since %s", s.Since.UTC().Format("Jan 2 15:04"))
				}
				fmt.Fprintln(out)
			}
		}
		for _, path := range slices.Sorted(maps.Keys(before)) {
			if _, shown := now[path]; !shown {
				fmt.Fprintf(out, "%s shows no %s\n", what, path)
			}
		}
		before = now
	}
	for i := 0; i+1 < len(commits); i += 2 {
		seconds, err := strconv.ParseInt(commits[i+1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(seconds, 0).UTC()
		show(fmt.Sprint("commit ", i/2+1), commits[i], at)
		if i+2 == len(commits) {
			show("ten days later it", commits[i], at.AddDate(0, 0, 10))
		}
	}
}

func titles(t *testing.T, r *source.Repository, ids []string) string {
	t.Helper()
	var all []string
	for _, id := range ids {
		text, err := r.Blob(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		_, title, _ := strings.Cut(string(text), "title: ")
		title, _, _ = strings.Cut(title, "\n")
		all = append(all, title)
	}
	return strings.Join(all, ", ")
}
