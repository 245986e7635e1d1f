package site

import (
	"fmt"
	"html"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/strict"
)

func (w *build) link(p *Page, slot article.Slot) Target {
	if u, ok := outside(slot.Target); ok {
		if u.Scheme != "" && !linkScheme(u.Scheme) {
			w.add(p.Path, finding.BrokenLink, slot.Line, slot.Col, fmt.Sprintf("the link %q has a scheme that pages do not link to", slot.Target), "link to an http, https, mailto or tel address")
			return Target{}
		}
		return Target{Kind: ToOutside, Raw: slot.Target}
	}
	to := split(slot.Target)
	if to.path == "" && to.query == "" {
		w.checkFragment(p, slot, p, to.fragment)
		return Target{Kind: ToFragment, Fragment: to.fragment}
	}
	place, inside := w.locate(p, to.path)
	if to.path == "" {
		place, inside = w.address(p), true // ?query: this page
	}
	t, ok := w.at(place)
	if !ok || !inside {
		w.brokenLink(p, slot, place, inside)
		t = Target{Kind: ToNothing, Raw: w.fallback(place)}
	}
	if t.Kind == ToPage {
		w.checkFragment(p, slot, t.Page, to.fragment)
		w.checkFormer(p.Path, strict.Text{Value: slot.Target, Line: slot.Line, Col: slot.Col}, t)
	}
	if t.Kind != ToFile {
		t.Query = to.query
	}
	t.Fragment = to.fragment
	return t
}

// reference is a relative address in its parts: path and fragment unescaped,
// the query as it was written.
type reference struct{ path, query, fragment string }

func split(target string) reference {
	rest, fragment, _ := strings.Cut(target, "#")
	file, query, _ := strings.Cut(rest, "?")
	return reference{unescape(file), query, unescape(fragment)}
}

