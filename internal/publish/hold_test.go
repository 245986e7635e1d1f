package publish_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"byline/internal/finding"
	"byline/internal/picture"
	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/source"
	"byline/internal/testkit"
)

func start() tree {
	return tree{
		"site.yaml": settings,
		"one.md":    text("One", "2026-01-01", "The first text."),
		"two.md":    text("Two", "2026-01-02", "The second text."),
	}
}

const broken = "---\ntitle: One\ndate: sometime\n---\n\nA text that nobody may see.\n"

// A broken article keeps its last good version and holds nobody else back.
func TestLastGoodVersionStays(t *testing.T) {
	p := newPress(t, nil)
	p.publish(start())
	live := p.publish(start().with("one.md", broken, "two.md", text("Two", "2026-01-02", "The second text, changed.")))
	answers(t, live, "/articles/one", 200, "The first text.")
	lacks(t, live, "/articles/one", "nobody may see")
	answers(t, live, "/articles/two", 200, "The second text, changed.")
	if n := p.Status().Findings.Count(finding.Error); n != 1 {
		t.Errorf("%d errors, want one\n%v", n, p.Status().Findings)
	}
	// It stays for as long as it is broken, whatever else is published.
	for _, text := range []string{"third", "fourth"} {
		live = p.publish(start().with("one.md", broken+text, "two.md", strings.ReplaceAll(start()["two.md"], "second", text)))
		answers(t, live, "/articles/one", 200, "The first text.")
		answers(t, live, "/articles/two", 200, "The "+text+" text.")
	}
	live = p.publish(start().with("one.md", text("One", "2026-01-01", "Mended.")))
	answers(t, live, "/articles/one", 200, "Mended.")
	if found := p.Status().Findings; len(found) > 0 {
		t.Errorf("findings after the mend:\n%v", found)
	}
}

