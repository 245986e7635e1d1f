package render

import (
	"bytes"
	"html"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"byline/internal/article"
	"byline/internal/site"
)

const markdownType = "text/markdown; charset=utf-8"

// markdownEnd is what makes the address of a page that of its Markdown.
const markdownEnd = ".md"

func (b *Bundle) markdownURL(p *site.Page) string { return b.pageURL(p) + markdownEnd }

// markdown is the Markdown of a page, for programs that read: the text of the
// version that is shown, as its editor wrote it, with addresses that lead from
// anywhere to where the page's own lead. Articles are linked by their pages, not by
// their Markdown: an address that is passed on should be one for everybody. It has
// an address of its own and is never what a page's answers.
func (b *Bundle) markdown(p *site.Page) *Resource {
	r := b.document(markdownType, func() []byte {
		return append(b.frontMatter(p), strings.TrimLeft(p.Public(b.addressing(p)), "\n")...)
	})
	r.Fields = map[string]string{}
	if b.options.Preview == nil {
		r.Fields["X-Robots-Tag"] = "noindex"
	}
	if canonical := b.canonicalOf(p); canonical != "" {
		r.Fields["Link"] = linkField(canonical, "canonical")
	}
	return r
}

// linkField is a Link header field (RFC 8288).
func linkField(address, relation string) string {
	return "<" + strings.ReplaceAll(ascii(address), ">", "%3E") + `>; rel="` + relation + `"`
}

// frontMatter is what is public of an article's front matter, completed with
// what site.yaml and the history say. Strings are written as JSON, which YAML
// takes.
func (b *Bundle) frontMatter(p *site.Page) []byte {
	var out bytes.Buffer
	field := func(key, value string) {
		if value != "" {
			out.WriteString(key + ": " + value + "\n")
		}
	}
	text := func(key, value string) {
		if value != "" {
			field(key, inJSON(value))
		}
	}
	out.WriteString("---\n")
	text("title", p.Title)
	text("subtitle", p.Subtitle)
	text("description", p.Description)
	field("date", p.Date.Format(time.RFC3339))
	if !p.Updated.IsZero() {
		field("updated", p.Updated.Format(time.RFC3339))
	}
	out.WriteString("authors:" + b.namedAuthors(p) + "\n")
	if p.Category != nil {
		text("category", p.Category.Name)
	}
	field("tags", namedTags(p))
	text("canonical", b.canonicalOf(p))
	text("lang", b.site.Settings.Lang.Value) // in quotes: "no" is not false
	out.WriteString("---\n\n")
	return out.Bytes()
}

// namedAuthors are the authors with the addresses of their lists, as a list of
// mappings.
func (b *Bundle) namedAuthors(p *site.Page) string {
	var all strings.Builder
	add := func(name, address string) {
		all.WriteString("\n  - name: " + inJSON(name) + "\n    url: " + inJSON(address))
	}
	for _, g := range p.Authors {
		add(g.Name, b.outward(b.groupURL("author", g)))
	}
	if len(p.Authors) == 0 {
		add(b.site.Settings.Title, b.outward(b.home()))
	}
	return all.String()
}

func namedTags(p *site.Page) string {
	var names []string
	for _, g := range p.Tags {
		names = append(names, inJSON(g.Name))
	}
	if names == nil {
		return ""
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// inJSON writes a string in JSON's quotes.
func inJSON(text string) string { return string(bytes.TrimSpace(asJSON(text))) }

// nowhere is the address of a link that leads nowhere: what was written may name
// what is not public.
const nowhere = "#"

// addressing returns what is written in the place of each address of a text:
// where it leads on the page, and what it was for a picture that is not there.
func (b *Bundle) addressing(p *site.Page) func(article.Reference) string {
	known := map[string]string{}
	for i, t := range p.Targets() {
		slot, address := p.Slots[i], b.outwardHref(p, t)
		switch {
		case t.Kind != site.ToNothing:
		case slot.Kind == article.PictureSlot:
			continue
		default:
			address = nowhere
		}
		if known[slot.Target] == "" {
			known[slot.Target] = address
		}
	}
	return func(ref article.Reference) string {
		address := known[ref.Target]
		if u, err := url.Parse(strings.TrimSpace(ref.Target)); address == "" && err == nil {
			address = known[u.String()] // as the policy for raw HTML writes it
		}
		if address == "" {
			address = b.besides(p, ref.Target)
		}
		switch {
		case address == "" || address == ref.Target:
			return ref.Written
		case ref.HTML:
			return html.EscapeString(address)
		}
		return inMarkdown(address)
	}
}

// besides is the address of a file that raw HTML names and the page does not
// show, as the second of a film's sources; "" when there is no such file.
func (b *Bundle) besides(p *site.Page, target string) string {
	file := path.Join(path.Dir(p.Path), target)
	if strings.HasPrefix(target, "/") {
		file = strings.TrimPrefix(path.Clean(target), "/")
	}
	if _, ok := b.site.Files[file]; !ok {
		return ""
	}
	return b.outwardHref(p, site.Target{Kind: site.ToFile, File: file})
}

// inMarkdown writes an address so that nothing in it ends it or is an entity.
func inMarkdown(address string) string {
	address = strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", `\`, "%5C").Replace(address)
	if strings.Contains(address, ";") {
		address = strings.ReplaceAll(address, "&", "&amp;")
	}
	return address
}

// formerMarkdown is what answers at the address of the Markdown of a page that
// was there: it leads to where that is now, or says that it is gone. nil when
// there was none.
func (b *Bundle) formerMarkdown(address, query string) *Resource {
	page, ok := strings.CutSuffix(address, markdownEnd)
	if !ok {
		return nil
	}
	lead, ok := b.site.Lead(page)
	if !ok || lead.Status != http.StatusGone && lead.Target.Kind != site.ToPage {
		return nil
	}
	lead.Markdown = true
	return b.follow(page, lead, query)
}
