package render

import (
	"maps"
	"net/http"
	"slices"
)

// News is what the site says in substance, for who announces changes of it: by
// the whole address of each page and each feed something that is another whenever
// its text, or the text of an article in it, is another. Pages that the sitemap
// leaves out are not told of. There is nothing where the site does not know by what
// address it is known.
type News struct{ Pages, Feeds map[string]string }

// News returns what the site says now.
func (b *Bundle) News() News {
	news := News{map[string]string{}, map[string]string{}}
	if !b.known() {
		return news
	}
	for _, p := range b.site.Pages {
		if b.indexable(p) {
			news.Pages[b.absolute(b.pageURL(p))] = p.Substance
		}
	}
	for f := range b.feeds() {
		texts := map[string]string{}
		for _, p := range f.pages {
			texts[b.pageURL(p)] = p.Substance
		}
		var inputs []any
		for _, path := range slices.Sorted(maps.Keys(texts)) {
			inputs = append(inputs, path, texts[path])
		}
		news.Feeds[b.absolute(f.path)] = keyOf(inputs...)
	}
	return news
}

// indexNowPath is where the file is that shows search engines that the key is the
// site's own; "" when there is none.
func (b *Bundle) indexNowPath() string {
	if b.site.Settings.IndexNow == "" || !b.known() {
		return ""
	}
	return "/" + string(b.site.Settings.IndexNow) + ".txt"
}

// indexNowKey is that file.
func (b *Bundle) indexNowKey() *Resource {
	key := string(b.site.Settings.IndexNow)
	if key == "" || !b.known() {
		return nil
	}
	return &Resource{
		Status: http.StatusOK, Kind: KindDocument, Type: "text/plain; charset=utf-8", CacheControl: b.caching(PageCache), Modified: b.site.Modified,
		Fields: map[string]string{"X-Robots-Tag": "noindex"},
		key:    keyOf(key), make: func() ([]byte, error) { return []byte(key), nil },
	}
}