// The editor of a refused version sees all of its findings at once, those that
// show only beside the other files too, and none of the version that stays.
func TestRefusedVersionShowsAllFindings(t *testing.T) {
	p := newPress(t, nil)
	p.publish(start().with("one.md", text("One", "2026-01-01", "An [old slip](gone.md).")))
	p.publish(start().with("one.md", "---\ntitel: One\ndate: 2026-01-01\nauthor: bob\nrelated: [nothing]\n---\n\nOne line more.\n\nA [new slip](nowhere.md).\n"))
	var got []string
	for _, f := range p.Status().Findings {
		got = append(got, fmt.Sprintf("%s %s", f.Place(), f.Rule))
	}
	want := []string{
		"one.md:2:1 missing-key", "one.md:2:1 mistyped-key", "one.md:4:9 unknown-author",
		"one.md:5:11 unknown-related", "one.md:10:3 broken-link",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// An article that was never good is left out; the others are there.
func TestBrokenNewcomer(t *testing.T) {
	p := newPress(t, nil)
	live := p.publish(start().with("one.md", broken))
	answers(t, live, "/articles/one", 404, "")
	answers(t, live, "/articles/two", 200, "The second text.")
}

// An author that is taken out of site.yaml breaks the articles that name it. A
// last good version that the settings do not allow any more cannot stay.
func TestSettingsBreakArticles(t *testing.T) {
	p := newPress(t, nil)
	p.publish(start().with("three.md", "---\ntitle: Three\ndate: 2026-01-03\n---\n\nBy the site.\n"))
	live := p.publish(start().with("site.yaml", strings.ReplaceAll(settings, "ada:", "bob:"), "three.md", "---\ntitle: Three\ndate: 2026-01-03\n---\n\nBy the site.\n"))
	answers(t, live, "/articles/three", 200, "By the site.")
	answers(t, live, "/articles/one", 404, "")
}

// A broken site.yaml holds the revision: nothing of it is live.
func TestBrokenSettings(t *testing.T) {
	p := newPress(t, nil)
	live := p.publish(start())
	p.hold(start().with("site.yaml", "title: [", "two.md", text("Two", "2026-01-02", "Not yet.")))
	status := p.Status()
	if status.Live != live.Revision() || status.Revision == status.Live || status.Held == nil || !status.Findings.HasErrors() {
		t.Errorf("status %+v", status)
	}
	p.hold(start().with("site.yaml", ""))
	live = p.publish(start().with("two.md", text("Two", "2026-01-02", "Now.")))
	answers(t, live, "/articles/two", 200, "Now.")
}

// What cannot be served at all does not start, and says why.
func TestFirstStart(t *testing.T) {
	for name, c := range map[string]struct {
		tree tree
		rule finding.Rule
	}{
		"no site.yaml":       {start().with("site.yaml", ""), finding.FrontMatter},
		"broken site.yaml":   {start().with("site.yaml", "title: [1"), finding.FrontMatter},
		"no title":           {start().with("site.yaml", "tagline: x\n"), finding.MissingKey},
		"no valid article":   {start().with("one.md", broken, "two.md", "no front matter\n"), finding.BadValue},
		"no article":         {tree{"site.yaml": settings}, ""},
		"nothing":            {nil, finding.FrontMatter},
		"all errors at once": {start().with("site.yaml", "title: [", "one.md", broken), finding.BadValue},
	} {
		p := newPress(t, c.tree)
		err := p.Publish(t.Context())
		if !errors.Is(err, publish.ErrHeld) || p.Live() != nil {
			t.Errorf("%s: %v, live %v", name, err, p.Live())
		}
		if found := p.Status().Findings; c.rule != "" && found.ByRule()[c.rule] == 0 {
			t.Errorf("%s: no finding of %s among\n%v", name, c.rule, found)
		}
	}
}

// Under Strict any finding holds the revision, a warning too.
func TestStrict(t *testing.T) {
	p := newPress(t, nil, func(o *publish.Options) { o.Strict = true })
	p.publish(start())
	p.hold(start().with("one.md", text("One", "2026-01-01", "See [that](nowhere.md).")))
	p.hold(start().with("one.md", broken))
	answers(t, p.Live(), "/articles/one", 200, "The first text.")
	p.publish(start().with("one.md", text("One", "2026-01-01", "See [that](two.md).")))
}

// No new file and no renamed one takes the address of a live article.
func TestNewcomerTakesNoSlug(t *testing.T) {
	slug := func(title, slug string) string {
		return "---\ntitle: " + title + "\nslug: " + slug + "\ndate: 2026-01-09\n---\n\nText of " + title + ".\n"
	}
	p := newPress(t, nil)
	p.publish(start())
	live := p.publish(start().with("a/two.md", text("Other", "2026-01-05", "A newcomer.")))
	answers(t, live, "/articles/two", 200, "The second text.")
	if p.Status().Findings.ByRule()[finding.DuplicateSlug] != 1 {
		t.Errorf("findings:\n%v", p.Status().Findings)
	}
	// A live article that changes its slug to that of another is a newcomer there.
	live = p.publish(start().with("one.md", slug("One", "two")))
	answers(t, live, "/articles/two", 200, "The second text.")
	answers(t, live, "/articles/one", 200, "The first text.")
	// Two that change places may, in one revision.
	live = p.publish(start().with("one.md", slug("One", "two"), "two.md", slug("Two", "one")))
	answers(t, live, "/articles/two", 200, "Text of One.")
	answers(t, live, "/articles/one", 200, "Text of Two.")
	// An address that has become free can be taken.
	live = p.publish(start().with("two.md", "", "a/two.md", text("Other", "2026-01-05", "A newcomer.")))
	answers(t, live, "/articles/two", 200, "A newcomer.")
}

// An article that is deleted is gone from everywhere; so is one that was broken.
func TestDelete(t *testing.T) {
	p := newPress(t, nil)
	p.publish(start())
	live := p.publish(start().with("one.md", ""))
	answers(t, live, "/articles/one", 404, "")
	lacks(t, live, "/articles", "The first text")
	lacks(t, live, "/articles", ">One<")
	p.publish(start())
	p.publish(start().with("one.md", broken))
	live = p.publish(start().with("one.md", ""))
	answers(t, live, "/articles/one", 404, "")
	p.hold(tree{"site.yaml": settings}) // all deleted: that is a mishap, not a site
}

// Drafts and articles of the future are in no list and under no address; under
// Dev they are, marked.
func TestDraftsAndScheduled(t *testing.T) {
	content := start().with(
		"draft.md", "---\ntitle: Half done\ndate: 2026-01-05\ndraft: true\n---\n\nDraft text.\n",
		"later.md", text("Much later", time.Now().AddDate(1, 0, 0).Format(time.DateOnly), "Later text."),
	)
	live := newPress(t, nil).publish(content)
	for _, path := range []string{"/articles/draft", "/articles/later"} {
		answers(t, live, path, 404, "")
	}
	lacks(t, live, "/articles", "Half done")
	lacks(t, live, "/articles", "Much later")
	lacks(t, live, "/articles/draf", "Half done") // nor among the nearest
	live = newPress(t, nil, func(o *publish.Options) { o.Dev = true }).publish(content)
	answers(t, live, "/articles/draft", 200, "Draft: only visible here")
	answers(t, live, "/articles/later", 200, "Scheduled: public from")
	answers(t, live, "/articles/draft", 200, `content="noindex"`)
	answers(t, live, "/articles", 200, "Half done")
	answers(t, live, "/articles/two", 200, "<span>Half done</span> <small>Draft · ")
}

// Under Dev a broken file shows its findings on its own page, a broken site.yaml
// on every page, though it holds the revision. Its warnings are on the list of all.
func TestFindingsUnderDev(t *testing.T) {
	p := newPress(t, nil, func(o *publish.Options) { o.Dev = true })
	p.publish(start())
	live := p.publish(start().with("one.md", broken))
	answers(t, live, "/articles/one", 200, "one.md:3:7")
	answers(t, live, "/articles/one", 200, "This is the last good version.")
	lacks(t, live, "/articles/two", "one.md:3:7")
	p.source.set(start().with("site.yaml", "titel: x\n").at(time.Now()), nil)
	if err := p.Publish(t.Context()); !errors.Is(err, publish.ErrHeld) {
		t.Fatal(err)
	}
	answers(t, p.Live(), "/articles/two", 200, "site.yaml:1:1")
	answers(t, p.Live(), "/articles/two", 200, "The second text.")
	live = p.publish(start().with("site.yaml", string(start()["site.yaml"])+"logo: /media/none.svg\n"))
	answers(t, live, "/articles", 200, "site.yaml:7:7")
	lacks(t, live, "/articles/two", "site.yaml:7:7")
	lacks(t, live, "/articles/search", "site.yaml:7:7")
}

// A file that changes while the tree is read is neither lost nor remembered as
// broken: the next look at the same revision puts it right.
func TestFileChangesMeanwhile(t *testing.T) {
	content := start().with("one.md", text("One", "2026-01-01", "A field of grey.\n\n![A grey field](grey.png)"), "grey.png", testkit.PNG(t, 30, 20, 0x80))
	whole := content.at(time.Now().Add(-time.Hour))
	torn := whole
	torn.Files = nil
	for _, f := range whole.Files {
		if f.Path == "two.md" || picture.IsPicture(f.Path) {
			other := source.NewFile(f.Path, []byte("other bytes"))
			other.Hash = f.Hash // so that reading it fails
			f = other
		}
		torn.Files = append(torn.Files, f)
	}
	p := newPress(t, nil)
	p.source.set(torn, nil)
	if err := p.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	answers(t, p.Live(), "/articles/two", 404, "")
	p.source.set(whole, nil)
	if err := p.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	answers(t, p.Live(), "/articles/two", 200, "The second text.")
	answers(t, p.Live(), "/articles/one", 200, `width="30" height="20"`)
	if found := p.Status().Findings; len(found) > 0 {
		t.Errorf("findings:\n%v", found)
	}
}

// A file on which the program itself fails is held back alone.
func TestFaultInTheProgram(t *testing.T) {
	content := start().with("grey.png", testkit.PNG(t, 30, 20, 0x80)).at(time.Now().Add(-time.Hour))
	for i, f := range content.Files {
		if f.Path == "one.md" || f.Path == "grey.png" {
			content.Files[i] = source.File{Path: f.Path, Hash: f.Hash} // to open it is a panic
		}
	}
	p := newPress(t, nil)
	p.source.set(content, nil)
	if err := p.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	answers(t, p.Live(), "/articles/two", 200, "The second text.")
	answers(t, p.Live(), "/articles/one", 404, "")
	if found := p.Status().Findings; found.Count(finding.Error) != 1 || len(found) != 2 {
		t.Errorf("findings:\n%v", found)
	}
}

// A source that fails leaves what is live.
func TestSourceFails(t *testing.T) {
	p := newPress(t, nil)
	live := p.publish(start())
	p.source.set(source.Tree{}, io.ErrUnexpectedEOF)
	if err := p.Publish(t.Context()); !errors.Is(err, io.ErrUnexpectedEOF) || p.Live() != live {
		t.Errorf("%v", err)
	}
}

// An unchanged revision is not swapped in again: its bodies stay made.
func TestNothingChanged(t *testing.T) {
	p := newPress(t, start())
	for range 3 {
		if err := p.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	changed, live := p.Changed(), p.Live()
	if err := p.Publish(t.Context()); err != nil || p.Live() != live {
		t.Errorf("the same revision is another bundle (%v)", err)
	}
	select {
	case <-changed:
		t.Error("a swap was told where there was none")
	default:
	}
	if _, err := live.Find("/articles/one", "", "").Body(render.Gzip); err != nil {
		t.Error(err)
	}
}
