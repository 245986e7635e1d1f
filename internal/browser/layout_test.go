package browser

import (
	"fmt"
	"slices"
	"testing"
)

// The text spacing that a reader may set (WCAG 2.2, 1.4.12), and text twice as large.
const (
	spacious = `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }`
	twice    = `html { font-size: 200% !important }`
)

// noSidewaysScroll: no kind of page scrolls sideways at 320 px, nor on wider
// screens, with wider spacing and with text twice as large.
func noSidewaysScroll(t *testing.T, s suite) {
	for _, way := range []struct{ name, style, sure string }{
		{"spaced", spacious, `parseFloat(getComputedStyle(document.querySelector("h1")).letterSpacing) > 2`},
		{"text at 200 %", twice, `getComputedStyle(document.documentElement).fontSize === "32px"`},
	} {
		tab := s.open(t, s.site)
		for _, p := range kinds() {
			tab.visit(p)
			tab.style(way.style)
			for _, width := range []int64{320, 640, 1280} {
				tab.size(width, 800)
				if !eval[bool](tab, way.sure) {
					t.Fatalf("%s: the style sheet does not apply", way.name)
				}
				wantNoOverflow(tab, p, way.name, width)
			}
		}
	}
}

type box struct{ Left, Right, Top, Bottom float64 }

type font struct{ Size, Line float64 }

type numbers struct {
	Body, Title, Deck   font
	Text, Column, Aside box
	Rows                []float64
	Follows             bool
	Order               []string
}

// measure: the numbers of the design, as a browser makes them.
func measure(t *testing.T, s suite) {
	tab := s.open(t, s.site)
	tab.size(1280, 800)
	tab.visit(kinds()[0])
	lines := ask[[][]int](tab, "lines", 6)
	average, longest := perLine(lines)
	t.Logf("1280 px: %.1f characters a line on average, %d at most, line by line: %v", average, longest, lines)
	check(t, "characters a line at 1280 px", average, 66, 71)
	check(t, "characters of the longest line at 1280 px", float64(longest), 66, 80)

	tab.size(360, 800)
	lines = ask[[][]int](tab, "lines", 6)
	average, longest = perLine(lines)
	t.Logf("360 px: %.1f characters a line on average, %d at most", average, longest)
	check(t, "characters a line at 360 px", average, 32, 80)

	orders := map[string]bool{}
	for _, width := range []int64{320, 360, 768, 1023, 1024, 1280, 1440} {
		tab.size(width, 800)
		n := ask[numbers](tab, "numbers")
		t.Logf("%d px: body %.2f px/%.2f, h1 %.1f px/%.2f, deck %.2f px, text %.0f px wide", width,
			n.Body.Size, n.Body.Line, n.Title.Size, n.Title.Line, n.Deck.Size, n.Text.Right-n.Text.Left)
		checkNumbers(t, width, n)
		orders[fmt.Sprint(n.Order)] = true
	}
	if len(orders) != 1 {
		t.Errorf("the order of the document depends on the width: %v", orders)
	}
}

func checkNumbers(t *testing.T, width int64, n numbers) {
	t.Helper()
	at := fmt.Sprintf(" at %d px", width)
	check(t, "body size"+at, n.Body.Size, 18, 20)
	check(t, "body line height"+at, n.Body.Line, 1.6, 1.6)
	check(t, "h1 size"+at, n.Title.Size, 32, 48)
	check(t, "h1 line height"+at, n.Title.Line, 1.12, 1.12)
	check(t, "deck size"+at, n.Deck.Size, 20, 22)
	check(t, "lowest aside row"+at, slices.Min(n.Rows), 44, 200)
	beside := n.Aside.Left >= n.Column.Right && n.Aside.Top < n.Column.Bottom
	below := n.Aside.Top >= n.Column.Bottom
	if want := width >= 1024; beside != want || below == want {
		t.Errorf("aside%s: beside the text %v, below it %v, want beside from 1024 px up and below under that", at, beside, below)
	}
	if beside {
		check(t, "aside width"+at, n.Aside.Right-n.Aside.Left, 272, 272)
	}
	if !n.Follows {
		t.Errorf("aside%s: stands before the text in the document", at)
	}
}

// check wants a number between two others, give or take what browsers round.
func check(t *testing.T, what string, got, least, most float64) {
	t.Helper()
	if got < least-0.01 || got > most+0.01 {
		t.Errorf("%s: %.2f, want %g to %g", what, got, least, most)
	}
}

// perLine is the average number of characters of a full line (the last of a
// paragraph ends where the text does), and the number of the longest.
func perLine(paragraphs [][]int) (average float64, longest int) {
	sum, count := 0, 0
	for _, lines := range paragraphs {
		longest = max(longest, slices.Max(lines))
		for _, n := range lines[:len(lines)-1] {
			sum, count = sum+n, count+1
		}
	}
	return float64(sum) / float64(max(count, 1)), longest
}
