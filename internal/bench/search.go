package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// queryCount is how many different queries of a kind are asked.
const queryCount = 200

// search asks what readers ask, one after the other: nobody else is asking.
func (r *run) search(ctx context.Context) error {
	words, err := r.words()
	if err != nil {
		return err
	}
	any := func() string { return words[r.random.IntN(len(words))] }
	for _, kind := range []struct {
		name string
		next func() string
	}{
		{"one word", any},
		{"two words", func() string { return any() + " " + any() }},
		{"a word with a slip", func() string { return mistype(r.random, any()) }},
	} {
		paths := make([]string, queryCount)
		for i := range paths {
			paths[i] = r.place.under("search?q=" + url.QueryEscape(kind.next()))
		}
		if err := r.ask(ctx, kind.name, paths); err != nil {
			return err
		}
	}
	return nil
}

// ask adds a row of search to the report.
func (r *run) ask(ctx context.Context, name string, paths []string) error {
	r.Tell("Searching for " + name)
	var one reader
	requests := r.requests("gzip", paths...)
	next := 0
	one.run(ctx, r.server.addr, time.Now().Add(r.Load), nil, func(*rand.Rand) []byte {
		next++
		return requests[next%len(requests)]
	})
	if one.fault != nil {
		return fmt.Errorf("searching for %s: %w", name, one.fault)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.report.Searches = append(r.report.Searches, Search{name, latencyOf(one.times)})
	return nil
}

// words are those of some articles, as often as they stand there: what is written
// about is what is looked for.
func (r *run) words() ([]string, error) {
	files, err := r.editable()
	if err != nil {
		return nil, err
	}
	var words []string
	for _, file := range files[:min(len(files), 100)] {
		text := string(file.text())
		if parts := strings.SplitN(text, "\n---\n", 2); len(parts) == 2 {
			text = parts[1]
		}
		for _, word := range strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) }) {
			if len([]rune(word)) >= 5 {
				words = append(words, strings.ToLower(word))
			}
		}
	}
	if len(words) == 0 {
		return nil, errors.New("the articles have no words of five letters to search for")
	}
	return words, nil
}

// mistype makes one slip: two letters change places, or one is left out or doubled.
func mistype(random *rand.Rand, word string) string {
	letters := []rune(word)
	i := 1 + random.IntN(len(letters)-2)
	switch random.IntN(3) {
	case 0:
		letters[i], letters[i+1] = letters[i+1], letters[i]
		return string(letters)
	case 1:
		return string(letters[:i]) + string(letters[i+1:])
	}
	return string(letters[:i]) + string(letters[i-1:i]) + string(letters[i:])
}
