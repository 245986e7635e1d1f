package site

import (
	"fmt"
	"net/url"
	"path"
	"strings"
	"time"

	"byline/internal/finding"
	"byline/internal/strict"
)

// Settings is site.yaml, as written.
type Settings struct {
	Title       string              `yaml:"title,required"`
	Tagline     string              `yaml:"tagline"`
	Description string              `yaml:"description"`
	URL         strict.Text         `yaml:"url"`
	Path        strict.Text         `yaml:"path"`
	Lang        string              `yaml:"lang"`
	Timezone    strict.Text         `yaml:"timezone"`
	Logo        strict.Text         `yaml:"logo"`
	Favicon     strict.Text         `yaml:"favicon"`
	Authors     map[string]Author   `yaml:"authors"`
	Categories  map[string]Category `yaml:"categories"`
	Navigation  []Link              `yaml:"navigation"`
	Footer      []Link              `yaml:"footer"`
	CTA         *CallToAction       `yaml:"cta"`
	Embeds      []string            `yaml:"embeds"`
	Pictures    []string            `yaml:"pictures"`
}

// Author is a person or an organization under whose name articles stand.
type Author struct {
	Name    string      `yaml:"name,required"`
	Tagline string      `yaml:"tagline"`
	Role    string      `yaml:"role"`
	Bio     string      `yaml:"bio"`
	Avatar  strict.Text `yaml:"avatar"`
	URL     string      `yaml:"url"`
	SameAs  []string    `yaml:"sameAs"`
}

// Category is a section of the site.
type Category struct {
	Name        string `yaml:"name,required"`
	Description string `yaml:"description"`
}

// Link is an entry of the navigation or the footer.
type Link struct {
	Label string      `yaml:"label,required"`
	URL   strict.Text `yaml:"url,required"`
}

// CallToAction is what a page asks its reader to do.
type CallToAction struct {
	Off     bool
	Heading string      `yaml:"heading"`
	Text    string      `yaml:"text"`
	Label   string      `yaml:"label"`
	URL     strict.Text `yaml:"url"`
}

// SwitchOff is `cta: false`.
func (c *CallToAction) SwitchOff() { c.Off = true }

// SettingsFile is the name of the settings in the content folder.
const SettingsFile = "site.yaml"

// siteHints tell what to write instead of the keys of other systems.
var siteHints = map[string]string{
	"baseURL":      "write \"url\"",
	"base_url":     "write \"url\"",
	"languageCode": "write \"lang\"",
	"language":     "write \"lang\"",
	"menu":         "write \"navigation\": [{label: …, url: …}]",
	"name":         "write \"title\"",
}

// ReadSettings decodes site.yaml. With errors among the findings the settings
// must not be used.
func ReadSettings(src []byte) (Settings, finding.List) {
	var s Settings
	src = []byte(strings.TrimPrefix(string(src), "\ufeff"))
	found := strict.Decode(strict.Source{File: SettingsFile, YAML: src, Hints: siteHints}, &s)
	c := &settingsCheck{found: found}
	c.origin(&s)
	c.path(&s)
	if _, err := time.LoadLocation(s.Timezone.Value); err != nil {
		c.add(s.Timezone, finding.BadValue, fmt.Sprintf("timezone: %q is not a time zone", s.Timezone.Value), "write a name like Europe/Madrid or UTC")
	}
	for _, link := range append(append([]Link{}, s.Navigation...), s.Footer...) {
		c.link(link.URL)
	}
	if s.CTA != nil && !s.CTA.Off {
		c.link(s.CTA.URL)
	}
	if s.Lang == "" {
		s.Lang = "en"
	}
	return s, c.found
}

type settingsCheck struct{ found finding.List }

func (c *settingsCheck) add(at strict.Text, rule finding.Rule, message, suggestion string) {
	c.found = append(c.found, finding.Finding{Rule: rule, File: SettingsFile, Line: at.Line, Col: at.Col, Message: message, Suggestion: suggestion})
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
	return u.Scheme + "://" + u.Host, nil
}

// path makes the path a prefix: "" for the root, else "/articles".
func (c *settingsCheck) path(s *Settings) {
	if s.Path.Value == "" && s.Path.Line == 0 {
		s.Path.Value = "/articles"
	}
	clean := path.Clean("/" + strings.Trim(s.Path.Value, "/"))
	if strings.ToLower(clean) != clean || strings.ContainsAny(clean, " ?#%\\") {
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

func (c *settingsCheck) link(to strict.Text) {
	u, err := url.Parse(to.Value)
	if err != nil || u.Scheme == "" && !strings.HasPrefix(to.Value, "/") || u.Scheme != "" && !linkScheme(u.Scheme) {
		c.add(to, finding.BadValue, fmt.Sprintf("%q is not an address", to.Value), "write a path like /articles or an address like https://example.org/")
	}
}

// linkScheme reports whether links of that scheme are safe and useful.
func linkScheme(scheme string) bool {
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto", "tel":
		return true
	}
	return false
}
