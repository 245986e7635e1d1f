package publish_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"byline/internal/publish"
	"byline/internal/source"
	"byline/internal/store"
	"byline/internal/testkit"
)

// remote is a repository that is pushed to, behind a real git server.
type remote struct {
	*testkit.Repo // where the editor works
	t             *testing.T
	server        *testkit.GitServer
	bare          string
}

func newRemote(t *testing.T) *remote {
	t.Helper()
	root := t.TempDir()
	r := &remote{Repo: testkit.NewRepo(t), t: t, server: testkit.NewGitServer(t, root), bare: filepath.Join(root, "site.git")}
	r.Clock = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	r.Git("init", "--quiet", "--bare", "--initial-branch=main", r.bare)
	r.Git("remote", "add", "origin", r.bare)
	return r
}

// push commits files and pushes.
func (r *remote) push(pathsAndContents ...string) (commit string) {
	r.t.Helper()
	id := r.Commit(pathsAndContents...)
	r.Git("push", "--quiet", "--force", "origin", "HEAD")
	return id
}

// from is a publisher of the remote's branch main that keeps its data in dir.
func (r *remote) from(data string, change ...func(*publish.Options)) *publish.Publisher {
	r.t.Helper()
	mirror, err := source.OpenMirror(r.t.Context(), source.MirrorOptions{URL: r.server.URL + "/site.git", Branch: "main", Path: "articles", Dir: data})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(mirror.Close)
	kept, err := store.Open(filepath.Join(data, "kept"))
	if err != nil {
		r.t.Fatal(err)
	}
	options := publish.Options{
		Source: mirror, Mirror: mirror, Repository: mirror.Repository, Store: kept, Program: "test", Log: quiet(),
		PreviewKey: previewKey,
	}
	for _, c := range change {
		c(&options)
	}
	p, err := publish.New(options)
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

// start is from, started and running until the test or stop ends it.
func (r *remote) start(data string) (p *publish.Publisher, stop func()) {
	r.t.Helper()
	p = r.from(data)
	if err := p.Start(r.t.Context()); err != nil {
		r.t.Fatal(err, p.Status().Findings)
	}
	return p, r.run(p)
}

func (r *remote) run(p *publish.Publisher) (stop func()) {
	ctx, cancel := context.WithCancel(r.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			r.t.Error(err)
		}
	})
	r.t.Cleanup(stop)
	return stop
}

// files are the tree's, in the content folder of a repository.
func files(t tree) (all []string) {
	for name, text := range t {
		all = append(all, "articles/"+name, text)
	}
	return all
}

func now(t *testing.T, p *publish.Publisher, want error) publish.Status {
	t.Helper()
	status, err := p.PublishNow(t.Context())
	if want == nil && err != nil || want != nil && !errors.Is(err, want) {
		t.Fatalf("publish: %v, want %v\n%v", err, want, status.Findings)
	}
	return status
}

const prose = "This line makes the text long enough to be known again.\nSo does this one, which says something else.\nAnd a third, so that one more or less is a small part.\n"

// TestPush: what is pushed is live, renamed and removed articles answer for
// themselves, and the outcome says so.
func TestPush(t *testing.T) {
	r := newRemote(t)
	r.push(files(start().with("one.md", text("One", "2023-01-01", prose)))...)
	p, _ := r.start(t.TempDir())
	answers(t, p.Live(), "/articles/one", 200, "known again")
	r.Move("articles/one.md", "articles/guides/first.md")
	id := r.push("articles/two.md", "", "articles/new.md", text("New", "2023-03-01", "Brand new."))
	status := now(t, p, nil)
	if status.Live != id[:12] || status.Commit != id || status.Held != nil || status.Fault != nil || status.Articles != 2 {
		t.Errorf("%+v", status)
	}
	answers(t, p.Live(), "/articles/new", 200, "Brand new.")
	answers(t, p.Live(), "/articles/first", 200, "known again")
	answers(t, p.Live(), "/articles/two", 410, "“Two” was taken down on June 1, 2026")
	if to := p.Live().Find("/articles/one", "", "from=mail"); to.Status != 308 || to.Location != "/articles/first?from=mail" || to.CacheControl != "no-cache" {
		t.Errorf("the former address: %d %s %s", to.Status, to.Location, to.CacheControl)
	}
	r.push("articles/two.md", start()["two.md"])
	now(t, p, nil)
	answers(t, p.Live(), "/articles/two", 200, "The second text.")
}

