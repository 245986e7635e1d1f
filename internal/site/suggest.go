package site

import (
	"fmt"
	"slices"

	"byline/internal/finding"
	"byline/internal/parallel"
	"byline/internal/search"
	"byline/internal/strict"
)

const (
	relatedCount     = 4
	recommendedCount = 3
)

// suggestAll gives every page its related articles and its recommendations.
func (w *build) suggestAll() {
	pages := w.site.Pages
	bags := make([]*search.Bag, len(pages))
	key := func(p *Page) string { return p.Hash + " " + w.Settings.Lang.Value }
	parallel.Each(len(pages), func(i int) {
		if bags[i] = w.builder.bags[key(pages[i])]; bags[i] == nil || pages[i].Hash == "" {
			bags[i] = search.Analyse(document(pages[i]), w.Settings.Lang.Value)
		}
	})
	w.builder.bags = make(map[string]*search.Bag, len(pages))
	for i, p := range pages {
		w.builder.bags[key(p)] = bags[i]
	}
	index := search.Build(bags)
	pins := make([][]*Page, len(pages))
	for i, p := range pages {
		before := len(w.found)
		pins[i] = w.pins(p)
		if w.kept[p.Path] {
			w.found = w.found[:before]
		}
	}
	parallel.Each(len(pages), func(i int) { w.suggest(i, pages[i], pins[i], index) })
}

func document(p *Page) search.Document {
	doc := search.Document{Title: p.Title + " " + p.Subtitle, Body: p.Text}
	for _, h := range p.Headings {
		doc.Headings = append(doc.Headings, h.Text)
	}
	for _, t := range p.Meta.Tags {
		doc.Tags = append(doc.Tags, t.Value)
	}
	return doc
}

// suggest fills the two lists of a page. With two others or more each has at
// least one; no page is in both, and none suggests itself.
func (w *build) suggest(i int, p *Page, pins []*Page, index *search.Index) {
	others := len(w.site.Pages) - 1
	most := relatedCount
	if others >= 2 {
		most = min(most, others-1)
	}
	taken := map[*Page]bool{p: true}
	take := func(list []Suggestion, s Suggestion, most int) []Suggestion {
		if len(list) >= most || taken[s.Page] {
			return list
		}
		taken[s.Page] = true
		return append(list, s)
	}
	for _, pinned := range pins {
		p.Related = take(p.Related, Suggestion{Page: pinned, Reason: "pinned"}, most)
	}
	for _, m := range index.Resembling(i, most-len(p.Related), func(d int) bool { return taken[w.site.Pages[d]] }) {
		p.Related = take(p.Related, Suggestion{Page: w.site.Pages[m.Document], Reason: "text", Score: m.Score, Terms: m.Terms}, most)
	}
	kin := w.kin(p)
	if len(p.Related) == 0 && len(kin) > 0 {
		p.Related = take(p.Related, kin[0], most)
	}
	for _, s := range kin {
		p.Recommended = take(p.Recommended, s, recommendedCount)
	}
}

// pins are the pages that the editor put first.
func (w *build) pins(p *Page) []*Page {
	var pins []*Page
	for _, pin := range p.Meta.Related {
		other, ok := w.site.bySlug[pin.Value]
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

func (w *build) unknownPin(p *Page, pin strict.Text) {
	message, suggestion := fmt.Sprintf("related: there is no article %q", pin.Value), "write the slugs of other articles, as \"byline list\" shows them"
	if state, hidden := w.hiddenAt(place{site: w.site.Path + "/" + pin.Value}); hidden {
		if later(p, state) {
			return
		}
		message, suggestion = fmt.Sprintf("related: the article %q is not public (%s)", pin.Value, state), ""
	} else if near, ok := finding.Nearest(pin.Value, w.slugs, max(2, len(pin.Value)/3)); ok {
		suggestion = fmt.Sprintf("did you mean %q?", near)
	}
	w.add(p.Path, finding.UnknownRelated, pin.Line, pin.Col, message, suggestion)
}

// kin lists the others by what is not their text: of the same author or
// category, newest first, then the newest of all.
func (w *build) kin(p *Page) []Suggestion {
	var near, rest []Suggestion
	for _, other := range w.site.Pages {
		if len(near) >= relatedCount+recommendedCount {
			break
		}
		switch {
		case other == p:
		case slices.ContainsFunc(other.Authors, func(g *Group) bool { return slices.Contains(p.Authors, g) }):
			near = append(near, Suggestion{Page: other, Reason: "author"})
		case p.Category != nil && other.Category == p.Category:
			near = append(near, Suggestion{Page: other, Reason: "category"})
		case len(rest) < relatedCount+recommendedCount:
			rest = append(rest, Suggestion{Page: other, Reason: "newest"})
		}
	}
	return append(near, rest...)
}
