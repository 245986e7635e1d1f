package browser

import (
	"maps"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// content is what a reader of an article sees.
type content struct {
	Text                 string
	Parts                map[string]int // how many of each show
	HiddenLinks, Buttons []string
}

// withoutScript: a page without script says and shows the same, and offers
// nothing that would not work.
func withoutScript(t *testing.T, s suite) {
	with, without := s.open(t, s.site), s.open(t, s.site)
	call(without, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	for _, p := range kinds() {
		with.visit(p)
		without.visit(p)
		if eval[bool](without, `document.querySelector("button.theme").hasAttribute("title")`) {
			t.Fatalf("%s: the scripts ran", p.path)
		}
		want, got := ask[content](with, "content"), ask[content](without, "content")
		if diff := cmp.Diff(want.Text, got.Text); diff != "" {
			t.Errorf("%s: text with (-) and without (+) script:\n%s", p.path, diff)
		}
		if diff := cmp.Diff(want.Parts, got.Parts); diff != "" {
			t.Errorf("%s: parts that show with (-) and without (+) script:\n%s", p.path, diff)
		}
		if p.kind == "article" && slices.Contains(slices.Collect(maps.Values(got.Parts)), 0) {
			t.Errorf("%s: a part of the article does not show: %v", p.path, got.Parts)
		}
		for _, link := range got.HiddenLinks {
			t.Errorf("%s: hidden link %s", p.path, link)
		}
		for _, button := range got.Buttons {
			t.Errorf("%s: dead without script: %s", p.path, button)
		}
	}
}

// watchTheme writes down the theme when the first element of the body stands,
// when the document is there, and when the first paint was.
const watchTheme = `
	window.themeAt = {};
	const theme = () => document.documentElement.dataset.theme || "";
	new MutationObserver((_, observer) => {
		if (!document.body) return;
		observer.disconnect();
		window.themeAt.body = theme();
	}).observe(document, { childList: true, subtree: true });
	document.addEventListener("DOMContentLoaded", () => { window.themeAt.loaded = theme(); });
	new PerformanceObserver(() => { window.themeAt.paint = theme(); }).observe({ type: "paint", buffered: true });`

// themeState is what the theme switch shows and remembers.
type themeState struct{ Chosen, Kept, Label, Paper string }

const readTheme = `({
	Chosen: document.documentElement.dataset.theme || "", Kept: localStorage.getItem("theme") || "",
	Label: document.querySelector("button.theme").getAttribute("aria-label"), Paper: getComputedStyle(document.body).backgroundColor,
})`

// theme: the switch turns to the other colours and back, is remembered without a
// flash, says what it will do, and forgets what the system says anyway.
func theme(t *testing.T, s suite) {
	const toDark, toLight = "Use dark colors", "Use light colors"
	for _, c := range []struct{ system, other, label, otherLabel string }{
		{"light", "dark", toDark, toLight},
		{"dark", "light", toLight, toDark},
	} {
		tab := s.open(t, s.site)
		tab.before(watchTheme)
		tab.scheme(c.system)
		tab.visit(kinds()[0])
		paper := eval[themeState](tab, readTheme).Paper
		wantTheme(tab, c.system+" at first", themeState{"", "", c.label, paper})

		tab.do(chromedp.Click(chromedp.CSS("button.theme")))
		other := eval[themeState](tab, readTheme).Paper
		if other == paper {
			t.Errorf("%s: the switch does not change the colours (%s)", c.system, paper)
		}
		wantTheme(tab, c.system+", switched", themeState{c.other, c.other, c.otherLabel, other})

		tab.visit(kinds()[0])
		wantTheme(tab, c.system+", loaded again", themeState{c.other, c.other, c.otherLabel, other})
		wantNoFlash(tab, c.other)
		tab.visit(kinds()[3])
		wantTheme(tab, c.system+", on another page", themeState{c.other, c.other, c.otherLabel, other})
		wantNoFlash(tab, c.other)

		tab.do(chromedp.Click(chromedp.CSS("button.theme")))
		wantTheme(tab, c.system+", switched back", themeState{"", "", c.label, paper})
	}
}

func wantTheme(t *tab, when string, want themeState) {
	t.Helper()
	if diff := cmp.Diff(want, eval[themeState](t, readTheme)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

func wantNoFlash(t *tab, theme string) {
	t.Helper()
	eval[any](t, `new Promise(done => requestAnimationFrame(() => setTimeout(() => done(true), 50)))`)
	want := map[string]string{"body": theme, "loaded": theme, "paint": theme}
	if diff := cmp.Diff(want, eval[map[string]string](t, `window.themeAt`)); diff != "" {
		t.Errorf("theme while the page loads (-want +got):\n%s", diff)
	}
}
