package history

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"byline/internal/source"
)

// commitID is the id of the nth commit of a test.
func commitID(n int) string {
	sum := sha1.Sum(fmt.Append(nil, n))
	return hex.EncodeToString(sum[:])
}

// TestLine: a commit is found by the beginning of its id, at its newest place; what
// a clock says that stands still or goes back never makes a state newer.
func TestLine(t *testing.T) {
	var l line
	ids := []string{"aaaa000" + strings.Repeat("1", 33), "aaaa000" + strings.Repeat("2", 33), "bbbb000" + strings.Repeat("3", 33), "aaaa000" + strings.Repeat("1", 33)}
	for i, minute := range []int{10, 30, 20, 40} {
		for range 2 { // what is added to a commit later is of that one
			if err := l.add(ids[i], time.Unix(int64(60*minute), 0)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for prefix, want := range map[string][2]int{
		ids[0]: {3, 1}, "aaaa0001": {3, 1}, "aaaa000": {3, 2}, "aaaa0002": {1, 1}, "bbbb000": {2, 1}, "cccc000": {-1, 0}, "zzzz000": {-1, 0}, ids[2] + "00": {-1, 0},
	} {
		if place, matches := l.find(prefix); place != want[0] || matches != want[1] {
			t.Errorf("%s: at %d, one of %d; want %v", prefix, place, matches, want)
		}
	}
	for minute, want := range map[int]int{5: -1, 10: 0, 25: 0, 30: 2, 39: 2, 45: 3} {
		if got := l.before(time.Unix(int64(60*minute), 0)); got != want {
			t.Errorf("before minute %d: %d, want %d", minute, got, want)
		}
	}
	if got := l.since(1); got.Unix() != 20*60 {
		t.Errorf("the second was made at %v at the latest", got)
	}
	again, err := unpackLine(l.ids, l.packTimes())
	if err != nil || fmt.Sprint(again) != fmt.Sprint(l) {
		t.Errorf("packed and unpacked: %v, %v", again, err)
	}
	if err := l.add("main", time.Time{}); err == nil {
		t.Error("a name is added as a commit")
	}
	for name, broken := range map[string][2][]byte{"an id without a time": {l.ids, nil}, "half an id": {l.ids[:30], l.packTimes()}, "half a time": {l.ids, {0x80}}} {
		if _, err := unpackLine(broken[0], broken[1]); err == nil {
			t.Errorf("%s is no fault", name)
		}
	}
}

// TestLongHistory: what is kept of a commit is small, so that a hundred thousand
// of them are no burden: of one that touches no article hardly more than its id.
func TestLongHistory(t *testing.T) {
	const commits = 100_000
	steps := make([]source.Step, commits)
	for n := range steps {
		steps[n] = source.Step{Commit: commitID(n), Time: time.Unix(int64(1_600_000_000+n*60), 0)}
		if n%10 == 0 {
			steps[n].Changes = []source.Change{{Kind: source.Modified, Path: fmt.Sprintf("a%d.md", n%1000), Blob: commitID(-n)}}
		}
	}
	text := func(n string) string { return "---\ntitle: T\ndate: 2020-01-01\n---\n\nText " + n + ".\n" }
	state, err := New().Advance(t.Context(), steps[commits-1].Commit, steps, Reader{
		Blob: func(_ context.Context, id string) ([]byte, error) { return []byte(text(id)), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := state.Encode()
	if err != nil {
		t.Fatal(err)
	}
	facts := state.Facts()
	if m, matches := facts.Commit(commitID(50_000), time.Unix(1_700_000_000, 0)); matches != 1 || facts.Name(m) != commitID(50_000) {
		t.Errorf("the 50,000th is one of %d: %s", matches, facts.Name(m))
	}
	edits := commits / 10
	if perCommit := (len(data) - 250*edits) / commits; perCommit > 40 {
		t.Errorf("%d bytes are kept, %d of each commit beside the edits", len(data), perCommit)
	}
	t.Logf("%d bytes for %d commits with %d edits", len(data), commits, edits)
}
