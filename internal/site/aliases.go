package site

import (
	"fmt"
	"path"
	"strings"

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

func aliasKey(alias string) string { return strings.ToLower(path.Clean(alias)) }

func (w *build) aliasFault(p *Page, alias string) (fault, hint string) {
	if !strings.HasPrefix(alias, "/") || strings.HasPrefix(alias, "//") || strings.ContainsAny(alias, "?#") {
		return fmt.Sprintf("the alias %q is not a path of this site", alias), "write the old address without scheme and host, like /blog/old-name"
	}
	key := aliasKey(alias)
	if other, ok := w.site.aliases[key]; ok && other != p {
		return fmt.Sprintf("the alias %q belongs to %s", alias, other.Path), "remove one of the two"
	}
	if slug, ok := strings.CutPrefix(key, w.site.Path+"/"); ok {
		if other, ok := w.site.bySlug[slug]; ok {
			return fmt.Sprintf("the alias %q is the address of %s", alias, other.Path), "remove it"
		}
	}
	if key == "/" || key == w.site.Path {
		return fmt.Sprintf("the alias %q is the address of a list", alias), "remove it"
	}
	return "", ""
}
