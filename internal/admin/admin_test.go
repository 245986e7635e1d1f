package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/finding"
	"byline/internal/publish"
	"byline/internal/testkit/webtest"
)

var (
	typo = finding.Finding{Rule: finding.MistypedKey, File: "cookies.md", Line: 5, Col: 1, Message: `unknown key "auther"`, Suggestion: `did you mean "author"?`}
	lost = finding.Finding{Rule: finding.BrokenLink, File: "a.md", Line: 31, Col: 14, Message: `the link "<b>" leads nowhere`}
)

// press is a Publisher whose answers a test sets.
type press struct {
	status   publish.Status
	err      error
	asked    []string // "publish", or the revision to roll back to
	recorder *Recorder
}

func (p *press) Status() publish.Status { return p.status }

func (p *press) PublishNow(ctx context.Context) (publish.Status, error) {
	return p.Rollback(ctx, "publish")
}

func (p *press) Rollback(_ context.Context, revision string) (publish.Status, error) {
	p.asked = append(p.asked, revision)
	return p.status, p.err
}

// look has the press and its recorder know of a status.
func (p *press) look(s publish.Status) {
	p.status = s
	p.recorder.Looked(s)
}

var noon = time.Date(2026, 5, 13, 12, 0, 0, 0, time.UTC)

// well is a revision that went live at noon, and is looked at later.
func well(revision string, after time.Duration) publish.Status {
	return publish.Status{
		Revision: revision, Live: revision, Commit: strings.Repeat("ab", 20), Since: noon, Looked: noon.Add(after), Articles: 25,
		Took: publish.Took{Fetch: 12 * time.Millisecond, History: 2 * time.Millisecond, Build: 60 * time.Millisecond, Check: 8 * time.Millisecond, Swap: 4 * time.Millisecond},
	}
}

func newPress(t testing.TB) (*press, string) {
	t.Helper()
	p := &press{recorder: NewRecorder(RecorderOptions{
		Version: "1.2.3", RequestKinds: []string{"page", "asset"}, DeliveryKinds: []string{"status", "url"}, DeliveryResults: []string{"delivered", "retrying"},
		Modified: func() time.Time { return noon },
	})}
	handler, err := New(Options{Publisher: p, Recorder: p.recorder, Log: slog.New(slog.DiscardHandler), Site: func() string { return "https://example.org/articles" }})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(handler)
	t.Cleanup(listener.Close)
	return p, listener.Listener.Addr().String()
}

// TestScripts runs testdata/*.txt on a listener whose site has one article held
// back, and checks what reached the publisher.
func TestScripts(t *testing.T) {
	p, addr := newPress(t)
	s := well("4b825dc", 0)
	s.HeldBack, s.Findings = []string{"cookies.md"}, finding.List{lost, typo}
	p.look(s)
	n := webtest.Run(t, addr, "testdata/*.txt", map[string]string{"addr": addr})
	t.Logf("%d requests", n)
	want := []string{"publish", "publish", "publish", "deadbee", "deadbee", "publish", "publish"}
	if diff := cmp.Diff(want, p.asked); diff != "" {
		t.Errorf("the publisher was asked for (-want +got)\n%s", diff)
	}
}

// get asks the listener, and wants 200.
func get(t *testing.T, addr, target string, header ...[2]string) string {
	t.Helper()
	r, err := webtest.Do(addr, "GET", target, header...)
	if err != nil || r.Status != 200 {
		t.Fatalf("%s: %v %v", target, r, err)
	}
	return string(r.Body)
}

