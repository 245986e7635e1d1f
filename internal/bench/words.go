package bench

import (
	"math/rand/v2"
	"strings"
)

// common are the words that every second word of a text is, the most frequent
// first.
const common = `the of and to a in is that it for was on are as with be this by from have or one at had not but what all were when we
there can an your which their said if do will each about how up out them then she many some so these would other into has more her two
like him see time could no make than first been its who now people my made over did down only way find use may long little very after
words called just where most know`

// vocabularySize is how many words a generated site is written with: about those
// of a well-read person.
const vocabularySize = 24_000

// Shape of the distribution, after Zipf and Mandelbrot: the word of rank r stands in a
// text with a frequency of 1/(r+shift)^slope.
const (
	slope = 1.07
	shift = 2.7
)

// topicSize is how many words belong to a topic before others.
const topicSize = 400

// vocabulary is the words of a site by rank, the most frequent first. It is immutable.
type vocabulary []string

func newVocabulary() vocabulary {
	words := vocabulary(strings.Fields(common))
	random := rand.New(rand.NewPCG(11, 7))
	seen := map[string]bool{}
	for _, word := range words {
		seen[word] = true
	}
	for len(words) < vocabularySize {
		// Frequent words are short in every language.
		if word := invent(random, 2+len(words)/9_000); !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	return words
}

// invent makes a word that can be said.
func invent(random *rand.Rand, syllables int) string {
	pick := func(of string) string {
		all := strings.Split(of, " ")
		return all[random.IntN(len(all))]
	}
	var word strings.Builder
	for range 1 + random.IntN(syllables) {
		word.WriteString(pick("b br c ch cl d dr f fl g gr h k l m n p pl pr qu r s sc sh sp st str t tr v w"))
		word.WriteString(pick("a e i o u a e i o ai ea ee oa ou"))
	}
	word.WriteString(pick("b ck ct d ft g l ld lt m mp n nd ng nt p r rd rk rm rt s ss st t th x"))
	return word.String() + pick("    s ed ing er ly ment")
}

// writer puts words one after the other as a language does.
type writer struct {
	vocabulary
	random *rand.Rand
	zipf   *rand.Zipf
	topic  int // whose words come up more often
	inside *rand.Zipf
}

func newWriter(words vocabulary, seed uint64, topic int) *writer {
	random := rand.New(rand.NewPCG(seed, 5))
	return &writer{words, random, rand.NewZipf(random, slope, shift, uint64(len(words)-1)), topic, rand.NewZipf(random, slope, shift, topicSize-1)}
}

// word is the next one: one in five belongs to the topic.
func (w *writer) word() string {
	if w.random.IntN(5) == 0 {
		return w.term()
	}
	return w.vocabulary[w.zipf.Uint64()]
}

// term is a word of the topic.
func (w *writer) term() string {
	return w.vocabulary[1_000+w.topic*topicSize+int(w.inside.Uint64())]
}

// words are n words, the first with a capital.
func (w *writer) words(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = w.word()
	}
	return capital(strings.Join(all, " "))
}

// title is a few words of the topic among others.
func (w *writer) title() string {
	return capital(w.term() + " " + w.word() + " " + w.term() + " " + w.words(1+w.random.IntN(4)))
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