// TestHeldArticleFallsBack: an article with errors shows the newest version in its
// history that passes, and holds nobody else back; the same after a restart, and
// for a server that never saw the good one.
func TestHeldArticleFallsBack(t *testing.T) {
	r := newRemote(t)
	r.push(files(start())...)
	data := t.TempDir()
	p, stop := r.start(data)
	r.Commit("articles/one.md", text("One", "2026-01-01", "The good version that nobody served."))
	r.push("articles/one.md", broken, "articles/two.md", text("Two", "2026-01-02", "Changed meanwhile."))
	status := now(t, p, nil)
	if len(status.HeldBack) != 1 || status.HeldBack[0] != "one.md" {
		t.Errorf("held back: %v", status.HeldBack)
	}
	stop()
	again, _ := r.start(data)
	fresh, _ := r.start(t.TempDir())
	for name, p := range map[string]*publish.Publisher{"running": p, "restarted": again, "fresh": fresh} {
		t.Run(name, func(t *testing.T) {
			answers(t, p.Live(), "/articles/one", 200, "The good version that nobody served.")
			answers(t, p.Live(), "/articles/two", 200, "Changed meanwhile.")
		})
	}
}

// TestHeldRevision: a revision that is held leaves the last good one live, also
// through a restart, also without the remote; the next good one is live.
func TestHeldRevision(t *testing.T) {
	r := newRemote(t)
	good := r.push(files(start())...)
	data := t.TempDir()
	p, stop := r.start(data)
	r.push("articles/site.yaml", "title: [", "articles/one.md", text("One", "2026-01-01", "Not to be seen."))
	status := now(t, p, publish.ErrHeld)
	if status.Live != good[:12] || status.Held == nil || !status.Findings.HasErrors() {
		t.Errorf("%+v", status)
	}
	stop()
	r.server.Gone.Store(true)
	p, _ = r.start(data)
	answers(t, p.Live(), "/articles/one", 200, "The first text.")
	if s := p.Status(); s.Live != good[:12] || s.Held == nil || s.Fault == nil {
		t.Errorf("after a restart without the remote: %+v", s)
	}
	r.server.Gone.Store(false)
	r.push("articles/site.yaml", settings)
	now(t, p, nil)
	answers(t, p.Live(), "/articles/one", 200, "Not to be seen.")
}

// TestRollback: an earlier revision is live until the branch moves or publishing
// is asked for; a restart does not undo it.
func TestRollback(t *testing.T) {
	r := newRemote(t)
	r.push(files(start().with("old.md", text("Old", "2023-01-03", prose)))...)
	r.Move("articles/old.md", "articles/new.md")
	first := r.push()
	r.push("articles/one.md", text("One", "2026-01-01", "A mistake."))
	data := t.TempDir()
	p, stop := r.start(data)
	if _, err := p.Rollback(t.Context(), "0000000"); !errors.Is(err, publish.ErrUnknownRevision) {
		t.Errorf("to nowhere: %v", err)
	}
	if status, err := p.Rollback(t.Context(), first[:8]); err != nil || status.Live != first[:12] || status.Rejected != r.Git("rev-parse", "HEAD")[:12] {
		t.Fatalf("%+v %v", status, err)
	}
	answers(t, p.Live(), "/articles/one", 200, "The first text.")
	stop()
	p, _ = r.start(data)
	answers(t, p.Live(), "/articles/one", 200, "The first text.")
	answers(t, p.Live(), "/articles/old", 308, "")
	// What happens elsewhere, and a webhook that comes twice, does not undo it.
	r.Git("switch", "--quiet", "--create", "topic")
	r.push("articles/two.md", text("Two", "2026-01-01", "On a branch."))
	r.Git("switch", "--quiet", "main")
	if _, err := p.Look(t.Context()); err != nil {
		t.Error(err)
	}
	answers(t, p.Live(), "/articles/one", 200, "The first text.")
	r.push("articles/one.md", text("One", "2026-01-01", "Mended."))
	if s := now(t, p, nil); s.Rejected != "" {
		t.Errorf("still rolled back from %s", s.Rejected)
	}
	answers(t, p.Live(), "/articles/one", 200, "Mended.")
	if _, err := p.Rollback(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	now(t, p, nil)
	answers(t, p.Live(), "/articles/one", 200, "Mended.")
}

// TestRemoteGone: a remote that is gone, or cuts a fetch off half way, leaves what
// was fetched before live, is told of, and is caught up with when it is back.
func TestRemoteGone(t *testing.T) {
	r := newRemote(t)
	r.push(files(start())...)
	p, _ := r.start(t.TempDir())
	r.push("articles/one.md", text("One", "2026-01-01", "Behind the fault. "+strings.Repeat("0123456789", 1000)))
	for name, fault := range map[string]func(bool){
		"gone":    func(on bool) { r.server.Gone.Store(on) },
		"cut off": func(on bool) { r.server.CutAt.Store(map[bool]int64{true: 200}[on]) },
	} {
		fault(true)
		if status, err := p.PublishNow(t.Context()); err == nil || status.Fault == nil {
			t.Errorf("%s: %v, %+v", name, err, status)
		}
		fault(false)
		answers(t, p.Live(), "/articles/one", 200, "The first text.")
	}
	now(t, p, nil)
	answers(t, p.Live(), "/articles/one", 200, "Behind the fault.")
}

// TestRemoteGoneIsSaid: that the remote does not answer is said once, and that it
// does again.
func TestRemoteGoneIsSaid(t *testing.T) {
	r := newRemote(t)
	r.push(files(start())...)
	said := make(chan string, 1000)
	p := r.from(t.TempDir(), func(o *publish.Options) {
		o.Poll = 5 * time.Millisecond
		o.Log = slog.New(slog.NewTextHandler(writer(func(line []byte) { said <- string(line) }), nil))
	})
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop := r.run(p)
	hear := func(want string) {
		t.Helper()
		for line := range said {
			if strings.Contains(line, want) {
				return
			}
		}
	}
	r.server.Gone.Store(true)
	hear("the source cannot be read; what was read before is served")
	time.Sleep(50 * time.Millisecond) // some more polls
	r.server.Gone.Store(false)
	hear("the source can be read again")
	stop()
	if n := len(said); n > 0 {
		t.Errorf("%d lines more, the first: %s", n, <-said)
	}
}

type writer func([]byte)

// Write implements io.Writer.
func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }

