package site

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/strict"
)

// Security is what /.well-known/security.txt says (RFC 9116).
type Security struct {
	Contact         []strict.Text `yaml:"contact,required"` // mailto, https or tel
	Expires         article.Date  `yaml:"expires,required"`
	Policy          []strict.Text `yaml:"policy"`
	Encryption      []strict.Text `yaml:"encryption"`
	Acknowledgments []strict.Text `yaml:"acknowledgments"`
	Hiring          []strict.Text `yaml:"hiring"`
	Languages       []strict.Text `yaml:"preferred_languages"`
	keys            map[string]strict.Text
}

// SetKey implements strict.Keyed.
func (s *Security) SetKey(key string, line, col int) {
	if s.keys == nil {
		s.keys = map[string]strict.Text{}
	}
	s.keys[key] = strict.Text{Value: key, Line: line, Col: col}
}

func (c *settingsCheck) security(s *Security) {
	if s == nil {
		return
	}
	for _, contact := range s.Contact {
		suggestion := "write one like mailto:security@example.org or https://example.org/report"
		if name, host, ok := strings.Cut(contact.Value, "@"); ok && name != "" && host != "" && !strings.Contains(name, ":") {
			suggestion = fmt.Sprintf("write %q", "mailto:"+contact.Value)
		}
		c.uri("contact", contact, suggestion, "mailto", "https", "tel")
	}
	for _, key := range s.Encryption {
		c.uri("encryption", key, "write one like https://example.org/key.asc", "https", "openpgp4fpr", "dns")
	}
	for name, list := range map[string][]strict.Text{"policy": s.Policy, "acknowledgments": s.Acknowledgments, "hiring": s.Hiring} {
		for _, address := range list {
			c.uri(name, address, "write one like https://example.org/"+name, "https")
		}
	}
	for _, lang := range s.Languages {
		if _, err := language.Parse(lang.Value); err != nil {
			c.bad(lang, fmt.Sprintf("security.preferred_languages: %q is not the tag of a language", lang.Value), "write one like en, en-GB or es")
		}
	}
}

// uri checks an address of security.txt, which stands on a line of its own.
func (c *settingsCheck) uri(key string, at strict.Text, suggestion string, schemes ...string) {
	if !wholeAddress(at.Value, schemes...) || strings.ContainsAny(at.Value, " \t") {
		c.bad(at, fmt.Sprintf("security.%s: %q is not an address of one of the kinds %s", key, at.Value, strings.Join(schemes, ", ")), suggestion)
	}
}

// checkSecurity reports a security.txt that its readers must not trust any more,
// and one that claims to hold for longer than anybody knows (RFC 9116, section
// 2.5.5: less than a year is recommended).
func (w *build) checkSecurity() {
	s := w.Settings.Security
	if s == nil || s.Expires.IsZero() {
		return
	}
	at, until := s.keys["expires"], s.Expires.In(w.zone)
	switch {
	case !until.After(w.Now):
		w.add(SettingsFile, finding.SecurityExpires, at.Line, at.Col, "security.expires is over, so that nobody should trust security.txt any more", "check that the contact is still right, and write a date within the next year")
	case until.After(w.Now.AddDate(1, 0, 0)):
		w.add(SettingsFile, finding.SecurityExpires, at.Line, at.Col, "security.expires is more than a year away", "write a date within the next year, and check the contact by then")
	}
}
