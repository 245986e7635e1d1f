package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/testkit/webtest"
)

// theSecret is that of GitHub's published example, which the scripts hold.
const theSecret = "It's a Secret to Everybody"

// forge is what a test knows of a webhook: how often it woke the publisher, and
// what that answers.
type forge struct {
	http.Handler
	wakes   int
	answers func(chan<- Outcome)
}

func newForge(o Outcome) *forge {
	f := &forge{answers: func(done chan<- Outcome) { done <- o }}
	f.Handler = New(Options{Bundles: stage{empty}, Log: quiet(), Webhook: Webhook{Secret: theSecret, Branch: "main", Wake: func() <-chan Outcome {
		f.wakes++
		done := make(chan Outcome, 1)
		go f.answers(done)
		return done
	}}})
	return f
}

// push sends what GitLab would.
func (f *forge) push(token, ref string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", webhookPath, strings.NewReader(`{"ref":"`+ref+`"}`))
	r.Header.Set(gitlabToken, token)
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

var live = Outcome{Revision: "c0ffee", Live: "c0ffee", Published: true, Articles: 3, Took: 84 * time.Millisecond}

// TestWebhook runs testdata/webhook/*.txt: what a forge may send, and what it
// hears.
func TestWebhook(t *testing.T) {
	f := newForge(live)
	listener := httptest.NewServer(f)
	defer listener.Close()
	n := webtest.Run(t, listener.Listener.Addr().String(), "testdata/webhook/*.txt", map[string]string{"secret": theSecret})
	if f.wakes != 7 {
		t.Errorf("the publisher was woken %d times in %d requests, want 7: pushes to other branches too, pings and wrong signatures not", f.wakes, n)
	}
}

// An editor's typo is no failure of the hook; a source that cannot be read is.
func TestWebhookOutcomes(t *testing.T) {
	many := make([]string, 25)
	for _, c := range []struct {
		name    string
		outcome Outcome
		status  int
		want    map[string]any
	}{
		{"held", Outcome{Revision: "b", Live: "a", Held: "site.yaml has errors", Errors: 1, Findings: []string{"site.yaml:1:1: error"}}, 200,
			map[string]any{"revision": "b", "live": "a", "held": "site.yaml has errors", "errors": 1.0, "findings": []any{"site.yaml:1:1: error"}}},
		{"an article held back", Outcome{Revision: "b", Live: "b", HeldBack: []string{"a.md"}, Errors: 1}, 200,
			map[string]any{"live": "b", "held_back": []any{"a.md"}, "held": nil}},
		{"many findings", Outcome{Live: "b", Warnings: 25, Findings: many}, 200, map[string]any{"warnings": 25.0, "findings": 20.0}},
		{"fault", Outcome{Live: "a", Fault: errors.New("git fetch: no route")}, 502, map[string]any{"error": "git fetch: no route", "live": "a"}},
	} {
		w := newForge(c.outcome).push(theSecret, "refs/heads/main")
		var got map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != c.status {
			t.Errorf("%s: %d %v in %s", c.name, w.Code, err, w.Body)
		}
		if found, ok := got["findings"].([]any); ok && len(found) > 1 {
			got["findings"] = float64(len(found))
		}
		for key, want := range c.want {
			if diff := cmp.Diff(want, got[key]); diff != "" {
				t.Errorf("%s: %s (-want +got)\n%s", c.name, key, diff)
			}
		}
	}
}

// A forge that would give up hears in time that it takes longer. The publish
// goes on.
func TestWebhookDoesNotKeepAForgeWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newForge(live)
		var published atomic.Bool
		f.answers = func(done chan<- Outcome) {
			time.Sleep(time.Minute)
			published.Store(true)
			done <- live
		}
		start := time.Now()
		w := f.push(theSecret, "refs/heads/main")
		if w.Code != 202 || !strings.Contains(w.Body.String(), `"status":"still publishing"`) || time.Since(start) != patience {
			t.Errorf("%d %s after %v", w.Code, w.Body, time.Since(start))
		}
		if published.Load() {
			t.Error("the publish was over before the answer")
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if !published.Load() {
			t.Error("the publish ended with the request")
		}
	})
}

// A hundred pushes at once are all answered. Wrong signatures are cut off, and
// only they, though they come from the address of the forge; a minute later
// its next mistake is heard again.
func TestWebhookFloods(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newForge(live)
		count := map[int]int{}
		for range 100 {
			count[f.push(theSecret, "refs/heads/main").Code]++
			count[f.push("wrong", "refs/heads/main").Code]++
		}
		if diff := cmp.Diff(map[int]int{200: 100, 401: wrongSignatures, 429: 100 - wrongSignatures}, count); diff != "" {
			t.Errorf("answers to 100 right and 100 wrong signatures (-want +got)\n%s", diff)
		}
		w := f.push("wrong", "refs/heads/main")
		if w.Header().Get("Retry-After") != "60" || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("429 with %v", w.Header())
		}
		time.Sleep(2 * time.Minute)
		if w := f.push("wrong", "refs/heads/main"); w.Code != 401 {
			t.Errorf("%d two minutes after the flood", w.Code)
		}
	})
}

// A body over the limit is refused, however it is signed.
func TestWebhookBodyLimit(t *testing.T) {
	f := newForge(live)
	if w := f.push(theSecret, strings.Repeat("a", MaxBody)); w.Code != http.StatusRequestEntityTooLarge || f.wakes != 0 {
		t.Errorf("%d, %d wakes", w.Code, f.wakes)
	}
}
