package render

import (
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"

	"byline/internal/site"
	"byline/templates"
)

// redirect leads to a path of this site, with the query kept. It is never
// cached without asking, so that a name that comes back is not lost.
func (b *Bundle) redirect(to, query string) *Resource {
	location := b.urlOf("/" + strings.TrimLeft(to, "/")) // never //host
	return b.withQuery(b.lead(http.StatusPermanentRedirect, location), query)
}

// lead is a redirect with the status and the address, ready to be sent.
func (b *Bundle) lead(status int, location string) *Resource {
	return &Resource{Status: status, Kind: KindRedirect, Location: location, CacheControl: b.caching("no-cache"), Modified: b.site.Modified}
}

// withQuery hands the query of a request on, where r is a redirect.
func (b *Bundle) withQuery(r *Resource, query string) *Resource {
	if r.Location == "" || query == "" {
		return r
	}
	return b.lead(r.Status, r.Location+"?"+ascii(query))
}

// ascii escapes the bytes of a query that must not stand in a header field.
func ascii(query string) string {
	var out strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&out, "%%%02X", c)
		} else {
			out.WriteByte(c)
		}
	}
	return out.String()
}

// messagePage is a page that says why there is none.
func (b *Bundle) messagePage(status int, heading, text, near string, rows []*site.Page) *Resource {
	v := templates.MessagePage{
		Frame: b.frame("", heading, text), Code: strconv.Itoa(status), Heading: heading, Text: text,
		Back: b.urlOf(b.home()), Near: near,
	}
	v.NoIndex = true
	for _, p := range rows {
		v.Rows = append(v.Rows, templates.Suggestion{Title: p.Title, URL: b.urlOf(b.pageURL(p))})
	}
	r := b.html(status, func() page { return page{v, templates.Message(v)} }).of(KindMessage)
	r.CacheControl = b.caching("no-cache")
	return r
}

// missing is the page for an address at which there is nothing and was nothing:
// 404 with the nearest articles.
func (b *Bundle) missing(address string) *Resource {
	slug := path.Base(address)
	heading, rows := b.words.NotFoundNear, b.site.Nearest(strings.TrimSuffix(slug, path.Ext(slug)), 4)
	if len(rows) == 0 {
		heading, rows = b.words.NotFoundNewest, b.newest()
	}
	return b.messagePage(http.StatusNotFound, b.words.NotFoundTitle, b.words.NotFoundText, heading, rows)
}

// gone is the page that says what was at an address, since when it is not, and
// what there is on its subject.
func (b *Bundle) gone(address string, gone site.Gone) *Resource {
	silent := gone.Title == "" || b.site.Settings.Gone == site.GoneSilent
	text := templates.Fill(b.words.GoneText, "title", gone.Title, "date", b.words.Date(gone.Time.In(b.site.Zone)))
	rows := b.site.ResemblingGone(gone, 4)
	if len(rows) == 0 {
		rows = b.site.Nearest(path.Base(address), 4)
	}
	if silent {
		text, rows = b.words.GoneSilent, nil
	}
	heading := b.words.Related
	if len(rows) == 0 {
		heading, rows = b.words.NotFoundNewest, b.newest()
	}
	return b.messagePage(http.StatusGone, b.words.GoneTitle, text, heading, rows)
}

func (b *Bundle) newest() []*site.Page { return b.site.Pages[:min(4, len(b.site.Pages))] }

// rebased is where something is today that is neither an article nor a list, and
// was where the site hung before.
func (b *Bundle) rebased(address string) (to string, ok bool) {
	for _, to := range b.site.Rebased(address) {
		if to = b.canonical(to); b.serves(to) {
			return to, true
		}
	}
	return "", false
}
