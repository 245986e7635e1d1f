package check

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/site"
)

// whole gathers the findings of a site.
type whole struct {
	Input
	current map[string]*article.Article // by path
	found   finding.List
}

// siteRules are the rules that need to know the other files. Each is one pass
// over the pages.
func siteRules(in Input) finding.List {
	w := &whole{Input: in, current: make(map[string]*article.Article, len(in.Articles))}
	for _, a := range in.Articles {
		w.current[a.Path] = a
	}
	w.titles()
	w.updated()
	w.orphans()
	w.pictures()
	return w.found
}

// at adds a finding at a key of a page's front matter, unless what is shown is
// an older version than the file.
func (w *whole) at(p *site.Page, key string, rule finding.Rule, message, suggestion string) {
	if w.current[p.Path] != p.Article {
		return
	}
	line, col := p.Meta.Place(key)
	w.found = append(w.found, finding.Finding{Rule: rule, File: p.Path, Line: line, Col: col, Message: message, Suggestion: suggestion})
}

// titles reports a title that an older article has.
func (w *whole) titles() {
	holder := make(map[string]*site.Page, len(w.Site.Pages))
	for _, p := range slices.Backward(w.Site.Pages) {
		words := strings.Join(strings.FieldsFunc(strings.ToLower(p.Title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) }), " ")
		if p.State == site.Draft {
			continue // not a title yet
		}
		if other, taken := holder[words]; taken && words != "" {
			w.at(p, "title", finding.DuplicateTitle, fmt.Sprintf("%s has the same title", other.Path), "say in the title what is different here")
			continue
		}
		holder[words] = p
	}
}

func (w *whole) updated() {
	for _, p := range w.Site.Pages {
		if p.Updated.After(w.Now) {
			w.at(p, "updated", finding.FutureUpdate, fmt.Sprintf("updated is %s, which is still to come", p.Updated.Format("2006-01-02")), "write when the text was last changed, or leave it out")
		}
	}
}

// orphans reports articles to which only lists lead: no other article's text
// links to them, none pins them, and they are suggested beside none. A site of
// one article has no orphan.
func (w *whole) orphans() {
	known := make(map[*site.Page]bool, len(w.Site.Pages))
	for _, p := range w.Site.Pages {
		for _, t := range p.Targets {
			known[t.Page] = known[t.Page] || t.Page != p
		}
		for _, list := range [][]site.Suggestion{p.Related, p.Recommended} {
			for _, s := range list {
				known[s.Page] = true
			}
		}
	}
	for _, p := range w.Site.Pages {
		if !known[p] && p.State == site.Public && len(w.Site.Pages) > 1 {
			w.at(p, "title", finding.Orphan, "only lists lead to this article: no other links to it, and it is suggested beside none", "link to it from one on the same subject, or pin it there under \"related\"")
		}
	}
}

const (
	maxBytes  = 1 << 20
	maxPixels = 4096 // a side; the widest column takes 1,120, twice that on dense screens
)

// pictures reports those that cost readers more than they show.
func (w *whole) pictures() {
	for _, name := range slices.Sorted(maps.Keys(w.Site.Files)) {
		f := w.Site.Files[name]
		if !isPicture(name) || strings.HasPrefix(name, "root/") {
			continue
		}
		width, height := 0, 0
		if w.Pixels != nil && path.Ext(name) != ".svg" {
			width, height, _ = w.Pixels(name)
		}
		message := ""
		switch {
		case f.Size > maxBytes:
			message = fmt.Sprintf("the picture has %d KiB; over 1024 are long to wait for", (f.Size+1023)/1024)
		case max(width, height) > maxPixels:
			message = fmt.Sprintf("the picture has %d by %d pixels; no page shows more than %d a side", width, height, maxPixels)
		default:
			continue
		}
		w.found = append(w.found, finding.Finding{Rule: finding.HeavyPicture, File: name, Message: message, Suggestion: "make it smaller, or save it as WebP"})
	}
}

// isPicture reports whether a file is one by its name.
func isPicture(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif":
		return true
	}
	return false
}
