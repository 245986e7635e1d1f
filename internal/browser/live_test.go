package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

const embedSite = `title: Frames
url: https://example.org
path: /
embeds: [www.youtube-nocookie.com]
`

const embedArticle = `---
title: A talk
date: 2026-01-02
---

Before the talk.

<iframe src="https://www.youtube-nocookie.com/embed/abc123" title="The talk"></iframe>

After the talk.
`

// embedOnClick: a frame of another site is a link until it is clicked; nobody
// else hears of the reader before. Without script it stays a link.
func embedOnClick(t *testing.T, s suite) {
	const address = "https://www.youtube-nocookie.com/embed/abc123"
	dir := t.TempDir()
	save(t, dir, "site.yaml", embedSite)
	save(t, dir, "talk.md", embedArticle)
	site := serve(t, dir, false)

	plain := s.open(t, site)
	call(plain, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	plain.visit(page{"article", "/talk", 200})
	if !eval[bool](plain, `document.querySelector(".embed a").href === "`+address+`" && !document.querySelector("iframe")`) {
		t.Error("without script there is no link to the frame")
	}

	tab := s.open(t, site)
	tab.visit(page{"article", "/talk", 200})
	eval[any](tab, `new Promise(done => setTimeout(() => done(true), 300))`) // time for a request that should not be
	if frames := eval[int](tab, `document.querySelectorAll("iframe").length`); frames != 0 {
		t.Errorf("%d frames before the click", frames)
	}
	requests, _ := tab.taken()
	for _, r := range requests {
		if !strings.HasPrefix(r, site.origin+"/") {
			t.Errorf("before the click the page asks for %s", r)
		}
	}
	tab.do(chromedp.Click(chromedp.CSS(".embed a")))
	tab.until("the frame stands in the place of the link",
		`document.querySelector(".embed > iframe[src='`+address+`'][title]") !== null && !document.querySelector(".embed a")`)
	if at := eval[string](tab, `document.activeElement.localName`); at != "iframe" {
		t.Errorf("the focus is on %s after the click, want the frame", at)
	}
	if at := eval[string](tab, `location.pathname`); at != "/talk" {
		t.Errorf("the click left the page for %s", at)
	}
	wantRequest(tab, address)
}

func wantRequest(t *tab, address string) {
	t.Helper()
	var asked []string
	for range 50 {
		requests, trouble := t.taken()
		asked = append(asked, requests...)
		for _, r := range requests {
			if r == address {
				return
			}
		}
		for _, what := range trouble {
			if strings.Contains(what, "Content Security Policy") {
				t.Fatal(what)
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("after the click the page asked for %v, want %s", asked, address)
}

const devArticle = `---
title: A draft of mine
date: 2026-01-02
---

The first text.
`

// devMode: under --dev an open page loads again when its file is saved, shows
// what to mend in a broken one above its last good text, and recovers.
func devMode(t *testing.T, s suite) {
	dir := t.TempDir()
	save(t, dir, "site.yaml", embedSite)
	save(t, dir, "mine.md", devArticle)
	tab := s.open(t, serve(t, dir, true))
	tab.visit(page{"article", "/mine", 200})
	if eval[bool](tab, `!!document.querySelector(".findings")`) {
		t.Error("a sound page shows findings")
	}
	says := func(text string) string { return `document.querySelector(".prose").innerText.includes("` + text + `")` }
	// A page that has not yet heard of the live revision cannot tell that it changed.
	tab.until("the page listens", `performance.getEntriesByType("resource").some(r => r.name.endsWith("/-/dev/changes")) || performance.now() > 500`)

	save(t, dir, "mine.md", strings.Replace(devArticle, "first", "second", 1))
	tab.until("the page shows the saved text", says("The second text."))
	settle(tab)

	save(t, dir, "mine.md", strings.Replace(strings.Replace(devArticle, "first", "third", 1), "date: 2026-01-02", "date: tomorrow-ish", 1))
	tab.until("the page shows what to mend, with its place", `!!document.querySelector(".findings")?.innerText.includes("mine.md:3:")`)
	if !eval[bool](tab, says("The second text.")) {
		t.Error("a broken file takes the last good text away")
	}
	settle(tab)

	save(t, dir, "mine.md", strings.Replace(devArticle, "first", "fourth", 1))
	tab.until("the mended page shows its text and no findings", `!document.querySelector(".findings") && `+says("The fourth text."))
	settle(tab)

	save(t, dir, "site.yaml", embedSite+"timezone: Nowhere/Land\n")
	tab.until("the page shows what to mend in site.yaml", `!!document.querySelector(".findings")?.innerText.includes("site.yaml:5:")`)
}

// settle waits until the page that was just loaded hears of changes again.
func settle(t *tab) {
	t.Helper()
	t.until("the page is there", `document.readyState === "complete" && performance.now() > 500`)
}

// until waits until an expression is true, over reloads.
func (t *tab) until(what, expression string) {
	t.Helper()
	for range 100 {
		if ok, err := chromedp.Run(t.ctx, chromedp.Evaluate[bool](expression)); ok && err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("in vain for 5 s: %s; the page says: %.400q", what, eval[string](t, `document.body.innerText`))
}

func save(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
