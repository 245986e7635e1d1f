package site

import (
	"fmt"
	"path"
	"strings"

	"golang.org/x/text/unicode/norm"

	"byline/internal/article"
	"byline/internal/finding"
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
			w.site.aliases[aliasKey(alias.Value)] = p
		}
	}
}

// aliasKey is the form under which an alias is found: clean, unescaped, lower
// case, NFC.
func aliasKey(alias string) string {
	return norm.NFC.String(strings.ToLower(path.Clean(unescape(alias))))
}

func (w *build) aliasFault(p *Page, alias string) (fault, hint string) {
	if !strings.HasPrefix(alias, "/") || strings.HasPrefix(alias, "//") || strings.ContainsAny(alias, "?#") {
		return fmt.Sprintf("the alias %q is not a path of this site", alias), "write the old address without scheme and host, like /blog/old-name"
	}
	key := aliasKey(alias)
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
	rest, below := strings.CutPrefix(key, w.site.Path+"/")
	if other, ok := w.site.bySlug[strings.TrimSuffix(rest, ".md")]; below && ok {
		return other.Path
	}
	if key == "/" || key == w.site.Path || below && w.isList(rest) {
		return "a list"
	}
	if below && w.isDocument(rest) {
		return "the search or a feed"
	}
	for _, file := range []string{"root" + key, strings.TrimPrefix(key, "/")} {
		if _, ok := w.site.Files[file]; ok && (file != key[1:] || strings.HasPrefix(file, "media/")) {
			return "the file " + file
		}
	}
	if ownAddress(key) {
		return "something of Byline's own"
	}
	return ""
}

// makeFormer adds what the history tells: addresses that lead to where their
// article is now, and those whose article is gone. What is there today and what
// articles declare come first.
func (w *build) makeFormer() {
	for _, f := range w.History.Former() {
		key := aliasKey(f.Path)
		if f.Path == "" {
			key = aliasKey(w.site.Path + "/" + f.Slug)
		}
		if _, declared := w.site.aliases[key]; declared || w.occupant(key) != "" {
			continue
		}
		_, leads := w.site.former[key]
		_, ended := w.site.gone[key]
		page, shown := w.byPath[f.To]
		switch {
		case leads || ended: // who had it last has it
		case shown:
			w.site.former[key] = Former{Page: page, Commit: f.Commit, Time: f.Time}
		case f.To == "":
			w.site.gone[key] = Gone{Title: article.Typeset(f.Title), Time: f.Ended, Commit: f.Commit}
		case w.hidden[f.To] == Expired:
			w.site.gone[key] = w.expired(w.accepted[f.To])
		}
	}
	for _, base := range w.History.Bases() {
		w.site.Bases = append(w.site.Bases, base.Path)
	}
}

// expired is what is said of an article whose time is over.
func (w *build) expired(a *article.Article) Gone {
	return Gone{Title: article.Typeset(a.Meta.Title), Time: a.Meta.Expires.In(w.zone), Article: a}
}

// makeGone adds the addresses of expired articles, those that they declare too.
func (w *build) makeGone() {
	for _, path := range w.concealed {
		if w.hidden[path] != Expired {
			continue
		}
		a := w.accepted[path]
		w.site.ended = append(w.site.ended, a)
		w.site.gone[aliasKey(w.site.Path+"/"+a.Slug)] = w.expired(a)
		for _, alias := range a.Meta.Aliases {
			key := aliasKey(alias.Value)
			if _, declared := w.site.aliases[key]; !declared && w.occupant(key) == "" {
				w.site.gone[key] = w.expired(a)
			}
		}
	}
}

// ownAddress reports whether a path outside P answers whatever the content is.
func ownAddress(key string) bool {
	switch first, _, _ := strings.Cut(key[1:], "/"); first {
	case "static", "-", "healthz", "readyz":
		return true
	}
	return rootDocument(key)
}
