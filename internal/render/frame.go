package render

import (
	"strconv"
	"strings"
	"time"

	"byline/internal/finding"
	"byline/internal/site"
	"byline/templates"
)

// frame is what every page has around its content.
func (b *Bundle) frame(address, title, description string) templates.Frame {
	s, assets := b.site.Settings, b.options.Assets
	f := templates.Frame{
		Words: b.words, Lang: s.Lang.Value, Dir: direction(s.Lang.Value), Title: b.title(title), CardTitle: title, Description: description,
		Kind: "website", SiteTitle: s.Title, Tagline: s.Tagline, Home: b.urlOf(b.home()),
		Navigation: b.links(s.Navigation, address), Footer: b.links(s.Footer, ""),
		Search: templates.Link{Label: b.words.Search, URL: b.urlOf(b.searchURL()), Current: address == b.searchURL()},
		Assets: templates.AssetURLs{
			Sheet: assets.URL("site.css"), Theme: assets.URL("theme.js"), Script: assets.URL("site.js"),
			Font: assets.URL("source-serif-4.woff2"), Icon: b.icon(),
		},
	}
	b.announce(&f)
	if address != "" {
		f.Canonical = b.absolute(address)
	}
	if logo := s.Logo.Value; logo != "" {
		f.Logo = b.image(site.Target{Kind: site.ToFile, File: strings.TrimPrefix(logo, "/")}, s.Title, "", false)
	}
	if b.options.Dev {
		f.Assets.DevScript = assets.URL("dev.js")
		f.Dev = b.dev(site.SettingsFile, address == b.home())
	}
	if p := b.options.Preview; p != nil {
		f.NoIndex = true
		f.Preview = &templates.Preview{Name: p.Name, Commit: p.Commit, Changes: b.urlOf(changesPath)}
	}
	return f
}

// title is a page's title in the window and in search results.
func (b *Bundle) title(title string) string {
	if title == b.site.Settings.Title {
		return title
	}
	return title + " – " + b.site.Settings.Title
}

// icon is the site's own, or Byline's.
func (b *Bundle) icon() string {
	file := strings.TrimPrefix(b.site.Settings.Favicon.Value, "/")
	if f, ok := b.site.Files[file]; ok {
		return b.urlOf(mediaURL(f))
	}
	return b.options.Assets.URL("icon.svg")
}

func (b *Bundle) links(all []site.Link, current string) []templates.Link {
	var links []templates.Link
	for _, l := range all {
		links = append(links, templates.Link{Label: l.Label, URL: b.written(l.URL.Value), Current: current != "" && strings.TrimSuffix(l.URL.Value, "/") == current})
	}
	return links
}

// HasWords reports whether pages can say what is not the articles' in a language.
func HasWords(lang string) bool { return templates.HasWords(lang) }

// direction is the direction in which a language is written.
func direction(lang string) string {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	switch base {
	case "ar", "fa", "he", "ur", "yi", "ps", "ckb", "sd", "ug", "dv":
		return "rtl"
	}
	return "ltr"
}

func (b *Bundle) date(t time.Time) templates.Date {
	machine := t.Format(time.RFC3339)
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 {
		machine = t.Format(time.DateOnly)
	}
	return templates.Date{Text: b.words.Date(t), Machine: machine}
}

func (b *Bundle) minutes(p *site.Page) string {
	return templates.Fill(b.words.Minutes, "n", strconv.Itoa(p.Minutes))
}

// marker tells on a page that it is not public.
func (b *Bundle) marker(p *site.Page) string {
	switch p.State {
	case site.Draft:
		return b.words.Draft
	case site.Scheduled:
		return templates.Fill(b.words.Scheduled, "date", b.words.Date(p.Date)+" "+p.Date.Format("15:04"))
	}
	return ""
}

func (b *Bundle) callToAction(c *site.CallToAction) *templates.CallToAction {
	if c == nil {
		return nil
	}
	return &templates.CallToAction{Heading: c.Heading, Text: c.Text, Label: c.Label, URL: b.written(c.URL.Value)}
}

// siteCTA is the call to action of pages that are no article.
func (b *Bundle) siteCTA() *templates.CallToAction {
	c := b.site.Settings.CTA
	if c == nil || c.Off || c.URL.Value == "" || c.Label == "" {
		return nil
	}
	return b.callToAction(c)
}

// avatar is an author's picture.
func (b *Bundle) avatar(g *site.Group) *templates.Picture {
	if g.Avatar == "" {
		return nil
	}
	to := site.Target{Kind: site.ToFile, File: g.Avatar}
	return b.responsive(b.image(to, "", "", false), to, asAvatar)
}

// image is the picture that a target is, with the one address that is enough
// wherever it is shown; nil when it is none.
func (b *Bundle) image(t site.Target, alt, title string, lazy bool) *templates.Picture {
	p := &templates.Picture{Alt: alt, Title: title, Lazy: lazy}
	switch t.Kind {
	case site.ToOutside:
		p.URL = t.Raw
	case site.ToFile:
		f, ok := b.site.Files[t.File]
		if !ok {
			return nil
		}
		p.URL = b.urlOf(fileURL(f))
		if size, ok := b.options.Size(t.File); ok {
			p.Width, p.Height = size.Width, size.Height
		}
	default:
		return nil
	}
	return p
}

// dev is what an editor should mend: on an article's page in its file, on pages of
// no file wherever an error holds something back; the errors of site.yaml on every
// page, but its warnings only where they are asked for.
func (b *Bundle) dev(file string, warnings bool) *templates.Dev {
	d := &templates.Dev{Held: b.options.Held[file]}
	var shown finding.List
	for _, f := range b.options.Findings {
		settings := f.File == site.SettingsFile
		switch {
		case f.Severity() == finding.Error && (settings || file == site.SettingsFile), f.File == file && (warnings || !settings):
			shown = append(shown, f)
		}
	}
	d.Findings = findingRows(shown)
	return d
}
