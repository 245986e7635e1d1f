package site

import (
	"fmt"
	"html"
	"net/url"
	"path"
	"slices"
	"strings"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/strict"
)

type textPlace = strict.Text

// TargetKind tells what a slot refers to.
type TargetKind int

const (
	// ToNothing: what was meant is not there; Raw is what was written.
	ToNothing TargetKind = iota
	// ToPage is an article, with an optional fragment.
	ToPage
	// ToFragment is a heading on the same page.
	ToFragment
	// ToFile is a file of the tree.
	ToFile
	// ToPath is a path on this site that is no article.
	ToPath
	// ToOutside is an address elsewhere.
	ToOutside
	// ToForeign is a picture or frame from a host that site.yaml does not list:
	// it is shown as a link.
	ToForeign
)

// Target is what a slot refers to.
type Target struct {
	Kind     TargetKind
	Page     *Page
	Fragment string
	File     string // path in the tree
	Raw      string // the address or path
}

// resolveAll resolves every slot of every page.
func (w *build) resolveAll() {
	for _, p := range w.site.Pages {
		p.Targets = make([]Target, len(p.Body.Slots))
		for i, slot := range p.Body.Slots {
			p.Targets[i] = w.resolve(p, slot)
		}
		if image := p.Meta.Image; image != nil && image.Src.Value != "" {
			slot := article.Slot{Kind: article.PictureSlot, Target: image.Src.Value, Line: image.Src.Line, Col: image.Src.Col}
			if target := w.picture(p, slot); target.Kind != ToNothing {
				p.Image = &Picture{target, image.Alt, image.Caption}
			}
		}
	}
}

func (w *build) resolve(p *Page, slot article.Slot) Target {
	switch slot.Kind {
	case article.LinkSlot:
		return w.link(p, slot)
	case article.PictureSlot:
		return w.picture(p, slot)
	case article.EmbedSlot:
		return w.embed(p, slot)
	}
	return Target{}
}

// outside returns the parsed target when it has a scheme or a host.
func outside(target string) (*url.URL, bool) {
	u, err := url.Parse(target)
	if err != nil {
		// Addresses that people paste are not always clean; what begins with a
		// scheme is still meant for elsewhere.
		for _, scheme := range []string{"http://", "https://", "mailto:", "tel:"} {
			if strings.HasPrefix(strings.ToLower(target), scheme) {
				return &url.URL{Scheme: strings.TrimRight(scheme, ":/")}, true
			}
		}
		return nil, false
	}
	return u, u.Scheme != "" || u.Host != ""
}

func (w *build) link(p *Page, slot article.Slot) Target {
	if u, ok := outside(slot.Target); ok {
		if u.Scheme != "" && !linkScheme(u.Scheme) {
			w.add(p.Path, finding.BrokenLink, slot.Line, slot.Col, fmt.Sprintf("the link %q has a scheme that pages do not link to", slot.Target), "link to an http, https, mailto or tel address")
			return Target{}
		}
		return Target{Kind: ToOutside, Raw: slot.Target}
	}
	raw, fragment, _ := strings.Cut(slot.Target, "#")
	raw, query, _ := strings.Cut(raw, "?")
	if plain, err := url.PathUnescape(raw); err == nil {
		raw = plain
	}
	if plain, err := url.PathUnescape(fragment); err == nil {
		fragment = plain
	}
	if raw == "" && query == "" {
		w.checkFragment(p, slot, p, fragment)
		return Target{Kind: ToFragment, Fragment: fragment}
	}
	place, inside := w.locate(p, raw)
	if inside {
		if t, ok := w.at(place); ok {
			t.Fragment = fragment
			if t.Kind == ToPage {
				w.checkFragment(p, slot, t.Page, fragment)
			}
			return t
		}
	}
	w.brokenLink(p, slot, place, inside)
	return Target{Kind: ToNothing, Raw: w.fallback(place)}
}

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
	tree := path.Join(path.Dir(p.Path), raw)
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
	return Target{}, false
}

