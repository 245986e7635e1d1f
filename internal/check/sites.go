package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"byline/internal/finding"
	"byline/internal/picture"
	"byline/internal/render"
	"byline/internal/site"
)

// whole gathers the findings of a site.
type whole struct {
	Input
	found finding.List
}

// siteRules are the rules that need to know the other files. Each is one pass
// over the pages.
func siteRules(in Input) finding.List {
	w := &whole{Input: in}
	w.words()
	w.titles()
	w.updated()
	w.orphans()
	w.pictures()
	w.cards()
	return w.found
}

// at adds a finding at a key of a page's front matter, unless what is shown is
// an older version than the file.
func (w *whole) at(p *site.Page, key string, rule finding.Rule, message, suggestion string) {
	if site.Versions(w.Articles).Find(p.Path) != p.Article {
		return
	}
	line, col := p.Meta.Place(key)
	w.found = append(w.found, finding.Finding{Rule: rule, File: p.Path, Line: line, Col: col, Message: message, Suggestion: suggestion})
}

// words reports a language of which only the articles are.
func (w *whole) words() {
	lang := w.Site.Settings.Lang
	if render.HasWords(lang.Value) {
		return
	}
	w.found = append(w.found, finding.Finding{
		Rule: finding.NoWords, File: site.SettingsFile, Line: lang.Line, Col: lang.Col,
		Message:    fmt.Sprintf("lang: the pages' own words are not there in %q; they are in English", lang.Value),
		Suggestion: "choose another language, or translate templates/words/en.json",
	})
}

// titles reports a title that an older article has.
func (w *whole) titles() {
	holder := make(map[string]*site.Page, len(w.Site.Pages))
	for _, p := range slices.Backward(w.Site.Pages) {
		words := p.TitleWords
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
		if p.Meta.Updated.IsZero() {
			continue
		}
		if updated := p.Meta.Updated.In(w.Site.Zone); updated.After(w.Now) {
			w.at(p, "updated", finding.FutureUpdate, fmt.Sprintf("updated is %s, which is still to come", updated.Format("2006-01-02")), "write when the text was last changed, or leave it out")
		}
	}
}

// orphans reports articles to which only the later pages of the list of all
// articles and their author's lead: no other article's text links to them, none
// pins them, and they are in no category and under no tag with another. What is
// suggested beside others is worked out when it is read, and does not count.
func (w *whole) orphans() {
	for _, p := range w.Site.Pages[min(site.PerPage, len(w.Site.Pages)):] {
		if !p.Linked && !inCompany(p) && p.State == site.Public {
			w.at(p, "title", finding.Orphan, "nothing but a later page of the list of all articles leads here: no other article links to this one, and it shares no category or tag", "link to it from one on the same subject, or give it a category or a tag that others have")
		}
	}
}

// inCompany reports whether a list of its subject leads to a page.
func inCompany(p *site.Page) bool {
	shared := func(g *site.Group) bool { return len(g.Pages) > 1 }
	return p.Category != nil && shared(p.Category) || slices.ContainsFunc(p.Tags, shared)
}

const (
	maxBytes  = 1 << 20
	maxPixels = 4096 // a side; the widest column takes 1,120, twice that on dense screens
)

// pictures reports those that cost readers more than they show.
func (w *whole) pictures() {
	for _, name := range slices.Sorted(maps.Keys(w.Site.Files)) {
		f, info := w.Site.Files[name], w.Pictures[name]
		if !picture.IsPicture(name) || strings.HasPrefix(name, "root/") {
			continue
		}
		rule, message, suggestion := finding.HeavyPicture, "", "make it smaller, or save it as WebP"
		switch {
		case info.TooLarge():
			rule, suggestion = finding.OversizedPicture, fmt.Sprintf("save it with at most %d pixels a side", maxPixels)
			message = oversized(info)
		case f.Size > maxBytes:
			message = fmt.Sprintf("the picture has %d KiB; over 1024 are long to wait for", (f.Size+1023)/1024)
		case max(info.Width, info.Height) > maxPixels && info.Format != picture.SVG:
			message = fmt.Sprintf("the picture has %d by %d pixels; no page shows more than %d a side", info.Width, info.Height, maxPixels)
		default:
			continue
		}
		w.found = append(w.found, finding.Finding{Rule: rule, File: name, Message: message, Suggestion: suggestion})
	}
}

// oversized says why no smaller forms are made of a picture.
func oversized(info picture.Info) string {
	has, most := fmt.Sprintf("has %d by %d pixels", info.Width, info.Height), fmt.Sprintf("%d million pixels", picture.MaxPixels/1_000_000)
	switch {
	case max(info.Width, info.Height) > picture.MaxSide:
		most = fmt.Sprintf("%d pixels a side", picture.MaxSide)
	case int64(info.Width)*int64(info.Height) <= picture.MaxPixels:
		has, most = fmt.Sprintf("takes %d MiB to decode", (info.Memory+1<<20-1)>>20), fmt.Sprintf("%d MiB", picture.MaxMemory>>20)
	}
	return fmt.Sprintf("the picture %s, and smaller forms are made of up to %s only: every reader loads it whole", has, most)
}

// cards reports titles that cannot be written on the picture that is drawn for
// an article where it is shared.
func (w *whole) cards() {
	for _, p := range w.Site.Pages {
		if w.Unwritable == nil || isASCII(p.Title) || p.Image != nil && p.Image.Kind == site.ToFile && picture.IsRaster(p.Image.File) {
			continue
		}
		if missing := w.Unwritable(p.Title); len(missing) > 0 {
			w.at(p, "title", finding.CardTitle,
				fmt.Sprintf("there is no font for %q, so that the card shown where the article is shared has the name of the site in place of the title", string(missing[:min(len(missing), 12)])),
				"put a font that has it into the content folder and name it under \"card: {fonts: [media/…]}\" in site.yaml, or give the article an \"image\"")
		}
	}
}

// isASCII tells the titles that every font has, without asking: most of them.
func isASCII(title string) bool {
	for i := range len(title) {
		if title[i] >= 0x7f || title[i] < ' ' {
			return false
		}
	}
	return true
}
