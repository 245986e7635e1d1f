package publish_test

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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

var updateChanges = flag.Bool("update-changes", false, "write what the change feed answers into testdata/changes")

// chronicle is a history out of an archive: a file is named by the number of its
// commit and its path; a commit's "do" has lines "mv OLD NEW" and "rm PATH", or "at
// TIME", when it is made. Commits are an hour apart and begin at noon on January 1,
// 2024.
type chronicle struct {
	*testkit.Repo
	t       *testing.T
	archive *txtar.Archive
	press   *publish.Publisher
	now     time.Time
	commits []string // by their number, from 1
}

func newChronicle(t *testing.T, name string) *chronicle {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c := &chronicle{Repo: testkit.NewRepo(t), t: t, archive: archive, commits: []string{""}}
	return c
}

// commit makes the next commit; false after the last one.
func (c *chronicle) commit() bool {
	c.t.Helper()
	var files []string
	found, prefix := false, fmt.Sprintf("%d/", len(c.commits))
	if len(c.commits) == 1 {
		files = append(files, "articles/site.yaml", settings)
	}
	for _, f := range c.archive.Files {
		switch name, ok := strings.CutPrefix(f.Name, prefix); {
		case !ok:
			continue
		case name == "do":
			c.do(string(f.Data))
		default:
			files = append(files, "articles/"+name, string(f.Data))
		}
		found = true
	}
	if found {
		c.now = c.Clock
		c.commits = append(c.commits, c.Commit(files...))
	}
	return found
}

func (c *chronicle) do(lines string) {
	c.t.Helper()
	for line := range strings.Lines(lines) {
		switch words := strings.Fields(line); words[0] {
		case "mv":
			c.Move("articles/"+words[1], "articles/"+words[2])
		case "rm":
			c.Git("rm", "-q", "articles/"+words[1])
		case "at":
			at, err := time.Parse(time.RFC3339, words[1])
			if err != nil {
				c.t.Fatal(err)
			}
			c.Clock = at
		}
	}
}

// publish publishes the newest commit; nil when there is nothing that can be.
func (c *chronicle) publish() *render.Bundle {
	c.t.Helper()
	if c.press == nil {
		r, err := source.Enclosing(c.t.Context(), filepath.Join(c.Dir, "articles"))
		if err != nil {
			c.t.Fatal(err)
		}
		c.t.Cleanup(r.Close)
		c.press, err = publish.New(publish.Options{Source: head{r}, Repository: r, Origin: "https://example.org", Program: "test", Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return c.now }})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := c.press.Publish(c.t.Context()); err != nil && !errors.Is(err, publish.ErrHeld) {
		c.t.Fatal(err)
	}
	return c.press.Live()
}

// TestChanges asks for what has changed in histories that people can read. The
// file "ask" of an archive has a question a line, in which {N} is the Nth commit;
// "next" asks for what the last answer has named. Time is that of the last commit,
// or what a line "now TIME" says. All commits are made before; where there is a
// line "commit", only the first is, and the others there. "want" is what is answered.
func TestChanges(t *testing.T) {
	archives, err := filepath.Glob("testdata/changes/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal(archives, err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			c := newChronicle(t, name)
			var got, want, questions string
			for _, f := range c.archive.Files {
				switch f.Name {
				case "ask":
					questions = string(f.Data)
				case "want":
					want = string(f.Data)
				}
			}
			for c.commit() && !strings.Contains(questions, "commit\n") {
			}
			got = c.ask(questions)
			if *updateChanges {
				for i, f := range c.archive.Files {
					if f.Name == "want" {
						c.archive.Files[i].Data = []byte(got)
					}
				}
				if err := os.WriteFile(name, txtar.Format(c.archive), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		})
	}
}

var numberedCommit = regexp.MustCompile(`\{(\d+)\}`)

