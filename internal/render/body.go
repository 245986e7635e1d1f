package render

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"byline/internal/article"
	"byline/internal/site"
	"byline/templates"
)

// body writes the text of an article as its page shows it.
func (b *Bundle) body(p *site.Page) string {
	pictures := 0
	if p.Image != nil {
		pictures = 1
	}
	return compose(p, func(slot article.Slot, target site.Target) string {
		switch slot.Kind {
		case article.LinkSlot:
			return html.EscapeString(b.href(target))
		case article.PictureSlot:
			pictures++
			return b.picture(slot, target, pictures > 1)
		case article.EmbedSlot:
			return b.embed(slot, target)
		case article.CodeSlot:
			return b.codeBlock(slot.Code)
		case article.AlertSlot:
			return html.EscapeString(b.words.Alert(slot.Target))
		}
		return ""
	})
}

// compose is the HTML of an article with every slot filled in by fill.
func compose(p *site.Page, fill func(article.Slot, site.Target) string) string {
	var out strings.Builder
	body := p.Body()
	for i, text := range body.Text {
		if i == len(body.Slots) {
			out.WriteString(text)
			break
		}
		slot, target := body.Slots[i], p.Targets()[i]
		if start, ok := unlinked(text, slot, target); ok {
			out.WriteString(start)
			continue
		}
		out.WriteString(text)
		out.WriteString(fill(slot, target))
	}
	return out.String()
}

// unlinked is the text before a slot that is the address of a link that leads
// nowhere, with that address left out: a reader would only learn so by following
// it. ok is false for all other slots.
func unlinked(text string, slot article.Slot, t site.Target) (start string, ok bool) {
	if slot.Kind != article.LinkSlot || t.Kind != site.ToNothing {
		return "", false
	}
	for _, attribute := range []string{`href="`, `src="`} {
		if start, ok = strings.CutSuffix(text, attribute); ok {
			return start + `data-broken="`, true
		}
	}
	return "", false
}

// targetsKey is what the text of a page depends on beside the article itself:
// where its slots lead now.
func (b *Bundle) targetsKey(p *site.Page) string {
	var key strings.Builder
	for i, t := range p.Targets() {
		switch p.Slots[i].Kind {
		case article.PictureSlot:
			if picture := b.responsive(b.image(t, "", "", false), t, inBody); picture != nil {
				fmt.Fprintf(&key, "%+v", *picture)
			}
			key.WriteString(t.Raw)
		case article.LinkSlot, article.EmbedSlot:
			key.WriteString(b.href(t) + " " + t.File) // a file's path is the label of its embed
		}
		fmt.Fprintf(&key, " %d\n", t.Kind)
	}
	return key.String()
}

// ending is what stands behind the path of a target: its query and its fragment.
func ending(t site.Target) (query, fragment string) {
	if t.Fragment != "" {
		fragment = "#" + (&url.URL{Fragment: t.Fragment}).EscapedFragment()
	}
	if t.Query != "" {
		query = "?" + t.Query
	}
	return query, fragment
}

// href is the address that a link gets on a page.
func (b *Bundle) href(t site.Target) string {
	query, fragment := ending(t)
	switch t.Kind {
	case site.ToPage:
		return b.urlOf(b.pageURL(t.Page)) + query + fragment
	case site.ToFragment:
		return cmp.Or(fragment, "#")
	case site.ToFile:
		if f, ok := b.site.Files[t.File]; ok {
			return b.urlOf(fileURL(f)) + fragment
		}
	case site.ToOutside, site.ToForeign:
		return t.Raw
	}
	return b.urlOf(t.Raw) + query + fragment
}

func write(c templ.Component) string {
	var out bytes.Buffer
	// Writing into memory cannot fail, and the components run no code of others.
	_ = c.Render(context.Background(), &out)
	return out.String()
}

func (b *Bundle) picture(slot article.Slot, t site.Target, lazy bool) string {
	if t.Kind == site.ToForeign {
		on := templates.Fill(b.words.PictureOn, "host", host(t.Raw))
		if slot.Alt != "" {
			on = slot.Alt + " (" + on + ")"
		}
		return write(templates.PictureLink(on, t.Raw))
	}
	if picture := b.responsive(b.image(t, slot.Alt, slot.Title, lazy), t, inBody); picture != nil {
		return write(templates.Image(*picture))
	}
	missing := b.words.PictureMissing
	if slot.Alt != "" {
		missing += ": " + slot.Alt
	}
	return write(templates.MissingPicture(missing))
}

func (b *Bundle) embed(slot article.Slot, t site.Target) string {
	if t.Kind == site.ToNothing && t.Raw == "" {
		return ""
	}
	e := templates.Embed{URL: b.href(t), Title: slot.Title, Host: host(t.Raw), Frame: t.Kind == site.ToOutside}
	if t.Kind == site.ToNothing {
		e.URL = "" // see unlinked
	}
	if e.Host == "" {
		e.Label = cmp.Or(slot.Title, t.File, slot.Target)
		return write(templates.EmbedBlock(e))
	}
	e.Label = cmp.Or(slot.Title, templates.Fill(b.words.SeeOn, "host", e.Host))
	if e.Frame {
		e.Note = templates.Fill(b.words.EmbedNote, "host", e.Host)
	}
	return write(templates.EmbedBlock(e))
}

// codeBlock is a block of code with its colours. To find those is the dearest part
// of most pages, so that a block is kept by itself: it is the same on the next
// version of its page.
func (b *Bundle) codeBlock(code *article.Code) string {
	key := cacheKey{keyOf(b.options.Program, code), codeForm}
	text, _, err := b.options.Cache.get(key, false, func() ([]byte, error) {
		c := templates.Code{Title: code.Title, HTML: article.Highlight(code)}
		if article.HasLanguage(code.Language) {
			c.Language = code.Language
		}
		return []byte(write(templates.CodeBlock(c))), nil
	})
	if err != nil {
		panic(err) // as it did for who has made it
	}
	return string(text)
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
