// Package check finds what editors should mend beyond what the stages before it
// meet on their way: it is where the command, CI and publishing have their one
// set of rules from.
//
//	article.Parse ─► findings ─┐
//	site.Build    ─► findings ─┼─► publish ─► Status, the log, the page under --dev
//	Checker.Check ─► findings ─┘         └──► byline check: text, JSON, GitHub; --fix
//
// A fault that a stage cannot overlook (a key it does not know, a link that it
// resolves) is reported by that stage, on the spot. What needs a second look is
// reported here: rules of one article (articles.go), which are pure functions of
// it and are kept by its content hash, and rules of the whole site (sites.go),
// one pass over the model. All rules, with their severities, stand in one table,
// finding.Rules.
//
// Forms are how findings are printed (forms.go), Fixes what can be mended
// without judgement (fix.go); the edits are made by package edit.
package check

import (
	"sync"
	"time"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/parallel"
	"byline/internal/picture"
	"byline/internal/site"
)

// Input is one revision as the stages have left it.
type Input struct {
	Articles   []*article.Article // as the files are now; versions that are held back among them
	Site       *site.Site         // nil when there is none, because of its settings
	Now        time.Time
	Pictures   map[string]picture.Info   // by path: those of which the size is known
	Unwritable func(title string) []rune // for which there is no font; nil: not known
}

// Checker applies the rules and keeps what it found in an article for as long as
// the article stays as it is. It is safe for concurrent use.
type Checker struct {
	mu   sync.Mutex
	last []checked // ordered by path; never changed again: others may be reading it

	unpacker article.Unpacker
}

// checked is an article and what is wrong with it.
type checked struct {
	*article.Article
	found finding.List
}

// Check returns the findings, ordered. They are those of the files as they are
// now: where an older version of an article is shown, its faults are history.
// Articles come ordered by path.
func (c *Checker) Check(in Input) finding.List {
	found := c.articles(in.Articles)
	if in.Site != nil {
		found = append(found, siteRules(in)...)
	}
	found.Sort()
	return found
}

// articles applies the rules of one article to those that were not seen before,
// on all cores.
func (c *Checker) articles(all []*article.Article) finding.List {
	c.mu.Lock()
	last := c.last
	c.mu.Unlock()
	now := make([]checked, len(all))
	var fresh []int
	for i, a := range all {
		for len(last) > 0 && last[0].Path < a.Path {
			last = last[1:]
		}
		if now[i] = (checked{Article: a}); len(last) > 0 && same(last[0].Article, a) {
			now[i].found = last[0].found
		} else {
			fresh = append(fresh, i)
		}
	}
	parallel.Each(len(fresh), func(n int) {
		a := now[fresh[n]].Article
		c.unpacker.Read(a, func(_, source []byte) { now[fresh[n]].found = articleRules(a, source) })
	})
	var found finding.List
	for _, c := range now {
		found = append(found, c.found...)
	}
	c.mu.Lock()
	c.last = now
	c.mu.Unlock()
	return found
}

// same reports whether two readings are of the same file.
func same(a, b *article.Article) bool {
	return a == b || a.Path == b.Path && a.Hash == b.Hash && a.Hash != ""
}
