package search

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// snippetWidth is how long a snippet is at most, in characters.
	snippetWidth = 190
	// snippetLead is how far before the first word a sentence may begin that a
	// snippet then begins with.
	snippetLead = 70
)

// Span is a part of a snippet. It is text: whoever writes markup escapes it.
type Span struct {
	Text   string
	Marked bool // it is a word of the query, in this or another form
}

// snippet returns the part of a text that has the most words of the query, those
// words marked; nil when it has none. It keeps nothing of the text.
func (m *marks) snippet(text []byte) []Span {
	text = bytes.TrimRightFunc(text, unicode.IsSpace)
	m.find(text)
	if len(m.hits) == 0 {
		return nil
	}
	at := densest(m.hits)
	low, high := back(text, at, snippetLead), ahead(text, at, snippetWidth+1)
	p := piece{string(text[low:high]), low, low == 0, high == len(text)}
	start := p.begin(at - low)
	return p.spans(start, p.finish(start), m.hits)
}

// densest is where the first word stands of those that are together in the length of
// a snippet: the most different ones, then the most of all, then the first.
func densest(hits []hit) int {
	at, most := 0, -1
	for i, h := range hits {
		last := h.start + snippetWidth - snippetLead
		value, seen := 0, uint64(0)
		for _, other := range hits[i:] {
			if other.end > last {
				break
			}
			value++
			if seen&(1<<other.group) == 0 {
				seen |= 1 << other.group
				value += 2 * mostWords
			}
		}
		if value > most {
			most, at = value, h.start
		}
	}
	return at
}

// back is so many characters before a place, or where the text begins.
func back(text []byte, at, n int) int {
	for range n {
		_, size := utf8.DecodeLastRune(text[:at])
		at -= size
	}
	return at
}

// ahead is so many characters behind a place, or where the text ends.
func ahead(text []byte, at, n int) int {
	for range n {
		_, size := utf8.DecodeRune(text[at:])
		at += size
	}
	return at
}

// piece is the part of a text in which a snippet is.
type piece struct {
	text        string
	offset      int  // of it in the whole
	first, last bool // it begins, or ends, with the whole
}

// begin is where a snippet begins that is to have the word at a place: with the
// sentence, where that is near, else with a word.
func (p piece) begin(at int) int {
	lead := p.text[:at]
	if p.first {
		return len(lead) - len(strings.TrimLeftFunc(lead, unicode.IsSpace))
	}
	for i := len(lead) - 1; i > 0; i-- {
		if space(lead[i]) && (lead[i] == '\n' || strings.IndexByte(".!?", lead[i-1]) >= 0) {
			return i + 1
		}
	}
	if i := strings.IndexFunc(lead, unicode.IsSpace); i >= 0 {
		rest := lead[i:]
		return i + len(rest) - len(strings.TrimLeftFunc(rest, unicode.IsSpace))
	}
	return at
}

func space(b byte) bool { return b == ' ' || b == '\n' || b == '\t' }

// finish is where a snippet ends: before the word that would be too much.
func (p piece) finish(start int) int {
	end, n := start, 0
	for end < len(p.text) && n < snippetWidth {
		_, size := utf8.DecodeRuneInString(p.text[end:])
		end += size
		n++
	}
	if end == len(p.text) {
		return end
	}
	if next, _ := utf8.DecodeRuneInString(p.text[end:]); unicode.IsSpace(next) {
		return start + len(strings.TrimRightFunc(p.text[start:end], unicode.IsSpace))
	}
	if i := strings.LastIndexFunc(p.text[start:end], unicode.IsSpace); i > 0 {
		return start + len(strings.TrimRightFunc(p.text[start:start+i], unicode.IsSpace))
	}
	return end
}

// usualSpans is how many parts a snippet has, or fewer, as most have.
const usualSpans = 8

// spans is the text from start to end with the hits marked, and an ellipsis where
// it goes on.
func (p piece) spans(start, end int, hits []hit) []Span {
	all := make([]Span, 0, usualSpans)
	add := func(text string, marked bool) {
		if text != "" {
			all = append(all, Span{text, marked})
		}
	}
	if !p.first || start > 0 {
		add("… ", false)
	}
	at := start
	for i := 0; i < len(hits) && hits[i].start < p.offset+end; {
		from, to := hits[i].start, hits[i].end
		for i++; i < len(hits) && hits[i].start <= to; i++ {
			to = max(to, hits[i].end) // pairs overlap
		}
		from, to = max(from-p.offset, at), min(to-p.offset, end)
		if from < to {
			add(p.text[at:from], false)
			add(p.text[from:to], true)
			at = to
		}
	}
	add(p.text[at:max(at, end)], false)
	if !p.last || end < len(p.text) {
		add(" …", false)
	}
	return all
}
