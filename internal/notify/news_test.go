package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shelf keeps in memory.
type shelf struct {
	mu   sync.Mutex
	kept map[string][]byte
}

// Get implements Keeper.
func (s *shelf) Get(key string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.kept[key]
	return data, ok
}

// Put implements Keeper.
func (s *shelf) Put(key string, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[key] = slices.Clone(data)
	return nil
}

// world is a search engine and a hub without a network; it writes down what it is
// told and when.
type world struct {
	mu      sync.Mutex
	start   time.Time
	heard   []string
	answers func(n int, r *http.Request) (*http.Response, error) // to the n-th request, from 0
}

// RoundTrip implements http.RoundTripper.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var what string
	switch r.Header.Get("Content-Type") {
	case "application/json; charset=utf-8":
		var s submission
		if err := json.Unmarshal(body, &s); err != nil {
			return nil, err
		}
		what = fmt.Sprintf("%s key %s at %s: %s", s.Host, s.Key, s.KeyLocation, strings.Join(s.URLs, " "))
		if len(s.URLs) > 5 {
			what = fmt.Sprintf("%d addresses from %s to %s", len(s.URLs), s.URLs[0], s.URLs[len(s.URLs)-1])
		}
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		what = fmt.Sprint(form["hub.mode"], form["hub.url"])
	}
	w.mu.Lock()
	n := len(w.heard)
	w.heard = append(w.heard, fmt.Sprintf("%v %s %s: %s", time.Since(w.start), r.Method, r.URL, what))
	w.mu.Unlock()
	return w.answers(n, r)
}

// office announces inside a bubble.
type office struct {
	*Notifier
	world *world
	log   bytes.Buffer
	seen  []Delivery
	stop  func()
}

func newOffice(t *testing.T, keep Keeper, answers func(n int, r *http.Request) (*http.Response, error)) *office {
	t.Helper()
	o := &office{world: &world{start: time.Now(), answers: answers}}
	o.Notifier = newNotifier(t, Options{
		News: &NewsOptions{IndexNow: "https://engine.example/indexnow", Keep: keep},
		Log:  slog.New(slog.NewTextHandler(&o.log, nil)), Observe: func(d Delivery) { o.seen = append(o.seen, d) },
	})
	o.client.Transport = o.world
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { o.Run(ctx); close(ended) }()
	o.stop = sync.OnceFunc(func() { cancel(); <-ended })
	t.Cleanup(o.stop)
	return o
}

// publish announces pages, as "path text path text", and lets what follows happen.
func (o *office) publish(pagesAndTexts ...string) {
	o.Announce(edition(pagesAndTexts...))
	synctest.Wait()
}

func edition(pagesAndTexts ...string) *News {
	n := &News{Origin: "https://www.site.net", Revision: "r", Pages: map[string]string{}, Feeds: map[string]string{}, IndexNow: "0123456789abcdef"}
	for i := 0; i+1 < len(pagesAndTexts); i += 2 {
		n.Pages[n.Origin+pagesAndTexts[i]] = pagesAndTexts[i+1]
	}
	return n
}

func (o *office) expect(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	o.world.mu.Lock()
	defer o.world.mu.Unlock()
	if diff := cmp.Diff(want, o.world.heard); diff != "" {
		t.Errorf("heard (-want +got)\n%s", diff)
	}
	o.world.heard = nil
}

func ok(int, *http.Request) (*http.Response, error) { return says(202, "") }

// The first edition is told to nobody; then what is new, edited, moved (both
// addresses) and gone, and nothing when nothing is.
func TestNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, nil, ok)
		o.publish("/a", "one", "/b", "two", "/c", "three")
		o.expect(t)
		o.publish("/a", "one", "/b", "two", "/c", "three")
		o.expect(t)
		o.publish("/a", "edited", "/moved", "two", "/new", "four")
		o.expect(t, "0s POST https://engine.example/indexnow: www.site.net key 0123456789abcdef at https://www.site.net/0123456789abcdef.txt: "+
			"https://www.site.net/a https://www.site.net/b https://www.site.net/c https://www.site.net/moved https://www.site.net/new")
		o.publish("/a", "edited", "/moved", "two", "/new", "four")
		o.expect(t)
		if len(o.seen) != 1 || o.seen[0].Result != Delivered || o.seen[0].Kind != "indexnow" || o.seen[0].To != "engine.example" || !strings.HasPrefix(o.seen[0].Says, "5 addresses: https://www.site.net/a ") {
			t.Errorf("seen: %+v", o.seen)
		}
	})
}

