package site

import (
	"fmt"
	"iter"
	"slices"
	"sync"

	"byline/internal/align"
	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/parallel"
	"byline/internal/search"
	"byline/internal/strict"
)

const (
	relatedCount     = 4
	recommendedCount = 3
)

// analysis is what a Builder keeps of the texts from one build to the next.
type analysis struct {
	lang       string
	vocabulary *search.Vocabulary
	articles   []*article.Article // those of the last site
	bags       []*search.Bag      // of those
	index      *search.Index
}

// indexAll makes the index of the pages, by which each finds those beside it.
// Texts that stay are not analysed again, and the index shares with the last
// what did not change. Once most of the words that it has seen are gone from the
// texts, all begins anew.
func (w *build) indexAll() {
	kept := &w.builder.analysis
	if lang := w.Settings.Lang.Value; kept.vocabulary == nil || kept.lang != lang || kept.index.Spent() {
		*kept = analysis{lang: lang, vocabulary: search.NewVocabulary(lang)}
	}
	pages := w.site.Pages
	articles, bags := make([]*article.Article, len(pages)), make([]*search.Bag, len(pages))
	for i, p := range pages {
		p.number, articles[i] = i, p.Article
		if p.State != Public {
			w.site.hide(i)
		}
	}
	var fresh []int
	for i, place := range align.Places(articles, kept.articles) {
		if place < 0 {
			fresh = append(fresh, i)
			continue
		}
		bags[i] = kept.bags[place]
	}
	parallel.Each(len(fresh), func(i int) { bags[fresh[i]] = w.builder.analyse(articles[fresh[i]]) })
	kept.articles, kept.bags = articles, bags
	kept.index = kept.vocabulary.Index(bags, kept.index)
	w.site.index = kept.index
}

// hide keeps a page from being found.
func (s *Site) hide(page int) {
	if s.hidden == nil {
		s.hidden = make([]bool, len(s.Pages))
	}
	s.hidden[page] = true
}

// pinAll gives every page those that its editor put first.
func (w *build) pinAll() {
	for _, p := range w.site.Pages {
		before := len(w.found)
		p.pins = w.pins(p)
		if w.kept[p.Path] {
			w.found = w.found[:before]
		}
	}
}

// analyse counts the terms of an article.
func (b *Builder) analyse(a *article.Article) (bag *search.Bag) {
	b.unpacker.Read(a, func(text, _ []byte) { bag = b.analysis.vocabulary.Analyse(document(a, text)) })
	return bag
}

// document is what the index reads of an article with that plain text.
func document(a *article.Article, text []byte) search.Document {
	doc := search.Document{Title: line(a.Meta.Title), Subtitle: line(a.Meta.Subtitle), Body: string(text)}
	for _, h := range a.Headings {
		doc.Headings = append(doc.Headings, h.Text)
	}
	for _, t := range a.Meta.Tags {
		doc.Tags = append(doc.Tags, t.Value)
	}
	return doc
}

// beside is the two lists of suggestions of a page, once they were asked for.
type beside struct {
	once                 sync.Once
	related, recommended []Suggestion
}

// Suggestions returns what stands beside a page: up to four that its editor
// pinned or whose text is like its own, and up to three of its author or
// category, else the newest. With two others or more each list has at least one;
// no page is in both, and none suggests itself. The lists are made when they are
// first asked for, and must not be changed.
func (s *Site) Suggestions(p *Page) (related, recommended []Suggestion) {
	p.beside.once.Do(func() { s.suggest(p) })
	return p.beside.related, p.beside.recommended
}

func (s *Site) suggest(p *Page) {
	others := len(s.Pages) - 1
	most := relatedCount
	if others >= 2 {
		most = min(most, others-1)
	}
	taken := map[*Page]bool{p: true}
	take := func(list []Suggestion, other Suggestion, most int) []Suggestion {
		if len(list) >= most || taken[other.Page] {
			return list
		}
		taken[other.Page] = true
		return append(list, other)
	}
	var related, recommended []Suggestion
	for _, pinned := range p.pins {
		related = take(related, Suggestion{Page: pinned, Reason: "pinned"}, most)
	}
	var pinned []int
	for _, pin := range related {
		pinned = append(pinned, pin.number)
	}
	for _, m := range s.index.Neighbours(p.number, most-len(related), pinned) {
		related = take(related, Suggestion{Page: s.Pages[m.Document], Reason: "text", Score: m.Score, Terms: m.Terms}, most)
	}
	kin := s.kin(p)
	if len(related) == 0 && len(kin) > 0 {
		related = take(related, kin[0], most)
	}
	for _, other := range kin {
		recommended = take(recommended, other, recommendedCount)
	}
	p.beside.related, p.beside.recommended = related, recommended
}

