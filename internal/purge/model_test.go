package purge_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"byline/internal/publish"
	"byline/internal/purge"
	"byline/internal/server"
	"byline/internal/source"
	"byline/internal/store"
	"byline/internal/testkit"
)

// model is a cache as this package thinks of one: it keeps an answer for as long
// as CDN-Cache-Control says, by its own clock from when the answer has arrived,
// shows it a while longer, and drops what has a key. Now and then it does not
// answer, or does what it was told and does not say so.
type model struct {
	random *rand.Rand

	mu     sync.Mutex
	copies map[string]copyOf
	hits   int
}

type copyOf struct {
	etag, keys string
	until      time.Time
}

var times = regexp.MustCompile(`^max-age=(\d+)(?:, stale-while-revalidate=(\d+))?$`)

func (m *model) chance(n int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.random.IntN(n) == 0
}

// wait is how long something is on its way: less than the five seconds that a
// Worker takes it to be.
func (m *model) wait(limit time.Duration) {
	m.mu.Lock()
	d := time.Duration(m.random.Int64N(int64(limit)))
	m.mu.Unlock()
	time.Sleep(d)
}

// Name implements purge.Purger.
func (m *model) Name() string { return "model" }

// Purge implements purge.Purger.
func (m *model) Purge(_ context.Context, keys []string) error {
	m.wait(time.Second)
	if m.chance(4) {
		return errors.New("it does not answer")
	}
	m.mu.Lock()
	maps.DeleteFunc(m.copies, func(_ string, c copyOf) bool {
		return slices.ContainsFunc(strings.Fields(c.keys), func(key string) bool { return slices.Contains(keys, key) })
	})
	m.mu.Unlock()
	if m.chance(4) {
		return errors.New("the connection breaks before it has answered")
	}
	return nil
}

