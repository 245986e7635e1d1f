package render

import (
	"net/http"
	"strings"

	"byline/internal/site"
)

// asked is what answers at an address because of the query that it is asked with,
// as an old system's /?p=123; nil when nothing does.
func (b *Bundle) asked(p, query string) *Resource {
	if query == "" {
		return nil
	}
	lead, rest, ok := b.site.Asked(cleaned(p), query)
	if !ok {
		return nil
	}
	return b.follow(cleaned(p), lead, rest)
}

// follow is what answers where a lead says so: a redirect to what is there, with
// the query of the request unless the lead has one of its own, or the page that
// says that it is gone. nil when it leads to what this bundle does not serve.
func (b *Bundle) follow(address string, lead site.Lead, query string) *Resource {
	if lead.Status == http.StatusGone {
		return b.gone(address, lead.Gone)
	}
	location, ok := b.location(lead)
	if !ok {
		return nil
	}
	own, fragment := ending(lead.Target)
	if own == "" && query != "" {
		own = "?" + query
	}
	return b.lead(lead.Status, ascii(location+own+fragment))
}

// location is the address that a lead leads to, in the one form in which it is
// served, without query and fragment.
func (b *Bundle) location(lead site.Lead) (string, bool) {
	t := lead.Target
	to := t.Raw
	switch {
	case t.Kind == site.ToOutside:
		return to, true
	case t.Kind == site.ToPage:
		if to = b.pageURL(t.Page); lead.Markdown {
			to = b.markdownURL(t.Page)
		}
	case t.Kind == site.ToFile && strings.HasPrefix(t.File, "media/"):
		to = "/" + t.File // the address that stays
	case t.Kind == site.ToFile:
		to = mediaURL(b.site.Files[t.File])
	default:
		if to = b.canonical(to); to == "/" {
			to = b.home()
		}
	}
	return b.urlOf(to), b.serves(to)
}