// Resembling returns up to n public pages whose text is most like one that is
// not on the site, such as that of an article that was removed: the best first,
// none when nothing is alike.
func (s *Site) Resembling(text search.Document, n int) []*Page {
	var pages []*Page
	for _, m := range s.index.ResemblingText(text, n, s.hides) {
		pages = append(pages, s.Pages[m.Document])
	}
	return pages
}

// ResemblingGone returns up to n public pages that are most like an article that
// is there no more: by its text where it has expired, by its title where its file
// was removed.
func (s *Site) ResemblingGone(gone Gone, n int) []*Page {
	if gone.Article != nil {
		return s.Resembling(document(gone.Article, []byte(gone.Article.Text())), n)
	}
	return s.Resembling(search.Document{Title: gone.Title}, n)
}

// pins are the pages that the editor put first.
func (w *build) pins(p *Page) []*Page {
	var pins []*Page
	for _, pin := range p.Meta.Related {
		other, ok := w.site.bySlug.find(pin.Value)
		if !ok {
			other, ok = w.formerPin(p, pin)
		}
		switch {
		case !ok:
			w.unknownPin(p, pin)
		case other == p:
			w.add(p.Path, finding.UnknownRelated, pin.Line, pin.Col, "related: an article is not related to itself", "remove it")
		default:
			pins = append(pins, other)
		}
	}
	return pins
}

// formerPin is the page that had the slug of a pin before.
func (w *build) formerPin(p *Page, pin strict.Text) (*Page, bool) {
	other, ok := w.site.alias(w.site.Path + "/" + pin.Value)
	if former, renamed := w.site.renamed[pin.Value]; renamed && !ok {
		other, ok = former.Page, true
	}
	if ok {
		w.add(p.Path, finding.RedirectedLink, pin.Line, pin.Col, fmt.Sprintf("related: %q is a former slug of %s", pin.Value, other.Path), fmt.Sprintf("write %q", other.Slug))
		w.found[len(w.found)-1].Fix = finding.Fix{Old: pin.Value, New: other.Slug}
	}
	return other, ok
}

func (w *build) unknownPin(p *Page, pin strict.Text) {
	message, suggestion := fmt.Sprintf("related: there is no article %q", pin.Value), "write the slugs of other articles, as \"byline list\" shows them"
	if state, hidden := w.hiddenAt(place{site: w.site.Path + "/" + pin.Value}); hidden {
		if later(p, state) {
			return
		}
		message, suggestion = fmt.Sprintf("related: the article %q is not public (%s)", pin.Value, state), ""
	} else if near, ok := w.nearestSlug(pin.Value, max(2, len(pin.Value)/3)); ok {
		suggestion = fmt.Sprintf("did you mean %q?", near)
	}
	w.add(p.Path, finding.UnknownRelated, pin.Line, pin.Col, message, suggestion)
}

// kin lists the others by what is not their text: of the same author or
// category, newest first, then the newest of all. There are as many as the two
// lists of a page can need.
func (s *Site) kin(p *Page) []Suggestion {
	const enough = relatedCount + recommendedCount
	var lists [][]*Page
	for _, author := range p.Authors {
		lists = append(lists, author.Pages)
	}
	if p.Category != nil {
		lists = append(lists, p.Category.Pages)
	}
	var near []Suggestion
	listed := map[*Page]bool{p: true}
	for other := range newestOf(lists) {
		if listed[other] {
			continue
		}
		listed[other] = true
		reason := "category"
		if slices.ContainsFunc(other.Authors, func(g *Group) bool { return slices.Contains(p.Authors, g) }) {
			reason = "author"
		}
		if near = append(near, Suggestion{Page: other, Reason: reason}); len(near) == enough {
			return near
		}
	}
	rest := 0
	for _, other := range s.Pages {
		if rest == enough {
			break
		}
		if !listed[other] {
			near = append(near, Suggestion{Page: other, Reason: "newest"})
			rest++
		}
	}
	return near
}

// newestOf yields the pages of lists that each begin with the newest, the newest
// of all first; one that is in several comes several times.
func newestOf(lists [][]*Page) iter.Seq[*Page] {
	return func(yield func(*Page) bool) {
		for {
			newest := -1
			for i, list := range lists {
				if len(list) > 0 && (newest < 0 || list[0].number < lists[newest][0].number) {
					newest = i
				}
			}
			if newest < 0 || !yield(lists[newest][0]) {
				return
			}
			lists[newest] = lists[newest][1:]
		}
	}
}
