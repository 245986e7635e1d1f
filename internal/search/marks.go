package search

import "unicode/utf8"

// marks finds the words of a query in texts. Nearly all words of a text are others:
// that a word is none is told by its first letter and its length, without a copy of
// it.
type marks struct {
	kinds   [256]kind
	groups  map[string]int // by word, as words yields it: the word of the query for which it stands
	lengths [256]uint32    // by the first byte: a bit for each length that such words have
	hits    []hit          // of the text that was read last
	lower   []byte         // a word of it
}

// hit is a word of a query in a text.
type hit struct{ start, end, group int }

// of takes up another query: every form of every term that stands for its words.
func (m *marks) of(v *Vocabulary, q query) {
	if m.groups == nil {
		m.groups = map[string]int{}
		for c := range m.kinds {
			m.kinds[c] = kindOf(byte(c))
		}
	}
	clear(m.groups)
	m.lengths = [256]uint32{}
	v.mu.RLock()
	defer v.mu.RUnlock()
	for i, g := range q.groups {
		for _, c := range g.choices {
			for _, word := range v.forms[c.term] {
				if _, ok := m.groups[word]; !ok {
					m.groups[word] = i
				}
				m.lengths[word[0]] |= lengthBit(len(word))
			}
		}
	}
}

// lengthBit stands for a length; those from 31 on share one.
func lengthBit(n int) uint32 { return 1 << min(n, 31) }

// kind is what a byte is to who looks for the words of a text.
type kind uint8

const (
	gap     kind = iota // no part of a word
	simple              // a letter or digit of ASCII
	special             // it depends, see unsure
)

// kindOf is the kind of a byte, as wordEnd knows them.
func kindOf(c byte) kind {
	switch {
	case c >= utf8.RuneSelf || c == '\'' || c == '.' || c == '+' || c == '#':
		return special
	case simpleLetter(c) || simpleDigit(c):
		return simple
	}
	return gap
}

func simpleLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func simpleDigit(c byte) bool { return '0' <= c && c <= '9' }

// find notes the words of the query in a text, in its order.
func (m *marks) find(text []byte) {
	m.hits = m.hits[:0]
	if len(m.groups) == 0 {
		return
	}
	for i := 0; i < len(text); {
		start, at := i, gap
		for ; i < len(text); i++ {
			if at = m.kinds[text[i]]; at != simple {
				break
			}
		}
		switch {
		case at == special && unsure(text, start, i):
			i = m.findSlowly(text, start)
		case i > start:
			m.look(text, start, i)
		case text[i] >= utf8.RuneSelf:
			i += punctuationSize
		default:
			i++
		}
	}
}

// unsure reports whether what stands at a place may belong to the word that began at
// start, or begins one that is not of ASCII alone: see wordEnd.
func unsure(text []byte, start, at int) bool {
	inside, size := at > start, 1
	switch c := text[at]; {
	case c == '.':
		inside = inside && simpleDigit(text[at-1])
		return inside && at+1 < len(text) && (simpleDigit(text[at+1]) || text[at+1] >= utf8.RuneSelf)
	case c == '+' || c == '#':
		return inside && at-start < longestMarked
	case c >= utf8.RuneSelf:
		if !punctuation(text, at) {
			return true
		}
		inside, size = inside && string(text[at:at+punctuationSize]) == "’", punctuationSize
	case c != '\'':
		return false
	}
	return inside && at+size < len(text) && (simpleLetter(text[at+size]) || text[at+size] >= utf8.RuneSelf)
}

// look notes a word of ASCII if it is one of the query.
func (m *marks) look(text []byte, start, end int) {
	if m.lengths[text[start]|0x20]&lengthBit(end-start) == 0 {
		return
	}
	m.lower = m.lower[:0]
	for _, c := range text[start:end] {
		m.lower = append(m.lower, c|0x20) // which leaves a digit as it is
	}
	if group, ok := m.groups[string(m.lower)]; ok {
		m.hits = append(m.hits, hit{start, end, group})
	}
}

// findSlowly notes the words of the query from a place to the next space, and returns
// where that is. Nothing of a word depends on what is behind a space, or before the
// place.
func (m *marks) findSlowly(text []byte, start int) (end int) {
	for end = start; end < len(text) && text[end] > ' '; {
		end++
	}
	run := string(text[start:end])
	for from, to := range places(run) {
		if group, ok := m.groups[wordAt(run[from:to])]; ok {
			m.hits = append(m.hits, hit{start + from, start + to, group})
		}
	}
	return end
}
