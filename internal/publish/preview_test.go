package publish_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"byline/internal/finding"
	"byline/internal/preview"
	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/testkit"
)

// previewKey is that of the publishers in tests.
var previewKey = []byte(strings.Repeat("k", 32))

func linkTo(ref string, age time.Duration) string {
	return preview.Sign(previewKey, preview.Claim{Ref: ref, Expires: time.Now().Add(age)})
}

func previewed(t *testing.T, p *publish.Publisher, link string) *render.Bundle {
	t.Helper()
	b, err := p.Preview(t.Context(), link)
	if err != nil || b == nil {
		t.Fatalf("preview: %v, %v", b, err)
	}
	return b
}

// TestPreviewBranch: a link shows its branch as it was last pushed, whole, with
// drafts, below its prefix, beside the live site, which does not change; what
// differs is listed.
func TestPreviewBranch(t *testing.T) {
	r := newRemote(t)
	first := r.push(files(start().with("unchanged.md", text("Unchanged", "2023-01-01", "As it was.")))...)
	p, _ := r.start(t.TempDir())
	live := p.Live()
	r.Git("switch", "--quiet", "--create", "feature/ünï")
	r.push("articles/one.md", text("One", "2026-01-01", "Rewritten, see [the draft](draft.md)."),
		"articles/draft.md", "---\ntitle: Half done\ndate: 2026-01-05\ndraft: true\n---\n\nDraft text.\n", "articles/two.md", "")
	link := linkTo("feature/ünï", time.Hour)
	b := previewed(t, p, link)
	answers(t, b, "/articles/one", 200, "Rewritten, see <a href=\"/-/preview/"+link+"/articles/draft\">")
	answers(t, b, "/articles/draft", 200, "Draft text.")
	for _, part := range []string{"Half done", "One", "Two"} {
		answers(t, b, "/-/changes", 200, part)
	}
	answers(t, b, "/articles/two", 410, "“Two”") // as it would be
	site, _ := b.Site().Find("unchanged")
	if same, _ := live.Site().Find("unchanged"); site == nil || site.Article != same.Article {
		t.Error("an article that is the same was parsed again")
	}
	if p.Live() != live {
		t.Error("a preview changed what is live")
	}
	answers(t, p.Live(), "/articles/one", 200, "The first text.")
	answers(t, p.Live(), "/articles/draft", 404, "")
	if previewed(t, p, link) != b {
		t.Error("a preview is built again though nothing has changed")
	}
	r.push("articles/one.md", text("One", "2026-01-01", "Rewritten twice."))
	now(t, p, nil) // a push to another branch fetches, too
	answers(t, previewed(t, p, link), "/articles/one", 200, "Rewritten twice.")
	// A commit stays what it is, by a part of its id as well.
	for _, ref := range []string{first, first[:8]} {
		answers(t, previewed(t, p, linkTo(ref, time.Hour)), "/articles/one", 200, "The first text.")
	}
}

// TestPreviewOfWhatIsNew: a branch that nobody has fetched yet is fetched for the
// first who asks for it.
func TestPreviewOfWhatIsNew(t *testing.T) {
	r := newRemote(t)
	r.push(files(start())...)
	p, _ := r.start(t.TempDir())
	r.Git("switch", "--quiet", "--create", "topic")
	r.push("articles/one.md", text("One", "2026-01-01", "On the topic branch."))
	answers(t, previewed(t, p, linkTo("topic", time.Hour)), "/articles/one", 200, "On the topic branch.")
}

// TestPreviewFollowsLive: what a preview is compared with is what is live now.
func TestPreviewFollowsLive(t *testing.T) {
	r := newRemote(t)
	r.push(files(start())...)
	p, _ := r.start(t.TempDir())
	r.Git("switch", "--quiet", "--create", "topic")
	r.push("articles/new.md", text("Brand new", "2026-01-07", "New."))
	link := linkTo("topic", time.Hour)
	answers(t, previewed(t, p, link), "/-/changes", 200, "Brand new")
	r.Git("switch", "--quiet", "main")
	r.Git("merge", "--quiet", "topic")
	r.push()
	now(t, p, nil)
	lacks(t, previewed(t, p, link), "/-/changes", "Brand new")
}

