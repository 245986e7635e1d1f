package server

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/testkit/webtest"
)

// kind is a kind of URL: what it answers to a plain GET.
type kind struct {
	name, target string
	status       int
	compress     bool // comes in gzip and br, too
	plain        bool // health: no validator, never kept
}

func kinds(s *site) []kind {
	return []kind{
		{"article", "/articles/guide", 200, true, false},
		{"list", "/articles", 200, true, false},
		{"page 2", "/articles/page/2", 200, true, false},
		{"author", "/articles/authors/ada", 200, true, false},
		{"category", "/articles/categories/craft", 200, true, false},
		{"tag", "/articles/tags/notes", 200, true, false},
		{"css", s.css, 200, true, false},
		{"font", s.font, 200, false, false},
		{"picture png", s.png, 200, false, false},
		{"picture svg", "/media/square.svg", 200, true, false},
		{"root file", "/ads.txt", 200, true, false},
		{"markdown", "/articles/guide.md", 200, true, false},
		{"rss", "/articles/feed.xml", 200, true, false},
		{"atom", "/articles/atom.xml", 200, true, false},
		{"json feed", "/articles/feed.json", 200, true, false},
		{"list's atom", "/articles/tags/notes/atom.xml", 200, true, false},
		{"sitemap", "/sitemap.xml", 200, true, false},
		{"sitemap part", "/sitemap-articles-1.xml", 200, true, false},
		{"robots", "/robots.txt", 200, false, false},
		{"llms", "/llms.txt", 200, true, false},
		{"manifest", "/manifest.webmanifest", 200, true, false},
		{"opensearch", "/opensearch.xml", 200, true, false},
		{"touch icon", "/apple-touch-icon.png", 200, false, false},
		{"not found", "/articles/nowhere", 404, true, false},
		{"gone", "/articles/over", 410, true, false},
		{"alias", "/old/guide", 308, false, false},
		{"canonical", "/articles/Guide/", 308, false, false},
		{"front", "/", 302, false, false},
		{"healthz", "/healthz", 200, false, true},
		{"readyz", "/readyz", 200, false, true},
	}
}

// validated reports whether the kind answers conditions.
func (k kind) validated() bool { return k.status == 200 && !k.plain }

// coding is the content coding that a client gets that asks for one only.
func (k kind) coding(asked string) string {
	if k.compress {
		return asked
	}
	return ""
}

// condition is a column of the matrix: a request, and whether what the client
// has is still good. The header is made from the answer to a plain GET.
type condition struct {
	name, method string
	header       func(plain *webtest.Response) [][2]string
	fresh        bool
}

func conditions() []condition {
	match := func(format string) func(*webtest.Response) [][2]string {
		return func(plain *webtest.Response) [][2]string {
			return [][2]string{{"If-None-Match", strings.ReplaceAll(format, "TAG", plain.Header.Get("ETag"))}}
		}
	}
	since := func(shift time.Duration) func(*webtest.Response) [][2]string {
		return func(plain *webtest.Response) [][2]string {
			at, err := http.ParseTime(plain.Header.Get("Last-Modified"))
			if err != nil {
				at = time.Now()
			}
			return [][2]string{{"If-Modified-Since", at.Add(shift).UTC().Format(http.TimeFormat)}}
		}
	}
	both := func(plain *webtest.Response) [][2]string {
		return append(match(`"other"`)(plain), since(time.Hour)(plain)...)
	}
	return []condition{
		{"GET", "GET", nil, false},
		{"HEAD", "HEAD", nil, false},
		{"match", "GET", match("TAG"), true},
		{"HEAD match", "HEAD", match("TAG"), true},
		{"other", "GET", match(`"other"`), false},
		{"list", "GET", match(`"a", TAG , "b"`), true},
		{"weak", "GET", match("W/TAG"), true},
		{"*", "GET", match("*"), true},
		{"empty", "GET", match(""), false},
		{"same date", "GET", since(0), true},
		{"older", "GET", since(-time.Hour), false},
		{"newer", "HEAD", since(time.Hour), true},
		{"tag wins", "GET", both, false},
		{"DELETE", "DELETE", nil, false},
		{"POST", "POST", nil, false},
	}
}

// TestMatrix asks every kind of URL in every encoding in every way. Run it with
// -v for the table.
func TestMatrix(t *testing.T) {
	s := newSite(t)
	requests := 0
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "kind\tcoding")
	for _, c := range conditions() {
		fmt.Fprint(w, "\t", c.name)
	}
	for _, k := range kinds(s) {
		tags := map[string]string{}
		for _, coding := range []string{"", "gzip", "br"} {
			m := &matrix{T: t, site: s, kind: k, asked: coding}
			m.reference()
			fmt.Fprintf(w, "\n%s\t%s", k.name, m.base.Header.Get("Content-Encoding"))
			for _, c := range conditions() {
				fmt.Fprint(w, "\t", m.ask(c))
			}
			requests += m.requests
			tags[coding] = m.base.Header.Get("ETag")
		}
		if k.compress && (tags[""] == tags["gzip"] || tags["gzip"] == tags["br"] || tags["br"] == tags[""]) {
			t.Errorf("%s: the encodings share an ETag: %v", k.name, tags)
		}
	}
	fmt.Fprintln(w)
	_ = w.Flush()
	t.Logf("%d requests\n%s", requests, table.String())
}

