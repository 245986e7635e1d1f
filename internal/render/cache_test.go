package render_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"byline/internal/render"
)

// crawl asks for everything in every encoding, and returns what it was given.
func crawl(t testing.TB, b *render.Bundle, after func()) map[string][sha256.Size]byte {
	t.Helper()
	all := map[string][sha256.Size]byte{}
	for _, path := range b.Paths() {
		r := b.Find(path, "", "")
		for _, coding := range codings(r) {
			all[path+" "+coding.String()] = sha256.Sum256(body(t, r, coding))
			after()
		}
	}
	return all
}

// Whatever the budget, it is kept to at every moment, and the answers are the same.
func TestCacheKeepsItsBudget(t *testing.T) {
	s, options := large(t, 25)
	var want map[string][sha256.Size]byte
	for _, budget := range []int64{64 << 20, 200_000, 20_000, 0} {
		options.Cache = render.NewCache(budget)
		b := newBundle(t, s, options)
		within := func() {
			if held := options.Cache.Held(); held.Bytes > budget || held.Bytes < 0 {
				t.Fatalf("%d bytes are held of a budget of %d", held.Bytes, budget)
			}
		}
		for round := range 2 {
			got := crawl(t, b, within)
			if want == nil {
				want = got
			}
			if len(got) != len(want) || len(got) < 200 {
				t.Fatalf("%d answers, were %d", len(got), len(want))
			}
			for path, sum := range got {
				if sum != want[path] {
					t.Errorf("%s is another with a budget of %d, in round %d", path, budget, round)
				}
			}
		}
		held := options.Cache.Held()
		if evicts := held.Evicted > 0; evicts != (budget == 200_000 || budget == 20_000) {
			t.Errorf("with a budget of %d %d bodies were evicted", budget, held.Evicted)
		}
		if held.Entries == 0 != (budget == 0) {
			t.Errorf("with a budget of %d %d bodies are held", budget, held.Entries)
		}
		options.Cache.SetBudget(0)
		if held := options.Cache.Held(); held.Bytes != 0 || held.Entries != 0 {
			t.Errorf("without a budget: %+v", held)
		}
	}
}

// Who asks for everything, and only whether it has changed, as crawlers do, fills no
// more memory than the budget has, at every moment; and is told the same.
func TestCrawlKeepsTheBudget(t *testing.T) {
	s, options := large(t, 60)
	want := map[string]string{}
	for _, budget := range []int64{64 << 20, 60_000, 5_000, 0} {
		options.Cache = render.NewCache(budget)
		b, most := newBundle(t, s, options), 0
		for round := range 2 {
			for _, path := range b.Paths() {
				r := b.Find(path, "", "")
				told := ""
				for _, coding := range codings(r) {
					told += b.Prepare(r, coding, "").ETag + " "
				}
				r.Given(now)
				if was, known := want[path]; known && was != told {
					t.Errorf("%s: told %s with a budget of %d in round %d, and %s before", path, told, budget, round, was)
				}
				want[path] = told
				most = max(most, b.Remembered())
				if held := options.Cache.Held(); held.Bytes > budget || int64(b.Remembered()*render.ResourceSize) > held.Bytes {
					t.Fatalf("%d addresses are remembered, and %d bytes are held of a budget of %d", b.Remembered(), held.Bytes, budget)
				}
			}
		}
		if all := budget == 64<<20; all != (most == len(b.Paths())) || most == 0 != (budget == 0) {
			t.Errorf("with a budget of %d, %d of %d addresses are remembered", budget, most, len(b.Paths()))
		}
		options.Cache.SetBudget(0)
		if held := options.Cache.Held(); held.Bytes != 0 || b.Remembered() != 0 {
			t.Errorf("without a budget %d addresses are remembered: %+v", b.Remembered(), held)
		}
	}
	if len(want) < 150 {
		t.Errorf("only %d addresses", len(want))
	}
}