// TestPreviewRefused: a link that was made with another key, is over, names
// nothing that is there or no revision at all shows nothing; a revision whose
// settings are broken is shown with those of the live site, and says so.
func TestPreviewRefused(t *testing.T) {
	r := newRemote(t)
	r.push(files(start())...)
	p, _ := r.start(t.TempDir())
	other := preview.Sign([]byte(strings.Repeat("x", 32)), preview.Claim{Ref: "main", Expires: time.Now().Add(time.Hour)})
	for name, link := range map[string]string{
		"another key": other, "over": linkTo("main", -time.Second), "no such branch": linkTo("nothing", time.Hour),
		"no token": "main", "an option": linkTo("--all", time.Hour), "a path": linkTo("main:articles", time.Hour), "no such commit": linkTo("deadbeef", time.Hour),
	} {
		if b, err := p.Preview(t.Context(), link); b != nil || err != nil {
			t.Errorf("%s: %v, %v", name, b, err)
		}
	}
	r.Git("switch", "--quiet", "--create", "broken")
	r.push("articles/site.yaml", "title: [")
	b := previewed(t, p, linkTo("broken", time.Hour))
	answers(t, b, "/articles/one", 200, "The first text.")
	answers(t, b, "/-/changes", 200, "site.yaml:2:1")
	answers(t, p.Live(), "/articles/one", 200, "The first text.")
}

