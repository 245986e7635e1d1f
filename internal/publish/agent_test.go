package publish_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/site"
	"byline/internal/source"
	"byline/internal/store"
	"byline/internal/testkit"
)

// feed is an answer of /changes.json.
type feed struct {
	Next    string
	More    bool
	Error   string
	Full    string
	Changes []struct{ URL, Kind, From, Time, Title, SHA256, Markdown string }
}

// ask asks for changes; address is a path or a whole address.
func ask(t testing.TB, b *render.Bundle, address string) (feed, int) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	r := b.Find(u.Path, "", u.RawQuery)
	body, err := r.Body(render.Identity)
	var f feed
	if err == nil && r.Type == "application/json" {
		err = json.Unmarshal(body, &f)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", address, err, body)
	}
	return f, r.Status
}

// agent keeps a copy of a site and asks for nothing but changes.
type agent struct {
	t     testing.TB
	start string
	next  string
	copy  map[string]string // by address, the sum of the document

	told, again, over int
	substance         map[string]string // of the page when it was told, which no agent sees
}

func newAgent(t testing.TB, start string) *agent {
	return &agent{t: t, start: start, next: start, copy: map[string]string{}, substance: map[string]string{}}
}

// poll asks once, and reports whether there is more. Nothing may be told that the
// agent has already, but for what changed while it read page after page.
func (a *agent) poll(b *render.Bundle, reading bool) (more bool) {
	a.t.Helper()
	f, status := ask(a.t, b, a.next)
	if status == 404 {
		a.over++
		a.next, a.copy, a.substance = a.start, map[string]string{}, map[string]string{}
		return true
	}
	if status != 200 {
		a.t.Fatalf("%s: %d %s", a.next, status, f.Error)
	}
	shown := map[string]*site.Page{}
	for _, p := range b.Site().Pages {
		shown["https://example.org"+p.Address] = p
	}
	for _, c := range f.Changes {
		a.told++
		p := shown[c.URL]
		if c.Kind == "gone" {
			if _, had := a.copy[c.URL]; !had && !reading {
				a.t.Errorf("%s: %s is told to be gone, and nobody knew of it", a.next, c.URL)
			}
			delete(a.copy, c.URL)
			continue
		}
		switch {
		case p == nil:
			a.t.Fatalf("%s: %s is told of, and is not there", a.next, c.URL)
		case a.substance[c.URL] == p.Substance && a.copy[c.URL] != "" && !reading:
			a.again++
			a.t.Logf("%s: told again: %+v", a.next, c)
		}
		delete(a.copy, c.From)
		a.copy[c.URL], a.substance[c.URL] = c.SHA256, p.Substance
		document, err := b.Find("/"+strings.SplitN(c.Markdown, "/", 4)[3], "", "").Body(render.Identity)
		if sum := sha256.Sum256(document); err != nil || c.SHA256 != hex.EncodeToString(sum[:]) || c.Title != p.Title {
			a.t.Fatalf("%s: %s: the sum is %s, of %q, %v", a.next, c.URL, c.SHA256, document, err)
		}
	}
	a.next = f.Next
	return f.More
}

