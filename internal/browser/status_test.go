package browser

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"byline/internal/admin"
	"byline/internal/finding"
	"byline/internal/publish"
)

// desk is a publisher whose status a test sets. To publish makes all well.
type desk struct {
	status   publish.Status
	recorder *admin.Recorder
}

func (d *desk) Status() publish.Status { return d.status }

func (d *desk) set(s publish.Status) { d.status = s; d.recorder.Looked(s) }

func (d *desk) PublishNow(context.Context) (publish.Status, error) {
	d.set(wellStatus("made-by-the-button"))
	return d.status, nil
}

func (d *desk) Rollback(context.Context, string) (publish.Status, error) {
	return d.status, errors.New("not here")
}

func wellStatus(revision string) publish.Status {
	return publish.Status{Revision: revision, Live: revision, Since: time.Now(), Looked: time.Now(), Articles: 25, Took: publish.Took{Fetch: 12e6, Build: 60e6, Swap: 4e5}}
}

// states are what the status page can say, with names as long as they come.
func states() map[string]publish.Status {
	long := strings.Repeat("a-very-long-folder-name/", 6) + "index.md"
	found := finding.List{
		{Rule: finding.MistypedKey, File: "cookies.md", Line: 5, Col: 1, Message: `unknown key "auther"`, Suggestion: `did you mean "author"?`},
		{Rule: finding.BrokenLink, File: long, Line: 31, Col: 14, Message: "the link " + strings.Repeat("x", 120) + " leads nowhere"},
	}
	partly, held, fault := wellStatus("4b825dc"), wellStatus("4b825dc"), wellStatus("4b825dc")
	partly.HeldBack, partly.Findings, partly.Commit = []string{"cookies.md", long}, found, "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
	held.Held, held.Findings, held.Revision = fmt.Errorf("%w: site.yaml has errors", publish.ErrHeld), found, "deadbee"
	fault.Fault = errors.New("git fetch: " + strings.Repeat("https://git.example.org/a/path/", 5) + " could not be read")
	return map[string]publish.Status{"empty": {}, "live": wellStatus("4b825dc"), "partly": partly, "held": held, "fault": fault}
}

// statusPage: the page of the private listener keeps what the others do, in
// every state that it can be in, and its button works without a script.
func statusPage(t *testing.T, s suite) {
	d := &desk{recorder: admin.NewRecorder(admin.RecorderOptions{Version: "test", DeliveryKinds: []string{"url"}, DeliveryResults: []string{"retrying"}})}
	handler, err := admin.New(admin.Options{Publisher: d, Recorder: d.recorder, Log: slog.New(slog.DiscardHandler), Site: func() string { return "https://www.example.org/articles" }})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(handler)
	t.Cleanup(web.Close)
	tab := s.open(t, &served{origin: web.URL})
	p := page{"status", "/status", 200}
	see := func(name string) {
		tab.size(1280, 800)
		tab.visit(p)
		quiet(tab, p)
		contrast(tab, p)
		eval[any](tab, axe+";true")
		for _, width := range []int64{320, 360, 768, 1280} {
			tab.size(width, 800)
			wantNoOverflow(tab, p, name, width)
			for _, text := range ask[[]string](tab, "small", leastSize) {
				t.Errorf("%s at %d px: text under %d px: %s", name, width, leastSize, text)
			}
			for _, v := range ask[struct{ Violations []string }](tab, "axe").Violations {
				t.Errorf("%s at %d px: %s", name, width, v)
			}
		}
	}
	see("nothing yet")
	for name, status := range states() {
		if name != "empty" {
			d.set(status)
			d.recorder.Delivered(admin.Delivery{At: time.Now(), Kind: "url", To: "https://hooks.example.org", About: status.Live, Says: name, Result: "retrying", Detail: "answered 503"})
			see(name)
		}
	}
	press(tab)
}

// press uses the button, and waits for the page that it leads to.
func press(t *tab) {
	t.Helper()
	eval[any](t, `document.querySelector("form button").click()`)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if eval[bool](t, `document.body !== null && document.body.innerText.includes("made-by-the-button") && location.pathname === "/status"`) {
			return
		}
	}
	t.Errorf("the button leads to %s", eval[string](t, `location.href + " " + document.body.innerText`))
}