// While an engine asks for time (429), fails (500) or does not answer, editions
// come and go: then it is told once of all that is otherwise, and of nothing that
// was taken back.
func TestNewsWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, nil, func(n int, r *http.Request) (*http.Response, error) {
			switch n {
			case 0:
				return says(429, "", "Retry-After", "120")
			case 1:
				return says(500, "")
			case 2:
				<-r.Context().Done() // it hangs
				return nil, r.Context().Err()
			}
			return says(200, "")
		})
		o.publish("/a", "one", "/b", "two")
		o.publish("/a", "edited", "/b", "two")
		o.publish("/a", "edited", "/b", "two", "/typo", "x")
		o.publish("/a", "edited", "/b", "away", "/new", "four")
		o.publish("/a", "edited", "/b", "two", "/new", "four")
		time.Sleep(time.Hour)
		head := " POST https://engine.example/indexnow: www.site.net key 0123456789abcdef at https://www.site.net/0123456789abcdef.txt: https://www.site.net/a"
		// The newest edition begins anew: 1 s after the second try, then 4 s after the
		// third, which took 10 s to be given up.
		o.expect(t, "0s"+head, "2m0s"+head+" https://www.site.net/new", "2m1s"+head+" https://www.site.net/new", "2m15s"+head+" https://www.site.net/new")
		o.publish("/a", "edited", "/b", "two", "/new", "four")
		o.expect(t)
	})
}

// What is refused is not tried again, and said once with what to do; it is told
// with the next news, so that nothing is lost.
func TestNewsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status := 403
		o := newOffice(t, nil, func(int, *http.Request) (*http.Response, error) { return says(status, "no such key") })
		o.publish("/a", "one")
		o.publish("/a", "two")
		time.Sleep(time.Hour)
		o.publish("/a", "two", "/b", "x")
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := strings.Count(o.log.String(), "could not tell of changes"); n != 1 || !strings.Contains(o.log.String(), "does not find the key") {
			t.Errorf("%d lines in the log:\n%s", n, &o.log)
		}
		status = 200
		o.publish("/a", "two", "/b", "y")
		head := " POST https://engine.example/indexnow: www.site.net key 0123456789abcdef at https://www.site.net/0123456789abcdef.txt: https://www.site.net/a"
		o.expect(t, "0s"+head, "1h0m0s"+head+" https://www.site.net/b", "2h0m0s"+head+" https://www.site.net/b")
	})
}

// An engine that is away for long is tried for about a day, an hour apart at most.
func TestNewsBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, nil, func(int, *http.Request) (*http.Response, error) { return says(503, "") })
		o.publish("/a", "one")
		o.publish("/a", "two")
		time.Sleep(100 * time.Hour)
		synctest.Wait()
		o.world.mu.Lock()
		defer o.world.mu.Unlock()
		last := o.world.heard[len(o.world.heard)-1]
		if len(o.world.heard) != newsTries || !strings.HasPrefix(last, "23h22m45s ") {
			t.Errorf("%d tries, the last %s", len(o.world.heard), last)
		}
		if o.seen[newsTries-1].Result != GivenUp {
			t.Errorf("%+v", o.seen[newsTries-1])
		}
	})
}

// After a restart it goes on where it was; a site that went elsewhere, another form
// of what is kept, and a server that kept nothing begin anew and flood nobody.
func TestNewsAfterRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keep := &shelf{kept: map[string][]byte{}}
		first := newOffice(t, keep, func(int, *http.Request) (*http.Response, error) { return says(503, "") })
		first.publish("/a", "one", "/b", "two")
		first.publish("/a", "edited", "/b", "two")
		first.stop()
		second := newOffice(t, keep, ok)
		second.publish("/a", "edited", "/b", "meanwhile")
		second.expect(t, "0s POST https://engine.example/indexnow: www.site.net key 0123456789abcdef at https://www.site.net/0123456789abcdef.txt: https://www.site.net/a https://www.site.net/b")
		second.stop()
		moved := edition("/a", "one")
		moved.Origin = "https://www.elsewhere.net"
		for what, begin := range map[string]func() (*shelf, *News){
			"elsewhere": func() (*shelf, *News) { return keep, moved },
			"another form": func() (*shelf, *News) {
				return &shelf{kept: map[string][]byte{"announced-indexnow": []byte(`{"Form":0}`)}}, edition("/a", "x")
			},
			"nothing kept": func() (*shelf, *News) { return &shelf{kept: map[string][]byte{}}, edition("/a", "x") },
		} {
			kept, news := begin()
			o := newOffice(t, &shelf{kept: maps.Clone(kept.kept)}, ok)
			o.Announce(news)
			synctest.Wait()
			if len(o.world.heard) > 0 {
				t.Errorf("%s: %v", what, o.world.heard)
			}
			o.stop()
		}
	})
}

// A site that goes elsewhere while it is served begins anew there, and so does one
// that has a key for the first time.
func TestNewsBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, nil, ok)
		keyless := edition("/a", "one")
		keyless.IndexNow = ""
		o.Announce(keyless)
		synctest.Wait()
		o.publish("/a", "two")
		o.expect(t)
		for _, text := range []string{"three", "four"} {
			moved := edition("/a", text)
			moved.Origin, moved.Pages = "https://www.elsewhere.net", map[string]string{"https://www.elsewhere.net/a": text}
			o.Announce(moved)
			synctest.Wait()
		}
		o.expect(t, "0s POST https://engine.example/indexnow: www.elsewhere.net key 0123456789abcdef at https://www.elsewhere.net/0123456789abcdef.txt: https://www.elsewhere.net/a")
	})
}

