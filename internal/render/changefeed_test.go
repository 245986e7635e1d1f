package render_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"byline/internal/render"
	"byline/internal/testkit"
)

// changeAnswer is an answer of the change feed.
type changeAnswer struct {
	Next    string
	More    bool
	Changes []struct{ URL, Kind, SHA256 string }
}

func changes(t testing.TB, b *render.Bundle, query string) changeAnswer {
	t.Helper()
	r := b.Find("/changes.json", "", query)
	var answer changeAnswer
	if err := json.Unmarshal(body(t, r, render.Identity), &answer); err != nil || r.Status != 200 {
		t.Fatalf("%s: %d, %v", query, r.Status, err)
	}
	return answer
}

// TestChangeFeedIsBounded: no answer has more than a thousand changes, whatever is
// asked for; the pages after the first have the others, each once. What is asked in
// a thousand ways is not kept in a thousand forms, and a text that is summed up is
// not kept at all.
func TestChangeFeedIsBounded(t *testing.T) {
	s := newSite(t)
	for n := range 1100 {
		testkit.Write(t, s.dir, fmt.Sprintf("many/note-%d.md", n), fmt.Sprintf("---\ntitle: Note %d\ndate: 2025-01-%02d\n---\n\nThe note %d.\n", n, 1+n%28, n))
	}
	b := s.bundle(t)
	seen, pages := map[string]bool{}, 0
	for query := "limit=99999"; ; pages++ {
		answer := changes(t, b, query)
		for _, c := range answer.Changes {
			if seen[c.URL] || c.Kind != "new" || len(c.SHA256) != 64 {
				t.Errorf("%+v", c)
			}
			seen[c.URL] = true
		}
		if len(answer.Changes) > 1000 || answer.More != (len(answer.Changes) == 1000) {
			t.Errorf("%s: %d changes, more: %t", query, len(answer.Changes), answer.More)
		}
		u, err := url.Parse(answer.Next)
		if err != nil {
			t.Fatal(err)
		}
		if query = u.RawQuery; !answer.More {
			if next := changes(t, b, query); len(next.Changes) != 0 || next.Next != answer.Next {
				t.Errorf("%s: %+v", query, next)
			}
			break
		}
	}
	if public := len(b.Site().Pages); len(seen) != public || pages != 1 {
		t.Errorf("%d of %d articles on %d pages", len(seen), public, pages+1)
	}
	for n := range 1000 {
		changes(t, b, fmt.Sprintf("since=2025-01-01T00:00:%02dZ&limit=%d&x=%d", n%60, 1+n%7, n))
	}
	if kept := b.Answers(); kept != 16 {
		t.Errorf("%d answers are kept", kept)
	}
	for _, p := range b.Prepared() {
		if strings.HasSuffix(p, ".md") {
			t.Fatalf("%s is kept, which nobody has asked for", p)
		}
	}
}

// TestChangeFeedAsksAlike: those who ask the same get the same answer, from
// whatever is said beside it; and no tag is that of another answer.
func TestChangeFeedAsksAlike(t *testing.T) {
	b := newSite(t).bundle(t)
	same := b.Find("/changes.json", "", "since=2026-01-01&utm=1")
	if b.Find("/changes.json", "", "utm=2&since=2026-01-01T01%3A00%3A00%2B02:00") != same {
		t.Error("a question is answered twice")
	}
	if b.Find("/changes.json", "", "") != b.Find("/changes.json", "", "limit=1000&utm=1") {
		t.Error("all that is public is found out twice")
	}
	if tag := b.Find("/changes.json", "", "").ETag(render.Identity); tag == "" || tag == same.ETag(render.Identity) {
		t.Errorf("the tag of everything is %s", tag)
	}
}

// TestIndexNowKey: the key is at an address of its own, as search engines ask for
// it; a file of the owner's at that address stays, and a site that nobody knows has
// none.
func TestIndexNowKey(t *testing.T) {
	s := newSite(t)
	settings := s.read(t, "site.yaml")
	const key = "0123-ABCDEF-abcdef"
	testkit.Write(t, s.dir, "site.yaml", settings+"\nindexnow: "+key+"\n")
	r := s.bundle(t).Find("/"+key+".txt", "", "")
	if got := string(body(t, r, render.Identity)); r.Status != 200 || got != key || r.Type != "text/plain; charset=utf-8" {
		t.Errorf("%d %s %q", r.Status, r.Type, got)
	}
	testkit.Write(t, s.dir, "root/"+key+".txt", "the owner's\n")
	if got := string(body(t, s.bundle(t).Find("/"+key+".txt", "", ""), render.Identity)); got != "the owner's\n" {
		t.Errorf("the owner's file is %q", got)
	}
	testkit.Write(t, s.dir, "site.yaml", settings)
	if r := newSite(t).bundle(t).Find("/.txt", "", ""); r.Status != 404 {
		t.Errorf("without a key: %d", r.Status)
	}
}
