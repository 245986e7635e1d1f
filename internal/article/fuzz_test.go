package article

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/net/html"

	"byline/internal/finding"
)

// FuzzParse: whatever the bytes, Parse returns; its findings stand within the
// file; its HTML is balanced, has only elements and attributes that the policy
// allows, and no address that runs a script.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		a, found := Parse("fuzz.md", "hash", src)
		checkFindings(t, src, found)
		if a != nil {
			checkArticle(t, src, a, found)
			return
		}
		if !found.HasErrors() {
			t.Error("no article, and no error that says why")
		}
	})
}

// seeds are the articles of the golden files, and each body without its front matter.
func seeds(t testing.TB) [][]byte {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all [][]byte
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".md") {
				all = append(all, unescapeCase(archive.Comment, f.Data))
			}
		}
	}
	return all
}

func checkFindings(t *testing.T, src []byte, found finding.List) {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(src)), "\n")
	for _, f := range found {
		if f.Line < 0 || f.Line > len(lines) || f.Col < 0 || f.Line == 0 && f.Col != 0 {
			t.Errorf("a finding outside of the file's %d lines: %s", len(lines), f)
			continue
		}
		if f.Line > 0 && f.Col > utf8.RuneCountInString(lines[f.Line-1])+1 {
			t.Errorf("a finding behind the end of its line %q: %s", lines[f.Line-1], f)
		}
		if f.Message == "" || strings.ContainsRune(f.Message+f.Suggestion, '\n') {
			t.Errorf("a message that is not one line: %q", f.String())
		}
	}
}

func checkArticle(t *testing.T, src []byte, a *Article, found finding.List) {
	t.Helper()
	made := a.Body()
	if len(made.Text) != len(made.Slots)+1 {
		t.Fatalf("%d texts for %d slots", len(made.Text), len(made.Slots))
	}
	checkFindings(t, src, found)
	checkAtRest(t, a, made)
	body := filled(made)
	if err := balanced(body); err != nil {
		t.Errorf("%s: %v in\n%s", a.Path, err, body)
	}
	if err := harmless(body); err != nil {
		t.Errorf("%s: %v in\n%s", a.Path, err, body)
	}
	ids := map[string]bool{}
	for _, h := range a.Headings {
		if h.ID == "" || ids[h.ID] || h.Level < 2 || h.Level > 6 || !utf8.ValidString(h.Text) {
			t.Errorf("heading %+v", h)
		}
		ids[h.ID] = true
		if !strings.Contains(body, `id="`+html.EscapeString(h.ID)+`"`) {
			t.Errorf("%s: no element has the id of heading %+v", a.Path, h)
		}
	}
	lines := strings.Count(string(src), "\n") + strings.Count(string(src), "\r") + 1
	for _, s := range made.Slots {
		if s.Line < 0 || s.Line > lines {
			t.Errorf("slot %+v in a file of %d lines", s, lines)
		}
	}
}

// checkAtRest: what an article keeps of its body agrees with the body.
func checkAtRest(t *testing.T, a *Article, made Body) {
	t.Helper()
	if !cmp.Equal(made, a.Body()) {
		t.Errorf("a body made twice differs:\n%s", cmp.Diff(made, a.Body()))
	}
	without := slices.Clone(made.Slots)
	for i := range without {
		without[i].Code = nil
	}
	if !slices.Equal(without, a.Slots) {
		t.Errorf("slots at rest:\n%s", cmp.Diff(without, a.Slots))
	}
	var shown, known []string
	for _, h := range outline(made) {
		shown = append(shown, fmt.Sprint(h.Level, h.ID))
	}
	for level, id := range a.Outline() {
		known = append(known, fmt.Sprint(level, id))
	}
	if !slices.Equal(shown, known) {
		t.Errorf("outline: shown %q, known %q", shown, known)
	}
	for _, id := range otherIDs(made, nil) {
		if !a.HasID(html.UnescapeString(id)) && html.EscapeString(html.UnescapeString(id)) == id {
			t.Errorf("%s: the id %s is not known", a.Path, id)
		}
	}
}

// filled puts something harmless of the right kind into each slot.
func filled(b Body) string {
	var out strings.Builder
	for i, text := range b.Text {
		out.WriteString(text)
		if i < len(b.Slots) {
			switch b.Slots[i].Kind {
			case LinkSlot:
				out.WriteString("/slot")
			default:
				out.WriteString(`<img src="/slot">`)
			}
		}
	}
	return out.String()
}

// balanced reports the first element that is closed out of turn or not at all.
func balanced(body string) error {
	var open []string
	return tokens(body, func(kind html.TokenType, t html.Token) error {
		switch kind {
		case html.StartTagToken:
			if !slices.Contains([]string{"br", "hr", "img", "wbr", "col"}, t.Data) {
				open = append(open, t.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != t.Data {
				return fmt.Errorf("</%s> closes nothing; open are %v", t.Data, open)
			}
			open = open[:len(open)-1]
		case html.ErrorToken:
			if len(open) > 0 {
				return fmt.Errorf("%v are left open", open)
			}
		}
		return nil
	})
}

// harmless reports the first thing that could run or reach out.
func harmless(body string) error {
	return tokens(body, func(kind html.TokenType, t html.Token) error {
		switch kind {
		case html.CommentToken, html.DoctypeToken:
			return fmt.Errorf("a comment or doctype: %q", t.Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			return harmlessTag(t)
		}
		return nil
	})
}

func harmlessTag(t html.Token) error {
	attributes, ok := allowed[t.Data]
	if !ok || hasWord(framing, t.Data) {
		return fmt.Errorf("<%s>", t.Data)
	}
	for _, a := range t.Attr {
		if !hasWord(attributes+" "+everywhere+" "+ours[t.Data]+" tabindex", a.Key) || strings.HasPrefix(a.Key, "on") {
			return fmt.Errorf("attribute %s of <%s>", a.Key, t.Data)
		}
		if (a.Key == "href" || a.Key == "src" || a.Key == "cite") && !harmlessAddress(a.Val) {
			return fmt.Errorf("the address %q of <%s>", a.Val, t.Data)
		}
	}
	return nil
}

func harmlessAddress(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	return err == nil && slices.Contains([]string{"", "http", "https", "mailto", "tel"}, u.Scheme)
}

func tokens(body string, see func(html.TokenType, html.Token) error) error {
	z := html.NewTokenizer(bytes.NewReader([]byte(body)))
	for {
		kind := z.Next()
		if err := see(kind, z.Token()); err != nil {
			return err
		}
		if kind == html.ErrorToken {
			if errors.Is(z.Err(), io.EOF) {
				return nil
			}
			return z.Err()
		}
	}
}
