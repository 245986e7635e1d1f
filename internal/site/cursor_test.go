package site_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/site"
)

// TestParseCursor: what names a state of a site, and what does not.
func TestParseCursor(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]site.Cursor{
		"3f2a91b":                   {Revision: "3f2a91b"},
		"3F2A91B7C0DE":              {Revision: "3f2a91b7c0de"},
		"dir-0a1b2c3d4e5f":          {Revision: "dir-0a1b2c3d4e5f"},
		"20260513":                  {Revision: "20260513"}, // digits are a commit's
		"2026-05-13":                {Time: time.Date(2026, 5, 13, 0, 0, 0, 0, madrid)},
		"2026-05-13T09:30:00Z":      {Time: time.Date(2026, 5, 13, 9, 30, 0, 0, time.UTC)},
		"2026-05-13T09:30:00 02:00": {Time: time.Date(2026, 5, 13, 7, 30, 0, 0, time.UTC)}, // as a query has a plus
		"3f2a91b7c0de0011.1778664600.0a1b2c3d:1111aaaa/articles/a:-/~ada/b!:!00000000/c": {
			Revision: "3f2a91b7c0de0011", Time: time.Unix(1778664600, 0).UTC(), Digest: "0a1b2c3d",
			Except: []site.Except{{Path: "/articles/a", Tag: "1111aaaa"}, {Path: "/~ada/b!"}}, Missed: []site.Except{{Path: "/c", Tag: "00000000"}},
		},
	} {
		got, err := site.ParseCursor(text, madrid)
		equal := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
		if diff := cmp.Diff(want, got, equal); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
	}
	for _, text := range []string{
		"", "3f2a91", "main", "HEAD~1", "3f2a91b:", "3f2a91b.5", "3f2a91b.x.0a1b2c3d", "3f2a91b.5.0a1b", "3f2a91b.99999999999999999.0a1b2c3d", "2026-13-01", "2026-05-13T09:30",
		"3f2a91b.5.0a1b2c3d:/a", "3f2a91b.5.0a1b2c3d:-a", "3f2a91b.5.0a1b2c3d:-/a\x00b", "3f2a91b.5.0a1b2c3d::", "../../etc", "3f2a91b%0a",
		"3f2a91b.5.0a1b2c3d" + strings.Repeat(":-/a", 65), strings.Repeat("a", 9000),
	} {
		if got, err := site.ParseCursor(text, time.UTC); err == nil {
			t.Errorf("%.80q is read as %+v", text, got)
		}
	}
}

// FuzzParseCursor: what can be read is written so that it is read again, and
// nothing in it can end a line.
func FuzzParseCursor(f *testing.F) {
	for _, seed := range []string{"3f2a91b", "2026-05-13", "2026-05-13T09:30:00+02:00", "3f2a91b7c0de0011.1778664600.0a1b2c3d:1111aaaa/a:-/b:!00000000/c", "dir-0a1b", "3f2a91b.-5.0a1b2c3d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := site.ParseCursor(text, time.UTC)
		if err != nil {
			return
		}
		again, err := site.ParseCursor(c.String(), time.UTC)
		if err != nil || again.String() != c.String() || strings.ContainsAny(c.String(), "\r\n\x00 ") {
			t.Errorf("%q is written as %q, which is read as %q, %v", text, c, again, err)
		}
	})
}
