package publish_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/testkit"
)

// TestReplay replays the real history of a blog, commit by commit, and then asks
// for every address that was ever live: each must answer 200, lead with one 308
// to a 200, or answer 410. None is lost and none fails.
func TestReplay(t *testing.T) {
	if os.Getenv("BYLINE_LONG") == "" {
		t.Skip("a thousand and more publishes: set BYLINE_LONG to replay the real history")
	}
	dir := replayed(t, filepath.Join(testkit.Shared(t), "corpora", "18f-history.bundle"))
	mirror, err := source.OpenMirror(t.Context(), source.MirrorOptions{URL: dir, Branch: "main", Path: "articles", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer mirror.Close()
	r := &replay{mirror: mirror, ever: map[string]string{}}
	if err := mirror.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	commits := strings.Fields(git(t, dir, "rev-list", "--reverse", "--first-parent", "main"))
	options := publish.Options{
		Source: r, Repository: mirror.Repository, Program: "test", Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return r.commit.Time }, // a post was not live before its date
	}
	p, err := publish.New(options)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for _, id := range commits {
		if r.commit, err = mirror.Resolve(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if err := p.Publish(t.Context()); err != nil && p.Live() != nil {
			t.Fatalf("%s: %v", id, err)
		}
		r.note(p.Live(), id)
	}
	took := time.Since(start)
	r.check(t, p.Live())
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	t.Logf("%d commits in %v, %v each; %d MB taken from the system", len(commits), took.Round(time.Second), (took / time.Duration(len(commits))).Round(time.Microsecond), memory.Sys>>20)
	// One walk over the whole history, as a first start does it, tells the same.
	start = time.Now()
	fresh, err := publish.New(options)
	if err == nil {
		err = fresh.Publish(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("at once, as a first start: %v", time.Since(start).Round(time.Millisecond))
	r.check(t, fresh.Live())
	for slug := range r.ever {
		a, b := p.Live().Find("/articles/"+slug, "", ""), fresh.Live().Find("/articles/"+slug, "", "")
		if a.Status != b.Status || a.Location != b.Location {
			t.Errorf("%s: %d %s after every commit, %d %s at once", slug, a.Status, a.Location, b.Status, b.Location)
		}
	}
}

// replay is a Source that stands at one commit.
type replay struct {
	mirror *source.Mirror
	commit source.Commit
	ever   map[string]string // slug → the commit at which it was first live
}

// Snapshot implements publish.Source.
func (r *replay) Snapshot(ctx context.Context) (source.Tree, error) {
	return r.mirror.Tree(ctx, r.commit)
}

// Watch implements publish.Source.
func (r *replay) Watch(context.Context, time.Duration) (<-chan struct{}, error) { return nil, nil }

// note remembers what is live.
func (r *replay) note(live *render.Bundle, commit string) {
	if live == nil {
		return
	}
	for _, p := range live.Site().Pages {
		if _, known := r.ever[p.Slug]; !known {
			r.ever[p.Slug] = commit
		}
	}
}

// check asks for every address that was ever live.
func (r *replay) check(t *testing.T, live *render.Bundle) {
	t.Helper()
	count := map[string]int{}
	for _, slug := range slices.Sorted(maps.Keys(r.ever)) {
		answer := live.Find("/articles/"+slug, "", "")
		body, err := answer.Body(render.Identity)
		kind := fmt.Sprint(answer.Status)
		switch {
		case err != nil:
			t.Errorf("%s: %v", slug, err)
		case answer.Status == 308:
			to := live.Find(answer.Location, "", "")
			kind = fmt.Sprint("308 to a ", to.Status)
			if to.Status != 200 {
				t.Errorf("%s leads to %s, which answers %d", slug, answer.Location, to.Status)
			}
		case answer.Status == 410 && !bytes.Contains(body, []byte("taken down on")):
			t.Errorf("%s: the page does not say what was there", slug)
		case answer.Status != 200 && answer.Status != 410:
			t.Errorf("%s, live since %s: answers %d", slug, r.ever[slug], answer.Status)
		}
		count[kind]++
	}
	t.Logf("%d addresses that were ever live: %v", len(r.ever), count)
}

// replayed makes a repository of the posts in a bundle's history: each commit of
// its own line that touches a post, with the post's front matter reduced to what
// Byline knows.
func replayed(t *testing.T, bundle string) string {
	t.Helper()
	from, to := filepath.Join(t.TempDir(), "bundle"), t.TempDir()
	git(t, ".", "clone", "--quiet", "--bare", bundle, from)
	git(t, to, "init", "--quiet", "--bare", "--initial-branch=main")
	log := git(t, from, "log", "--first-parent", "--diff-merges=first-parent", "--reverse", "--raw", "--no-renames", "--no-abbrev", "-z",
		"--format=tformat:%x01%ct", "--", "_posts/*.md", "content/posts/*.md", "content/_posts/*.md")
	var stream bytes.Buffer
	first := true
	fields := strings.Split(log, "\x00")
	for i := 0; i < len(fields); i++ {
		field := strings.TrimLeft(fields[i], "\n")
		if at, ok := strings.CutPrefix(field, "\x01"); ok {
			fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter Ada <ada@example.org> %s +0000\ndata 0\n", at)
			if first {
				inline(&stream, "articles/site.yaml", settings)
			}
			first = false
			continue
		}
		change := strings.Fields(field)
		if len(change) != 5 {
			continue
		}
		i++
		path := "articles/" + strings.TrimPrefix(fields[i], "content/")
		if change[4] == "D" {
			fmt.Fprintf(&stream, "D %s\n", path)
		} else {
			inline(&stream, path, post(path, git(t, from, "cat-file", "blob", change[3])))
		}
	}
	cmd := exec.Command("git", "-C", to, "fast-import", "--quiet")
	cmd.Stdin = &stream
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git fast-import: %v\n%s", err, out)
	}
	return to
}

func inline(stream *bytes.Buffer, path, content string) {
	fmt.Fprintf(stream, "M 100644 inline %s\ndata %d\n%s\n", path, len(content), content)
}

var (
	postName  = regexp.MustCompile(`(\d{4}-\d{2}-\d{2})-[^/]*\.md$`)
	postTitle = regexp.MustCompile(`(?m)^title:[ \t]*(\S.*)$`)
	postHead  = regexp.MustCompile(`(?s)^---\r?\n.*?\n---[ \t]*\r?\n`)
)

// post is one post with front matter of ours.
func post(path, text string) string {
	head := "---\n"
	if m := postTitle.FindStringSubmatch(postHead.FindString(text)); m != nil {
		head += "title: " + strings.TrimRight(m[1], "\r") + "\n"
	}
	if m := postName.FindStringSubmatch(path); m != nil {
		head += "date: " + m[1] + "\n"
	}
	if regexp.MustCompile(`(?m)^published:[ \t]*false`).MatchString(postHead.FindString(text)) {
		head += "draft: true\n"
	}
	return head + "---\n" + postHead.ReplaceAllString(text, "")
}

func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, errs.String())
	}
	return string(out)
}
