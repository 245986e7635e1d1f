package render

import (
	"iter"
	"slices"

	"byline/internal/site"
)

// Paths lists the paths of all resources that are known beforehand. What is there
// besides is made for a request: answers to queries, redirects from former
// addresses, pages that say why there is none.
func (b *Bundle) Paths() []string {
	var all []string
	for _, few := range b.fewPaths() {
		if b.lookup(few) != nil {
			all = append(all, few)
		}
	}
	for _, p := range b.site.Pages {
		all = append(all, b.pageURL(p), b.markdownURL(p))
		if card := b.pageCard(p); card != "" {
			all = append(all, card)
		}
	}
	for l := range b.lists() {
		all = slices.AppendSeq(all, b.listPaths(l))
	}
	for _, f := range b.site.Files {
		all = slices.AppendSeq(all, b.filePaths(f))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// fewPaths are where something may be that does not depend on how many articles,
// groups and files there are.
func (b *Bundle) fewPaths() []string {
	all := append(b.documents(), "/", b.searchURL(), changeFeedPath, changesPath, sitemapPath)
	for _, asset := range b.options.Assets.All() {
		all = append(all, asset.URL)
	}
	for _, form := range b.feedForms() {
		all = append(all, b.site.Path+form.name)
	}
	for _, part := range b.sitemaps() {
		all = append(all, part.path)
	}
	if card := b.siteCard(); card != "" {
		all = append(all, card)
	}
	return all
}

// listPaths are where the pages and the feed of a list are.
func (b *Bundle) listPaths(l list) iter.Seq[string] {
	return func(yield func(string) bool) {
		for n := 1; n <= site.ListPages(len(l.pages)); n++ {
			if !yield(numbered(l.path, n)) {
				return
			}
		}
		if feed := b.listFeed(l); feed != "" {
			yield(feed)
		}
	}
}

// filePaths are where a file and its smaller forms are.
func (b *Bundle) filePaths(f site.File) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, address := range b.fileAddresses(f) {
			if !yield(address) {
				return
			}
		}
		for address := range b.variants(f) {
			if !yield(address) {
				return
			}
		}
	}
}