// atAddress returns what a site-absolute path leads to.
func (w *build) atAddress(address string) (Target, bool) {
	if rest, ok := strings.CutPrefix(address, w.site.Path+"/"); ok {
		if p, ok := w.site.bySlug[strings.ToLower(strings.TrimSuffix(rest, ".md"))]; ok {
			return Target{Kind: ToPage, Page: p}, true
		}
		if w.isList(rest) {
			return Target{Kind: ToPath, Raw: address}, true
		}
	}
	if p, ok := w.site.Alias(address); ok {
		return Target{Kind: ToPage, Page: p}, true
	}
	if address == "/" || address == w.site.Path {
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

// isList reports whether a path below P is the first page of a list.
func (w *build) isList(rest string) bool {
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
	return slices.ContainsFunc(groups, func(g *Group) bool { return g.ID == id })
}

func (w *build) brokenLink(p *Page, slot article.Slot, at place, inside bool) {
	message := fmt.Sprintf("the link %q leads nowhere", slot.Target)
	suggestion := ""
	switch state, hidden := w.hidden[at.tree]; {
	case !inside:
		message = fmt.Sprintf("the link %q leaves the content folder", slot.Target)
	case hidden:
		message = fmt.Sprintf("the link %q leads to an article that is not public (%s)", slot.Target, state)
	default:
		wanted := article.FileSlug(at.tree + at.site)
		if near, ok := finding.Nearest(wanted, keys(w.site.bySlug), 3); ok {
			suggestion = fmt.Sprintf("did you mean %s?", w.site.bySlug[near].Path)
		}
	}
	w.add(p.Path, finding.BrokenLink, slot.Line, slot.Col, message, suggestion)
}

// fallback is the address that a broken link gets: where the thing would be, so
// that the reader meets the page that names the nearest articles.
func (w *build) fallback(at place) string {
	if at.site != "" {
		return at.site
	}
	return w.site.Path + "/" + strings.TrimSuffix(at.tree, ".md")
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

func (w *build) picture(p *Page, slot article.Slot) Target {
	if u, ok := outside(slot.Target); ok {
		if u.Scheme != "http" && slices.Contains(w.Settings.Pictures, u.Host) {
			return Target{Kind: ToOutside, Raw: slot.Target}
		}
		if u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
			w.add(p.Path, finding.MissingPicture, slot.Line, slot.Col, fmt.Sprintf("the picture %q cannot be shown", Shorten(slot.Target, 60)), "put the file beside the article")
			return Target{}
		}
		w.add(p.Path, finding.RemotePicture, slot.Line, slot.Col, fmt.Sprintf("the picture is on %s and is shown as a link", u.Host), "put the file beside the article, or add the host under \"pictures\" in site.yaml (https only)")
		return Target{Kind: ToForeign, Raw: slot.Target}
	}
	raw, _, _ := strings.Cut(slot.Target, "#")
	raw, _, _ = strings.Cut(raw, "?")
	if plain, err := url.PathUnescape(raw); err == nil {
		raw = plain
	}
	at, inside := w.locate(p, raw)
	file := at.tree
	if at.site != "" {
		file = strings.TrimPrefix(at.site, "/")
	}
	if _, ok := w.site.Files[file]; ok && inside && file != "" {
		return Target{Kind: ToFile, File: file}
	}
	w.add(p.Path, finding.MissingPicture, slot.Line, slot.Col, fmt.Sprintf("there is no picture %q", slot.Target), w.pictureHint(file))
	return Target{Raw: slot.Target}
}

func (w *build) pictureHint(file string) string {
	for _, other := range keys(w.site.Files) {
		if path.Base(other) == path.Base(file) {
			return "a file of that name is at " + other
		}
	}
	return "put the file beside the article, or mend the path"
}

func (w *build) embed(p *Page, slot article.Slot) Target {
	u, ok := outside(slot.Target)
	switch {
	case ok && u.Scheme != "http" && slices.Contains(w.Settings.Embeds, u.Host):
		return Target{Kind: ToOutside, Raw: slot.Target}
	case ok && (u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https"):
		w.add(p.Path, finding.RemoteEmbed, slot.Line, slot.Col, fmt.Sprintf("the frame from %s is shown as a link", u.Host), "add the host under \"embeds\" in site.yaml (https only)")
		return Target{Kind: ToForeign, Raw: slot.Target}
	}
	t := w.link(p, slot)
	if t.Kind == ToFile || t.Kind == ToPage || t.Kind == ToPath {
		return t
	}
	return Target{Kind: ToNothing, Raw: slot.Target}
}
