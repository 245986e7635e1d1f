package site

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/redirect"
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
	w.loose = w.loose || !direct(place, t)
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
	return reference{redirect.Unescape(file), query, redirect.Unescape(fragment)}
}

func (w *build) address(p *Page) place { return place{site: p.Address} }

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

// direct reports whether a target is the article of that very place, so that no
// other article could come before it.
func direct(at place, t Target) bool {
	if t.Kind != ToPage || t.Former != "" {
		return false
	}
	return at.tree == "" || t.Page.Path == at.tree || t.Page.Path == at.tree+"/index.md" && !strings.HasSuffix(at.tree, ".md")
}

// at returns what is at a place.
func (w *build) at(at place) (Target, bool) {
	if at.site != "" {
		return w.atAddress(at.site)
	}
	return w.site.inTree(at.tree)
}

// atAddress returns what a site-absolute path leads to: what is there, else what
// answers in its place. A redirect that is only for a time, or that leads away, is
// the address to link to.
func (w *build) atAddress(address string) (Target, bool) {
	if t, ok := w.site.today(address); ok {
		return t, true
	}
	if w.Settings.elsewhere(address) {
		return Target{Kind: ToPath, Raw: address}, true
	}
	lead, ok := w.site.Lead(address)
	t := lead.Target
	switch {
	case !ok || lead.Status == redirect.Gone:
		return Target{}, false
	case lead.Rule != nil && (lead.Rule.Temporary() || t.Kind == ToOutside || t.Query+t.Fragment != ""):
		return Target{Kind: ToPath, Raw: address}, true
	}
	t.Former = address
	return t, true
}

func (w *build) brokenLink(p *Page, slot article.Slot, at place, inside bool) {
	if w.silent {
		return // it takes long to find out what was meant
	}
	what := fmt.Sprintf("the link %q", slot.Target)
	state, hidden := w.hiddenAt(at)
	if inside && !w.held[at.tree] && hidden && later(p, state) {
		return
	}
	message, suggestion := w.whyBroken(what, at)
	if !inside {
		message, suggestion = what+" leaves the content folder", "link to a file in it, or to a whole address like https://example.org/"
	}
	w.add(p.Path, finding.BrokenLink, slot.Line, slot.Col, message, suggestion)
}

// whyBroken tells why what leads to a place leads nowhere, and what to write.
func (w *build) whyBroken(what string, at place) (message, suggestion string) {
	if w.held[at.tree] {
		return what + " leads to an article that is held back by its errors", "mend those first"
	}
	if state, hidden := w.hiddenAt(at); hidden {
		return fmt.Sprintf("%s leads to an article that is not public (%s)", what, state), ""
	}
	lead, ok := w.site.Lead(w.fallback(at))
	switch gone := lead.Gone; {
	case !ok || lead.Status != redirect.Gone:
		return what + " leads nowhere", w.linkHint(at)
	case gone.Title == "":
		return what + " leads to what is gone", "link to another article, or take the link out"
	default:
		message = fmt.Sprintf("%s leads to “%s”, which was removed on %s", what, gone.Title, gone.Time.In(w.zone).Format(time.DateOnly))
		return message, "link to another article, or take the link out"
	}
}

// linkHint is the article or file whose name is nearest to what was written.
func (w *build) linkHint(at place) string {
	if at.site != "" && at.site != w.site.Path && !strings.HasPrefix(redirect.Fold(at.site), w.site.Path+"/") {
		if home, ok := finding.Nearest(at.site, []string{w.site.Path}, 2); ok && home != "" {
			return fmt.Sprintf("did you mean %q?", home)
		}
		return "mend the path; if something else answers there, list it under \"elsewhere\" in site.yaml"
	}
	wanted := article.FileSlug(strings.TrimSuffix(at.tree+at.site, "/"))
	if near, ok := w.nearestSlug(wanted, min(3, len(wanted)/3)); ok {
		p, _ := w.site.bySlug.find(near)
		return fmt.Sprintf("did you mean %s?", p.Path)
	}
	return w.sameName(at.tree + at.site)
}

// sameName tells where a file of that name is, if there is one.
func (w *build) sameName(file string) string {
	if other, ok := w.names.find(path.Base(file)); ok {
		return "a file of that name is at " + other
	}
	return ""
}

// fileNames finds files by their names, from whatever folder.
type fileNames struct {
	files []string // ordered
	once  sync.Once
	first map[string]string // the first path of each name
}

func (n *fileNames) find(name string) (string, bool) {
	n.once.Do(func() {
		n.first = make(map[string]string, len(n.files))
		for _, file := range slices.Backward(n.files) { // the first of a name stays
			n.first[path.Base(file)] = file
		}
	})
	file, ok := n.first[name]
	return file, ok
}

// hiddenAt tells whether an article that is not shown is at a place.
func (w *build) hiddenAt(at place) (State, bool) {
	folder, named := at.tree+"/index.md", article.FileSlug(at.tree)
	if at.site != "" {
		named, _ = w.Settings.SlugAt(strings.TrimSuffix(redirect.Fold(at.site), ".md"))
	}
	for _, r := range w.concealed {
		if file := r.article.Path; file == at.tree || file == folder || r.article.Slug == named {
			return r.state, true
		}
	}
	return Public, false
}

// fallback is where the thing that a broken link is to would be.
func (w *build) fallback(at place) string {
	if at.site != "" {
		return at.site
	}
	return w.site.Path + "/" + article.FileSlug(at.tree) // folders never show
}

func (w *build) checkFragment(from *Page, slot article.Slot, to *Page, fragment string) {
	if to != from {
		w.read = append(w.read, to.record)
	}
	if w.silent || fragment == "" || fragment == "top" || strings.HasPrefix(fragment, ":~:") || to.HasID(fragment) {
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
