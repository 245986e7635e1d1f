package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// wire is a network without one: it answers at once, or fails, and writes down
// what was sent and when. Inside a bubble it costs no time.
type wire struct {
	mu      sync.Mutex
	start   time.Time
	sent    []string                                             // "1s POST host/path: summary"
	answers func(n int, r *http.Request) (*http.Response, error) // to the n-th request, from 0
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var what struct{ Description, Summary string }
	if err := json.Unmarshal(body, &what); err != nil {
		return nil, err
	}
	w.mu.Lock()
	n := len(w.sent)
	w.sent = append(w.sent, fmt.Sprintf("%v %s: %s", time.Since(w.start), r.URL.Host, what.Description+what.Summary))
	w.mu.Unlock()
	return w.answers(n, r)
}

func (w *wire) list() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.sent)
}

// says is an answer with a status, and header fields in pairs.
func says(status int, body string, header ...string) (*http.Response, error) {
	r := &http.Response{StatusCode: status, Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r, nil
}

// setup is a notifier whose worker runs inside a bubble.
type setup struct {
	*Notifier
	wire *wire
	log  bytes.Buffer
	seen []Delivery
	stop func()
}

const hookURL = "https://hooks.example.org/secret-path?key=secret-query"

func newSetup(t *testing.T, answers func(n int, r *http.Request) (*http.Response, error), change ...func(*Options)) *setup {
	t.Helper()
	s := &setup{wire: &wire{start: time.Now(), answers: answers}}
	f, err := NewForge(ForgeOptions{Repository: "git@github.com:o/r.git", Token: "secret-token"})
	if err != nil {
		t.Fatal(err)
	}
	options := Options{Forge: f, Log: slog.New(slog.NewTextHandler(&s.log, nil)), Observe: func(d Delivery) { s.seen = append(s.seen, d) }}
	for _, c := range change {
		c(&options)
	}
	s.Notifier = newNotifier(t, options)
	s.client.Transport = s.wire
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { s.Run(ctx); close(ended) }()
	s.stop = func() { cancel(); <-ended }
	return s
}

func (s *setup) expect(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	if diff := cmp.Diff(want, s.wire.list()); diff != "" {
		t.Errorf("sent (-want +got)\n%s", diff)
	}
}

func well(int, *http.Request) (*http.Response, error) { return says(201, "{}") }

// An outcome is told once, however often the source is looked at; another one of
// the same commit is told, too.
func TestToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSetup(t, well)
		defer s.stop()
		again := fine()
		again.Published, again.Took = false, time.Second
		worse := again
		worse.HeldBack = []string{"a.md"}
		for _, o := range []Outcome{fine(), again, again, worse, worse, again} {
			s.Tell(o)
			synctest.Wait()
		}
		s.expect(t,
			"0s api.github.com: live in 84 ms: 2 warnings",
			"0s api.github.com: 1 article held back: a.md:31:14 the link \"sesions.md\" leads nowhere (and 1 more)",
			"0s api.github.com: live: 2 warnings",
		)
		if len(s.seen) != 3 || s.seen[0].Result != Delivered || s.seen[0].Tries != 1 || s.seen[0].To != "api.github.com/o/r" || s.seen[0].About != sha {
			t.Errorf("seen: %+v", s.seen)
		}
	})
}

// Of a commit that comes back the forge knows; whoever listens at the URL hears
// of every turn, also that the source can be read again.
func TestToldOfTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSetup(t, well, func(o *Options) { o.URL = hookURL })
		defer s.stop()
		first, second, unread := fine(), fine(), fine()
		second.Commit, second.Revision, second.Live = strings.Repeat("b", 40), "bbbbbbb", "bbbbbbb"
		unread.Fault = errors.New("no route")
		for _, o := range []Outcome{first, second, second, first, unread, unread, first} {
			s.Tell(o)
			synctest.Wait()
		}
		heard := map[string]int{}
		for _, sent := range s.wire.list() {
			heard[strings.Fields(sent)[1]]++
		}
		if diff := cmp.Diff(map[string]int{"api.github.com:": 2, "hooks.example.org:": 5}, heard); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		for n := range 2 * maxTopics {
			o := fine()
			o.Commit = fmt.Sprintf("%040d", n)
			s.Tell(o)
			synctest.Wait()
		}
		if n := len(s.told[0]); n > maxTopics {
			t.Errorf("%d topics are remembered", n)
		}
	})
}