// TestForcePush: a branch that is forced elsewhere is followed, and no address
// that was live is lost with the commits.
func TestForcePush(t *testing.T) {
	r := newRemote(t)
	r.push(files(start().with("one.md", text("One", "2023-01-01", prose)))...)
	r.push("articles/gone.md", text("Gone", "2023-01-05", "Soon gone."))
	p, _ := r.start(t.TempDir())
	r.Git("reset", "--quiet", "--hard", "HEAD~1")
	r.Move("articles/one.md", "articles/first.md")
	r.push()
	now(t, p, nil)
	answers(t, p.Live(), "/articles/first", 200, "known again")
	answers(t, p.Live(), "/articles/one", 308, "")
	answers(t, p.Live(), "/articles/gone", 410, "“Gone”")
}

// TestForcedBack: a branch that is forced back before a rename leads from the name
// that was given up to the one that is back, also where the article was edited, and
// through a restart.
func TestForcedBack(t *testing.T) {
	r := newRemote(t)
	r.push(files(start().with("one.md", text("One", "2023-01-01", prose)))...)
	before := r.push("articles/japan.md", text("Japan", "2023-01-05", strings.Repeat("Of harbours and of trains.\n", 9)))
	data := t.TempDir()
	p, stop := r.start(data)
	r.Move("articles/japan.md", "articles/yokohama.md")
	r.push()
	now(t, p, nil)
	answers(t, p.Live(), "/articles/japan", 308, "")
	r.push("articles/yokohama.md", text("Yokohama", "2023-01-05", "Another text."))
	now(t, p, nil)
	r.Git("reset", "--quiet", "--hard", before)
	r.Git("push", "--quiet", "--force", "origin", "HEAD")
	now(t, p, nil)
	for range 2 {
		answers(t, p.Live(), "/articles/japan", 200, "trains")
		answers(t, p.Live(), "/articles/yokohama", 308, "")
		stop()
		p, stop = r.start(data)
	}
}

// TestCorruptCopy: a copy that is broken under a running server is made anew, and
// one that is broken at the start, too.
func TestCorruptCopy(t *testing.T) {
	r := newRemote(t)
	r.push(files(start())...)
	data := t.TempDir()
	p, stop := r.start(data)
	spoil := func() {
		t.Helper()
		objects, err := filepath.Glob(filepath.Join(data, "git-*", "objects", "*", "*"))
		if err != nil || len(objects) == 0 {
			t.Fatal(objects, err)
		}
		for _, name := range objects {
			if err := errors.Join(os.Chmod(name, 0o644), os.WriteFile(name, nil, 0o644)); err != nil {
				t.Fatal(err)
			}
		}
	}
	spoil()
	r.push("articles/one.md", text("One", "2026-01-01", "After the damage."))
	now(t, p, nil)
	answers(t, p.Live(), "/articles/one", 200, "After the damage.")
	stop()
	spoil()
	p, _ = r.start(data)
	answers(t, p.Live(), "/articles/one", 200, "After the damage.")
}

