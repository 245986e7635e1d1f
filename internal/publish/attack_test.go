package publish_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"byline/internal/publish"
	"byline/internal/source"
	"byline/internal/store"
)

// TestRestartKeepsRedirects: what is served at a start that is not the newest
// revision (that was rolled back from, or the branch is gone) has its history, and
// so has its former addresses.
func TestRestartKeepsRedirects(t *testing.T) {
	for name, undo := range map[string]func(*remote, *publish.Publisher, string) error{
		"rolled back": func(_ *remote, p *publish.Publisher, to string) error {
			_, err := p.Rollback(t.Context(), to)
			return err
		},
		"branch deleted": func(r *remote, _ *publish.Publisher, _ string) error {
			r.Git("-C", r.bare, "branch", "--move", "main", "other")
			return nil
		},
		"branch deleted, remote gone": func(r *remote, p *publish.Publisher, _ string) error {
			r.Git("-C", r.bare, "branch", "--move", "main", "other")
			_, _ = p.PublishNow(t.Context())
			r.server.Gone.Store(true)
			return nil
		},
	} {
		for _, fresh := range []bool{false, true} {
			r := newRemote(t)
			r.push(files(start().with("one.md", text("One", "2023-01-01", prose)))...)
			r.Move("articles/one.md", "articles/first.md")
			moved := r.push()
			r.push("articles/two.md", text("Two", "2026-01-02", "A mistake."))
			data := t.TempDir()
			p, stop := r.start(data)
			if err := undo(r, p, moved); err != nil {
				t.Fatal(err)
			}
			now := p.Status().Live
			stop()
			if fresh {
				if err := os.RemoveAll(filepath.Join(data, "kept")); err != nil {
					t.Fatal(err)
				}
			}
			p, _ = r.start(data)
			if p.Live().Revision() != now {
				t.Errorf("%s: %s was live, and is %s", name, now, p.Live().Revision())
			}
			answers(t, p.Live(), "/articles/one", 308, "")
			answers(t, p.Live(), "/articles/first", 200, "known again")
		}
	}
}

