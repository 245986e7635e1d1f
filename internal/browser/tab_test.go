package browser

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/page
var pageScripts embed.FS

// tab is a tab in a profile of its own, with what went on in it.
type tab struct {
	testing.TB
	ctx  context.Context
	site *served

	mu       sync.Mutex
	requests []string // addresses asked for
	trouble  []string // console errors, policy violations, failed requests
}

// patience is how long a test may wait for anything.
const patience = 90 * time.Second

// open opens a tab on the site.
func (s suite) open(t testing.TB, site *served) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(s.browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	tab := &tab{TB: t, ctx: ctx, site: site}
	if err := chromedp.Listen(ctx, tab.note); err != nil {
		t.Fatal(err)
	}
	limited, stop := context.WithTimeout(ctx, patience)
	t.Cleanup(stop)
	tab.ctx = limited
	return tab
}

// note writes down what a reader would not see but a developer should.
func (t *tab) note(event any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		t.requests = append(t.requests, e.Request.URL)
	case *network.EventLoadingFailed:
		if !e.Canceled {
			t.trouble = append(t.trouble, fmt.Sprintf("request failed: %s %s", e.Type, e.ErrorText))
		}
	case *runtime.EventExceptionThrown:
		t.trouble = append(t.trouble, "exception: "+e.ExceptionDetails.Text+" "+e.ExceptionDetails.URL)
	case *runtime.EventConsoleAPICalled:
		var said []string
		for _, a := range e.Args {
			said = append(said, string(a.Value)+a.Description)
		}
		t.trouble = append(t.trouble, fmt.Sprintf("console.%s: %s", e.Type, strings.Join(said, " ")))
	case *log.EventEntryAdded:
		t.trouble = append(t.trouble, fmt.Sprintf("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL))
	}
}

// taken returns what went on since the last call, and forgets it.
func (t *tab) taken() (requests, trouble []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	requests, trouble = t.requests, t.trouble
	t.requests, t.trouble = nil, nil
	return requests, trouble
}

// do runs actions and ends the test when one fails.
func (t *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(t.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// call sends a command to the tab.
func call[P, R any](t *tab, command cdp.Command[P, R], params P) R {
	t.Helper()
	result, err := chromedp.Call(t.ctx, command, params)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// visit loads a page as somebody sees it who was on the site before: in its type face,
// which a browser on a busy machine may do without the first time.
func (t *tab) visit(p page) {
	t.Helper()
	for range 3 {
		t.load(p)
		if eval[bool](t, `[...document.fonts].every(f => f.family !== '"Source Serif"') || (() => {
			const probe = document.body.appendChild(document.createElement("span"));
			const width = family => { probe.style.fontFamily = family; return probe.getBoundingClientRect().width; };
			probe.textContent = "immediately";
			const stands = width('"Source Serif", monospace') !== width("monospace");
			probe.remove();
			return stands;
		})()`) {
			return
		}
	}
	t.Fatalf("%s does not come in its type face", p.path)
}

// load loads a page, checks its status and waits until no type face is on its way.
func (t *tab) load(p page) {
	t.Helper()
	response, err := chromedp.Run(t.ctx, chromedp.NavigateResponse(t.site.origin+p.path))
	if err != nil {
		t.Fatalf("%s: %v", p.path, err)
	}
	if response.Status != p.status {
		t.Fatalf("%s: status %d, want %d", p.path, response.Status, p.status)
	}
	eval[bool](t, `document.fonts.ready.then(() => true)`)
}

// size sets the size of the window; nothing else changes.
func (t *tab) size(width, height int64) {
	t.Helper()
	call(t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
}

// scheme sets which colours the system asks for.
func (t *tab) scheme(scheme string) {
	t.Helper()
	call(t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	if !eval[bool](t, `matchMedia("(prefers-color-scheme: `+scheme+`)").matches`) {
		t.Fatalf("the browser does not say %s", scheme)
	}
}

// style adds a style sheet through the debugger, where the policy of the page
// does not forbid it.
func (t *tab) style(text string) {
	t.Helper()
	frame := call(t, cdppage.GetFrameTree, cdp.Empty{}).FrameTree.Frame.ID
	sheet := call(t, css.CreateStyleSheet, css.CreateStyleSheetParams{FrameID: frame, Force: new(true)})
	call(t, css.SetStyleSheetText, css.SetStyleSheetTextParams{StyleSheetID: sheet.StyleSheetID, Text: text})
}

// before has a script run in every document before its own.
func (t *tab) before(source string) {
	t.Helper()
	call(t, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: source})
}

// eval evaluates an expression in the page, and waits when it is a promise.
func eval[T any](t *tab, expression string) T {
	t.Helper()
	v, err := chromedp.Run(t.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.200s: %v", expression, err)
	}
	return v
}

// ask calls the function in testdata/page/NAME.js. Those in common.js are at
// its hand.
func ask[T any](t *tab, name string, arguments ...any) T {
	t.Helper()
	var call strings.Builder
	call.WriteString("(() => {" + script(t, "common") + "\nreturn (" + script(t, name) + ")(")
	for _, a := range arguments {
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		call.WriteString(string(text) + ",")
	}
	call.WriteString(")})()")
	return eval[T](t, call.String())
}

func script(t testing.TB, name string) string {
	t.Helper()
	text, err := pageScripts.ReadFile("testdata/page/" + name + ".js")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(strings.TrimSpace(string(text)), ";")
}