// What fails for a while is tried again later and later, then given up with one
// line in the log.
func TestBackoff(t *testing.T) {
	for name, answers := range map[string]func(int, *http.Request) (*http.Response, error){
		"no network": func(int, *http.Request) (*http.Response, error) { return nil, errors.New("no route") },
		"503":        func(int, *http.Request) (*http.Response, error) { return says(503, "") },
		"429":        func(int, *http.Request) (*http.Response, error) { return says(429, "") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSetup(t, answers)
				defer s.stop()
				s.Tell(fine())
				time.Sleep(time.Hour)
				var want []string
				for _, at := range []string{"0s", "1s", "5s", "21s", "1m25s", "5m41s"} {
					want = append(want, at+" api.github.com: live in 84 ms: 2 warnings")
				}
				s.expect(t, want...)
				if last := s.seen[len(s.seen)-1]; len(s.seen) != maxTries || last.Result != GivenUp || last.Tries != maxTries || s.seen[0].Result != Retrying {
					t.Errorf("seen: %+v", s.seen)
				}
				if n := strings.Count(s.log.String(), "\n"); n != 1 {
					t.Errorf("%d lines in the log:\n%s", n, &s.log)
				}
			})
		})
	}
}

// It goes well as soon as the other side does; Retry-After is honoured, in
// seconds and as a date.
func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSetup(t, func(n int, _ *http.Request) (*http.Response, error) {
			switch n {
			case 0:
				return says(429, "", "Retry-After", "30")
			case 1:
				return says(503, "", "Retry-After", time.Now().Add(2*time.Minute).UTC().Format(http.TimeFormat))
			case 2:
				return says(403, "", "Retry-After", "7")
			}
			return says(201, "")
		})
		defer s.stop()
		s.Tell(fine())
		time.Sleep(time.Hour)
		s.expect(t,
			"0s api.github.com: live in 84 ms: 2 warnings", "30s api.github.com: live in 84 ms: 2 warnings",
			"2m30s api.github.com: live in 84 ms: 2 warnings", "2m46s api.github.com: live in 84 ms: 2 warnings",
		)
	})
}

// What will not go better is given up at once: a bad token, a redirect, an
// unknown commit. GitLab's refusal to set the state that is set is none.
func TestGivenUpAtOnce(t *testing.T) {
	for _, c := range []struct {
		status       int
		body, result string
		detail       string
	}{
		{401, `{"message": "Bad credentials"}`, GivenUp, "Bad credentials"},
		{301, "", GivenUp, "redirects are not followed"},
		{404, "", GivenUp, "404 Not Found"},
		{422, `{"message":"No commit found for SHA"}`, GivenUp, "No commit found"},
		{400, `{"message":"Cannot transition status via :run from :success"}`, GivenUp, "Cannot transition"},
		{200, "", Delivered, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newSetup(t, func(int, *http.Request) (*http.Response, error) {
				return says(c.status, c.body, "Location", "https://evil.example/")
			})
			defer s.stop()
			s.Tell(fine())
			time.Sleep(time.Hour)
			s.expect(t, "0s api.github.com: live in 84 ms: 2 warnings")
			if len(s.seen) != 1 || s.seen[0].Result != c.result || !strings.Contains(s.seen[0].Detail, c.detail) {
				t.Errorf("%d: %+v", c.status, s.seen)
			}
		})
	}
	gitlab, _ := kindOf("gitlab")
	refusal, _ := says(400, "")
	if f := judge(refusal, `{"message":"Cannot transition status via :run from :success"}`, &target{accepts: gitlab.accepts}); f != nil {
		t.Errorf("GitLab has the state already: %v", f)
	}
}

// While one cannot be reached another is told; and of what waits for a commit
// only the newest outcome is sent.
func TestNewestOutcomeWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSetup(t, func(n int, r *http.Request) (*http.Response, error) {
			if r.URL.Host == "api.github.com" && n == 0 {
				return says(503, "", "Retry-After", "60")
			}
			return says(200, "")
		}, func(o *Options) { o.URL = hookURL })
		defer s.stop()
		s.Tell(fine())
		synctest.Wait()
		worse, mended := fine(), fine()
		worse.Held, mended.Findings = errHeld, nil
		s.Tell(worse)
		synctest.Wait()
		s.Tell(mended)
		time.Sleep(time.Hour)
		s.expect(t,
			"0s api.github.com: live in 84 ms: 2 warnings",
			"0s hooks.example.org: live in 84 ms: 2 warnings",
			"0s hooks.example.org: held: a.md:31:14 the link \"sesions.md\" leads nowhere (and 1 more)",
			"0s hooks.example.org: live in 84 ms",
			"1m0s api.github.com: live in 84 ms",
		)
	})
}

