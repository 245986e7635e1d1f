package search

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzMarks: the words of a query that are found in a text are those of a look at
// every word of it.
func FuzzMarks(f *testing.F) {
	for _, doc := range small {
		f.Add(doc.Body)
	}
	f.Add("C++ and c+d, F#. 5.3.1? the Café’s don't won’t’ e\u0301tude “index’ x’y index‘index\u200dindex 日本語index日index. \xffindex \xe2\x80 3’4 ab+ a’b'c index\x00index")
	f.Fuzz(func(t *testing.T, text string) {
		docs := append([]Document{{Body: text}}, small...)
		x := indexOf(docs)
		var m marks
		q := query{}
		for term := range uint32(len(x.postings)) {
			if term%3 > 0 { // words that are looked for beside some that are not
				q.groups = append(q.groups, group{choices: []choice{{term: term}}})
			}
		}
		m.of(x.vocabulary, q)
		m.find([]byte(text))
		var want []hit
		for start, end := range places(text) {
			if group, ok := m.groups[wordAt(text[start:end])]; ok {
				want = append(want, hit{start, end, group})
			}
		}
		if diff := cmp.Diff(want, slices.Clip(slices.Clone(m.hits)), cmp.AllowUnexported(hit{})); diff != "" && len(want)+len(m.hits) > 0 {
			t.Fatalf("%q: %s", text, diff)
		}
	})
}

// FuzzPlain: the form in which phrases and titles are compared is that of a look at
// every sign.
func FuzzPlain(f *testing.F) {
	for _, text := range []string{"“Café’s”—naïve C++ F#; x", "e\u0301\u0301 ’\u0301 日本\u3099 か\u3099", "a\u200db \xe2\x80 \xff\u0301", "ÀÉ İ ß ǅ ΑΎ\u0301", " . "} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "\uFFFD") // as those of articles and queries are
		var want strings.Builder
		gap := false
		for _, r := range fold(text) {
			if want.Len() > 0 && gap && wordSign(r) {
				want.WriteByte(' ')
			}
			if gap = !wordSign(r); !gap {
				want.WriteString(strings.ToLower(string(r)))
			}
		}
		if got := string(appendPlain([]byte("x")[:0], []byte(text))); got != want.String() {
			t.Fatalf("%q: got %q, want %q", text, got, want.String())
		}
	})
}