func (c *chronicle) ask(questions string) string {
	c.t.Helper()
	var out strings.Builder
	next := ""
	for question := range strings.Lines(questions) {
		question = strings.TrimSpace(question)
		if question == "commit" {
			c.commit()
			fmt.Fprintf(&out, "# commit %d\n", len(c.commits)-1)
			continue
		}
		if at, ok := strings.CutPrefix(question, "now "); ok {
			var err error
			if c.now, err = time.Parse(time.RFC3339, at); err != nil {
				c.t.Fatal(err)
			}
			fmt.Fprintf(&out, "# it is %s\n", at)
			continue
		}
		address := next
		if question != "next" {
			address = "/changes.json" + numberedCommit.ReplaceAllStringFunc(question, func(n string) string {
				number, _ := strconv.Atoi(strings.Trim(n, "{}"))
				return c.commits[number][:12]
			})
		}
		f, status := ask(c.t, c.publish(), address)
		fmt.Fprintf(&out, "%s: %d", question, status)
		if f.More {
			fmt.Fprint(&out, ", and there is more")
		}
		if fault, _, _ := strings.Cut(f.Error, ";"); fault != "" {
			fmt.Fprint(&out, ", ", fault)
		}
		fmt.Fprintln(&out)
		for _, change := range f.Changes {
			fmt.Fprintf(&out, "  %s %s %s", change.Time, change.Kind, strings.TrimPrefix(change.URL, "https://example.org"))
			if change.From != "" {
				fmt.Fprintf(&out, " from %s", strings.TrimPrefix(change.From, "https://example.org"))
			}
			if change.Title != "" {
				fmt.Fprintf(&out, " %q", change.Title)
			}
			fmt.Fprintln(&out)
		}
		next = f.Next
	}
	return out.String()
}

// TestAnnouncedIsWhatChanged: over the histories of other tests, what a search
// engine would be told at every publish is what the change feed tells who follows
// it: every address at which something is new, edited or no more, and no other.
func TestAnnouncedIsWhatChanged(t *testing.T) {
	archives, err := filepath.Glob("../history/testdata/*.txtar")
	if err != nil || len(archives) < 10 {
		t.Fatal(archives, err)
	}
	told := 0
	for _, name := range archives {
		c := newChronicle(t, name)
		before, next := map[string]string{}, ""
		for c.commit() {
			for range 2 { // at once, and when dates have come
				live := c.publish()
				if live == nil {
					break
				}
				now := live.News().Pages
				announced := map[string]bool{}
				for _, pages := range []map[string]string{now, before} {
					for address := range pages {
						if was, known := before[address]; !known || was != now[address] {
							announced[address] = true
						}
					}
				}
				if next == "" {
					next = "/changes.json"
				}
				f, status := ask(t, live, next)
				changed := map[string]bool{}
				for _, change := range f.Changes {
					changed[change.URL] = true
					if change.From != "" {
						changed[change.From] = true
					}
				}
				if diff := cmp.Diff(slices.Sorted(maps.Keys(changed)), slices.Sorted(maps.Keys(announced))); status != 200 || diff != "" {
					t.Errorf("%s, commit %d: %d (-changed +announced):\n%s", filepath.Base(name), len(c.commits)-1, status, diff)
				}
				before, next, told = now, f.Next, told+len(announced)
				c.now = c.now.Add(10 * 24 * time.Hour)
			}
		}
	}
	if told < 50 {
		t.Errorf("%d addresses were told of", told)
	}
}