// check compares the copy with what is public.
func (a *agent) check(b *render.Bundle, what string) {
	a.t.Helper()
	var want, got []string
	for _, p := range b.Site().Pages {
		want = append(want, "https://example.org"+p.Address+" "+p.Substance)
	}
	for _, address := range slices.Sorted(maps.Keys(a.copy)) {
		got = append(got, address+" "+a.substance[address])
	}
	slices.Sort(want)
	if !slices.Equal(want, got) {
		a.t.Fatalf("%s: the site has\n%s\nthe copy has\n%s", what, strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
}

// head is a Source that stands at a repository's HEAD.
type head struct{ *source.Repository }

// Snapshot implements publish.Source.
func (h head) Snapshot(ctx context.Context) (source.Tree, error) {
	c, err := h.Resolve(ctx, "HEAD")
	if err != nil {
		return source.Tree{}, err
	}
	return h.Tree(ctx, c)
}

// Watch implements publish.Source.
func (h head) Watch(context.Context, time.Duration) (<-chan struct{}, error) { return nil, nil }

// newsroom is a repository in which an editor does whatever comes to mind, and a
// server of it.
type newsroom struct {
	*testkit.Repo
	t     testing.TB
	rand  *rand.Rand
	data  string
	now   time.Time
	files map[string]string // as they are on disk
	shown string            // of site.yaml
	press *publish.Publisher
	count int
}

func newNewsroom(t testing.TB, seed uint64) *newsroom {
	n := &newsroom{Repo: testkit.NewRepo(t), t: t, rand: rand.New(rand.NewPCG(seed, 7)), data: t.TempDir(), files: map[string]string{}}
	n.now = n.Clock
	n.shown = settings
	testkit.Write(t, n.Dir, "articles/site.yaml", n.shown)
	for range 5 {
		n.write()
	}
	n.Commit()
	n.restart(true)
	return n
}

// restart begins with a new server; it has kept what it knew, or nothing.
func (n *newsroom) restart(kept bool) {
	r, err := source.Enclosing(n.t.Context(), filepath.Join(n.Dir, "articles"))
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(r.Close)
	if !kept {
		n.data = n.t.TempDir()
	}
	disk, err := store.Open(n.data)
	if err == nil {
		n.press, err = publish.New(publish.Options{
			Source: head{r}, Repository: r, Store: disk, Program: "test", Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return n.now },
		})
	}
	if err != nil {
		n.t.Fatal(err)
	}
	n.publish()
}

func (n *newsroom) publish() *render.Bundle {
	n.t.Helper()
	if err := n.press.Publish(n.t.Context()); err != nil && !errors.Is(err, publish.ErrHeld) {
		n.t.Fatalf("%v\n%v", err, n.press.Status().Findings)
	}
	return n.press.Live()
}

// pick is the name of a file; "" when there is none.
func (n *newsroom) pick() string {
	names := slices.Sorted(maps.Keys(n.files))
	if len(names) == 0 {
		return ""
	}
	return names[n.rand.IntN(len(names))]
}

func (n *newsroom) put(name, content string) {
	n.files[name] = content
	testkit.Write(n.t, n.Dir, "articles/"+name, content)
}

func (n *newsroom) write() {
	n.count++
	lines := ""
	for range 6 {
		lines += fmt.Sprintf("Line %d of the text number %d.\n", n.rand.IntN(1000), n.count)
	}
	n.put(fmt.Sprintf("a%d.md", n.rand.IntN(12)), text(fmt.Sprint("Title ", n.count), "2023-05-01", lines))
}

// set sets a key of an article's front matter, or takes it away.
func (n *newsroom) set(name, key, value string) {
	var lines []string
	for line := range strings.Lines(n.files[name]) {
		if !strings.HasPrefix(line, key+":") {
			lines = append(lines, line)
		}
	}
	if value != "" {
		lines = slices.Insert(lines, 1, key+": "+value+"\n")
	}
	n.put(name, strings.Join(lines, ""))
}

// act does one thing that editors do.
func (n *newsroom) act() {
	name := n.pick()
	if name == "" {
		n.write()
		return
	}
	days := func(d int) string { return n.now.AddDate(0, 0, d).Format(time.DateOnly) }
	switch n.rand.IntN(16) {
	case 0, 1:
		n.write()
	case 2, 3:
		n.put(name, n.files[name]+fmt.Sprintf("\nAnd one more, %d.\n", n.rand.IntN(1000)))
	case 4:
		n.put(name, strings.ReplaceAll(n.files[name], ".\n", "!\n")) // no change of substance
	case 5, 6:
		to := fmt.Sprintf("sub/b%d.md", n.rand.IntN(12))
		if _, taken := n.files[to]; !taken {
			n.Git("add", "--all")
			n.Move("articles/"+name, "articles/"+to)
			n.files[to] = n.files[name]
			delete(n.files, name)
		}
	case 7:
		n.Git("rm", "-q", "-f", "--ignore-unmatch", "articles/"+name)
		delete(n.files, name)
	case 8:
		n.set(name, "draft", "true")
	case 9:
		n.set(name, "draft", "")
	case 10:
		n.set(name, "date", days(n.rand.IntN(6)-2))
	case 11:
		n.set(name, "expires", []string{"", days(n.rand.IntN(5))}[n.rand.IntN(2)])
	case 12:
		n.set(name, "author", []string{"ada", "ghost"}[n.rand.IntN(2)]) // with a ghost it is held back
	case 13:
		n.shown = settings
		for _, more := range []string{"  ghost: {name: Ghost}\n", "path: /blog\n", "permalink: /{year}/{month}/{slug}\n", "timezone: Europe/Madrid\n"} {
			switch {
			case n.rand.IntN(3) > 0:
			case strings.HasPrefix(more, "timezone"):
				n.shown = strings.Replace(n.shown, "timezone: UTC\n", more, 1)
			default:
				n.shown += more
			}
		}
		testkit.Write(n.t, n.Dir, "articles/site.yaml", n.shown)
	case 14:
		other := n.pick()
		a, b := n.files[name], n.files[other]
		n.put(name, b)
		n.put(other, a)
	case 15:
		n.set(name, "slug", []string{"", "own", "a3", "b4"}[n.rand.IntN(4)]) // which may be taken
	}
}

// commit does some things and commits them; the time of the commit may be behind.
func (n *newsroom) commit() {
	for range 1 + n.rand.IntN(3) {
		n.act()
	}
	n.Clock = n.now.Add(-time.Duration(n.rand.IntN(4)) * time.Hour)
	n.Commit()
}

// TestAgents: whoever follows "next", after every publish or now and then, in one
// answer or in small ones between which more is published, has in the end what is
// public, whatever the editors do, also when the server starts anew or the branch
// is forced elsewhere.
func TestAgents(t *testing.T) {
	seeds := uint64(8)
	if os.Getenv("BYLINE_LONG") != "" {
		seeds = 12
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			n := newNewsroom(t, seed)
			often, seldom, slow := newAgent(t, "/changes.json"), newAgent(t, "/changes.json"), newAgent(t, "/changes.json?limit=2")
			for step := range 60 {
				n.now = n.now.Add(time.Duration(n.rand.IntN(30)) * time.Hour)
				switch n.rand.IntN(14) {
				case 0:
					n.restart(n.rand.IntN(2) == 0)
				case 1:
					if n.Git("rev-list", "--count", "HEAD") == "1" {
						continue
					}
					n.Git("reset", "-q", "--hard", "HEAD~1")
					n.reread()
					n.commit()
				case 2: // only time passes
				default:
					n.commit()
				}
				b := n.publish()
				if b == nil {
					continue // it begins with what is held back
				}
				for often.poll(b, false) {
				}
				often.check(b, fmt.Sprintf("step %d, often", step))
				if n.rand.IntN(5) == 0 {
					for seldom.poll(b, false) {
					}
					seldom.check(b, fmt.Sprintf("step %d, seldom", step))
				}
				slow.poll(b, true)
			}
			if n.press.Live() == nil {
				return
			}
			for slow.poll(n.press.Live(), true) {
			}
			for slow.poll(n.press.Live(), true) { // since the first page of the last round
			}
			slow.check(n.press.Live(), "slow")
			if often.again > 0 || seldom.again > 0 {
				t.Errorf("told what was known: %d and %d times", often.again, seldom.again)
			}
			t.Logf("told %d, %d and %d changes; started over %d, %d and %d times", often.told, seldom.told, slow.told, often.over, seldom.over, slow.over)
		})
	}
}

