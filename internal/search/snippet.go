package search

import (
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

// snippets cuts snippets for one query.
type snippets struct {
	vocabulary *Vocabulary
	groups     map[uint32]int // by term: the word of the query for which it stands
	first      [256]bool      // bytes with which such words can begin
}

func (x *Index) snippets(q query) *snippets {
	s := &snippets{vocabulary: x.vocabulary, groups: map[uint32]int{}}
	for i, g := range q.groups {
		for _, c := range g.choices {
			if _, ok := s.groups[c.term]; !ok {
				s.groups[c.term] = i
			}
			s.first[c.first] = true
			if 'a' <= c.first && c.first <= 'z' {
				s.first[c.first-'a'+'A'] = true
			}
		}
	}
	for b := utf8.RuneSelf; b < len(s.first); b++ {
		s.first[b] = true
	}
	return s
}

// hit is a word of the query in a text.
type hit struct{ start, end, group int }

// hits are the words of the query in a text, in its order.
func (s *snippets) hits(text string) []hit {
	var all []hit
	s.vocabulary.mu.RLock()
	defer s.vocabulary.mu.RUnlock()
	for start, end := range places(text) {
		if !s.first[text[start]] {
			continue
		}
		known, ok := s.vocabulary.words[wordAt(text[start:end])]
		if !ok {
			continue
		}
		if group, ok := s.groups[known.term]; ok && known.term != silent {
			all = append(all, hit{start, end, group})
		}
	}
	return all
}

// of returns the part of a text that has the most words of the query, those
// words marked; nil when it has none.
func (s *snippets) of(text string) []Span {
	hits := s.hits(text)
	if len(hits) == 0 {
		return nil
	}
	start, end, most := 0, 0, -1
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
			most, start = value, h.start
		}
	}
	start = begin(text, start)
	end = finish(text, start)
	return spans(text, start, end, hits)
}

// begin is where a snippet begins that is to have the word at a place: with the
// sentence, where that is near, else with a word.
func begin(text string, at int) int {
	low := at
	for range snippetLead {
		_, size := utf8.DecodeLastRuneInString(text[:low])
		low -= size
	}
	lead := text[low:at]
	if low == 0 {
		return len(lead) - len(strings.TrimLeftFunc(lead, unicode.IsSpace))
	}
	for i := len(lead) - 1; i > 0; i-- {
		if space(lead[i]) && (lead[i] == '\n' || strings.IndexByte(".!?", lead[i-1]) >= 0) {
			return low + i + 1
		}
	}
	if i := strings.IndexFunc(lead, unicode.IsSpace); i >= 0 {
		rest := lead[i:]
		return low + i + len(rest) - len(strings.TrimLeftFunc(rest, unicode.IsSpace))
	}
	return at
}

func space(b byte) bool { return b == ' ' || b == '\n' || b == '\t' }

// finish is where a snippet ends: before the word that would be too much.
func finish(text string, start int) int {
	end, n := start, 0
	for end < len(text) && n < snippetWidth {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
		n++
	}
	if end == len(text) {
		return len(strings.TrimRightFunc(text, unicode.IsSpace))
	}
	if next, _ := utf8.DecodeRuneInString(text[end:]); unicode.IsSpace(next) {
		return start + len(strings.TrimRightFunc(text[start:end], unicode.IsSpace))
	}
	if i := strings.LastIndexFunc(text[start:end], unicode.IsSpace); i > 0 {
		return start + len(strings.TrimRightFunc(text[start:start+i], unicode.IsSpace))
	}
	return end
}

// spans is the text from start to end with the hits marked, and an ellipsis where
// it goes on.
func spans(text string, start, end int, hits []hit) []Span {
	var all []Span
	add := func(text string, marked bool) {
		if text != "" {
			all = append(all, Span{text, marked})
		}
	}
	if start > 0 {
		add("… ", false)
	}
	at := start
	for i := 0; i < len(hits); {
		from, to := hits[i].start, hits[i].end
		for i++; i < len(hits) && hits[i].start <= to; i++ {
			to = max(to, hits[i].end) // pairs overlap
		}
		from, to = max(from, at), min(to, end)
		if from < to {
			add(text[at:from], false)
			add(text[from:to], true)
			at = to
		}
	}
	add(text[at:max(at, end)], false)
	if end < len(strings.TrimRightFunc(text, unicode.IsSpace)) {
		add(" …", false)
	}
	return all
}