// TestRollbackEndsOnce: a branch that moved on and then came back to what was
// rolled back from is published: the rollback was over.
func TestRollbackEndsOnce(t *testing.T) {
	r := newRemote(t)
	first := r.push(files(start())...)
	mistake := r.push("articles/one.md", text("One", "2026-01-01", "Perhaps a mistake."))
	p := r.from(t.TempDir(), func(o *publish.Options) { o.Poll = 10 * time.Millisecond })
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer r.run(p)()
	if _, err := p.Rollback(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	r.push("articles/one.md", text("One", "2026-01-01", "Mended."))
	follow(t, r, p)
	r.Git("reset", "--quiet", "--hard", mistake)
	r.Git("push", "--quiet", "--force", "origin", "HEAD")
	follow(t, r, p)
	answers(t, p.Live(), "/articles/one", 200, "Perhaps a mistake.")
}

// follow waits until what is pushed is live, by polling.
func follow(t *testing.T, r *remote, p *publish.Publisher) {
	t.Helper()
	head := r.Git("rev-parse", "HEAD")[:12]
	for changed := p.Changed(); p.Live().Revision() != head; changed = p.Changed() {
		select {
		case <-changed:
		case <-time.After(30 * time.Second):
			t.Fatalf("%s is live, and %s is pushed", p.Live().Revision(), head)
		}
	}
}

// TestStartWithHungRemote: a remote that accepts and never answers keeps no start
// from serving what was fetched before, and when it answers after all, that is
// live without another call.
func TestStartWithHungRemote(t *testing.T) {
	r := newRemote(t)
	r.push(files(start())...)
	data := t.TempDir()
	_, stop := r.start(data)
	stop()
	r.push("articles/one.md", text("One", "2026-01-01", "Pushed meanwhile."))
	release := r.server.Hang()
	mirror, err := source.OpenMirror(t.Context(), source.MirrorOptions{URL: r.server.URL + "/site.git", Branch: "main", Path: "articles", Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(mirror.Close)
	t.Cleanup(release)
	p, err := publish.New(publish.Options{Source: mirror, Mirror: mirror, Repository: mirror.Repository, Program: "test", Log: quiet(), Patience: time.Millisecond})
	if err == nil {
		err = p.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	answers(t, p.Live(), "/articles/one", 200, "The first text.")
	changed := p.Changed()
	r.run(p)
	release()
	<-changed
	answers(t, p.Live(), "/articles/one", 200, "Pushed meanwhile.")
}

// TestSpoiltCopyAtStart: a copy that cannot be read at a start is made anew, though
// the remote has nothing new.
func TestSpoiltCopyAtStart(t *testing.T) {
	r := newRemote(t)
	r.push(files(start())...)
	data := t.TempDir()
	_, stop := r.start(data)
	stop()
	id := r.Git("rev-parse", "HEAD:articles")
	names, err := filepath.Glob(filepath.Join(data, "git-*", "objects", id[:2], id[2:]))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	if err := errors.Join(os.Chmod(names[0], 0o644), os.WriteFile(names[0], []byte("spoilt"), 0o644)); err != nil {
		t.Fatal(err)
	}
	p, _ := r.start(data)
	answers(t, p.Live(), "/articles/one", 200, "The first text.")
}

// TestAnotherFolder: the history that was kept for one content folder is not taken
// for that of another.
func TestAnotherFolder(t *testing.T) {
	r := newRemote(t)
	var both []string
	for name, text := range start() {
		both = append(both, "articles/"+name, text, "docs/"+name, text)
	}
	r.push(append(both, "docs/only.md", text("Only", "2023-01-01", prose))...)
	r.Move("docs/only.md", "docs/moved.md")
	r.push()
	data := t.TempDir()
	p, stop := r.start(data)
	now(t, p, nil)
	stop()
	kept, err := store.Open(filepath.Join(data, "kept"))
	if err != nil {
		t.Fatal(err)
	}
	mirror, err := source.OpenMirror(t.Context(), source.MirrorOptions{URL: r.server.URL + "/site.git", Branch: "main", Path: "docs", Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer mirror.Close()
	p, err = publish.New(publish.Options{Source: mirror, Mirror: mirror, Repository: mirror.Repository, Store: kept, Program: "test", Log: quiet()})
	if err == nil {
		err = p.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	answers(t, p.Live(), "/articles/only", 308, "")
}

// TestFormerAddresses: whatever way an article went, each of its addresses leads to
// where it is today in one step; what is live is never hidden.
func TestFormerAddresses(t *testing.T) {
	r := newRemote(t)
	article := func(name, more string) string {
		return "---\ntitle: " + name + "\ndate: 2023-01-01\n" + more + "---\n\n" + name + " has a text.\n" + prose
	}
	r.push(files(start().with(
		"case.md", article("Case", ""), "folder.md", article("Folder", ""), "cafe\u0301.md", article("Coffee", ""),
		"slug.md", article("Slug", ""), "chain.md", article("Chain", ""), "declared.md", article("Declared", ""), "back.md", article("Back", ""),
		"draft.md", article("Draft", ""), "never.md", article("Never", "draft: true\n"),
	))...)
	p, _ := r.start(t.TempDir())
	at := func(address string) string { return "/articles/" + address }
	// Each file of its own language of moves, all in one push of three commits.
	r.Move("articles/folder.md", "articles/folder2/index.md")
	r.Move("articles/cafe\u0301.md", "articles/caf\u00e9-2.md")
	r.Move("articles/chain.md", "articles/chain-2.md")
	r.Move("articles/never.md", "articles/never-2.md")
	r.Move("articles/declared.md", "articles/declared-2.md")
	r.push("articles/slug.md", article("Slug", "slug: slug-2\n"), "articles/back.md", "", "articles/draft.md", article("Draft", "draft: true\n"))
	now(t, p, nil)
	answers(t, p.Live(), at("back"), 410, "Back")
	r.Move("articles/chain-2.md", "articles/chain-3.md")
	r.push("articles/slug.md", article("Slug", "slug: slug-3\n"), "articles/back.md", article("Back", ""),
		"articles/other.md", article("Other", "aliases: [/articles/declared]\n"))
	status := now(t, p, nil)
	if status.Findings.HasErrors() {
		t.Fatal(status.Findings)
	}
	for from, to := range map[string]string{
		"folder": "folder2", "caf\u00e9": "caf%C3%A9-2", "cafe\u0301": "caf%C3%A9-2", "slug": "slug-3", "slug-2": "slug-3", "chain": "chain-3", "chain-2": "chain-3",
		"declared": "other", "Chain": "chain-3",
	} {
		if got := p.Live().Find(at(from), "", ""); got.Status != 308 || got.Location != at(to) {
			t.Errorf("%s: %d to %s, want %s", from, got.Status, got.Location, to)
		}
	}
	answers(t, p.Live(), at("back"), 200, "Back has a text")
	for _, address := range []string{"draft", "never", "never-2"} {
		answers(t, p.Live(), at(address), 404, "")
	}
	// A loop: two that lead to each other's place, and back again.
	r.Move("articles/chain-3.md", "articles/chain.md")
	r.Move("articles/case.md", "articles/chain-3.md")
	r.push("articles/site.yaml", settings+"path: /blog\n")
	now(t, p, nil)
	answers(t, p.Live(), "/blog/chain", 200, "Chain has a text")
	answers(t, p.Live(), "/blog/chain-3", 200, "Case has a text")
	for from, to := range map[string]string{
		"/articles/chain": "/blog/chain", "/articles/chain-2": "/blog/chain", "/articles/chain-3": "/blog/chain-3", "/articles/case": "/blog/chain-3",
		"/articles/slug": "/blog/slug-3", "/blog/case": "/blog/chain-3", "/articles": "/blog",
	} {
		if got := p.Live().Find(from, "", ""); got.Status != 308 || got.Location != to {
			t.Errorf("%s: %d to %s, want %s", from, got.Status, got.Location, to)
		}
	}
}

// TestLastToHaveAnAddress: an address that one article declared and another had
// after it leads to the other.
func TestLastToHaveAnAddress(t *testing.T) {
	r := newRemote(t)
	article := func(name, more string) string {
		return "---\ntitle: " + name + "\ndate: 2023-01-01\n" + more + "---\n\n" + name + " has a text.\n"
	}
	r.push(files(start().with("first.md", article("First", "aliases: [/articles/old]\n")))...)
	r.push("articles/first.md", article("First", ""))
	r.push("articles/old.md", article("Second", ""))
	r.Move("articles/old.md", "articles/second.md")
	r.push()
	p, _ := r.start(t.TempDir())
	if got := p.Live().Find("/articles/old", "", ""); got.Location != "/articles/second" {
		t.Errorf("%d to %s", got.Status, got.Location)
	}
}
