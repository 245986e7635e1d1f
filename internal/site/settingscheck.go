package site

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the same time zones on every machine, also where there are none

	"golang.org/x/text/language"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/strict"
)

// ReadSettings decodes site.yaml. With errors among the findings the settings
// must not be used.
func ReadSettings(src []byte) (Settings, finding.List) {
	var s Settings
	src = []byte(strings.TrimPrefix(string(src), "\ufeff"))
	c := &settingsCheck{strict.Decode(strict.Source{File: SettingsFile, YAML: src, Hints: siteHints}, &s)}
	c.origin(&s)
	c.path(&s)
	c.permalink(&s)
	c.redirects(&s)
	c.language(&s)
	c.timezone(s.Timezone)
	c.authors(s.Authors)
	c.categories(s.Categories)
	c.callToAction(s.CTA)
	c.editURL(s.EditURL)
	c.elsewhere(&s)
	c.hub(s.Hub)
	c.robots(s.Robots)
	c.security(s.Security)
	for _, link := range s.links() {
		c.link(link)
	}
	c.found.Sort()
	return s, c.found
}

// links are the addresses that stand on every page.
func (s *Settings) links() []strict.Text {
	var all []strict.Text
	for _, list := range [][]Link{s.Navigation, s.Footer} {
		for _, link := range list {
			all = append(all, link.URL)
		}
	}
	if s.CTA != nil && !s.CTA.Off {
		all = append(all, s.CTA.URL)
	}
	return all
}

type settingsCheck struct{ found finding.List }

func (c *settingsCheck) add(at strict.Text, rule finding.Rule, message, suggestion string) {
	c.found = append(c.found, finding.Finding{Rule: rule, File: SettingsFile, Line: at.Line, Col: at.Col, Message: message, Suggestion: suggestion})
}

// bad reports a value that cannot be used.
func (c *settingsCheck) bad(at strict.Text, message, suggestion string) {
	c.add(at, finding.BadValue, message, suggestion)
}

func (c *settingsCheck) origin(s *Settings) {
	if s.URL.Value == "" {
		return
	}
	origin, err := ParseOrigin(s.URL.Value)
	if err != nil {
		c.add(s.URL, finding.BadValue, "url: "+err.Error(), "write the public origin, like https://example.org")
		return
	}
	s.URL.Value = origin
}

// ParseOrigin checks a public origin and returns it without a trailing slash.
func ParseOrigin(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", fmt.Errorf("%q is not an http or https address", text)
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("%q has more than scheme, host and port; where the site hangs below that is \"path\" in site.yaml", text)
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

// path makes the path a prefix: "" for the root, else "/articles".
func (c *settingsCheck) path(s *Settings) {
	if s.Path.Value == "" && s.Path.Line == 0 {
		s.Path.Value = "/articles"
	}
	clean := path.Clean("/" + strings.Trim(s.Path.Value, "/"))
	if strings.ToLower(clean) != clean || strings.ContainsAny(clean, " ?#%\\:") {
		c.add(s.Path, finding.BadValue, fmt.Sprintf("path: %q is not a lower-case path", s.Path.Value), "write one like /articles, or / for the root")
		return
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(clean, "/"), "/")
	switch first {
	case "static", "media", "-", "healthz", "readyz":
		c.add(s.Path, finding.BadValue, fmt.Sprintf("path: %q is where other things are served", s.Path.Value), "write another, like /articles")
	}
	s.Path.Value = strings.TrimSuffix(clean, "/")
}

func (c *settingsCheck) language(s *Settings) {
	if s.Lang.Value == "" {
		s.Lang.Value = "en"
	}
	tag, err := language.Parse(s.Lang.Value)
	if err != nil {
		c.add(s.Lang, finding.BadValue, fmt.Sprintf("lang: %q is not the tag of a language", s.Lang.Value), "write one like en, en-GB or es")
		return
	}
	s.Lang.Value = tag.String()
}

// timezone refuses "Local" too: it would mean another zone on every machine.
func (c *settingsCheck) timezone(zone strict.Text) {
	if _, err := time.LoadLocation(zone.Value); err != nil || strings.EqualFold(zone.Value, "local") {
		c.add(zone, finding.BadValue, fmt.Sprintf("timezone: %q is not a time zone", zone.Value), "write a name like Europe/Madrid or UTC")
	}
}

func (c *settingsCheck) authors(authors map[string]Author) {
	taken := map[string]string{}
	for _, id := range keys(authors) {
		author := authors[id]
		c.id("authors", id, author.Place, taken)
		for _, address := range append([]string{author.URL}, author.SameAs...) {
			if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
				c.add(author.at(), finding.BadValue, fmt.Sprintf("authors.%s: %q is not an http or https address", id, address), "write a whole address, like https://example.org/ada")
			}
		}
	}
}

func (c *settingsCheck) categories(categories map[string]Category) {
	taken := map[string]string{}
	for _, id := range keys(categories) {
		c.id("categories", id, categories[id].Place, taken)
	}
}

func (p Place) at() strict.Text { return strict.Text{Line: p.Line, Col: p.Col} }

// id checks that an id can be an address of its own.
func (c *settingsCheck) id(key, id string, place Place, taken map[string]string) {
	slug := article.Slugify(id)
	other, clash := taken[slug]
	taken[slug] = id
	switch {
	case slug == "":
		c.add(place.at(), finding.BadValue, fmt.Sprintf("%s: the id %q has no letter or digit", key, id), "write an id like ada-lovelace")
	case clash:
		c.add(place.at(), finding.BadValue, fmt.Sprintf("%s: the ids %q and %q have the same address, %s", key, other, id, slug), "rename one of the two")
	case slug != id:
		c.add(place.at(), finding.BadSlug, fmt.Sprintf("%s: the id %q is not lower-case letters and digits with single hyphens", key, id), fmt.Sprintf("write %q, which is its address until then", slug))
	}
}

// callToAction must lead somewhere and say so.
func (c *settingsCheck) callToAction(cta *CallToAction) {
	if cta == nil || cta.Off {
		return
	}
	faulty := func(f finding.Finding) bool { return f.Line == cta.Line && f.Col == cta.Col }
	if slices.ContainsFunc(c.found, faulty) {
		return // it is not even a mapping
	}
	if cta.URL.Value == "" {
		c.add(cta.at(), finding.MissingKey, "cta has no \"url\", so that it leads nowhere", "add a line \"url: …\", or write \"cta: false\"")
	}
	if cta.Label == "" && cta.Heading == "" {
		c.add(cta.at(), finding.MissingKey, "cta has neither \"heading\" nor \"label\"", "add a line \"label: …\" with the words on its button")
	}
}

func (c *settingsCheck) link(to strict.Text) {
	if to.Value == "" {
		return // reported as missing
	}
	if fault := linkFault(to.Value); fault != "" {
		c.add(to, finding.BadValue, fault, linkHint)
	}
}

const linkHint = "write a path like /articles or an address like https://example.org/"

// linkFault tells why an address cannot stand on a page; "" when it can.
func linkFault(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" && !strings.HasPrefix(address, "/") || u.Scheme != "" && !linkScheme(u.Scheme) {
		return fmt.Sprintf("%q is not an address that a page can link to", address)
	}
	return ""
}

// linkScheme reports whether links of that scheme are safe and useful.
func linkScheme(scheme string) bool {
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto", "tel":
		return true
	}
	return false
}
