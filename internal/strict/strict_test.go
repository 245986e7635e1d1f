package strict

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"byline/internal/finding"
)

// settings has a field of every kind that Decode knows.
type settings struct {
	Title   string            `yaml:"title,required"`
	Place   Text              `yaml:"place"`
	Draft   bool              `yaml:"draft"`
	Count   int               `yaml:"count"`
	Tags    []Text            `yaml:"tags"`
	Links   []link            `yaml:"links"`
	Image   *picture          `yaml:"image"`
	CTA     *action           `yaml:"cta"`
	Size    size              `yaml:"size"`
	Authors map[string]author `yaml:"authors"`
	Ignored string
}

type link struct {
	Label string `yaml:"label,required"`
	URL   Text   `yaml:"url"`
}

type picture struct {
	Src Text   `yaml:"src,required"`
	Alt string `yaml:"alt"`
}

type action struct {
	Heading string `yaml:"heading"`
	Off     bool
}

func (a *action) SwitchOff() { a.Off = true }

type size struct{ n int }

func (s *size) DecodeScalar(text string) error {
	if text != "big" {
		return errors.New("expected big")
	}
	s.n = 9
	return nil
}

type author struct {
	Name      string `yaml:"name,required"`
	line, col int
}

func (a *author) SetPlace(line, col int) { a.line, a.col = line, col }

var hints = map[string]string{"lastmod": "write \"updated\"", "pubDate": "write \"date\""}

func decode(text string) (settings, finding.List) {
	var s settings
	found := Decode(Source{File: "f", YAML: []byte(text), Hints: hints}, &s)
	return s, found
}

