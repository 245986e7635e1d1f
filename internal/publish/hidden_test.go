package publish_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byline/internal/render"
)

// hiddenWords are what stands only in articles that nobody may read: each in
// every field that pages, lists and suggestions are made of.
var hiddenWords = []string{"unfinished", "tomorrows", "yesterdays"}

func hidden(word, more string) string {
	return "---\ntitle: The " + word + " title\nsubtitle: A " + word + " deck\ndescription: A " + word + " description\n" + more +
		"author: ada\ntags: [" + word + ", shared]\naliases: [/old/" + word + "]\n---\n\nThe text is " + word + " as well. [One](one.md).\n\n## A " + word + " part\n"
}

// TestHiddenNowhere: drafts, articles of the future and expired ones are in no
// page, list, suggestion, file or header that a reader, a crawler or a program can
// get, whatever its address; only the page of an expired article itself says that
// it was there. When its time comes an article is everywhere at once, and gone
// from everywhere when it is over.
func TestHiddenNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is midnight, January 1, 2000
		p := newPress(t, tree{
			"site.yaml":     settings,
			"one.md":        "---\ntitle: One\ndate: 1999-01-01\ntags: [shared]\nrelated: [unfinished, tomorrows, yesterdays]\n---\n\nSee [this](unfinished.md), [that](tomorrows.md \"title\"), [those] and <a href=\"/articles/unfinished?a=1\">these</a>.\n\n[those]: yesterdays.md#a-yesterdays-part\n",
			"two.md":        text("Two", "1999-01-02", "The second text."),
			"unfinished.md": hidden("unfinished", "date: 1999-06-01\ndraft: true\n"),
			"tomorrows.md":  hidden("tomorrows", "date: 2000-01-02\nexpires: 2000-01-03\n"),
			"yesterdays.md": hidden("yesterdays", "date: 1999-06-01\nexpires: 1999-12-31\n"),
		})
		defer p.run()()
		nowhere(t, p.Live(), hiddenWords...)
		for path, status := range map[string]int{
			"/articles/unfinished": 404, "/articles/tomorrows": 404, "/articles/yesterdays": 410, "/old/unfinished": 404, "/old/tomorrows": 404, "/old/yesterdays": 410,
			"/articles/tags/unfinished": 404, "/articles/tags/tomorrows": 404, "/articles/tags/yesterdays": 404, "/articles/unfinished.md": 404,
		} {
			if got := p.Live().Find(path, "", "").Status; got != status {
				t.Errorf("%s: %d, want %d", path, got, status)
			}
		}
		time.Sleep(24*time.Hour + time.Millisecond)
		synctest.Wait()
		nowhere(t, p.Live(), "unfinished", "yesterdays")
		for _, path := range []string{"/articles", "/articles/tomorrows", "/articles/tags/tomorrows", "/articles/tags/shared", "/articles/authors/ada", "/articles/one"} {
			answers(t, p.Live(), path, 200, "The tomorrows title")
		}
		if at := p.Live().Find("/old/tomorrows", "", ""); at.Location != "/articles/tomorrows" {
			t.Errorf("its alias: %d %s", at.Status, at.Location)
		}
		// No cache may show it longer than it is there.
		soon := time.Now().Add(24*time.Hour - 10*time.Second)
		if shared := strings.Join(p.Live().SharedCache(p.Live().Find("/articles", "", ""), soon, time.Hour), ""); shared != "max-age=9, stale-while-revalidate=0" && shared != "max-age=10, stale-while-revalidate=0" {
			t.Errorf("ten seconds before its end: %s", shared)
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		nowhere(t, p.Live(), hiddenWords...)
		answers(t, p.Live(), "/articles/tomorrows", 410, "“The tomorrows title” was taken down on January 3, 2000")
	})
}

// nowhere fails for every resource of a bundle that has one of the words in it.
func nowhere(t *testing.T, b *render.Bundle, words ...string) {
	t.Helper()
	paths := b.Paths()
	slices.Sort(paths)
	if len(paths) < 10 {
		t.Fatalf("only %d paths", len(paths))
	}
	for _, path := range append(paths, "/nothing", "/articles/nothing") {
		r := b.Find(path, "", "")
		body, err := r.Body(render.Identity)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for _, word := range words {
			if strings.Contains(path+" "+r.Location+" "+string(body), word) {
				t.Errorf("%s has %q in it", path, word)
			}
		}
	}
}