// The first edition is where the telling begins, also when the next one is there
// before it was looked at.
func TestNewsBeginsWithTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, nil, ok)
		o.Announce(edition("/a", "one"))
		o.Announce(edition("/a", "two"))
		o.expect(t, "0s POST https://engine.example/indexnow: www.site.net key 0123456789abcdef at https://www.site.net/0123456789abcdef.txt: https://www.site.net/a")
	})
}

// What is gone back to is news to nobody: what waits is taken back, and told when
// there is an edition again.
func TestNewsTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, nil, func(n int, _ *http.Request) (*http.Response, error) {
			if n == 0 {
				return says(503, "")
			}
			return says(200, "")
		})
		o.publish("/a", "one")
		o.publish("/a", "two")
		o.Announce(nil)
		time.Sleep(time.Hour)
		head := " POST https://engine.example/indexnow: www.site.net key 0123456789abcdef at https://www.site.net/0123456789abcdef.txt: https://www.site.net/a"
		o.expect(t, "0s"+head)
		o.publish("/a", "three")
		o.expect(t, "1h0m0s"+head)
	})
}

// Ten thousand addresses are one message; those beyond follow in the next.
func TestNewsOfMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var pages []string
		for n := range 20_001 {
			pages = append(pages, fmt.Sprintf("/a%05d", n), "x")
		}
		o := newOffice(t, nil, ok)
		o.publish()
		o.publish(pages...)
		o.expect(t,
			"0s POST https://engine.example/indexnow: 10000 addresses from https://www.site.net/a00000 to https://www.site.net/a09999",
			"0s POST https://engine.example/indexnow: 10000 addresses from https://www.site.net/a10000 to https://www.site.net/a19999",
			"0s POST https://engine.example/indexnow: www.site.net key 0123456789abcdef at https://www.site.net/0123456789abcdef.txt: https://www.site.net/a20000",
		)
	})
}

// The hub is told of each feed that holds something else; of one that is no more
// there is nothing to tell.
func TestNewsForTheHub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, nil, func(int, *http.Request) (*http.Response, error) { return says(204, "") })
		feeds := func(pathsAndTexts ...string) *News {
			n := edition(pathsAndTexts...)
			n.Pages, n.Feeds = map[string]string{}, n.Pages
			n.IndexNow, n.Hub = "", "https://hub.example/"
			return n
		}
		o.Announce(feeds("/feed.xml", "1", "/tags/go/atom.xml", "1", "/tags/old/atom.xml", "1"))
		synctest.Wait()
		o.Announce(feeds("/feed.xml", "2", "/tags/go/atom.xml", "1", "/tags/new/atom.xml", "1"))
		o.expect(t,
			"0s POST https://hub.example/: [publish] [https://www.site.net/feed.xml]",
			"0s POST https://hub.example/: [publish] [https://www.site.net/tags/new/atom.xml]",
		)
		if d := o.seen[0]; d.Kind != "websub" || d.To != "hub.example" {
			t.Errorf("%+v", d)
		}
		other := feeds("/feed.xml", "3")
		other.Hub = "ftp://hub.example/"
		o.Announce(other)
		o.expect(t)
	})
}

// News is never dropped, however many outcomes wait.
func TestNewsIsNotDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, err := NewForge(ForgeOptions{Repository: "git@github.com:o/r.git", Token: "secret-token"})
		if err != nil {
			t.Fatal(err)
		}
		n := newNotifier(t, Options{Forge: f, News: &NewsOptions{IndexNow: IndexNowURL}, Log: quiet()})
		n.Announce(edition("/a", "one")) // nobody runs yet
		for i := range 2 * maxQueue {
			o := fine()
			o.Commit = fmt.Sprintf("%040d", i)
			n.Tell(o)
		}
		news := 0
		for _, p := range n.queue {
			if p.target.news != nil {
				news++
			}
		}
		if news != 2 || len(n.queue) != maxQueue {
			t.Errorf("%d wait, %d of them news", len(n.queue), news)
		}
	})
}

// TestPublic: who may be told of a site is decided by its address.
func TestPublic(t *testing.T) {
	for origin, want := range map[string]bool{
		"https://www.ironhack.com": true, "https://blog.co.uk": true, "https://xn--caf-dma.fr": true, "https://a.b.c.dev": true, "https://site.net:443": true, "https://example.org.uk": true, "https://notlocalhost.net": true,
		"http://www.ironhack.com": false, "https://site.net:8443": false, "https://localhost": false, "https://app.localhost": false, "https://printer.local": false,
		"https://a.test": false, "https://a.internal": false, "https://a.example": false, "https://example.org": false, "https://www.example.com": false, "https://example.net.": false,
		"https://10.0.0.1": false, "https://203.0.113.7": false, "https://[2001:db8::1]": false, "https://intranet": false, "https://nas.home.arpa": false, "https://box.LAN": false,
		"": false, "ftp://site.net": false, "https://": false, "site.net": false, "https://a.invalid": false, "https://x.onion": false,
	} {
		if got := Public(origin); got != want {
			t.Errorf("%s: %t", origin, got)
		}
	}
}
