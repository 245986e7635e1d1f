package site

import (
	"fmt"
	"slices"
	"strings"

	"byline/internal/finding"
	"byline/internal/history"
	"byline/internal/redirect"
)

// makeAliases maps the former addresses that articles declare to their pages.
// An alias never hides a page, and the first to declare one has it.
func (w *build) makeAliases() {
	for _, p := range w.site.Pages {
		for _, alias := range p.Meta.Aliases {
			if fault, hint := w.aliasFault(p, alias.Value); fault != "" {
				w.add(p.Path, finding.BadAlias, alias.Line, alias.Col, fault, hint)
				continue
			}
			w.site.aliases[redirect.Key(alias.Value)] = p
		}
	}
}

func (w *build) aliasFault(p *Page, alias string) (fault, hint string) {
	if !strings.HasPrefix(alias, "/") || strings.HasPrefix(alias, "//") || strings.ContainsAny(alias, "?#") {
		return fmt.Sprintf("the alias %q is not a path of this site", alias), "write the old address without scheme and host, like /blog/old-name"
	}
	key := redirect.Key(alias)
	if other, ok := w.site.aliases[key]; ok && other != p {
		return fmt.Sprintf("the alias %q belongs to %s", alias, other.Path), "remove one of the two"
	}
	if what := w.occupant(key); what != "" {
		return fmt.Sprintf("the alias %q is the address of %s", alias, what), "remove it"
	}
	return "", ""
}

// occupant names what answers at an address before any alias does.
func (w *build) occupant(key string) string {
	t, there := w.site.today(key)
	_, file := w.site.Files["root"+key]
	switch {
	case there && t.Kind == ToPage:
		return t.Page.Path
	case there && t.Kind == ToFile:
		return "the file " + t.File
	case file:
		return "the file root" + key
	case ownAddress(key), rootDocument(key):
		return "something of Byline's own"
	case there && w.site.isDocument(strings.TrimPrefix(key, w.site.Path+"/")):
		return "the search or a feed"
	case there:
		return "a list"
	}
	return ""
}

// makeFormer adds what the history tells: names and addresses that lead to where
// their article is now, and those whose article is gone. What is there today and
// what articles declare come first.
func (w *build) makeFormer() {
	for _, form := range w.History.Forms() {
		if f := Permalink(form.Permalink); !slices.Contains(w.site.forms, f) {
			w.site.forms = append(w.site.forms, f)
		}
	}
	for _, f := range w.History.Former() {
		key := redirect.Key(f.Path)
		switch _, declared := w.site.aliases[key]; {
		case f.Path == "":
			if _, taken := w.site.bySlug.find(f.Slug); taken || !w.remember(f, f.Slug, w.site.renamed, w.site.ended) {
				w.rememberDated(f) // the name is another's now
			}
		case f.Path != "" && !declared && w.occupant(key) == "" && !w.namedLater(key):
			w.remember(f, key, w.site.former, w.site.gone)
		}
	}
	for _, base := range w.History.Bases() {
		w.site.Bases = append(w.site.Bases, base.Path)
	}
}

// rememberDated notes the addresses with a date that an article had.
func (w *build) rememberDated(f history.Former) {
	for _, form := range w.site.forms {
		if !form.dated() {
			continue
		}
		key := w.site.Path + form.address(f.Slug, "", f.Date)
		_, declared := w.site.aliases[key]
		if _, taken := w.site.byAddress.find(key); !declared && !taken {
			w.remember(f, key, w.site.former, w.site.gone)
		}
	}
}

// namedLater reports whether an address that an article declared was that of
// another by its name after that: the history tells the last first.
func (w *build) namedLater(key string) bool {
	slug, ok := w.Settings.SlugAt(key)
	_, renamed := w.site.renamed[slug]
	_, ended := w.site.ended[slug]
	return ok && (renamed || ended)
}

// remember notes what became of an article under a key that it had. Who had it
// last has it; ok is false when that was another article.
func (w *build) remember(f history.Former, key string, leads map[string]Former, ended map[string]Gone) (ok bool) {
	last, led := leads[key]
	gone, over := ended[key]
	page, shown := w.site.byPath.find(f.To)
	switch {
	case led:
		return last.Page == page
	case over:
		return f.To == "" && gone.Time.Equal(f.Ended)
	case shown:
		leads[key] = Former{Page: page, Date: f.Date, Commit: f.Commit, Time: f.Time}
	case f.To == "":
		ended[key] = Gone{Title: line(f.Title), Date: f.Date, Time: f.Ended, Commit: f.Commit}
	default:
		if r, hidden := w.concealedAt(f.To); hidden && r.state == Expired {
			ended[key] = w.expired(r)
		}
	}
	return true
}

// expired is what is said of an article whose time is over.
func (w *build) expired(r *record) Gone {
	return Gone{Title: r.said.Title, Time: r.expires, Article: r.article}
}

// concealedAt is the article at a path of the tree that is not shown.
func (w *build) concealedAt(path string) (*record, bool) {
	i, ok := slices.BinarySearchFunc(w.concealed, path, func(r *record, path string) int { return strings.Compare(r.article.Path, path) })
	if !ok {
		return nil, false
	}
	return w.concealed[i], true
}

// makeGone adds the names of expired articles, and the addresses that they
// declare.
func (w *build) makeGone() {
	for _, r := range w.concealed {
		if r.state != Expired {
			continue
		}
		a := r.article
		w.site.ended[a.Slug] = w.expired(r)
		for _, alias := range a.Meta.Aliases {
			key := redirect.Key(alias.Value)
			if _, declared := w.site.aliases[key]; !declared && w.occupant(key) == "" {
				w.site.gone[key] = w.expired(r)
			}
		}
	}
}

// inspectFiles reports the files under root/ that are never served.
func (w *build) inspectFiles() {
	for _, file := range w.files {
		address, ok := strings.CutPrefix(file, "root/")
		if !ok {
			continue
		}
		what := ""
		if p, taken := w.site.byAddress.find("/" + address); taken {
			what = p.Path
		} else if rest, below := strings.CutPrefix("/"+address, w.site.Path+"/"); below && w.site.isList(rest) || "/"+address == w.site.Path {
			what = "a list"
		}
		if what != "" {
			w.add(file, finding.HiddenFile, 0, 0, fmt.Sprintf("the file is never served: /%s is the address of %s", address, what), "rename it, or remove it")
		}
	}
}

// ownAddress reports whether a path outside P answers whatever the content is.
func ownAddress(key string) bool {
	switch first, _, _ := strings.Cut(key[1:], "/"); first {
	case "static", "-", "healthz", "readyz":
		return true
	}
	return false
}