// reread reads the files as git has put them.
func (n *newsroom) reread() {
	n.files = map[string]string{}
	for _, name := range strings.Fields(n.Git("ls-files", "articles/*.md")) {
		n.files[strings.TrimPrefix(name, "articles/")] = n.Git("show", "HEAD:"+name) + "\n"
	}
}

// TestAgentOverARollback: who follows the site goes back with it, and on with it;
// the server that answers may have begun anew meanwhile.
func TestAgentOverARollback(t *testing.T) {
	r := newRemote(t)
	first := r.push(files(start().with("one.md", text("One", "2023-01-01", prose)))...)
	data := t.TempDir()
	p, stop := r.start(data)
	a := newAgent(t, "/changes.json")
	follow := func(what string, told int) {
		t.Helper()
		before := a.told
		for a.poll(p.Live(), false) {
		}
		a.check(p.Live(), what)
		if a.told-before != told || a.over > 0 {
			t.Errorf("%s: told %d changes, want %d; started over %d times", what, a.told-before, told, a.over)
		}
	}
	follow("at first", 2)
	r.Move("articles/one.md", "articles/first.md")
	r.push("articles/two.md", "", "articles/new.md", text("New", "2023-03-01", "Brand new."))
	now(t, p, nil)
	follow("after a push", 3)
	if _, err := p.Rollback(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	follow("rolled back", 3)
	stop()
	p, _ = r.start(data)
	follow("rolled back still", 0)
	r.push("articles/more.md", text("More", "2023-04-01", "And more."))
	now(t, p, nil)
	follow("on again", 4)
}