// TestForgiven: what people write and clearly mean is taken without a finding.
func TestForgiven(t *testing.T) {
	for text, want := range map[string]settings{
		"title: 2024":                          {Title: "2024"},
		"title: 2026-05-13":                    {Title: "2026-05-13"},
		"title: true":                          {Title: "true"},
		"title: \"null\"":                      {Title: "null"},
		"title: '  spaced  '":                  {Title: "spaced"},
		"title: |\n  one\n  two\n":             {Title: "one\ntwo"},
		"title: a # remark":                    {Title: "a"},
		"\ufefftitle: a\r\ndraft: true\r\n":    {Title: "a", Draft: true},
		"title: a\ndraft: null\ntags: ~\ncta:": {Title: "a"},
		"title: a\nplace: 3.0":                 {Title: "a", Place: Text{"3.0", 2, 8}},
		"title: a\ntags: Go":                   {Title: "a", Tags: []Text{{"Go", 2, 7}}},
		"title: a\ntags: [1, null, ünï, b]":    {Title: "a", Tags: []Text{{"1", 2, 8}, {"ünï", 2, 17}, {"b", 2, 22}}},
		"title: a\ntags:\n  - x\n  -\n":        {Title: "a", Tags: []Text{{"x", 3, 5}}},
		"title: a\nlinks: {label: b}":          {Title: "a", Links: []link{{Label: "b"}}},
		"title: a\ncta: false":                 {Title: "a", CTA: &action{Off: true}},
		"title: a\ncta: {heading: b}":          {Title: "a", CTA: &action{Heading: "b"}},
		"title: a\nimage: {src: b.png}":        {Title: "a", Image: &picture{Src: Text{"b.png", 2, 14}}},
		"title: a\nsize: big\ncount: 3":        {Title: "a", Size: size{9}, Count: 3},
		"title: a\nauthors: {1: {name: 2}}":    {Title: "a", Authors: map[string]author{"1": {"2", 2, 11}}},
		"title: &t a\nplace: *t":               {Title: "a", Place: Text{"a", 1, 8}},
		"title: !tag a":                        {Title: "a"},
		`title: "\a a\0b\r\u0085\n\tc\x7f"`:    {Title: "a b  \n\tc"},
		`tags: ["a\eb"]` + "\ntitle: a":        {Title: "a", Tags: []Text{{"a b", 1, 8}}},
	} {
		got, found := decode(text)
		if len(found) > 0 {
			t.Errorf("%q: %v", text, found)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(author{}, size{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

const known = "known keys: title, place, draft, count, tags, links, image, cta, size, authors"

// fault is YAML and what is to be said of it.
type fault struct {
	name, yaml string
	want       []string
}

// tell fails unless exactly the wanted findings are told, in order.
func tell(t *testing.T, faults []fault) {
	for _, c := range faults {
		t.Run(c.name, func(t *testing.T) {
			_, found := decode(c.yaml)
			got := strings.Split(strings.TrimSpace(found.String()), "\n")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", c.yaml, diff)
			}
		})
	}
}

// TestFindings: every fault is told with its place, what is wrong and what to
// write instead, all at once and in order.
func TestFindings(t *testing.T) {
	tell(t, []fault{
		{"missing key", "draft: true", []string{`f:1:1: error: the key "title" is missing; add a line "title: …" (missing-key)`}},
		{"nothing at all", "", []string{`f:1:1: error: the key "title" is missing; add a line "title: …" (missing-key)`}},
		{"only a remark", "# later\n", []string{`f:1:1: error: the key "title" is missing; add a line "title: …" (missing-key)`}},
		{"empty key", "title:\n", []string{`f:1:1: error: the key "title" is empty; write its value after "title:" (missing-key)`}},
		{"blank key", "title: '  '\n", []string{`f:1:1: error: the key "title" is empty; write its value after "title:" (missing-key)`}},
		{"nothing that shows", `title: "\a"`, []string{`f:1:1: error: the key "title" is empty; write its value after "title:" (missing-key)`}},
		{"missing below", "title: a\nimage: {alt: x}", []string{`f:2:8: error: the key "image.src" is missing; add "src: …" to image (missing-key)`}},
		{"missing in a list", "title: a\nlinks:\n  - label: x\n  - url: y", []string{`f:4:5: error: the key "links.label" is missing; add "label: …" to links (missing-key)`}},
		{"missing in a table", "title: a\nauthors: {ann: {}, bob: }", []string{
			`f:2:16: error: the key "authors.ann.name" is missing; add "name: …" to authors.ann (missing-key)`,
			`f:2:20: error: the key "authors.bob.name" is missing; add "name: …" to authors.bob (missing-key)`,
		}},
		{"mistyped", "titel: a", []string{
			`f:1:1: error: the key "title" is missing; add a line "title: …" (missing-key)`,
			`f:1:1: error: unknown key "titel"; did you mean "title"? (mistyped-key)`,
		}},
		{"mistyped by case", "title: a\nDraft: true", []string{`f:2:1: error: unknown key "Draft"; did you mean "draft"? (mistyped-key)`}},
		{"near a key that is there", "title: a\ntitles: b", []string{`f:2:1: warning: unknown key "titles" is ignored; ` + known + ` (unknown-key)`}},
		{"unknown", "title: a\ncolour: red", []string{`f:2:1: warning: unknown key "colour" is ignored; ` + known + ` (unknown-key)`}},
		{"of another system", "title: a\nlastmod: x\nPubdate: y", []string{
			`f:2:1: warning: "lastmod" is not a key of Byline; write "updated" (unknown-key)`,
			`f:3:1: warning: "Pubdate" is not a key of Byline; write "date" (unknown-key)`,
		}},
		{"duplicate", "title: a\ndraft: true\ntitle: b", []string{`f:3:1: error: "title" stands here a second time, after line 1; keep one of the two (duplicate-key)`}},
		{"duplicate in a table", "title: a\nauthors:\n  ann: {name: a}\n  ann: {name: b}", []string{`f:4:3: error: "ann" stands here a second time, after line 3; keep one of the two (duplicate-key)`}},
		{"keys that are no text", "title: a\n[x]: b\n? {y: z}\n: c", []string{
			`f:2:1: error: a key is text, found a list; put text with { } [ ] in quotes (wrong-type)`,
			`f:3:3: error: a key is text, found a mapping (key: value); put text with { } [ ] in quotes (wrong-type)`,
		}},
		{"no text", "title: [a]\nplace: {a: b}", []string{
			`f:1:8: error: title takes text, found a list (wrong-type)`,
			`f:2:8: error: place takes text, found a mapping (key: value) (wrong-type)`,
		}},
		{"no bool", "title: a\ndraft: \"true\"", []string{`f:2:8: error: draft takes true or false, found "true"; write true or false, without quotes (wrong-type)`}},
		{"no number", "title: a\ncount: 1.5", []string{`f:2:8: error: count takes a whole number, found "1.5" (wrong-type)`}},
		{"number too large", "title: a\ncount: 99999999999999999999", []string{`f:2:8: error: count takes a whole number, found "99999999999999999999" (wrong-type)`}},
		{"no list of text", "title: a\ntags: [[a], b, {c: d}]", []string{
			`f:2:8: error: tags takes text, found a list (wrong-type)`,
			`f:2:16: error: tags takes text, found a mapping (key: value) (wrong-type)`,
		}},
		{"no mapping", "title: a\nimage: b.png", []string{`f:2:8: error: image takes a mapping (key: value), found "b.png"; write "image: {src: b.png}" (wrong-type)`}},
		{"no mapping or false", "title: a\ncta: true", []string{`f:2:6: error: cta takes a mapping (key: value) or false, found "true" (wrong-type)`}},
		{"no table", "title: a\nauthors: [ann]", []string{`f:2:10: error: authors takes a mapping (id: …), found a list (wrong-type)`}},
		{"no entry of a table", "title: a\nauthors: {ann: Ann B}", []string{`f:2:16: error: authors.ann takes a mapping (key: value), found "Ann B"; write "ann: {name: Ann B}" (wrong-type)`}},
		{"a type's own rule", "title: a\nsize: small", []string{`f:2:7: error: size: expected big (bad-value)`}},
		{"a type of one value", "title: a\nsize: [big]", []string{`f:2:7: error: size takes one value, found a list (wrong-type)`}},
		{"long value", "title: a\ncount: " + strings.Repeat("ü", 50), []string{`f:2:8: error: count takes a whole number, found "` + strings.Repeat("ü", 40) + `…" (wrong-type)`}},
		{"an alias of itself", "title: a\ntags: &a [*a]", []string{`f:2:7: error: tags takes text, found a list (wrong-type)`}},
	})
}

// TestSyntax: what is not YAML is told in an editor's words.
func TestSyntax(t *testing.T) {
	tell(t, []fault{
		{"no keys", "just text", []string{`f:1:1: error: expected keys and values, found "just text"; write one "key: value" a line (front-matter)`}},
		{"a list", "- a\n- b", []string{`f:1:1: error: expected keys and values, found a list; write one "key: value" a line (front-matter)`}},
		{"two documents", "title: a\n---\ntitle: b", []string{`f:2:1: error: a second YAML document begins here; remove the line --- (front-matter)`}},
		{"not UTF-8", "title: a\nplace: caf\xe9", []string{`f:2:11: error: byte 0xe9 is not UTF-8 text; save the file as UTF-8 (not-text)`}},
		{"colon", "title: Python: the \"future\"", []string{`f:1:14: error: not readable as YAML: a colon and a space within a value; put the value in quotes: title: "Python: the \"future\"" (front-matter)`}},
		{"tab", "title: a\nimage:\n\tsrc: b", []string{`f:3:1: error: not readable as YAML: a tab in the indentation; indent with spaces, not tabs (front-matter)`}},
		{"list not closed", "title: a\ntags: [a, b\n", []string{`f:2:7: error: not readable as YAML: the list that begins here with [ is not closed; write ] where it ends (front-matter)`}},
		{"mapping not closed", "title: a\nimage: {src: b\n", []string{`f:2:8: error: not readable as YAML: the mapping that begins here with { is not closed; write } where it ends (front-matter)`}},
		{"quote not closed", "title: \"a\ndraft: true\n", []string{`f:1:8: error: not readable as YAML: the text in quotes that begins here is not closed; write the closing quote (front-matter)`}},
		{"escape", `title: "C:\new"` + "\nplace: \"\\q\"", []string{`f:2:9: error: not readable as YAML: no escape begins with a backslash and this character; write the text in single quotes, or two backslashes for one (front-matter)`}},
		{"star", "title: *new*", []string{`f:1:8: error: not readable as YAML: text that begins with * must be in quotes; put the value in quotes (front-matter)`}},
		{"sign", "title: @home", []string{`f:1:8: error: not readable as YAML: a value cannot begin with this character; put the value in quotes (front-matter)`}},
		{"list beside its key", "title: a\ntags: - a", []string{`f:2:7: error: not readable as YAML: a list begins on the line after its key; begin each item on a line of its own with "- " (front-matter)`}},
		{"indented too far", "title: a\n  draft: true", []string{`f:2:8: error: not readable as YAML: a key where none can be; begin the line as far left as the key above it; a key has a colon, and a value or keys of its own, not both (front-matter)`}},
		{"all at once", "draft: maybe\ntags: {a: b}\ncolor: x\nimage: {scr: y}", []string{
			`f:1:1: error: the key "title" is missing; add a line "title: …" (missing-key)`,
			`f:1:8: error: draft takes true or false, found "maybe"; write true or false, without quotes (wrong-type)`,
			`f:2:7: error: tags takes text, found a mapping (key: value) (wrong-type)`,
			`f:3:1: warning: unknown key "color" is ignored; ` + known + ` (unknown-key)`,
			`f:4:8: error: the key "image.src" is missing; add "src: …" to image (missing-key)`,
			`f:4:9: error: unknown key "scr"; did you mean "src"? (mistyped-key)`,
		}},
	})
}

// TestFirstLine: lines are those of the file, of which the YAML may be a part.
func TestFirstLine(t *testing.T) {
	var s settings
	src := Source{File: "f", FirstLine: 5, YAML: []byte("title: a\nplace: b\ntitle: c")}
	found := Decode(src, &s)
	if len(found) != 1 || found[0].Line != 7 || !strings.Contains(found[0].Message, "after line 5") || s.Place != (Text{"b", 6, 8}) {
		t.Errorf("%v %+v", found, s)
	}
}

// TestZeroAfterFault: a key with a fault keeps its zero value.
func TestZeroAfterFault(t *testing.T) {
	got, _ := decode("title: {}\ndraft: x\ncount: x\ntags: [[x]]\nimage: x\ncta: x\nsize: x\nauthors: x")
	if diff := cmp.Diff(settings{Tags: []Text{}}, got, cmp.AllowUnexported(author{}, size{})); diff != "" {
		t.Error(diff)
	}
}

// FuzzDecode: whatever the text, Decode returns; its findings stand within the
// text and say something on one line; without any, the title is there.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"title: a\nplace: b\ndraft: yes\ncount: 3\ntags: [a, b]\nlinks: [{label: a, url: b}]\nimage: {src: a, alt: b}\ncta: false\nsize: big\nauthors: {ann: {name: Ann}}",
		"title: &a [*a]\ntags: *a\n<<: {draft: true}", "a: &x {b: *x}\n? [c]\n: d\n--- \ne: f\n...\n", "title: |\n  a\n\tb\n", "\ufefftitle: \"\\x41\\u2028\"", "%YAML 1.2\n---\ntitle: !!binary aGk=",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, found := decode(text)
		lines := strings.FieldsFunc(strings.NewReplacer("\r\n", "\n.", "\r", "\n.", "\n", "\n.", "\u0085", "\n.", "\u2028", "\n.", "\u2029", "\n.").Replace("."+text), func(r rune) bool { return r == '\n' })
		for _, f := range found {
			if f.Line < 1 || f.Line > len(lines)+1 || f.Col < 1 || f.Col > utf8.RuneCountInString(text)+1 {
				t.Errorf("%q: a finding outside of %d lines: %s", text, len(lines), f)
			}
			if f.Message == "" || strings.ContainsAny(f.String(), "\n\r") {
				t.Errorf("%q: %q", text, f.String())
			}
		}
		if len(found) == 0 && s.Title == "" && !strings.Contains(text, "title") {
			t.Errorf("%q: no title and no finding", text)
		}
	})
}
