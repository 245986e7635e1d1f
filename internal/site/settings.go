package site

import (
	"fmt"
	"regexp"
	"strings"

	"byline/internal/redirect"
	"byline/internal/strict"
)

// Settings is site.yaml, as written.
type Settings struct {
	Title       string              `yaml:"title,required"`
	Tagline     string              `yaml:"tagline"`
	Description string              `yaml:"description"`
	URL         strict.Text         `yaml:"url"`
	Path        strict.Text         `yaml:"path"`
	Permalink   strict.Text         `yaml:"permalink"` // the form of addresses below it, see Permalink
	Lang        strict.Text         `yaml:"lang"`
	Timezone    strict.Text         `yaml:"timezone"`
	Logo        strict.Text         `yaml:"logo"`
	Favicon     strict.Text         `yaml:"favicon"`
	Authors     map[string]Author   `yaml:"authors"`
	Categories  map[string]Category `yaml:"categories"`
	Navigation  []Link              `yaml:"navigation"`
	Footer      []Link              `yaml:"footer"`
	CTA         *CallToAction       `yaml:"cta"`
	Embeds      []Host              `yaml:"embeds"`
	Pictures    []Host              `yaml:"pictures"`
	EditURL     strict.Text         `yaml:"edit_url"` // with {path} where the file's path goes
	Gone        Naming              `yaml:"gone"`
	Elsewhere   []strict.Text       `yaml:"elsewhere"` // paths that something else answers on this host
	Feed        Feed                `yaml:"feed"`
	Hub         strict.Text         `yaml:"hub"` // WebSub
	IndexNow    IndexNowKey         `yaml:"indexnow"`
	Robots      Robots              `yaml:"robots"`
	Security    *Security           `yaml:"security"`
	Card        CardSettings        `yaml:"card"`
	Redirects   []redirect.Row      `yaml:"redirects"`

	RedirectsFile strict.Text `yaml:"redirects_file"` // a CSV file with more of them
}

// CardSettings are what the pictures are made with that are drawn for articles
// without one.
type CardSettings struct {
	Fonts []strict.Text `yaml:"fonts"` // paths in the tree, for what the site's own face does not have
}

// Naming says whether the page of an article that was taken down names it.
type Naming string

// GoneSilent is the Naming that hides what was there.
const GoneSilent Naming = "silent"

// DecodeScalar implements strict.Scalar.
func (n *Naming) DecodeScalar(text string) error {
	if *n = Naming(text); text != "" && text != "named" && *n != GoneSilent {
		return fmt.Errorf("%q is not one of named and silent", text)
	}
	return nil
}

// IndexNowKey is what tells search engines that they are told of changes by the
// site itself: it is public, at /KEY.txt.
type IndexNowKey string

var indexNowKey = regexp.MustCompile(`^[A-Za-z0-9-]{8,128}$`)

// DecodeScalar implements strict.Scalar.
func (k *IndexNowKey) DecodeScalar(text string) error {
	if *k = IndexNowKey(text); text != "" && !indexNowKey.MatchString(text) {
		return fmt.Errorf("%q is no key of IndexNow; write 8 to 128 letters, digits and hyphens, like those that \"openssl rand -hex 16\" makes", text)
	}
	return nil
}

// Host is the name of a host, in lower case, with a port if need be. It is
// written into a policy for browsers, so that nothing else may stand in it.
type Host string

var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`)

// DecodeScalar implements strict.Scalar.
func (h *Host) DecodeScalar(text string) error {
	*h = Host(strings.ToLower(text))
	if !hostName.MatchString(string(*h)) {
		return fmt.Errorf("%q is not the name of a host; write it alone, like www.example.org", text)
	}
	return nil
}

// Party says what an author is.
type Party string

// Organization is the Party of an author that is no person.
const Organization Party = "organization"

// DecodeScalar implements strict.Scalar.
func (p *Party) DecodeScalar(text string) error {
	if *p = Party(text); text != "" && text != "person" && *p != Organization {
		return fmt.Errorf("%q is not one of person and organization", text)
	}
	return nil
}

// Author is a person or an organization under whose name articles stand.
type Author struct {
	Name    string      `yaml:"name,required"`
	Type    Party       `yaml:"type"`
	Tagline string      `yaml:"tagline"`
	Role    string      `yaml:"role"`
	Bio     string      `yaml:"bio"`
	Avatar  strict.Text `yaml:"avatar"`
	URL     string      `yaml:"url"`
	SameAs  []string    `yaml:"sameAs"`
	Place
}

// Category is a section of the site.
type Category struct {
	Name        string `yaml:"name,required"`
	Description string `yaml:"description"`
	Place
}

// Place is where an entry of site.yaml begins.
type Place struct{ Line, Col int }

// SetPlace implements strict.Placed.
func (p *Place) SetPlace(line, col int) { p.Line, p.Col = line, col }

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
	Place
}

// SwitchOff is `cta: false`.
func (c *CallToAction) SwitchOff() { c.Off = true }

// SettingsFile is the name of the settings in the content folder.
const SettingsFile = "site.yaml"

// siteHints tell what to write instead of the keys of other systems.
var siteHints = map[string]string{
	"baseURL":      "write \"url\"",
	"base_url":     "write \"url\"",
	"edit_uri":     "write \"edit_url\": https://…/{path}",
	"repo_url":     "write \"edit_url\": https://…/{path}",
	"languageCode": "write \"lang\"",
	"language":     "write \"lang\"",
	"menu":         "write \"navigation\": [{label: …, url: …}]",
	"name":         "write \"title\"",
	"permalinks":   "write \"permalink\": /{year}/{month}/{slug}",
}