// The answer to an order is 200 exactly when the revision is live, and says why
// it is not.
func TestOutcomes(t *testing.T) {
	heldStatus, faulty := well("a", 0), well("a", 0)
	heldStatus.Revision, heldStatus.Findings, heldStatus.Held = "b", finding.List{typo}, publish.ErrHeld
	faulty.Fault = errors.New("no route")
	for _, c := range []struct {
		name, path string
		status     publish.Status
		err        error
		code       int
		result     string
		findings   int
	}{
		{"live", "/publish", well("a", 0), nil, 200, Live, 0},
		{"held", "/publish", heldStatus, publish.ErrHeld, 409, Held, 1},
		{"fault", "/publish", faulty, faulty.Fault, 502, Fault, 0},
		{"failed", "/publish", well("a", 0), errors.New("render: a template fails"), 500, Failed, 0},
		{"too slow", "/publish", well("a", 0), context.DeadlineExceeded, 202, Publishing, 0},
		{"back", "/rollback", well("a", 0), nil, 200, Live, 0},
		{"unknown", "/rollback", well("a", 0), fmt.Errorf("%w: b", publish.ErrUnknownRevision), 404, Unknown, 0},
		{"git fails", "/rollback", well("a", 0), errors.New("git: the disk is full"), 500, Failed, 0},
		{"back, but held", "/rollback", heldStatus, publish.ErrHeld, 409, Held, 1},
		{"back, but no source", "/rollback", faulty, faulty.Fault, 502, Fault, 0},
	} {
		p, addr := newPress(t)
		p.status, p.err = c.status, c.err
		r, err := webtest.Send(addr, "POST", c.path, `{"revision":"b"}`, [2]string{"Content-Type", "application/json"})
		if err != nil {
			t.Fatal(err)
		}
		var got Answer
		if err := json.Unmarshal(r.Body, &got); err != nil || r.Status != c.code {
			t.Errorf("%s: %d %v, want %d, in %s", c.name, r.Status, err, c.code, r.Body)
		}
		if got.Result != c.result || got.Live != "a" || len(got.Findings) != c.findings || (got.Why != "") != (c.err != nil) || got.Articles != 25 {
			t.Errorf("%s: %+v", c.name, got)
		}
		if c.findings > 0 && got.Findings[0] != typo {
			t.Errorf("%s: the finding comes back as %v", c.name, got.Findings[0])
		}
	}
}

// The ring keeps what changed: looks that are alike are one line, that nothing
// is new is said only where something was wrong, and it does not grow.
func TestOutcomesAreKept(t *testing.T) {
	r := NewRecorder(RecorderOptions{})
	say := func(s publish.Status) { r.Looked(s) }
	heldStatus, faulty := well("a", time.Minute), well("a", 2*time.Minute)
	heldStatus.Held, faulty.Fault = publish.ErrHeld, errors.New("no route")
	say(well("a", 0))
	say(well("a", time.Second))
	say(heldStatus)
	say(heldStatus)
	say(heldStatus)
	say(faulty)
	say(well("a", 3*time.Minute))
	say(well("a", 4*time.Minute))
	next := well("b", 5*time.Minute)
	next.Since = next.Looked
	say(next)
	var got []string
	for _, o := range r.outcomes {
		got = append(got, strings.TrimSpace(strings.Join([]string{o.Result, o.Revision, strings.Repeat("x", o.Times), o.Why}, " ")))
	}
	want := []string{"published a x", "held a xxx the revision is held back", "fault a x no route", "unchanged a x", "published b x"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	fetched := well("c", 6*time.Minute) // and no more could be fetched
	fetched.Since, fetched.Fault = fetched.Looked, errors.New("no route")
	say(fetched)
	if last := r.outcomes[len(r.outcomes)-1]; last.Result != published || last.Revision != "c" || !r.success.Equal(next.Looked) {
		t.Errorf("what was fetched before is live: %+v, the last success %v", last, r.success)
	}
	for n := range 3 * kept {
		s := well("c", time.Hour)
		s.Since = noon.Add(time.Duration(n) * time.Hour)
		say(s)
	}
	if len(r.outcomes) != kept {
		t.Errorf("%d outcomes are kept", len(r.outcomes))
	}
}

// The tries of one delivery are one line; the ring does not grow.
func TestDeliveriesAreKept(t *testing.T) {
	p, addr := newPress(t)
	try := func(about, result string, tries int) {
		p.recorder.Delivered(Delivery{At: noon, Kind: "status", To: "api.example.org/o/r", About: about, Says: "live", Result: result, Tries: tries})
	}
	try("one", "retrying", 1)
	try("two", "delivered", 1)
	try("one", "retrying", 2)
	try("one", "delivered", 3)
	var report Report
	if err := json.Unmarshal([]byte(get(t, addr, "/status.json")), &report); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range report.Deliveries {
		got = append(got, d.About+" "+d.Result)
	}
	if diff := cmp.Diff([]string{"one delivered", "two delivered"}, got); diff != "" {
		t.Errorf("newest first (-want +got)\n%s", diff)
	}
	for range 3 * kept {
		try("many", "delivered", 1)
	}
	if len(p.recorder.deliveries) != kept {
		t.Errorf("%d deliveries are kept", len(p.recorder.deliveries))
	}
}

// Every state of publishing has its words on the page, and empty lists, too.
func TestStatusWords(t *testing.T) {
	heldStatus, faulty, partly := well("a", 0), well("a", 0), well("a", 0)
	heldStatus.Revision, heldStatus.Held = "b", publish.ErrHeld
	faulty.Fault = errors.New("git fetch: no route")
	partly.HeldBack, partly.Findings = []string{"cookies.md"}, finding.List{lost, typo}
	for _, c := range []struct {
		name   string
		status publish.Status
		want   []string
	}{
		{"empty", publish.Status{}, []string{"Nothing is live yet", "Nothing has been published yet.", "There is nothing to mend.", "No article is held back.", "Nobody was told"}},
		{"live", well("a", 0), []string{"as of <time datetime=", "<h1>Live</h1>", "Revision a went live", "There is nothing to mend.", "<td>60.0 ms</td>", ">86.0 ms<", "25 articles, 0 errors, 0 warnings", "abababababab"}},
		{"held", heldStatus, []string{"The newest revision is held back", "Revision b is not live.", "Revision a went live", "the revision is held back"}},
		{"fault", faulty, []string{"The source cannot be read", "git fetch: no route", "Revision a went live"}},
		{"partly", partly, []string{"Live, but for 1 article", "<code>cookies.md</code>", "<code>cookies.md:5:1</code>", "mistyped-key", "did you mean", "&lt;b&gt;", "1 error, 1 warning"}},
	} {
		p, addr := newPress(t)
		if c.name == "empty" {
			p.status = c.status
		} else {
			p.look(c.status)
		}
		page := get(t, addr, "/status")
		for _, want := range c.want {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %q", c.name, want)
			}
		}
		if strings.Contains(page, "<script") || strings.Contains(page, "style=") {
			t.Errorf("%s: a script or an inline style", c.name)
		}
	}
}

