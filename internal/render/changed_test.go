package render_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/render"
	"byline/internal/testkit"
)

// give has readers be given the resources at paths, as the server does it.
func give(t testing.TB, b *render.Bundle, at time.Time, paths ...string) {
	t.Helper()
	for _, path := range paths {
		r := b.Find(path, "", "")
		r.Given(at)
		if r.Location == "" && r.ETag(render.Identity) == "" {
			t.Fatalf("%s has no ETag", path)
		}
	}
}

func changed(t testing.TB, before, after *render.Bundle, since time.Time) []string {
	t.Helper()
	return slices.Sorted(render.Changed(t.Context(), before, after, since))
}

// answer is all of a response that a cache keeps, but for the name of the
// revision and its date.
func answer(t testing.TB, b *render.Bundle, path string) string {
	t.Helper()
	r := b.Find(path, "", "")
	header := maps.Clone(b.Header())
	delete(header, "X-Content-Revision")
	return fmt.Sprint(r.Status, r.Location, r.Type, r.CacheControl, r.Fields, header, string(body(t, r, render.Identity)))
}

// TestChanged states what purging relies on, over random edits one after the
// other, with random readers between: what a cache may have of any bundle before
// and is not what it would get now is in the list; what is in the list though it
// is there before and after has another ETag, status or header. All of that holds
// whatever room there is to remember who was given what.
func TestChanged(t *testing.T) {
	for budget, rounds := range map[int64]int{render.DefaultBudget: 60, 40_000: 15, 0: 15} {
		t.Run(fmt.Sprint(budget), func(t *testing.T) { testChanged(t, render.NewCache(budget), rounds) })
	}
}

func testChanged(t *testing.T, cache *render.Cache, rounds int) {
	random := rand.New(rand.NewPCG(5, 13))
	first := newSite(t)
	first.options.Cache = cache
	before := first.bundle(t)
	kept := map[string]string{} // what a cache has
	idle, listed := 0, 0
	for range rounds {
		for _, path := range before.Paths() {
			if before.Find(path, "", "").Status == 200 && random.IntN(3) == 0 {
				give(t, before, now, path)
				kept[path] = answer(t, before, path)
			}
		}
		s, all := newSite(t), edits(t)
		e := all[random.IntN(len(all))]
		e.make(t, s)
		s.options.Cache = cache
		after := s.bundle(t)
		list := changed(t, before, after, now)
		listed += len(list)
		for path, was := range kept {
			same := answer(t, after, path) == was
			if in := slices.Contains(list, path); !same && !in {
				t.Errorf("%s: %s is another, and caches are not told", e.name, path)
			} else if same && in {
				idle++
			}
			if !same {
				delete(kept, path)
			}
		}
		for _, path := range list {
			if exists(before, path) && exists(after, path) && validator(before, path) == validator(after, path) {
				t.Errorf("%s: %s has the ETag that it had, and caches are told", e.name, path)
			}
		}
		before = after
	}
	t.Logf("%d paths listed; %d of them though the bytes are the same", listed, idle)
	if listed < 5*rounds {
		t.Errorf("only %d paths were listed", listed)
	}
}

func exists(b *render.Bundle, path string) bool { return slices.Contains(b.Paths(), path) }

// validator is what a client can tell two answers apart by.
func validator(b *render.Bundle, path string) string {
	r, header := b.Find(path, "", ""), maps.Clone(b.Header())
	delete(header, "X-Content-Revision")
	return fmt.Sprint(r.Status, r.Location, r.ETag(render.Identity), r.CacheControl, header)
}