// A failed try does not come back over an outcome that came meanwhile.
func TestNewestOutcomeWinsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s *setup
		mended := fine()
		mended.Findings = nil
		s = newSetup(t, func(n int, _ *http.Request) (*http.Response, error) {
			if n == 0 {
				s.Tell(mended)
				return says(503, "")
			}
			return says(200, "")
		})
		defer s.stop()
		s.Tell(fine())
		time.Sleep(time.Hour)
		s.expect(t, "0s api.github.com: live in 84 ms: 2 warnings", "1s api.github.com: live in 84 ms")
	})
}

// Tell does not wait, though nothing gets through; the oldest is dropped, and
// that is told of.
func TestQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		s := newSetup(t, func(int, *http.Request) (*http.Response, error) { <-stuck; return says(200, "") })
		for n := range maxQueue + 11 {
			o := fine()
			o.Commit = fmt.Sprintf("%040d", n)
			s.Tell(o)
			synctest.Wait() // the first is under way
		}
		dropped := 0
		for _, d := range s.seen {
			if d.Result == Dropped {
				dropped++
			}
		}
		if len(s.queue) != maxQueue || dropped != 10 || s.seen[0].About != fmt.Sprintf("%040d", 1) {
			t.Errorf("%d wait, %d dropped, first %+v", len(s.queue), dropped, s.seen[0])
		}
		close(stuck)
		s.stop()
		if n := len(s.wire.list()); n != maxQueue+1 {
			t.Errorf("%d sent, want the first and all %d that waited", n, maxQueue)
		}
	})
}

// A server that goes down tries once more what waits, and no longer than the
// farewell takes.
func TestFarewell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSetup(t, func(n int, r *http.Request) (*http.Response, error) {
			if n == 0 {
				return says(503, "")
			}
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		s.Tell(fine())
		synctest.Wait()
		before := time.Now()
		s.stop()
		if took := time.Since(before); took != farewell {
			t.Errorf("going down took %v, want %v", took, farewell)
		}
		if n := len(s.wire.list()); n != 2 {
			t.Errorf("%d requests, want one more", n)
		}
	})
}

// Whatever happens, nothing secret is in the log or in what is shown.
func TestSecrets(t *testing.T) {
	for _, answers := range []func(int, *http.Request) (*http.Response, error){
		func(_ int, r *http.Request) (*http.Response, error) { return nil, errors.New("no route") },
		func(int, *http.Request) (*http.Response, error) { return says(404, "no such hook") },
		func(int, *http.Request) (*http.Response, error) {
			return says(302, "", "Location", "https://x/?secret")
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newSetup(t, answers, func(o *Options) { o.URL = hookURL })
			s.Tell(fine())
			time.Sleep(time.Hour)
			s.stop()
			if shown := s.log.String() + fmt.Sprintf("%+v", s.seen); strings.Contains(shown, "secret") || !strings.Contains(shown, "hooks.example.org") {
				t.Errorf("shown:\n%s", shown)
			}
		})
	}
	for _, address := range []string{"http://u:secret@hooks.example.org/", "hooks.example.org/secret", "ftp://h/secret", "https:///secret", "https://h/%zzsecret"} {
		if _, err := New(Options{URL: address, Log: quiet()}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// The JSON message holds the outcome whole.
func TestHookBody(t *testing.T) {
	h, err := newHook(hookURL)
	if err != nil {
		t.Fatal(err)
	}
	o := fine()
	o.Findings = o.Findings[:1]
	m, ok := h.compose(o)
	var got any
	if err := json.Unmarshal(m.body, &got); err != nil || !ok {
		t.Fatal(err)
	}
	want := map[string]any{
		"revision": "4b825dc", "commit": sha, "live": "4b825dc", "url": "https://example.org/articles", "good": true, "summary": "live in 84 ms: 1 warning",
		"published": true, "articles": 25.0, "held_back": []any{}, "errors": 0.0, "warnings": 1.0, "took_ms": 84.0,
		"findings": []any{map[string]any{"file": "a.md", "line": 31.0, "column": 14.0, "severity": "warning", "rule": "broken-link", "message": link.Message}},
	}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	o.Fault = errors.New("no route")
	if m, ok := h.compose(o); !ok || !strings.Contains(string(m.body), `"fault":"no route"`) || !strings.Contains(string(m.body), `"good":false`) {
		t.Errorf("a fault: %s", m.body)
	}
}