// Errors come first on the page, and a long list ends with where the rest is.
func TestManyFindings(t *testing.T) {
	p, addr := newPress(t)
	s := well("a", 0)
	for range shownFindings + 50 {
		s.Findings = append(s.Findings, lost)
	}
	s.Findings = append(s.Findings, typo)
	p.look(s)
	page := get(t, addr, "/status")
	if n := strings.Count(page, `class="warning"`); n != shownFindings-1 {
		t.Errorf("%d warnings are shown, want %d", n, shownFindings-1)
	}
	if first := strings.Index(page, "cookies.md:5:1"); first < 0 || first > strings.Index(page, "a.md:31:14") || !strings.Contains(page, "51 more are not shown.") {
		t.Error("the error is not first, or the rest is not told of")
	}
	var report Report
	if err := json.Unmarshal([]byte(get(t, addr, "/status.json")), &report); err != nil || len(report.Findings) != len(s.Findings) {
		t.Errorf("the JSON has %d findings of %d: %v", len(report.Findings), len(s.Findings), err)
	}
}

// The style sheets that the page names are there.
func TestAssets(t *testing.T) {
	p, addr := newPress(t)
	p.look(well("a", 0))
	page := get(t, addr, "/status")
	sheets := 0
	for part := range strings.SplitSeq(page, `href="/static/`) {
		if name, _, ok := strings.Cut(part, `"`); ok && !strings.HasPrefix(part, "<!") {
			sheets++
			if len(get(t, addr, "/static/"+name)) == 0 {
				t.Errorf("%s is empty", name)
			}
		}
	}
	if sheets != 3 {
		t.Errorf("the page names %d assets, want two sheets and an icon", sheets)
	}
}

// A trace and a heap profile can be had, in the form that go tool pprof reads.
func TestProfiles(t *testing.T) {
	_, addr := newPress(t)
	if body := get(t, addr, "/debug/pprof/heap"); !strings.HasPrefix(body, "\x1f\x8b") {
		t.Error("the heap profile is not compressed protobuf")
	}
	if body := get(t, addr, "/debug/pprof/goroutine?debug=1"); !strings.Contains(body, "goroutine profile: total") {
		t.Errorf("goroutines: %.80s", body)
	}
	if r, err := webtest.Do(addr, "GET", "/debug/pprof/cmdline"); err != nil || r.Status != 404 {
		t.Errorf("the command line, which can hold a password: %v %v", r, err)
	}
}
