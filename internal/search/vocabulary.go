package search

import (
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Vocabulary numbers the words of one language, so that a term is a number
// wherever it stands. It only grows: by the words that no text had before, about
// a hundred bytes each. What was numbered keeps its number, so an Index does not
// notice. A Vocabulary is safe for concurrent use.
type Vocabulary struct {
	language language
	mu       sync.RWMutex
	words    map[string]word
	terms    map[string]uint32
	forms    [][]string // by term: the words of it
	learned  []string   // the words that say something, as they were learned
	sorted   atomic.Pointer[lexicon]
	seed     maphash.Seed // of the hashes of titles
	counts   []float64    // by strength: the weighted count that it stands for
	tallies  sync.Pool    // of *tally: the next text is counted in what the last left
	scratch  sync.Pool    // of *scratch, likewise
	sums     sync.Pool    // of *sums, likewise
}

// word is what is known of a word: its term, and its place among the forms of it.
type word struct {
	term uint32
	form uint16
}

// silent is the term of words that say nothing.
const silent = math.MaxUint32

// NewVocabulary returns an empty vocabulary of the language lang ("en", "es-ES").
func NewVocabulary(lang string) *Vocabulary {
	return &Vocabulary{language: languageOf(lang), words: map[string]word{}, terms: map[string]uint32{}, seed: maphash.MakeSeed(), counts: counts()}
}

// A Bag holds the terms of one document, each once. It is immutable. Millions of
// entries are kept, so they are packed: eight bytes each.
type Bag struct {
	terms  []entry // by number
	length float64 // of the vector of strengths
	title  uint64  // hash of the title, see titleHash
}

// entry is a term in a document.
type entry struct {
	term     uint32
	form     uint16 // that of its words in which the text has it, for people
	strength uint16
}

const (
	// unit is the whole number that stands for one.
	unit = 256
	// strengthBits are enough for a term that a text has three million times.
	strengthBits = 12
	maxStrength  = 1<<strengthBits - 1
)

// strength is how much a term says that a text has so often: twice as often
// does not say twice as much.
func strength(count float64) uint16 {
	return uint16(min(maxStrength, math.Round(unit*(1+math.Log(count)))))
}

// counts are the weighted counts by their strengths: what strength makes of them,
// turned back.
func counts() []float64 {
	all := make([]float64, maxStrength+1)
	for i := range all {
		all[i] = math.Exp(float64(i)/unit - 1)
	}
	return all
}

// titleHash is the hash of a title in the form of plain. Titles of one hash may
// still be two.
func (v *Vocabulary) titleHash(title string) uint64 { return maphash.String(v.seed, title) }

// Analyse counts the terms of a document.
func (v *Vocabulary) Analyse(doc Document) *Bag {
	t, ok := v.tallies.Get().(*tally)
	if !ok {
		t = newTally()
	}
	t.count(doc)
	bag := bagOf(v.number(t), t)
	bag.title = v.titleHash(plain(doc.Title))
	t.clear()
	v.tallies.Put(t)
	return bag
}

// tally is the words of a document, in the order in which they first stand there.
type tally struct {
	words  []string
	counts []float64
	at     map[string]int
}

func newTally() *tally { return &tally{at: make(map[string]int, 256)} }

// clear forgets the words, and with them the text that they are parts of.
func (t *tally) clear() {
	clear(t.words)
	clear(t.at)
	t.words, t.counts = t.words[:0], t.counts[:0]
}

func count(doc Document) *tally {
	t := newTally()
	t.count(doc)
	return t
}

func (t *tally) count(doc Document) {
	t.add(doc.Title, titleWeight)
	t.add(doc.Subtitle, titleWeight)
	for _, tag := range doc.Tags {
		t.add(tag, tagWeight)
	}
	for _, heading := range doc.Headings {
		t.add(heading, headingWeight)
	}
	t.add(doc.Body, 1)
}

func (t *tally) add(text string, weight float64) {
	for w := range words(text) {
		t.word(w, weight)
	}
}

func (t *tally) word(text string, weight float64) {
	i, ok := t.at[text]
	if !ok {
		i = len(t.words)
		t.at[text] = i
		t.words, t.counts = append(t.words, text), append(t.counts, 0)
	}
	t.counts[i] += weight
}

// number returns what is known of each word, and learns those that are new.
// Their terms are worked out while others may look words up.
func (v *Vocabulary) number(t *tally) []word {
	all, unknown := v.lookUp(t.words)
	if len(unknown) == 0 {
		return all
	}
	terms := make([]string, len(unknown))
	for i, at := range unknown {
		terms[i] = v.language.term(t.words[at])
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, at := range unknown {
		all[at] = v.learn(t.words[at], terms[i])
	}
	return all
}

// find returns the terms of words without learning any.
func (v *Vocabulary) find(t *tally) []word {
	all, unknown := v.lookUp(t.words)
	for _, at := range unknown {
		term := v.language.term(t.words[at])
		v.mu.RLock()
		if number, ok := v.terms[term]; ok {
			all[at].term = number
		}
		v.mu.RUnlock()
	}
	return all
}

// lookUp returns what is known of words; of those at the places unknown it is
// that they say nothing.
func (v *Vocabulary) lookUp(words []string) (all []word, unknown []int) {
	all = make([]word, len(words))
	v.mu.RLock()
	defer v.mu.RUnlock()
	for i, text := range words {
		known, ok := v.words[text]
		if !ok {
			known.term = silent
			unknown = append(unknown, i)
		}
		all[i] = known
	}
	return all, unknown
}

// learn numbers a word and its term, unless another text was faster.
func (v *Vocabulary) learn(text, term string) word {
	if known, ok := v.words[text]; ok {
		return known
	}
	text = strings.Clone(text) // it is a part of its text, which must not stay for its sake
	w := word{term: silent}
	if term != "" {
		number, ok := v.terms[term]
		if !ok {
			number = uint32(len(v.terms))
			v.terms[strings.Clone(term)] = number
			v.forms = append(v.forms, nil)
		}
		w = word{number, uint16(min(len(v.forms[number]), math.MaxUint16))}
		v.forms[number] = append(v.forms[number], text)
		v.learned = append(v.learned, text)
	}
	v.words[text] = w
	return w
}

// shape is the word in which a text has a term.
func (v *Vocabulary) shape(e weighted) string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.forms[e.term][e.form]
}

// bagOf brings the words of one term together. The shortest form of it stands
// for it, of two equally short ones the first.
func bagOf(known []word, t *tally) *Bag {
	order := make([]uint64, 0, len(known)) // by term, then by place in the text
	for i, w := range known {
		if w.term != silent {
			order = append(order, uint64(w.term)<<32|uint64(i))
		}
	}
	slices.Sort(order)
	bag := &Bag{terms: make([]entry, 0, len(order))}
	count, best := 0.0, -1
	for n, key := range order {
		term, i := uint32(key>>32), int(uint32(key))
		count += t.counts[i]
		if best < 0 || len(t.words[i]) < len(t.words[best]) {
			best = i
		}
		if n+1 == len(order) || uint32(order[n+1]>>32) != term {
			bag.terms = append(bag.terms, entry{term, known[best].form, strength(count)})
			count, best = 0, -1
		}
	}
	bag.terms = slices.Clone(bag.terms) // of the length that it came to
	sum := uint64(0)
	for _, e := range bag.terms {
		sum += uint64(e.strength) * uint64(e.strength)
	}
	bag.length = math.Sqrt(float64(sum))
	return bag
}
