package render

import (
	"context"
	"iter"
	"slices"
	"strings"

	"byline/internal/site"
)

// onlyHere tells of the paths that are in this bundle and not in another, until it
// is told that nobody listens any more. It compares what the two were made of, and
// makes nothing where that is the same.
func (b *Bundle) onlyHere(ctx context.Context, other *Bundle, tell func(string) bool) bool {
	each := func(paths iter.Seq[string]) bool {
		for p := range paths {
			if ctx.Err() != nil || other.resolve(p) == nil && !tell(p) {
				return false
			}
		}
		return true
	}
	return each(b.fewHere()) && each(b.pagesNotIn(other)) && each(b.listsNotIn(other)) && each(b.filesNotIn(other)) && each(b.cardsNotIn(other))
}

func (b *Bundle) fewHere() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, p := range b.fewPaths() {
			if b.resolve(p) != nil && !yield(p) {
				return
			}
		}
	}
}

// pagesNotIn are the addresses of pages, and of their Markdown, at which another
// bundle has none.
func (b *Bundle) pagesNotIn(other *Bundle) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, p := range b.site.Pages {
			if _, there := other.site.At(p.Address); !there && !(yield(b.pageURL(p)) && yield(b.markdownURL(p))) {
				return
			}
		}
	}
}

// listsNotIn are the paths of pages and feeds of lists that are shorter in another
// bundle, or not there.
func (b *Bundle) listsNotIn(other *Bundle) iter.Seq[string] {
	return func(yield func(string) bool) {
		for l := range b.lists() {
			there, _ := other.listOf(l.path)
			if site.ListPages(len(there.pages)) >= site.ListPages(len(l.pages)) && there.path == l.path && other.listFeed(there) == b.listFeed(l) {
				continue
			}
			for p := range b.listPaths(l) {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// filesNotIn are the paths of files that another bundle does not have, or in
// another way.
func (b *Bundle) filesNotIn(other *Bundle) iter.Seq[string] {
	return func(yield func(string) bool) {
		for name, f := range b.site.Files {
			if there, ok := other.site.Files[name]; ok && there == f && b.served(name) == other.served(name) && b.isAvatar(name) == other.isAvatar(name) {
				continue
			}
			for p := range b.filePaths(f) {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// cardsNotIn are the paths of the cards of pages that are not the same in another
// bundle. Caches may have the card of a page for good, whoever has asked for it.
func (b *Bundle) cardsNotIn(other *Bundle) iter.Seq[string] {
	same := b.cardWords() == other.cardWords()
	return func(yield func(string) bool) {
		for _, p := range b.site.Pages {
			if there, ok := other.site.At(p.Address); same && ok && (there == p || sameCard(p, there)) {
				continue
			}
			if card := b.pageCard(p); card != "" && !yield(card) {
				return
			}
		}
	}
}

// cardWords is what all cards are made of beside their pages.
func (b *Bundle) cardWords() string {
	s := b.site.Settings
	fonts := make([]string, 0, len(s.Card.Fonts))
	for _, font := range s.Card.Fonts {
		fonts = append(fonts, font.Value, b.site.Files[strings.TrimPrefix(font.Value, "/")].Hash)
	}
	return keyOf(s.Title, s.Tagline, s.Lang.Value, b.known(), b.options.Pictures.Plan == nil, fonts)
}

func sameCard(p, q *site.Page) bool {
	return p.Title == q.Title && p.Slug == q.Slug && hasOwnCard(p) == hasOwnCard(q) &&
		slices.EqualFunc(p.Authors, q.Authors, func(a, b *site.Group) bool { return a.Name == b.Name })
}
