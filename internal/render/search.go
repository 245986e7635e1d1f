package render

import (
	"net/http"
	"net/url"

	"byline/internal/search"
	"byline/internal/site"
	"byline/templates"
)

func (b *Bundle) searchURL() string { return b.site.Path + "/search" }

// search is what answers at the page of the search for the query of a request.
func (b *Bundle) search(query string) *Resource {
	values, err := url.ParseQuery(query)
	asked := search.Tidy(values.Get("q"))
	if err != nil || asked == "" {
		return b.lookup(b.searchURL())
	}
	r := b.searchPage(asked)
	r.fresh = true                         // kept, it would take the room of pages that are asked for again
	r.CacheControl = b.caching("no-cache") // there are as many as there are questions
	return r
}

// searchPage is the page on which articles are looked for. With a query it is made
// for each request.
func (b *Bundle) searchPage(query string) *Resource {
	return b.html(http.StatusOK, func() page {
		v := b.searchView(query)
		return page{v, templates.Search(v)}
	})
}

func (b *Bundle) searchView(query string) templates.SearchPage {
	heading := b.words.Search
	if query != "" {
		heading = templates.Fill(b.words.SearchFor, "query", query)
	}
	v := templates.SearchPage{
		Frame: b.frame(b.searchURL(), heading, templates.Fill(b.words.SearchDescription, "site", b.site.Settings.Title)),
		Back:  b.urlOf(b.home()), Heading: b.words.Search, Action: b.urlOf(b.searchURL()), Query: query,
	}
	v.NoIndex = true
	if query == "" {
		return v
	}
	found := b.site.Search(query, 0, site.PerPage)
	v.Count = b.words.SearchCount.Count(found.Total)
	if found.Corrected != "" && found.Total > 0 {
		v.Corrected = templates.Fill(b.words.SearchCorrected, "query", found.Corrected)
	}
	if found.Total == 0 {
		v.Hint, v.Topics = b.words.SearchNone, b.topics(nil)
	}
	for _, hit := range found.Pages {
		row := b.row(hit.Page, list{})
		row.Snippet = hit.Snippet
		v.Rows = append(v.Rows, row)
	}
	return v
}
