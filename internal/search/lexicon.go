package search

import (
	"cmp"
	"slices"
	"strings"

	"byline/internal/edits"
)

// lexicon is the words of a vocabulary in order, for those that are begun or
// misspelt. It is made with an Index, and stays for those that follow as long as
// the vocabulary has no new word; then those that are new are merged in. It takes
// about sixty bytes a word and is immutable.
type lexicon struct {
	words    int // of the vocabulary that it knows
	entries  []lexeme
	sketches []edits.Sketch // of the entries; apart from them, because all are looked at
}

// lexeme is a word that says something.
type lexeme struct {
	text string // without accents
	word string // as it was learned
	term uint32
}

// lexicon returns the words of the vocabulary in order.
func (v *Vocabulary) lexicon() *lexicon {
	last := v.sorted.Load()
	v.mu.RLock()
	n := len(v.learned)
	if last != nil && last.words == n {
		v.mu.RUnlock()
		return last
	}
	if last == nil {
		last = &lexicon{}
	}
	fresh := make([]lexeme, 0, n-last.words)
	for _, word := range v.learned[last.words:n] {
		fresh = append(fresh, lexeme{word: word, term: v.words[word].term})
	}
	v.mu.RUnlock()
	for i := range fresh {
		fresh[i].text = fold(fresh[i].word)
	}
	slices.SortFunc(fresh, compareLexemes)
	made := last.with(fresh)
	made.words = n
	v.sorted.Store(made) // two makers at once make the same
	return made
}

func compareLexemes(a, b lexeme) int {
	return cmp.Or(strings.Compare(a.text, b.text), strings.Compare(a.word, b.word))
}

// with is the lexicon with fresh words, which are in order.
func (l *lexicon) with(fresh []lexeme) *lexicon {
	n := len(l.entries) + len(fresh)
	made := &lexicon{entries: make([]lexeme, 0, n), sketches: make([]edits.Sketch, 0, n)}
	old, sketches := l.entries, l.sketches
	take := func(n int) {
		made.entries, made.sketches = append(made.entries, old[:n]...), append(made.sketches, sketches[:n]...)
		old, sketches = old[n:], sketches[n:]
	}
	for _, f := range fresh {
		before, _ := slices.BinarySearchFunc(old, f, compareLexemes)
		take(before)
		made.entries, made.sketches = append(made.entries, f), append(made.sketches, edits.SketchOf(f.text))
	}
	take(len(old))
	return made
}

// begunWith are the entries whose text begins so, from one to before the other.
func (l *lexicon) begunWith(text string) (from, to int) {
	from, _ = slices.BinarySearchFunc(l.entries, text, func(e lexeme, text string) int { return strings.Compare(e.text, text) })
	for to = from; to < len(l.entries) && strings.HasPrefix(l.entries[to].text, text); {
		to++
	}
	return from, to
}
