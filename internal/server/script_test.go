package server

import (
	"path"
	"testing"

	"byline/internal/testkit/webtest"
)

// find returns the one path of the bundle that a pattern matches and that has
// more than the pattern's plain name.
func (s *site) find(t testing.TB, pattern string) string {
	t.Helper()
	for _, p := range s.bundle.Paths() {
		if ok, err := path.Match(pattern, p); err == nil && ok {
			return p
		}
	}
	t.Fatalf("the bundle has no %s", pattern)
	return ""
}

// TestScripts runs testdata/*.txt. A case is added by writing it there.
func TestScripts(t *testing.T) {
	s := newSite(t)
	n := webtest.Run(t, s.addr, "testdata/*.txt", map[string]string{
		"css": s.css, "png": s.png, "wide": s.find(t, "/media/wide.????????????.jpg"), "wide480": s.find(t, "/media/wide.*-480w.jpg"),
		"torn": s.find(t, "/media/torn.????????????.jpg"), "torn480": s.find(t, "/media/torn.*-480w.jpg"), "card": s.find(t, "/media/cards/guide.*.png"),
	})
	t.Logf("%d requests", n)
}