// A bundle that is not live any more goes, with its site, though what it remembered
// is still counted.
func TestCacheHoldsNoBundle(t *testing.T) {
	s, options := large(t, 5)
	options.Cache = render.NewCache(64 << 20)
	gone := make(chan struct{})
	func() {
		b := newBundle(t, s, options)
		crawl(t, b, func() {})
		runtime.AddCleanup(b, func(gone chan struct{}) { close(gone) }, gone)
	}()
	for range 100 {
		runtime.GC()
		select {
		case <-gone:
			options.Cache.SetBudget(0)
			if held := options.Cache.Held(); held.Bytes != 0 {
				t.Errorf("%d bytes stay", held.Bytes)
			}
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Error("the cache keeps the bundle")
}

// The next bundle makes anew what is another in it, and nothing else.
func TestCacheIsShared(t *testing.T) {
	s := newSite(t)
	cache := render.NewCache(render.DefaultBudget)
	s.options.Cache = cache
	before := s.bundle(t)
	crawl(t, before, func() {})
	first := cache.Held()
	crawl(t, s.bundle(t), func() {})
	if same := cache.Held(); same.Made != first.Made {
		t.Errorf("the same site again makes %d bodies", same.Made-first.Made)
	}
	replace("third.md", "Third text", "3rd text").make(t, s)
	after := s.bundle(t)
	crawl(t, after, func() {})
	another := uint64(0)
	for _, path := range after.Paths() {
		now, was := after.Find(path, "", ""), before.Find(path, "", "")
		if now.Location == "" && now.Compress && now.ETag(render.Identity) != was.ETag(render.Identity) {
			another += uint64(len(codings(now)))
		}
	}
	if made := cache.Held().Made - first.Made; another == 0 || made > another {
		t.Errorf("an edit makes %d bodies, and %d are others", made, another)
	}
}

// Many who crawl at once, with room for few bodies, get what one alone does; each
// body is made once at a time.
func TestCacheTogether(t *testing.T) {
	s, options := large(t, 10)
	alone := newBundle(t, s, options)
	want := crawl(t, alone, func() {})
	for _, budget := range []int64{40_000, 64 << 20} {
		options.Cache = render.NewCache(budget)
		b := newBundle(t, s, options)
		before := options.Cache.Held().Made
		paths := slices.Sorted(slices.Values(b.Paths()))
		var readers sync.WaitGroup
		for n := range 4 {
			readers.Go(func() {
				random := rand.New(rand.NewPCG(uint64(n), 1))
				for range len(paths) {
					r := b.Find(paths[random.IntN(len(paths))], "", "")
					coding := codings(r)[random.IntN(len(codings(r)))]
					content, err := r.Body(coding)
					if err != nil || sha256.Sum256(content) != want[pathOf(b, r)+" "+coding.String()] {
						t.Errorf("%s: another answer, or %v", pathOf(b, r), err)
					}
				}
			})
		}
		readers.Wait()
		held := options.Cache.Held()
		if held.Bytes > budget {
			t.Errorf("%d bytes are held of %d", held.Bytes, budget)
		}
		if made := int(held.Made - before); budget == 64<<20 && (made > len(want) || made == 0) {
			t.Errorf("%d bodies were made, and there are %d", made, len(want))
		}
	}
}

// pathOf is where a resource is, by its surrogate key: the paths of the tests need
// no escapes.
func pathOf(b *render.Bundle, r *render.Resource) string { return b.SurrogateKeys(r, "")[2] }

// What was asked for lately stays, and what nobody has asked for goes first.
func TestCacheKeepsWhatIsAskedFor(t *testing.T) {
	s, options := large(t, 200)
	options.Cache = render.NewCache(150_000)
	b := newBundle(t, s, options)
	hot := b.Find("/articles/a-0", "", "")
	first := body(t, hot, render.Brotli)
	for n := 1; n < 200; n++ {
		body(t, b.Find(fmt.Sprintf("/articles/a-%d", n), "", ""), render.Brotli)
		if again := body(t, hot, render.Brotli); &again[0] != &first[0] && n > 1 {
			t.Fatalf("what is asked for all the time was made again after %d others", n)
		} else if n == 1 {
			first = again // as it is kept
		}
	}
	if held := options.Cache.Held(); held.Evicted == 0 {
		t.Fatal("there was room for all: nothing is tested")
	}
}

// Bytes do not depend on what the encoder has compressed before.
func TestCompressIsPure(t *testing.T) {
	s, options := large(t, 40)
	used := newBundle(t, s, options)
	for n := range 40 {
		path := fmt.Sprintf("/articles/a-%d", n*7%40)
		options.Cache = nil
		fresh := newBundle(t, s, options)
		for _, coding := range []render.Encoding{render.Gzip, render.Brotli} {
			if !bytes.Equal(body(t, used.Find(path, "", ""), coding), body(t, fresh.Find(path, "", ""), coding)) {
				t.Errorf("%s in %s depends on what was compressed before", path, coding)
			}
		}
	}
}

// A hit takes no memory.
func TestHitAllocatesNothing(t *testing.T) {
	s, options := large(t, 10)
	b := newBundle(t, s, options)
	body(t, b.Find("/articles/a-1", "", ""), render.Brotli)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := b.Find("/articles/a-1", "", "").Body(render.Brotli); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%.0f allocations", n)
	}
}