// TestNothingOfSubstance: what does not change the text is announced to nobody:
// punctuation, markup, front matter, what stands beside another article; and a
// change of one article is of that one and of the feeds that have it.
func TestNothingOfSubstance(t *testing.T) {
	content := tree{
		"site.yaml": settings, "one.md": text("One", "2026-01-01", "The first text, with a comma."), "two.md": text("Two", "2026-01-02", "The second text, much like the first text."),
		"three.md": strings.Replace(text("Three", "2026-01-03", "The third."), "author: ada\n", "tags: [Go]\n", 1),
	}
	p := newPress(t, content)
	first := p.publish(content).News()
	if len(first.Pages) != 3 || len(first.Feeds) != 5 {
		t.Fatalf("%+v", first)
	}
	for what, next := range map[string]tree{
		"punctuation":  content.with("one.md", text("One", "2026-01-01", "The first text with a comma!")),
		"markup":       content.with("one.md", text("One", "2026-01-01", "The *first* text, with a [comma](two.md).")),
		"front matter": content.with("one.md", strings.Replace(content["one.md"], "---\n\n", "description: Other words about it.\n---\n\n", 1)),
		"a draft":      content.with("four.md", strings.Replace(text("Four", "2026-01-04", "The fourth."), "---\n\n", "draft: true\n---\n\n", 1)),
		"the settings": content.with("site.yaml", settings+"footer: [{label: Privacy, url: /privacy}]\n"),
	} {
		if diff := cmp.Diff(first, p.publish(next).News()); diff != "" {
			t.Errorf("%s:\n%s", what, diff)
		}
	}
	edited := p.publish(content.with("three.md", strings.Replace(content["three.md"], "third", "third and last", 1))).News()
	var changed []string
	for _, pair := range []struct{ before, after map[string]string }{{first.Pages, edited.Pages}, {first.Feeds, edited.Feeds}} {
		for address, now := range pair.after {
			if pair.before[address] != now {
				changed = append(changed, strings.TrimPrefix(address, "https://example.org/articles"))
			}
		}
	}
	slices.Sort(changed)
	if diff := cmp.Diff([]string{"/atom.xml", "/feed.json", "/feed.xml", "/tags/go/atom.xml", "/three"}, changed); diff != "" {
		t.Errorf("one edit (-want +got):\n%s", diff)
	}
	for what, next := range map[string]tree{
		"is not to be indexed": content.with("three.md", strings.Replace(content["three.md"], "---\n\n", "noindex: true\n---\n\n", 1)),
		"is at home elsewhere": content.with("three.md", strings.Replace(content["three.md"], "---\n\n", "canonical: https://other.example/three\n---\n\n", 1)),
		"no crawler may fetch": content.with("site.yaml", settings+"robots: {disallow: [/articles/three]}\n"),
	} {
		hidden := p.publish(next).News()
		if _, told := hidden.Pages["https://example.org/articles/three"]; told || len(hidden.Pages) != 2 {
			t.Errorf("a page that %s is announced: %v", what, hidden.Pages)
		}
	}
}

// TestChangesWithoutHistory: a plain folder knows its own revision and what time
// brings about; of another revision it says that it does not know it, and of a
// time what its articles say themselves.
func TestChangesWithoutHistory(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	content := tree{
		"site.yaml": settings, "one.md": text("One", "2026-01-01", "The first."), "two.md": text("Two", "2026-02-01", "The second."),
		"soon.md": text("Soon", "2026-03-02", "To come."), "over.md": strings.Replace(text("Over", "2026-01-05", "For a while."), "---\n\n", "expires: 2026-03-03\n---\n\n", 1),
		"edited.md": strings.Replace(text("Edited", "2026-01-06", "Edited."), "---\n\n", "updated: 2026-02-20\n---\n\n", 1),
	}
	p := newPress(t, content, func(o *publish.Options) { o.Now = func() time.Time { return now } })
	p.when = now.Add(-time.Hour)
	live := p.publish(content)
	follow := newAgent(t, "/changes.json")
	for follow.poll(live, false) {
	}
	follow.check(live, "at first")
	show := func(b *render.Bundle, question string) string {
		f, status := ask(t, b, "/changes.json"+question)
		out := fmt.Sprint(status)
		for _, c := range f.Changes {
			out += " " + c.Kind + strings.TrimPrefix(c.URL, "https://example.org/articles")
		}
		return out
	}
	revision := live.Revision()
	for question, want := range map[string]string{
		"?since=" + revision: "200", "?since=2026-01-31": "200 new/two edited/edited", "?since=2026-02-20T00:00:00Z": "200", "?since=2027-01-01": "200", "?since=dir-0123456789ab": "404", "?since=0123456": "404",
	} {
		if got := show(live, question); got != want {
			t.Errorf("%s: %s, want %s", question, got, want)
		}
	}
	now = now.AddDate(0, 0, 3)
	if err := p.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := show(p.Live(), "?since="+revision), "200 new/soon gone/over"; got != want {
		t.Errorf("the same revision later: %s, want %s", got, want)
	}
	for follow.poll(p.Live(), false) {
	}
	follow.check(p.Live(), "later")
	if follow.told != 6 || follow.over != 0 {
		t.Errorf("told %d changes, started over %d times", follow.told, follow.over)
	}
	next := p.publish(content.with("one.md", text("One", "2026-01-01", "The first, edited.")))
	for follow.poll(next, false) {
	}
	follow.check(next, "of another revision")
	if follow.over != 1 {
		t.Errorf("started over %d times", follow.over)
	}
}
