package redirect

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"byline/internal/finding"
)

// TestRead: what people and spreadsheets write is read as it was meant, and every
// line that is not is a finding at its place, in characters.
func TestRead(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"plain", "/a,/b,301\n/c,/d\n", "1:1 /a 1:4 /b 1:7 301\n2:1 /c 2:4 /d\n"},
		{"header", "from,to,status\n/a,/b,\n", "2:1 /a 2:4 /b\n"},
		{"columns in another order", "Status, To ,FROM\n410,,/a\n", "2:6 /a 2:1 410\n"},
		{"a column too many", "from,to,hits\n/a,/b,7\n", "2:1 /a 2:4 /b\n! f.csv:1:9 the column \"hits\" is ignored\n"},
		{"byte order mark", "\ufefffrom,to\n/a,/b\n", "2:1 /a 2:4 /b\n"},
		{"byte order mark, no header", "\ufeff/a,/b\n", "1:1 /a 1:4 /b\n"},
		{"semicolons", "from;to\n/a,x;/b\n", "2:1 /a,x 2:6 /b\n"},
		{"tabs", "/a\t/b\t302\r\n/c\t/d\r\n", "1:1 /a 1:4 /b 1:7 302\n2:1 /c 2:4 /d\n"},
		{"remarks and blank lines", "# one, two\n\n/a,/b\n#/c,/d\n,,\n", "3:1 /a 3:4 /b\n"},
		{"spaces", "  /a ,  /b  , 301 \n", "1:3 /a 1:9 /b 1:15 301\n"},
		{"quotes", "\"/a,b\",\"/c \"\"d\"\"\"\n", "1:1 /a,b 1:8 /c \"d\"\n"},
		{"characters, not bytes", "/äöü,/é,301\n", "1:1 /äöü 1:6 /é 1:9 301\n"},
		{"no line end", "/a,/b", "1:1 /a 1:4 /b\n"},
		{"a quote in its midst", "/a,/b\"c\n/d,/e\n", "2:1 /d 2:4 /e\n! f.csv:1:6 the line cannot be read: a quote stands in a value without quotes\n"},
		{"too many values", "/a,/b,301,x\n/c,/d,,\n", "2:1 /c 2:4 /d\n! f.csv:1:11 the line has more than 3 values\n"},
		{"a quote that is not closed", "/a,/b\n\"/c,/d\n/e,/f\n", "1:1 /a 1:4 /b\n! f.csv:2:1 the line cannot be read: a quote is not closed, or something stands behind it\n"},
		{"columns of other names", "Source,Target,Code\n/a,/b,301\n", "2:1 /a 2:4 /b 2:7 301\n! f.csv:1:1 the first line is no redirect, and names no column \"from\"\n"},
		{"words further down are rows", "/a,/b\nSource,Target\n", "1:1 /a 1:4 /b\n2:1 Source 2:8 Target\n"},
		{"nothing", "", ""},
		{"a header alone", "from,to", ""},
	} {
		rows, found := Read("f.csv", []byte(c.src))
		var got strings.Builder
		for _, r := range rows {
			var cells []string
			for _, cell := range []struct {
				value     string
				line, col int
			}{{r.From.Value, r.From.Line, r.From.Col}, {r.To.Value, r.To.Line, r.To.Col}, {r.Status.Value, r.Status.Line, r.Status.Col}} {
				if cell.value != "" {
					cells = append(cells, fmt.Sprintf("%d:%d %s", cell.line, cell.col, cell.value))
				}
			}
			fmt.Fprintln(&got, strings.Join(cells, " "))
		}
		for _, f := range found {
			fmt.Fprintf(&got, "! %s %s\n", f.Place(), f.Message)
		}
		if diff := cmp.Diff(c.want, got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// table makes a table of lines "FROM TO STATUS", all of which must be sound.
func table(t testing.TB, lines ...string) *Table {
	t.Helper()
	rows, found := Read("f.csv", []byte(strings.Join(lines, "\n")))
	made, faults := Make(rows, "https://example.org")
	if found = append(found, faults...); len(found) > 0 {
		t.Fatal(found)
	}
	return made
}

// TestFinds: the exact rule wins, then that of the longest prefix of whole
// segments; case, a slash at the end and escapes do not matter.
func TestFinds(t *testing.T) {
	made := table(t, "/a/b,/exact", "/a/*,/short/*", "/A/B/*,/long/*", "/caf%C3%A9/*,/coffee", "/Großes/*,/big/*")
	for path, want := range map[string]string{
		"/a/b": "/exact", "/A/B/": "/exact", "/a": "/short", "/a/": "/short", "/a/x": "/short/x", "/a/B/C/d": "/long/C/d",
		"/a/bc": "/short/bc", "/ab": "", "/": "", "/café/x/y": "/coffee", "/cafe\u0301": "/coffee", "/GROSSES/x": "", "/großes/X": "/big/X",
		"/a/b/../../x": "", "/a//b//c": "/long/c",
	} {
		got := ""
		if rule := made.Exact(path); rule != nil {
			got = rule.Target.PathFor("")
		} else if rule, rest := made.Below(path); rule != nil {
			got = rule.Target.PathFor(rest)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	everything := table(t, "/*,/new/*")
	if rule, rest := everything.Below("/x/Y"); rule == nil || rest != "x/Y" {
		t.Errorf("/* is not for /x/Y: %v, %q", rule, rest)
	}
	if rule, _ := everything.Below("/"); rule != nil {
		t.Error("/* is for the root, which is always there")
	}
}

// TestAsks: a rule for parameters wants those, whatever else is asked; the one
// that names most has it, and what it names is not handed on.
func TestAsks(t *testing.T) {
	made := table(t, "/?p=1,/one", "/?lang=en&p=1,/one-en", "/?p=a%20b,/spaced", "/x/?q=,/empty", "/?P=1,/capital")
	for _, c := range []struct{ path, query, want, rest string }{
		{"/", "p=1", "/one", ""}, {"/", "p=1&lang=en", "/one-en", ""}, {"/", "a=b&p=1&c", "/one", "a=b&c"}, {"/", "p=1&p=2", "/one", ""},
		{"/", "p=2&p=1", "", "p=2&p=1"}, {"/", "p=a+b", "/spaced", ""}, {"/", "%70=1", "/one", ""}, {"/", "P=1", "/capital", ""}, {"/", "p", "", "p"},
		{"/X", "q=", "/empty", ""}, {"/x", "q", "/empty", ""}, {"/x", "r=", "", "r="}, {"/y", "p=1", "", "p=1"}, {"/", "", "", ""}, {"/", "p=1;x=2&%zz", "", "p=1;x=2&%zz"},
	} {
		rule, rest := made.Asked(c.path, c.query)
		got := ""
		if rule != nil {
			got = rule.Target.Path
		}
		if got != c.want || rest != c.rest {
			t.Errorf("%s?%s: %q and %q, want %q and %q", c.path, c.query, got, rest, c.want, c.rest)
		}
	}
}

// TestOwnOrigin: a row from a whole address of the site itself is from its path;
// one from another host cannot be used.
func TestOwnOrigin(t *testing.T) {
	for from, want := range map[string]string{
		"https://example.org/a": "/a", "HTTP://Example.ORG/a/*": "/a/*", "https://example.org?p=1": "/?p=1", "https://example.org": "/", "/a": "/a",
		"https://example.org.evil.example/a": "", "https://elsewhere.example/a": "", "ftp://example.org/a": "", "https://x@example.org/a": "",
	} {
		rows, _ := Read("f.csv", []byte(from+",/b"))
		made, _ := Make(rows, "https://example.org")
		got := ""
		for _, rule := range made.Rules() {
			got = rule.From.Value
		}
		if got != want {
			t.Errorf("%s is from %q, want %q", from, got, want)
		}
		if made, _ := Make(rows, ""); len(made.Rules()) > 0 && from != "/a" {
			t.Errorf("%s is a path of a site whose origin is not known", from)
		}
	}
}

// FuzzRead: whatever a file says, what comes of it is sound: findings have places
// in it, rules keys that find them, and no request is led to a host that the file
// does not name.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"/a,/b,301\n", "from;to\n/a/*;https://x.example/*\n", "\ufeff# x\n\"/a\nb\",c\n", "/?p=1,a.md\n", "/*,//evil\n", "/a/*,https://x.example@evil/*", "/x,\"https://e.example/\r\nx:y\"",
		"/a,https://e.example/?a=b#c", "https://example.org//evil.example,/b", "Source,Target\n/a,/b", "/%2e%2e/*,/%2e%2e/*", "/\xff,/b", "a\"b\n/c,/d", "/a,https:///x", "/a,https://x.example:99999999/", "/a/*,http://[::1]/*",
	} {
		f.Add(seed, "/a//evil.example/\\x", "p=1&x")
	}
	f.Fuzz(func(t *testing.T, src, path, query string) {
		rows, found := Read("f.csv", []byte(src))
		made, faults := Make(rows, "https://example.org")
		if len(made.Rules())+len(faults) != len(rows) {
			t.Errorf("%d rows are %d rules and %d findings", len(rows), len(made.Rules()), len(faults))
		}
		lines := strings.Count(src, "\n") + 1
		for _, fault := range slices.Concat(found, faults) {
			if fault.Rule != finding.BadRedirect || fault.Line < 1 || fault.Line > lines || fault.Col < 1 {
				t.Errorf("a finding without a place: %+v", fault)
			}
		}
		for _, rule := range made.Rules() {
			if !rule.Prefix && !rule.Asks() && made.Exact(rule.Path) != rule {
				t.Errorf("%q does not find its rule", rule.Path)
			}
			if by, _ := made.Below(rule.Path + "/x"); rule.Prefix && by != rule {
				t.Errorf("%q does not find its rule", rule.Path+"/x")
			}
			safe(t, rule, "")
		}
		clean := Fold("/" + strings.ReplaceAll(path, "\\", "/"))
		if rule, rest := made.Below(clean); rule != nil {
			safe(t, rule, rest)
		}
		if rule, rest := made.Asked(clean, query); rule != nil && len(rest) >= len(query) {
			t.Errorf("the parameters of %q are still in %q", rule.From.Value, rest)
		}
	})
}

func safe(t *testing.T, rule *Rule, rest string) {
	t.Helper()
	switch to := rule.Target; {
	case rule.Status == Gone:
	case to.Outside != "":
		u, err := url.Parse(to.OutsideFor(rest))
		was, fault := url.Parse(to.Outside)
		if err != nil || fault != nil || u.Host != was.Host || u.User != nil || u.Scheme != was.Scheme || !strings.Contains(strings.ToLower(rule.To.Value), u.Host) {
			t.Errorf("%q and %q lead to %q (%v, %v)", rule.To.Value, rest, to.OutsideFor(rest), err, fault)
		}
		for _, c := range to.OutsideFor(rest) {
			if c <= ' ' || c >= utf8.RuneSelf {
				t.Errorf("%q leads to %q", rule.To.Value, to.OutsideFor(rest))
			}
		}
	case to.File != "":
		if strings.HasPrefix(to.File, "/") || strings.HasPrefix(to.File, "..") {
			t.Errorf("%q leads to the file %q", rule.To.Value, to.File)
		}
	case !strings.HasPrefix(to.PathFor(rest), "/") || strings.HasPrefix(to.PathFor(rest), "//") || strings.Contains(to.PathFor(rest), "/../"):
		t.Errorf("%q and %q lead to the path %q", rule.To.Value, rest, to.PathFor(rest))
	}
}

func manyRows(n int) []byte {
	var src strings.Builder
	src.WriteString("from,to,status\n")
	for i := range n {
		switch i % 10 {
		case 0:
			fmt.Fprintf(&src, "/?p=%d,/articles/number-%d,301\n", i, i)
		case 1:
			fmt.Fprintf(&src, "/section-%d/*,/articles/*\n", i)
		default:
			fmt.Fprintf(&src, "/20%02d/%02d/some-old-post-%d/,/articles/number-%d,301\n", i%20, 1+i%12, i, i)
		}
	}
	return []byte(src.String())
}

// BenchmarkTable is what 50,000 redirects cost: to read, to make a table of, and a
// request that none of them is for.
func BenchmarkTable(b *testing.B) {
	src := manyRows(50_000)
	rows, _ := Read("f.csv", src)
	made, found := Make(rows, "https://example.org")
	if len(found) > 0 || len(made.Rules()) != 50_000 {
		b.Fatal(len(made.Rules()), found[:1])
	}
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Read("f.csv", src)
		}
	})
	b.Run("make", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Make(rows, "https://example.org")
		}
	})
	b.Run("find", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			made.Asked("/articles/none/at/all", "utm_source=x")
			made.Exact("/articles/none/at/all")
			made.Below("/articles/none/at/all")
		}
	})
}
