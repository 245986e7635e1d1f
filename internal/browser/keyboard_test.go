package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// stop is where the focus is.
type stop struct {
	Index             int
	Name              string
	Visible, Covered  bool
	Outline, Contrast float64
}

// tab presses Tab and tells where the focus went.
func (t *tab) tab() stop {
	t.Helper()
	t.do(chromedp.KeyEvent(kb.Tab))
	return ask[stop](t, "stop")
}

// keyboard: the skip link comes first, shows itself and leads to the content;
// Tab goes through everything in the order of the document, out at the end, and
// each stop can be seen.
func keyboard(t *testing.T, s suite) {
	for _, width := range []int64{360, 1280} {
		tab := s.open(t, s.site)
		tab.size(width, 800)
		tab.visit(kinds()[0])
		skipLink(tab)
		tab.visit(kinds()[0])
		walk(tab)
	}
}

func skipLink(t *tab) {
	t.Helper()
	if eval[bool](t, `document.querySelector(".skip").getBoundingClientRect().bottom > 0`) {
		t.Error("the skip link shows before it has the focus")
	}
	first := t.tab()
	if !eval[bool](t, `document.activeElement.matches("a.skip[href='#page_content']")`) {
		t.Fatalf("the first stop of Tab is %s, want the skip link", first.Name)
	}
	if !first.Visible || first.Covered {
		t.Errorf("the skip link does not show when it has the focus: %+v", first)
	}
	t.do(chromedp.KeyEvent(kb.Enter))
	if at := eval[string](t, `document.activeElement.id`); at != "page_content" {
		t.Errorf("the skip link leads to %q, want the content", at)
	}
	if next := t.tab(); !eval[bool](t, `document.activeElement.closest("main") !== null`) {
		t.Errorf("the stop after the skip link is %s, want one in <main>", next.Name)
	}
}

func walk(t *tab) {
	t.Helper()
	stops := ask[[]string](t, "stops")
	if len(stops) < 20 {
		t.Fatalf("only %d stops on the page", len(stops))
	}
	for i, want := range stops {
		at := t.tab()
		if at.Index != i {
			t.Fatalf("stop %d of Tab is %s, want %s", i+1, at.Name, want)
		}
		if !at.Visible || at.Covered {
			t.Errorf("stop %d, %s: in view %v, covered %v", i+1, at.Name, at.Visible, at.Covered)
		}
		if at.Outline < 3 || at.Contrast < 3 {
			t.Errorf("stop %d, %s: focus ring of %g px at %.1f:1, want 3 px at 3:1", i+1, at.Name, at.Outline, at.Contrast)
		}
	}
	if after := t.tab(); after.Index > 0 {
		t.Errorf("after the last stop Tab goes back to %s", after.Name)
	}
	t.Logf("%d stops", len(stops))
}