// get answers a reader: out of what is kept, else by asking a replica.
func (m *model) get(from http.Handler, path string) {
	m.mu.Lock()
	kept, ok := m.copies[path]
	if ok && time.Now().Before(kept.until) {
		m.hits++
		m.mu.Unlock()
		return
	}
	m.mu.Unlock()
	w := httptest.NewRecorder()
	from.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	m.wait(4 * time.Second)
	control := times.FindStringSubmatch(w.Header().Get("CDN-Cache-Control"))
	if w.Code != http.StatusOK || control == nil {
		return
	}
	keep := 0
	for _, n := range control[1:] {
		seconds, _ := strconv.Atoi(n) // "" is 0
		keep += seconds
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.copies[path] = copyOf{w.Header().Get("ETag"), w.Header().Get("Surrogate-Key"), time.Now().Add(time.Duration(keep) * time.Second)}
}

// replica is one of several servers of one content folder.
type replica struct {
	dir       string
	cache     *model
	kept      *store.Store
	publisher *publish.Publisher
	handler   http.Handler
	worker    *purge.Worker
	stop      func()
}

func (r *replica) start(t *testing.T) {
	r.worker = purge.New(purge.Options{Caches: []purge.Purger{r.cache}, Keep: 10 * time.Minute, Store: r.kept, Log: quiet()})
	var err error
	r.publisher, err = publish.New(publish.Options{Source: source.NewDirectory(r.dir), Program: "test", Log: quiet(), Swapped: r.worker.Swapped})
	if err != nil {
		t.Fatal(err)
	}
	r.handler = server.New(server.Options{Bundles: r.publisher, Log: quiet(), SharedFor: r.worker.KeepFor})
	r.stop = runs(t, r.worker)
	r.publish(t)
}

func (r *replica) publish(t *testing.T) {
	if err := r.publisher.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestModel is the guarantee as the package comment states it, under random
// edits, readers, faults and restarts of two replicas before one cache: whenever
// both have the newest revision live, nothing is on its way and all is confirmed,
// the cache has nothing but what they would answer now.
func TestModel(t *testing.T) {
	hits, checks, runs := 0, 0, uint64(4)
	if os.Getenv("BYLINE_LONG") != "" {
		runs = 20
	}
	for seed := range runs {
		synctest.Test(t, func(t *testing.T) {
			h, c := runModel(t, seed)
			hits, checks = hits+h, checks+c
		})
	}
	t.Logf("%d answers out of the cache, %d copies checked", hits, checks)
	if hits < 300 || checks < 250 {
		t.Errorf("only %d answers came out of the cache, only %d copies were checked", hits, checks)
	}
}

func runModel(t *testing.T, seed uint64) (hits, checks int) {
	random := rand.New(rand.NewPCG(seed, 9))
	cache := &model{random: rand.New(rand.NewPCG(seed, 10)), copies: map[string]copyOf{}}
	dir := newSite(t, purge.New(purge.Options{Log: quiet()})).dir
	var replicas []*replica
	for range 2 {
		kept, err := store.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		r := &replica{dir: dir, cache: cache, kept: kept}
		r.start(t)
		replicas = append(replicas, r)
	}
	paths := []string{"/articles", "/ads.txt", "/articles/authors/ada", "/articles/authors/grace", "/articles/tags/poems", "/articles/tags/engines"}
	for n := range 12 {
		paths = append(paths, fmt.Sprintf("/articles/note-%02d", n))
	}
	var readers sync.WaitGroup
	for step := range 300 {
		switch n := random.IntN(100); {
		case n < 60:
			from := replicas[random.IntN(2)].handler
			for range 4 {
				path := paths[random.IntN(len(paths))]
				readers.Go(func() { cache.get(from, path) })
			}
		case n < 66:
			change(t, dir, random, step)
			replicas[random.IntN(2)].publish(t)
		case n < 76:
			replicas[random.IntN(2)].publish(t)
		case n < 79:
			readers.Wait() // a server answers what it has taken before it ends
			r := replicas[random.IntN(2)]
			r.stop()
			r.start(t)
		case n < 81:
			time.Sleep(time.Duration(random.Int64N(int64(15 * time.Minute))))
		default:
			time.Sleep(time.Duration(random.Int64N(int64(3 * time.Second))))
		}
		if step%10 == 9 {
			checks += checkModel(t, cache, replicas, &readers)
		}
	}
	for _, r := range replicas {
		r.stop()
	}
	return cache.hits, checks
}

// change edits a file of the folder.
func change(t *testing.T, dir string, random *rand.Rand, step int) {
	n := random.IntN(12)
	name, topic := fmt.Sprintf("note-%02d.md", n), []string{"gardens", "engines", "poems"}[random.IntN(3)]
	switch random.IntN(5) {
	case 0:
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	case 1:
		testkit.Write(t, dir, "root/ads.txt", fmt.Sprint("edit ", random.IntN(3)))
	case 2:
		testkit.Write(t, dir, name, text(fmt.Sprintf("Note %d", n), "ada", topic)) // as it was before, perhaps
	case 3:
		testkit.Write(t, dir, name, text(fmt.Sprintf("Note %d, edit %d", n, step), "grace", topic))
	default:
		testkit.Write(t, dir, name, text(fmt.Sprintf("Note %d", n), "ada", topic)+fmt.Sprint("More, in edit ", step, ".\n"))
	}
}

// checkModel has both replicas catch up, and looks at every copy in the cache.
func checkModel(t *testing.T, cache *model, replicas []*replica, readers *sync.WaitGroup) (checks int) {
	for _, r := range replicas {
		r.publish(t)
	}
	readers.Wait()
	for range 1000 {
		if replicas[0].worker.Settled() && replicas[1].worker.Settled() {
			break
		}
		time.Sleep(time.Second)
	}
	cache.mu.Lock()
	defer cache.mu.Unlock()
	for path, kept := range cache.copies {
		if !time.Now().Before(kept.until) {
			continue
		}
		w := httptest.NewRecorder()
		replicas[0].handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if etag := w.Header().Get("ETag"); w.Code != http.StatusOK || etag != kept.etag {
			t.Errorf("at %v the cache has %s as %s for %v more; it is %d %s", time.Now().Format(time.TimeOnly), path, kept.etag, time.Until(kept.until), w.Code, etag)
		}
		checks++
	}
	return checks
}