// unescape resolves percent escapes; what is none stays as it is.
func unescape(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

func (w *build) address(p *Page) place { return place{site: w.site.Path + "/" + p.Slug} }

// place is a location on the site: a path in the tree, or one below the root of
// the site's addresses.
type place struct {
	tree string // "guides/intro.md"
	site string // "/articles/intro"
}

// locate reads a path as it was written in the article p. inside is false when
// it leaves the tree.
func (w *build) locate(p *Page, raw string) (at place, inside bool) {
	if strings.HasPrefix(raw, "/") {
		return place{site: path.Clean(raw)}, true
	}
	tree := path.Clean(raw)
	if folder := path.Dir(p.Path); folder != "." {
		tree = path.Join(folder, raw)
	}
	if tree == ".." || strings.HasPrefix(tree, "../") {
		return place{site: path.Clean("/" + raw)}, false
	}
	return place{tree: tree}, true
}

// at returns what is at a place.
func (w *build) at(at place) (Target, bool) {
	if at.site != "" {
		return w.atAddress(at.site)
	}
	if p, ok := w.byPath[at.tree]; ok {
		return Target{Kind: ToPage, Page: p}, true
	}
	if p, ok := w.byPath[at.tree+"/index.md"]; ok {
		return Target{Kind: ToPage, Page: p}, true
	}
	if _, ok := w.site.Files[at.tree]; ok {
		return Target{Kind: ToFile, File: at.tree}, true
	}
	if p, ok := w.site.bySlug[article.FileSlug(at.tree)]; ok && !strings.HasPrefix(at.tree, "media/") {
		return Target{Kind: ToPage, Page: p}, true // by slug, from whatever folder
	}
	if former := w.fallback(at); !strings.HasPrefix(at.tree, "media/") {
		if p, ok := w.site.Alias(former); ok {
			return Target{Kind: ToPage, Page: p, Former: former}, true
		}
	}
	return Target{}, false
}

// atAddress returns what a site-absolute path leads to: what is there, else what
// was there when the site hung elsewhere.
func (w *build) atAddress(address string) (Target, bool) {
	if t, ok := w.atToday(address); ok {
		return t, true
	}
	for _, to := range w.site.Rebased(address) {
		if t, ok := w.atToday(to); ok && t.Former == "" {
			t.Former = address
			if t.Kind == ToPath {
				t.Raw = to
			}
			return t, true
		}
	}
	return Target{}, false
}

// atToday returns what answers at a site-absolute path where the site hangs now.
func (w *build) atToday(address string) (Target, bool) {
	if rest, ok := strings.CutPrefix(strings.ToLower(address), w.site.Path+"/"); ok {
		if p, ok := w.site.bySlug[strings.TrimSuffix(rest, ".md")]; ok {
			return Target{Kind: ToPage, Page: p}, true
		}
		if w.isList(rest) || w.isDocument(rest) {
			return Target{Kind: ToPath, Raw: address}, true
		}
	}
	if p, ok := w.site.Alias(address); ok {
		return Target{Kind: ToPage, Page: p, Former: address}, true
	}
	if address == "/" || strings.EqualFold(address, w.site.Path) || rootDocument(address) {
		return Target{Kind: ToPath, Raw: address}, true
	}
	file := strings.TrimPrefix(address, "/")
	if _, ok := w.site.Files[file]; ok && strings.HasPrefix(file, "media/") {
		return Target{Kind: ToFile, File: file}, true
	}
	if _, ok := w.site.Files["root/"+file]; ok {
		return Target{Kind: ToPath, Raw: address}, true
	}
	return Target{}, false
}

// isList reports whether a path below P is a page of a list.
func (w *build) isList(rest string) bool {
	rest, number := cutNumber(rest)
	if rest == "" {
		return number <= ListPages(len(w.site.Pages))
	}
	g := w.groupAt(rest)
	return g != nil && number <= ListPages(len(g.Pages))
}

// groupAt is the group whose list is at a path below P; nil when there is none.
func (w *build) groupAt(rest string) *Group {
	kind, id, _ := strings.Cut(rest, "/")
	var groups []*Group
	switch kind {
	case "authors":
		groups = w.site.Authors
	case "categories":
		groups = w.site.Categories
	case "tags":
		groups = w.site.Tags
	}
	if i := slices.IndexFunc(groups, func(g *Group) bool { return g.ID == id }); i >= 0 {
		return groups[i]
	}
	return nil
}

// cutNumber takes "page/2" off the end of a path; the number is 1 without it.
func cutNumber(rest string) (list string, number int) {
	at := strings.LastIndex("/"+rest, "/page/")
	if at < 0 {
		return rest, 1
	}
	number, err := strconv.Atoi(rest[at+len("page/"):])
	if err != nil || number < 1 {
		return rest, 1
	}
	return strings.TrimSuffix(rest[:at], "/"), number
}

func (w *build) brokenLink(p *Page, slot article.Slot, at place, inside bool) {
	message := fmt.Sprintf("the link %q leads nowhere", slot.Target)
	suggestion := ""
	switch state, hidden := w.hiddenAt(at); {
	case !inside:
		message = fmt.Sprintf("the link %q leaves the content folder", slot.Target)
		suggestion = "link to a file in it, or to a whole address like https://example.org/"
	case w.held[at.tree]:
		message = fmt.Sprintf("the link %q leads to an article that is held back by its errors", slot.Target)
		suggestion = "mend those first"
	case hidden && later(p, state):
		return
	case hidden:
		message = fmt.Sprintf("the link %q leads to an article that is not public (%s)", slot.Target, state)
	default:
		if gone, ok := w.site.Gone(w.fallback(at)); ok {
			message = fmt.Sprintf("the link %q leads to “%s”, which was removed on %s", slot.Target, gone.Title, gone.Time.In(w.zone).Format(time.DateOnly))
			suggestion = "link to another article, or take the link out"
			break
		}
		suggestion = w.linkHint(at)
	}
	w.add(p.Path, finding.BrokenLink, slot.Line, slot.Col, message, suggestion)
}

// linkHint is the article or file whose name is nearest to what was written.
func (w *build) linkHint(at place) string {
	wanted := article.FileSlug(strings.TrimSuffix(at.tree+at.site, "/"))
	if near, ok := w.nearestSlug(wanted, min(3, len(wanted)/3)); ok {
		return fmt.Sprintf("did you mean %s?", w.site.bySlug[near].Path)
	}
	return w.sameName(at.tree + at.site)
}

// sameName tells where a file of that name is, if there is one.
func (w *build) sameName(file string) string {
	if w.byName == nil {
		w.byName = map[string]string{}
		for _, other := range slices.Backward(w.files) { // the first of a name stays
			w.byName[path.Base(other)] = other
		}
	}
	if other, ok := w.byName[path.Base(file)]; ok {
		return "a file of that name is at " + other
	}
	return ""
}

// hiddenAt tells whether an article that is not shown is at a place.
func (w *build) hiddenAt(at place) (State, bool) {
	folder, named := at.tree+"/index.md", article.FileSlug(at.tree)
	for _, file := range w.concealed {
		slug := w.accepted[file].Slug
		if file == at.tree || file == folder || at.tree != "" && slug == named || at.site == w.site.Path+"/"+slug {
			return w.hidden[file], true
		}
	}
	return Public, false
}

// fallback is the address that a broken link gets: where the thing would be, so
// that the reader meets the page that names the nearest articles.
func (w *build) fallback(at place) string {
	if at.site != "" {
		return at.site
	}
	return w.site.Path + "/" + article.FileSlug(at.tree) // folders never show
}

func (w *build) checkFragment(from *Page, slot article.Slot, to *Page, fragment string) {
	if fragment == "" || fragment == "top" || strings.HasPrefix(fragment, ":~:") || hasID(to.Article, fragment) {
		return
	}
	var ids []string
	for _, h := range to.Headings {
		ids = append(ids, h.ID)
	}
	suggestion := ""
	if near, ok := finding.Nearest(fragment, ids, max(3, len(fragment)/3)); ok {
		suggestion = fmt.Sprintf("did you mean #%s?", near)
	}
	w.add(from.Path, finding.BrokenFragment, slot.Line, slot.Col, fmt.Sprintf("%s has no heading #%s", to.Path, fragment), suggestion)
}

func hasID(a *article.Article, id string) bool {
	attribute := `id="` + html.EscapeString(id) + `"`
	return slices.ContainsFunc(a.Body.Text, func(text string) bool { return strings.Contains(text, attribute) })
}