// TestDiskFull: a push that finds no room leaves the last good revision live, and
// is live once there is room.
func TestDiskFull(t *testing.T) {
	data := t.TempDir()
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, "size=600k"); err != nil {
		t.Skipf("a small disk cannot be made here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(data, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	r := newRemote(t)
	r.push(files(start())...)
	p, _ := r.start(data)
	filler := filepath.Join(data, "filler")
	f, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if f.Close(); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	r.push("articles/one.md", text("One", "2026-01-01", "There was no room for this."))
	if status, err := p.PublishNow(t.Context()); err == nil || status.Fault == nil {
		t.Errorf("%v %+v", err, status)
	}
	answers(t, p.Live(), "/articles/one", 200, "The first text.")
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	now(t, p, nil)
	answers(t, p.Live(), "/articles/one", 200, "There was no room for this.")
}

// TestManyBroken: a commit with 200 broken files is live with all of them in
// their last good versions, each with its finding.
func TestManyBroken(t *testing.T) {
	r := newRemote(t)
	good, bad := start(), start().with("site.yaml", settings)
	for i := range 200 {
		name := fmt.Sprintf("a-%03d.md", i)
		good[name] = text(fmt.Sprintf("Article %d", i), "2023-01-01", fmt.Sprintf("Good text %d.", i))
		bad[name] = broken
	}
	r.push(files(good)...)
	r.push(files(bad)...)
	p, _ := r.start(t.TempDir())
	status := p.Status()
	if len(status.HeldBack) != 200 || status.Articles != 202 || len(status.Findings) < 200 {
		t.Errorf("%d held back, %d served, %d findings", len(status.HeldBack), status.Articles, len(status.Findings))
	}
	for i := range 200 {
		answers(t, p.Live(), fmt.Sprintf("/articles/a-%03d", i), 200, fmt.Sprintf("Good text %d.", i))
	}
}

// TestBurst: a hundred pushes with a hundred calls end with the last one live;
// they share fetches and looks, and each call has an outcome no older than its
// push.
func TestBurst(t *testing.T) {
	r := newRemote(t)
	r.push(files(start())...)
	p, _ := r.start(t.TempDir())
	before := r.server.Fetches.Load()
	var group sync.WaitGroup
	last := ""
	for i := range 100 {
		last = r.push("articles/one.md", text("One", "2026-01-01", fmt.Sprintf("Push number %d.", i)))
		group.Go(func() {
			if _, err := p.PublishNow(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	answers(t, p.Live(), "/articles/one", 200, "Push number 99.")
	if s := p.Status(); s.Commit != last {
		t.Errorf("live is %s, pushed was %s", s.Commit, last)
	}
	t.Logf("%d requests for objects for 100 pushes", r.server.Fetches.Load()-before)
}

// TestOtherRepository: a data folder that was another repository's tells nothing of
// that one.
func TestOtherRepository(t *testing.T) {
	one, other := newRemote(t), newRemote(t)
	one.push(files(start().with("secret.md", text("Secret", "2023-01-01", prose)))...)
	other.push(files(start())...)
	data := t.TempDir()
	_, stop := one.start(data)
	stop()
	if kept, err := filepath.Glob(filepath.Join(data, "kept", "history-*")); err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	p, _ := other.start(data)
	answers(t, p.Live(), "/articles/secret", 404, "")
}

// TestPoll: without any call the branch is followed.
func TestPoll(t *testing.T) {
	r := newRemote(t)
	r.push(files(start())...)
	data := t.TempDir()
	mirror, err := source.OpenMirror(t.Context(), source.MirrorOptions{URL: r.server.URL + "/site.git", Branch: "main", Path: "articles", Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer mirror.Close()
	p, err := publish.New(publish.Options{Source: mirror, Mirror: mirror, Repository: mirror.Repository, Poll: 10 * time.Millisecond, Program: "test", Log: quiet()})
	if err == nil {
		err = p.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	defer r.run(p)()
	r.push("articles/one.md", text("One", "2026-01-01", "Found by itself."))
	head := r.Git("rev-parse", "HEAD")[:12]
	for changed := p.Changed(); p.Live().Revision() != head; changed = p.Changed() {
		<-changed
	}
	answers(t, p.Live(), "/articles/one", 200, "Found by itself.")
}