// What an edit changes on the pages beside it counts: the title in a sidebar, the
// row in a list. What nobody was given is not looked at, and nothing else either.
func TestChangedIsExact(t *testing.T) {
	s := newSite(t)
	before := s.bundle(t)
	give(t, before, now, "/articles/guide", "/articles/authors/grace", "/articles/authors/ada", "/ads.txt")
	replace("second.md", "The second\n", "The 2nd\n").make(t, s) // stands beside the guide
	after := s.bundle(t)
	if diff := cmp.Diff([]string{"/articles/authors/ada", "/articles/guide"}, changed(t, before, after, now)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	prepared := after.Prepared()
	slices.Sort(prepared)
	if diff := cmp.Diff([]string{"/articles/authors/ada", "/articles/authors/grace", "/articles/guide"}, prepared); diff != "" {
		t.Errorf("views were made of (-want +got)\n%s", diff)
	}
	if rest := changed(t, before, s.bundle(t), now.Add(time.Second)); rest != nil {
		t.Errorf("given out too long ago to be anywhere, and still listed: %q", rest)
	}
}

// A page that was given out two bundles ago is still with whoever was given it.
func TestChangedRemembers(t *testing.T) {
	s := newSite(t)
	first := s.bundle(t)
	give(t, first, now, "/articles/third")
	replace("fourth.md", "label: Stay here", "label: Stay on").make(t, s)
	second := s.bundle(t)
	if list := changed(t, first, second, now); list != nil {
		t.Errorf("first edit: %q", list)
	}
	replace("third.md", "Third text", "3rd text").make(t, s)
	if diff := cmp.Diff([]string{"/articles/third"}, changed(t, second, s.bundle(t), now)); diff != "" {
		t.Errorf("second edit (-want +got)\n%s", diff)
	}
}

// What comes and what goes is listed though nobody was given it by this program:
// it costs nothing to know.
func TestChangedComesAndGoes(t *testing.T) {
	s := newSite(t)
	before := s.bundle(t)
	move("third.md", "third-again.md").make(t, s)
	testkit.Write(t, s.dir, "media/grey.png", testkit.PNG(t, 64, 48, 0x81))
	list := changed(t, before, s.bundle(t), now)
	for _, want := range []string{"/articles/third", "/articles/third-again"} {
		if !slices.Contains(list, want) {
			t.Errorf("%s is not in %q", want, list)
		}
	}
	if media := slices.DeleteFunc(list, func(p string) bool { return !bytes.HasPrefix([]byte(p), []byte("/media/grey.")) }); len(media) != 2 {
		t.Errorf("of a picture that changes: %q", media)
	}
}

// The card of an article says what the article is called, and caches may have it
// for good, whoever has asked for it: when it is another or the article is gone,
// caches are told. The cards of the others are let alone.
func TestChangedCards(t *testing.T) {
	s := newSite(t)
	cards := func(list []string) []string {
		return slices.DeleteFunc(list, func(p string) bool { return !strings.HasPrefix(p, "/media/cards/") })
	}
	of := func(b *render.Bundle, slug string) string {
		for _, path := range cards(b.Paths()) {
			if strings.HasPrefix(path, "/media/cards/"+slug+".") {
				return path
			}
		}
		t.Fatalf("%s has no card", slug)
		return ""
	}
	first := s.bundle(t)
	replace("third.md", "The third\n", "The 3rd\n").make(t, s)
	second := s.bundle(t)
	want := []string{of(first, "third"), of(second, "third")}
	slices.Sort(want)
	if diff := cmp.Diff(want, cards(changed(t, first, second, now))); diff != "" {
		t.Errorf("of a new title (-want +got)\n%s", diff)
	}
	if err := os.Remove(filepath.Join(s.dir, "third.md")); err != nil {
		t.Fatal(err)
	}
	third := s.bundle(t)
	if diff := cmp.Diff([]string{of(second, "third")}, cards(changed(t, second, third, now))); diff != "" {
		t.Errorf("of an article that is gone (-want +got)\n%s", diff)
	}
	replace("site.yaml", "title: Field Notes", "title: Feld Notes").make(t, s)
	if got := cards(changed(t, third, s.bundle(t), now)); len(got) < 4 {
		t.Errorf("of a new name of the site: %q", got)
	}
}

// A header that all responses carry is of all of them.
func TestChangedHeader(t *testing.T) {
	s := newSite(t)
	before := s.bundle(t)
	give(t, before, now, "/articles/third", "/ads.txt")
	replace("site.yaml", "www.youtube-nocookie.com", "player.example").make(t, s)
	if diff := cmp.Diff([]string{"/ads.txt", "/articles/third"}, changed(t, before, s.bundle(t), now)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Whoever stops waiting has a list that is cut short.
func TestChangedEnds(t *testing.T) {
	s := newSite(t)
	before := s.bundle(t)
	give(t, before, now, "/articles/third")
	replace("third.md", "Third text", "3rd text").make(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if list := slices.Collect(render.Changed(ctx, before, s.bundle(t), now)); list != nil {
		t.Errorf("%q", list)
	}
}

// A fingerprint stands for all answers: where one is another, it is another.
func TestFingerprint(t *testing.T) {
	base := newSite(t).bundle(t)
	if again := newSite(t).bundle(t); base.Fingerprint() != again.Fingerprint() {
		t.Error("the same content has two fingerprints")
	}
	for _, e := range edits(t) {
		s := newSite(t)
		e.make(t, s)
		if b := s.bundle(t); b.Fingerprint() == base.Fingerprint() && len(changedAll(t, base, b)) > 0 {
			t.Errorf("%s: %q change, and the fingerprint does not", e.name, changedAll(t, base, b))
		}
	}
}

// changedAll is what changed when everything was given out.
func changedAll(t testing.TB, before, after *render.Bundle) []string {
	t.Helper()
	give(t, before, now, before.Paths()...)
	return changed(t, before, after, now)
}