// matrix is one kind of URL in one encoding.
type matrix struct {
	*testing.T
	site     *site
	kind     kind
	asked    string
	base     *webtest.Response // the answer to a plain GET
	requests int
}

func (m *matrix) do(method string, header ...[2]string) *webtest.Response {
	m.Helper()
	m.requests++
	if m.asked != "" {
		header = append(header, [2]string{"Accept-Encoding", m.asked})
	}
	r, err := webtest.Do(m.site.addr, method, m.kind.target, header...)
	if err != nil {
		m.Fatalf("%s %s (%s): %v", method, m.kind.target, m.asked, err)
	}
	return r
}

// reference asks plainly, and checks the body against that of other encodings.
func (m *matrix) reference() {
	m.Helper()
	m.base = m.do("GET")
	asked := m.asked
	m.asked = ""
	identity := m.do("GET")
	m.asked = asked
	body, err := webtest.Decode(m.base.Header.Get("Content-Encoding"), m.base.Body)
	if err != nil || !bytes.Equal(body, identity.Body) {
		m.Errorf("%s: the body in %q is another than in identity: %v", m.kind.name, asked, err)
	}
}

// ask makes one request and returns the status for the table.
func (m *matrix) ask(c condition) string {
	m.Helper()
	var header [][2]string
	if c.header != nil {
		header = c.header(m.base)
	}
	got := m.do(c.method, header...)
	where := fmt.Sprintf("%s (%s) %s", m.kind.name, m.asked, c.name)
	m.secured(where, got)
	switch {
	case c.method == "DELETE" || c.method == "POST":
		m.refused(where, got)
	case c.fresh && m.kind.validated():
		m.notModified(where, got)
	default:
		m.whole(where, c.method, got)
	}
	return strconv.Itoa(got.Status)
}

// secured checks what every response carries.
func (m *matrix) secured(where string, got *webtest.Response) {
	m.Helper()
	for _, name := range []string{"Content-Security-Policy", "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "X-Content-Revision", "X-Request-Id", "Date"} {
		if len(got.Header.Values(name)) != 1 {
			m.Errorf("%s: %s is %q, want one value", where, name, got.Header.Values(name))
		}
	}
	if got.Header.Get("X-Content-Type-Options") != "nosniff" {
		m.Errorf("%s: no nosniff", where)
	}
}

func (m *matrix) refused(where string, got *webtest.Response) {
	m.Helper()
	if got.Status != 405 || got.Header.Get("Allow") != "GET, HEAD" || got.Length != int64(len(got.Body)) {
		m.Errorf("%s: %d, Allow %q, Content-Length %d for %d bytes", where, got.Status, got.Header.Get("Allow"), got.Length, len(got.Body))
	}
}

// notModified checks a 304: no body, nothing about one, all that a cache needs
// (RFC 9110, section 15.4.5).
func (m *matrix) notModified(where string, got *webtest.Response) {
	m.Helper()
	if got.Status != 304 || len(got.Body) > 0 {
		m.Errorf("%s: %d with %d bytes, want 304 without", where, got.Status, len(got.Body))
	}
	for _, name := range []string{"ETag", "Cache-Control", "Vary", "Last-Modified"} {
		if got.Header.Get(name) != m.base.Header.Get(name) {
			m.Errorf("%s: %s is %q, with 200 it was %q", where, name, got.Header.Get(name), m.base.Header.Get(name))
		}
	}
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding"} {
		if v := got.Header.Values(name); len(v) > 0 {
			m.Errorf("%s: a 304 has %s %q", where, name, v)
		}
	}
}

// whole checks a response as a plain GET gets it.
func (m *matrix) whole(where, method string, got *webtest.Response) {
	m.Helper()
	if got.Status != m.kind.status {
		m.Errorf("%s: %d, want %d", where, got.Status, m.kind.status)
	}
	if diff := cmp.Diff(steady(m.base.Header), steady(got.Header)); diff != "" {
		m.Errorf("%s: the header is another than with GET (-GET +this):\n%s", where, diff)
	}
	body := m.base.Body
	if method == "HEAD" {
		body = nil
	}
	if !bytes.Equal(got.Body, body) || got.Length != int64(len(m.base.Body)) {
		m.Errorf("%s: %d bytes, Content-Length %d; GET has %d", where, len(got.Body), got.Length, len(m.base.Body))
	}
	if coding := got.Header.Get("Content-Encoding"); coding != m.kind.coding(m.asked) {
		m.Errorf("%s: Content-Encoding %q, want %q", where, coding, m.kind.coding(m.asked))
	}
	representation := m.kind.status < 300 || m.kind.status >= 400
	if !m.kind.plain && got.Header.Get("Vary") != "Accept-Encoding" {
		m.Errorf("%s: Vary %q", where, got.Header.Get("Vary"))
	}
	for _, name := range []string{"ETag", "Last-Modified"} {
		if has := got.Header.Get(name) != ""; has != (representation && !m.kind.plain) {
			m.Errorf("%s: %s %q", where, name, got.Header.Get(name))
		}
	}
	if strings.HasPrefix(got.Header.Get("ETag"), "W/") {
		m.Errorf("%s: a weak ETag", where)
	}
}

// steady are the fields that do not differ from request to request.
func steady(h http.Header) http.Header {
	h = maps.Clone(h)
	maps.DeleteFunc(h, func(name string, _ []string) bool { return slices.Contains([]string{"Date", "X-Request-Id"}, name) })
	return h
}
