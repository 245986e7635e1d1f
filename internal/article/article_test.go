package article

import (
	"fmt"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"byline/internal/testkit"
)

// TestSlugify: a slug is lower-case letters and digits of any script with single hyphens.
func TestSlugify(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "",
		"   ":                     "",
		"...":                     "",
		"Hello, World!":           "hello-world",
		"--a--b--":                "a-b",
		"it's Ann’s":              "its-anns",
		"C++ & C#":                "c-c",
		"snake_case":              "snake-case",
		"Zoë":                     "zoë",
		"Zoe\u0308":               "zoë",
		"ÀÉÎ":                     "àéî",
		"İstanbul":                "istanbul",
		"日本語 の 本":                 "日本語-の-本",
		"हिन्दी में":              "हिन्दी-में",
		"1️⃣ first":               "1-first",
		"☕️ time":                 "time",
		"soft\u00adhyphen":        "softhyphen",
		"\u0301mark first":        "mark-first",
		"../../etc/passwd":        "etc-passwd",
		"Python 3.14: what’s new": "python-3-14-whats-new",
	} {
		if got := Slugify(text); got != want {
			t.Errorf("Slugify(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestDateForms: every form that editors write is read as the instant it names.
func TestDateForms(t *testing.T) {
	for text, want := range map[string]string{
		"2026-05-13":                "2026-05-13T00:00:00+02:00",
		"2026-01-13":                "2026-01-13T00:00:00+01:00",
		"2026-05-13T09:30:00+02:00": "2026-05-13T09:30:00+02:00",
		"2026-05-13T09:30:00Z":      "2026-05-13T11:30:00+02:00",
		"2026-05-13T09:30Z":         "2026-05-13T11:30:00+02:00",
		"2016-04-05 9:00:00 -0400":  "2016-04-05T15:00:00+02:00",
		"2016-04-05 09:00 -0400":    "2016-04-05T15:00:00+02:00",
		"2016-04-05 09:00:00 UTC":   "2016-04-05T11:00:00+02:00",
		"2016-04-05 09:00:00-04:00": "2016-04-05T15:00:00+02:00",
		"2026-05-13T09:30":          "2026-05-13T09:30:00+02:00",
		"2026-05-13 09:30:15":       "2026-05-13T09:30:15+02:00",
		"2026-05-13 09:30:15.250":   "2026-05-13T09:30:15+02:00",
	} {
		var d Date
		if err := d.DecodeScalar(text); err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := d.In(madrid()).Format(time.RFC3339); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
		if got, want := d.HasTime(), len(text) > 10; got != want {
			t.Errorf("%q: HasTime is %t", text, got)
		}
	}
}

// TestDateFaults: what is no date is refused with the form to write.
func TestDateFaults(t *testing.T) {
	for _, text := range []string{"yesterday", "13.05.2026", "2026-13-01", "2026-02-30", "2026-5-1", "2016-04-05 09:00:00 EST", "2026"} {
		var d Date
		err := d.DecodeScalar(text)
		if err == nil || !strings.Contains(err.Error(), "write 2026-05-13") || !d.IsZero() {
			t.Errorf("%q: %v, %v", text, d, err)
		}
	}
	var d Date
	if err := d.DecodeScalar(""); err != nil || !d.IsZero() || !d.In(time.UTC).IsZero() {
		t.Errorf("empty text: %v, %v", d, err)
	}
}

// TestDateNeverSlips: a date without a time of day is that day in every zone,
// also where clocks go forward at midnight.
func TestDateNeverSlips(t *testing.T) {
	zones := []string{
		"UTC", "America/Sao_Paulo", "America/Santiago", "America/Havana", "Asia/Beirut", "Africa/Cairo", "Asia/Amman", "America/Asuncion",
		"Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Madrid", "America/New_York",
	}
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for day := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2027; day = day.AddDate(0, 0, 1) {
			text := day.Format(time.DateOnly)
			var d Date
			if err := d.DecodeScalar(text); err != nil {
				t.Fatal(err)
			}
			if got := d.In(zone).Format(time.DateOnly); got != text {
				t.Errorf("%s in %s is %s", text, name, got)
			}
		}
	}
}

// TestParseInfo: what stands behind a fence is read in the forms of other systems too.
func TestParseInfo(t *testing.T) {
	for info, want := range map[string]Code{
		"":                                      {},
		"go":                                    {Language: "go"},
		"Go":                                    {Language: "go"},
		"\tgo\tx":                               {Language: "go"},
		"python {2,4-6} title=\"app/views.py\"": {Language: "python", Title: "app/views.py", Marks: []Range{{2, 2}, {4, 6}}},
		"python{2}":                             {Language: "python", Marks: []Range{{2, 2}}},
		"{.ruby .numberLines}":                  {Language: "ruby"},
		"title='a b.js'":                        {Title: "a b.js"},
		"js filename=a.js":                      {Language: "js", Title: "a.js"},
		"sh {0,3-1,x,-2,5}":                     {Language: "sh"},
		"sh {0, 3-1, 5}":                        {Language: "sh", Marks: []Range{{5, 5}}},
		"sh {99999999999999999999}":             {Language: "sh"},
		"c++":                                   {Language: "c++"},
	} {
		if diff := cmp.Diff(&want, parseInfo(info)); diff != "" {
			t.Errorf("parseInfo(%q) (-want +got):\n%s", info, diff)
		}
	}
}

// TestCountWords: words are counted in any script; marks and apostrophes belong to them.
func TestCountWords(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "one": 1, "one two": 2, "don't": 1, "Ann’s book": 2, "a - b": 2, "' '": 0, "well-known": 2,
		"日本語": 3, "हिन्दी भाषा": 2, "cafe\u0301 noir": 2, "x = 1": 2, "'quoted' words": 2,
	} {
		if got := CountWords(text); got != want {
			t.Errorf("CountWords(%q) = %d, want %d", text, got, want)
		}
	}
}

// TestIsArticle: pictures' and served files' folders hold no articles.
func TestIsArticle(t *testing.T) {
	for file, want := range map[string]bool{
		"a.md": true, "x/index.md": true, "x/media/a.md": true, "media/a.md": false, "root/a.md": false, "a.txt": false, "site.yaml": false, "rootless.md": true,
	} {
		if got := IsArticle(file); got != want {
			t.Errorf("IsArticle(%q) = %t", file, got)
		}
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

// snippets are in the languages that articles use most.
var snippets = map[string]string{
	"go":         "package main\n\n// Über\nfunc main() {\n\ts := `a\n<b>` + \"&amp;\"\n}",
	"python":     "def f(x):\n    \"\"\"Doc <b>\n    more\"\"\"\n    return f'{x!r:>10}'  # é",
	"javascript": "const a = `x ${b} <i>`; /* c\n d */ let r = /a\\/b/g;",
	"typescript": "type A<T> = { [k in keyof T]?: T[k] };",
	"html":       "<!doctype html>\n<p class=\"a\">x &amp; y</p><script>if (a < b) {}</script>",
	"css":        "a::before { content: \"\\201C\"; color: #fff }\n@media (x) { }",
	"sh":         "#!/bin/sh\ncat <<EOF | grep -v '^#'\n$HOME ${x:-y}\nEOF",
	"sql":        "SELECT * FROM t WHERE a <> 'x' -- c\n;",
	"yaml":       "a: &x [1, 'b']\nc: |\n  text\n",
	"json":       "{\"a\": [1, 2.5, null, true]}",
	"diff":       "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y",
	"rust":       "fn main() { let x: &'static str = r#\"a\"#; }",
	"java":       "class A { @Override public String f() { return \"\"\"\n x\"\"\"; } }",
	"c++":        "#include <map>\ntemplate <class T> T f(T&& x) { return x; }",
	"ruby":       "puts <<~X\n  a #{b}\nX",
	"php":        "<?php echo \"a $b\"; ?>\n<b>",
	"dockerfile": "FROM golang:1.26 AS build\nRUN a && b",
	"toml":       "[a]\nb = 1979-05-27T07:32:00Z",
	"swift":      "let x = \"\\(y)\" // z",
	"kotlin":     "fun f(): Int? = null",
	"xml":        "<a b='c'><![CDATA[<d>]]></a>",
	"makefile":   "all: a\n\t$(CC) -o $@ $<",
	"markdown":   "# A\n\n*b* `c` [d](e)",
	"console":    "$ ls -l\ntotal 0\n\n$ exit",
	"nothing":    "no such <language> & so on",
	"":           "plain\n\n\ttext",
}

// TestHighlight: highlighting adds colours and changes nothing else: its text
// with the tags taken out is the source, whatever lines are marked, and every
// span is closed.
func TestHighlight(t *testing.T) {
	for language, source := range snippets {
		source = strings.TrimRight(source, "\n")
		for name, code := range map[string]*Code{
			"plain":  {Language: language, Source: source},
			"marked": {Language: language, Source: source, Marks: []Range{{1, 1}, {3, 99}}},
			"other":  {Language: language, Source: snippets["html"] + "\n" + source},
		} {
			got := Highlight(code)
			if text := html.UnescapeString(tag.ReplaceAllString(got, "")); text != code.Source {
				t.Errorf("%s %s:\n%s", language, name, cmp.Diff(code.Source, text))
			}
			if err := balanced(got); err != nil {
				t.Errorf("%s %s: %v\n%s", language, name, err, got)
			}
		}
	}
}

// TestHighlightMarks: a marked line is one span of the class hl.
func TestHighlightMarks(t *testing.T) {
	got := Highlight(&Code{Source: "a\nb\nc", Marks: []Range{{2, 2}}})
	if want := "a\n<span class=\"hl\">b\n</span>c"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLarge: an article of 800 KB and a line of 36,000 characters are read whole.
func TestLarge(t *testing.T) {
	var long strings.Builder
	for i := 0; long.Len() < 800<<10; i++ {
		fmt.Fprintf(&long, "## Section %d\n\nSome *words* and a [link](a%d.md), \"quoted\", <b>raw</b>.\n\n%s\n\n```go\nfunc f%d() {}\n```\n\n", i, i, strings.Repeat("A sentence. ", 60), i)
	}
	a, found := Parse("big.md", "", []byte(frontMatter+long.String()))
	if a == nil || len(found) > 0 {
		t.Fatalf("findings: %v", found)
	}
	if sections := strings.Count(long.String(), "## "); len(a.Headings) != sections || len(a.Body().Slots) != 2*sections {
		t.Errorf("%d headings, %d slots for %d sections", len(a.Headings), len(a.Body().Slots), sections)
	}
	for _, line := range []string{
		strings.Repeat("word ", 7200), strings.Repeat("x", 36000), strings.Repeat("[", 36000), strings.Repeat("$$", 18000),
		strings.Repeat("*a ", 2000), strings.Repeat("<b>", 2000), strings.Repeat("'", 2000), strings.Repeat("> ", 300), strings.Repeat("<iframe>", 500), strings.Repeat("| a ", 2000),
	} {
		if a, _ := Parse("line.md", "", []byte(frontMatter+line)); a == nil {
			t.Errorf("a line of %d characters beginning %.10q is not read", len(line), line)
		}
	}
}

// TestTooLarge: a file over the limit is refused.
func TestTooLarge(t *testing.T) {
	a, found := Parse("big.md", "", make([]byte, MaxSize+1))
	if a != nil || len(found) != 1 || found[0].Rule != "too-large" {
		t.Errorf("%v %v", a, found)
	}
}

// TestParseIsPure: the same bytes give the same article and findings.
func TestParseIsPure(t *testing.T) {
	for _, seed := range seeds(t) {
		a, found := Parse("a.md", "", seed)
		b, again := Parse("a.md", "", seed)
		if diff := cmp.Diff(found, again); diff != "" {
			t.Fatal(diff)
		}
		if a != nil && !cmp.Equal(a.Body(), b.Body()) {
			t.Fatal(cmp.Diff(a.Body(), b.Body()))
		}
	}
}

// TestRealSites: every article of two real sites is read, without an error, to
// HTML that keeps the promises of the fuzz test.
func TestRealSites(t *testing.T) {
	for _, site := range []string{"swift", "18f"} {
		root := os.DirFS(filepath.Join(testkit.Shared(t), "sites", site))
		articles, rules := 0, map[string]int{}
		err := fs.WalkDir(root, ".", func(name string, _ fs.DirEntry, err error) error {
			if err != nil || !IsArticle(name) {
				return err
			}
			src, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			a, found := Parse(name, "", src)
			if a == nil || found.HasErrors() {
				t.Errorf("%s/%s: %v", site, name, found)
				return nil
			}
			checkArticle(t, src, a, found)
			for _, f := range found {
				rules[string(f.Rule)]++
			}
			articles++
			return nil
		})
		if err != nil || articles < 50 {
			t.Errorf("%s: %d articles, %v", site, articles, err)
		}
		t.Logf("%s: %d articles, findings %v", site, articles, rules)
	}
}
