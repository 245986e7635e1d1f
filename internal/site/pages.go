package site

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"byline/internal/article"
)

// makePages turns the accepted articles that are shown into pages, newest
// first.
func (w *build) makePages() {
	b := w.builder
	shown, told := make([]*record, 0, len(w.admitted)), w.History.Told()
	for _, r := range w.admitted {
		r.look(w.History, told(r.article.Path), w.zone)
		last, next := r.nextChange(w.Now)
		w.site.Modified, w.site.LastChange = latest(w.site.Modified, last), latest(w.site.LastChange, last)
		if !next.IsZero() && (w.site.NextChange.IsZero() || next.Before(w.site.NextChange)) {
			w.site.NextChange = next
		}
		r.state = r.stateAt(w.Now)
		if r.state == Public || w.Drafts && r.state != Expired {
			shown = append(shown, r)
			continue
		}
		w.concealed = append(w.concealed, r)
		if r.state != Expired {
			w.unshown = append(w.unshown, w.page(new(Page), r))
		}
	}
	b.orders.follow(shown, b.number)
	pages := make([]Page, len(shown)) // together: they come and go together
	w.site.Pages = make([]*Page, len(shown))
	for i, r := range b.byDate {
		r.page = w.page(&pages[i], r)
		w.site.Pages[i] = r.page
	}
	w.distinguish()
	w.site.bySlug = directory{inOrder(b.bySlug), func(p *Page) string { return p.Slug }}
	w.site.byAddress = directory{inOrder(b.byAddress), func(p *Page) string { return p.Address }}
	w.site.byPath = directory{inOrder(shown), func(p *Page) string { return p.Path }}
	b.names = b.names.among(w.site.bySlug.pages)
	w.site.names = b.names
}

// page fills in what an article says by itself, and its history.
func (w *build) page(p *Page, r *record) *Page {
	p.Article, p.Said, p.State, p.Description, p.Updated = r.article, &r.said, r.state, r.description, w.updated(r)
	p.First = First{p.Address, p.Date}
	if r.first.Path != "" && r.state == Public {
		p.First = r.first
	}
	p.site, p.record = w.site, r
	return p
}

// directory finds pages by one of their names, by which they are ordered.
type directory struct {
	pages []*Page
	name  func(*Page) string
}

func (d directory) find(name string) (*Page, bool) {
	i, ok := slices.BinarySearchFunc(d.pages, name, func(p *Page, name string) int { return strings.Compare(d.name(p), name) })
	if !ok {
		return nil, false
	}
	return d.pages[i], true
}

func inOrder(records []*record) []*Page {
	pages := make([]*Page, len(records))
	for i, r := range records {
		pages[i] = r.page
	}
	return pages
}

// orders are the articles that were shown last, in the orders in which pages
// stand and are looked up.
type orders struct{ byDate, bySlug, byAddress []*record }

// follow brings the orders from what was shown to what is shown now: who stays,
// stays in its place, and newcomers are put between them.
func (o *orders) follow(shown []*record, number int) {
	for _, r := range shown {
		r.shown, r.ranks = number, false
	}
	for _, r := range o.byDate {
		r.ranks = r.shown == number
	}
	var fresh []*record
	for _, r := range shown {
		if !r.ranks {
			fresh = append(fresh, r)
		}
	}
	if len(fresh) == 0 && len(o.byDate) == len(shown) {
		return
	}
	o.byDate = ranked(o.byDate, fresh, func(a, b *record) int {
		return cmp.Or(b.said.Date.Compare(a.said.Date), strings.Compare(a.article.Slug, b.article.Slug))
	})
	o.bySlug = ranked(o.bySlug, fresh, func(a, b *record) int { return strings.Compare(a.article.Slug, b.article.Slug) })
	o.byAddress = ranked(o.byAddress, fresh, func(a, b *record) int { return strings.Compare(a.said.Address, b.said.Address) })
}

// fewNewcomers are put into an order one by one; with more of them it is sorted.
const fewNewcomers = 32

// ranked merges those of an order that stay and newcomers.
func ranked(last, fresh []*record, compare func(a, b *record) int) []*record {
	stay := make([]*record, 0, len(last)+len(fresh))
	for _, r := range last {
		if r.ranks {
			stay = append(stay, r)
		}
	}
	if len(fresh) > fewNewcomers {
		stay = append(stay, fresh...)
		slices.SortFunc(stay, compare)
		return stay
	}
	for _, r := range fresh {
		at, _ := slices.BinarySearchFunc(stay, r, compare)
		stay = slices.Insert(stay, at, r)
	}
	return stay
}

// descriptionLength is how many characters search engines show at most.
const descriptionLength = 155

// description is what tells crawlers of an article, whatever others there are.
func description(a *article.Article) string {
	return cmp.Or(article.Plain(cmp.Or(a.Meta.Description, a.Meta.Subtitle)), Shorten(a.Lead, descriptionLength), article.Plain(a.Meta.Title))
}

// distinguish gives pages that begin with the same words descriptions of their
// own: what led to them twice tells nobody which of the two to open.
func (w *build) distinguish() {
	number := w.builder.number
	for _, r := range w.builder.byDate {
		if t := r.described; t.build != number {
			t.build, t.pages = number, 1
		} else {
			t.pages++
		}
	}
	for _, p := range w.site.Pages {
		if p.record.described.pages > 1 && p.Meta.Description == "" && p.Description != p.Title {
			p.Description = Shorten(strings.TrimRight(p.Title, ".")+". "+cmp.Or(article.Plain(p.Meta.Subtitle), p.Lead), descriptionLength)
		}
	}
}

// wordsAMinute is how fast an adult reads English prose to understand it
// (Brysbaert, Journal of Memory and Language 109, 2019: 238).
const wordsAMinute = 238

// updated is when the text last changed: as the article says, unless that is
// before it was published or still to come; else the last commit that changed its
// substance, if that is a later day than its date.
func (w *build) updated(r *record) time.Time {
	if !r.updated.IsZero() {
		if r.updated.After(r.said.Date) && !r.updated.After(w.Now) {
			return r.updated
		}
		return time.Time{}
	}
	if r.substantial.IsZero() {
		return time.Time{}
	}
	if y, m, d := r.said.Date.Date(); r.substantial.Before(time.Date(y, m, d+1, 0, 0, 0, 0, w.zone)) {
		return time.Time{}
	}
	return r.substantial
}

// callToAction lays the article's own words over the site's.
func (s *Settings) callToAction(own *article.CallToAction) *CallToAction {
	base := CallToAction{}
	if s.CTA != nil && !s.CTA.Off {
		base = *s.CTA
	}
	if own != nil {
		if own.Off {
			return nil
		}
		base.Heading = cmp.Or(own.Heading, base.Heading)
		base.Text = cmp.Or(own.Text, base.Text)
		base.Label = cmp.Or(own.Label, base.Label)
		if own.URL.Value != "" {
			base.URL = own.URL
		}
	}
	if base.URL.Value == "" || base.Label == "" && base.Heading == "" {
		return nil
	}
	base.Label = cmp.Or(base.Label, base.Heading)
	return &base
}

// Shorten cuts text at a word so that it has at most n characters, the ellipsis
// included.
func Shorten(text string, n int) string {
	count, end := 0, 0 // end is where the last character would begin
	for i := range text {
		if count++; count == n {
			end = i
		}
		if count > n {
			break
		}
	}
	if count <= n {
		return text
	}
	cut := text[:end]
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:–—-") + "…"
}