// TestWorkTree: a folder that lies in a git work tree has its history, and its
// branches can be looked at; what is not committed is live, as in any folder.
func TestWorkTree(t *testing.T) {
	repo := testkit.NewRepo(t)
	repo.Clock = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	repo.Commit(files(start().with("one.md", text("One", "2023-01-01", prose)))...)
	repo.Move("articles/one.md", "articles/first.md")
	repo.Commit("articles/two.md", text("Two", "2023-01-02", "Changed in substance."))
	dir := repo.Dir + "/articles"
	repository, err := source.Enclosing(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer repository.Close()
	p, err := publish.New(publish.Options{Source: source.NewDirectory(dir), Repository: repository, PreviewKey: previewKey, Program: "test", Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	look := func() {
		t.Helper()
		if err := p.Start(t.Context()); err != nil {
			t.Fatal(err, p.Status().Findings)
		}
	}
	look()
	answers(t, p.Live(), "/articles/one", http.StatusPermanentRedirect, "")
	answers(t, p.Live(), "/articles/two", 200, "Updated June 1, 2026")
	testkit.Write(t, dir, "new.md", text("New", "2026-01-03", "Not committed."))
	testkit.Write(t, dir, "two.md", broken)
	look()
	answers(t, p.Live(), "/articles/new", 200, "Not committed.")
	answers(t, p.Live(), "/articles/two", 200, "Changed in substance.")
	repo.Git("stash", "--quiet", "--include-untracked")
	repo.Git("switch", "--quiet", "--create", "topic")
	repo.Commit("articles/new.md", text("New", "2026-01-03", "On a branch."))
	repo.Git("switch", "--quiet", "main")
	answers(t, previewed(t, p, linkTo("topic", time.Hour)), "/articles/new", 200, "On a branch.")
}

// TestShallowHistory: a history that was cut off gives no dates, redirects and
// removals, and says so.
func TestShallowHistory(t *testing.T) {
	r := newRemote(t)
	r.push(files(start().with("one.md", text("One", "2023-01-01", prose)))...)
	r.Move("articles/one.md", "articles/first.md")
	r.push("articles/two.md", text("Two", "2023-01-02", "Changed."))
	clone := t.TempDir()
	r.Git("clone", "--quiet", "--depth=2", "file://"+r.bare, clone)
	repository, err := source.Enclosing(t.Context(), clone+"/articles")
	if err != nil {
		t.Fatal(err)
	}
	defer repository.Close()
	var log bytes.Buffer
	p, err := publish.New(publish.Options{Source: source.NewDirectory(clone + "/articles"), Repository: repository, Program: "test", Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err == nil {
		err = p.Publish(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	// With a depth of 2 there is a commit before, which would look like the first.
	answers(t, p.Live(), "/articles/one", 404, "")
	lacks(t, p.Live(), "/articles/two", "Updated")
	if n := strings.Count(log.String(), "the git history is shallow"); n != 1 {
		t.Errorf("said %d times that the history is shallow:\n%s", n, &log)
	}
	git(t, clone, "fetch", "--quiet", "--unshallow")
	if err := p.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	answers(t, p.Live(), "/articles/one", http.StatusPermanentRedirect, "")
}

// TestBases: a site that hung elsewhere before answers there for all that it has,
// in one step; links below two former paths, too, and what is gone is gone there.
func TestBases(t *testing.T) {
	r := newRemote(t)
	at := func(path string) string { return settings + "path: " + path + "\n" }
	r.push(files(start().with("site.yaml", at("/blog"), "one.md", text("One", "2023-01-01", prose), "old.md", text("Old", "2023-01-03", "Goes."),
		"tagged.md", "---\ntitle: Tagged\ndate: 2023-01-04\ntags: [Go]\n---\n\nText.\n"))...)
	r.push("articles/site.yaml", at("/"), "articles/old.md", "")
	r.Move("articles/one.md", "articles/first.md")
	r.push("articles/site.yaml", at("/articles"))
	p, _ := r.start(t.TempDir())
	for from, want := range map[string]string{
		"/blog": "/articles", "/blog/": "/articles", "/blog/two": "/articles/two", "/blog/one": "/articles/first", "/one": "/articles/first",
		"/two": "/articles/two", "/blog/tags/go": "/articles/tags/go", "/Blog/Tagged/": "/articles/tagged", "/first": "/articles/first", "/blog/page/1": "/articles",
	} {
		if a := p.Live().Find(from, "", "q=1"); a.Status != 308 || a.Location != want+"?q=1" {
			t.Errorf("%s: %d %q, want 308 to %s", from, a.Status, a.Location, want)
		}
	}
	for _, gone := range []string{"/blog/old", "/old", "/articles/old"} {
		answers(t, p.Live(), gone, 410, "“Old”")
	}
	for _, unknown := range []string{"/blog/none", "/blogging", "/none", "/blog/two/more"} {
		answers(t, p.Live(), unknown, 404, "")
	}
}

// TestBaseWithin: a site that moved to a folder of where it hung before answers at
// both, and a link into that folder that leads nowhere ends there.
func TestBaseWithin(t *testing.T) {
	r := newRemote(t)
	r.push(files(start().with("site.yaml", settings+"path: /blog\n"))...)
	r.push("articles/site.yaml", settings+"path: /blog/new\n",
		"articles/links.md", text("Links", "2026-01-03", "See [one](/blog/one), [all](/blog) and [none](/blog/new/none)."))
	p, _ := r.start(t.TempDir())
	answers(t, p.Live(), "/blog/new/links", 200, `href="/blog/new/one">one</a>, <a href="/blog/new">`)
	answers(t, p.Live(), "/blog/new/none", 404, "")
	if a := p.Live().Find("/blog/two", "", ""); a.Location != "/blog/new/two" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	rules := p.Status().Findings.ByRule()
	if rules[finding.RedirectedLink] != 1 || rules[finding.BrokenLink] != 1 {
		t.Errorf("findings:\n%v", p.Status().Findings)
	}
}

// TestSilent: gone: silent keeps the names of removed and expired articles from
// the pages that say that they are gone.
func TestSilent(t *testing.T) {
	r := newRemote(t)
	r.push(files(start().with("site.yaml", settings+"gone: silent\n", "secret.md", text("The secret deal", "2023-01-03", "Goes."),
		"over.md", "---\ntitle: The old deal\ndate: 2023-01-01\nexpires: 2024-01-01\n---\n\nText.\n"))...)
	r.push("articles/secret.md", "")
	p, _ := r.start(t.TempDir())
	for _, path := range []string{"/articles/secret", "/articles/over"} {
		answers(t, p.Live(), path, 410, "It was taken down.")
		lacks(t, p.Live(), path, "deal")
	}
	r.push("articles/site.yaml", settings+"gone: loud\n")
	if s := now(t, p, publish.ErrHeld); s.Findings.ByRule()[finding.BadValue] != 1 {
		t.Errorf("findings: %v", s.Findings)
	}
}

// TestAliasesWin: what an article declares comes before what the history tells,
// and what is there before both.
func TestAliasesWin(t *testing.T) {
	r := newRemote(t)
	r.push(files(start().with("one.md", text("One", "2023-01-01", prose)))...)
	r.Move("articles/one.md", "articles/first.md")
	r.push("articles/two.md", "---\ntitle: Two\ndate: 2026-01-02\naliases: [/articles/one]\n---\n\nThe second text.\n")
	p, _ := r.start(t.TempDir())
	if a := p.Live().Find("/articles/one", "", ""); a.Location != "/articles/two" {
		t.Errorf("declared: %d %s", a.Status, a.Location)
	}
	r.push("articles/one.md", text("Another one", "2026-01-03", "It is here."))
	now(t, p, nil)
	answers(t, p.Live(), "/articles/one", 200, "It is here.")
}
