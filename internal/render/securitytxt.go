package render

import (
	"strings"
	"time"
)

const securityPath = "/.well-known/security.txt"

// securityDocument tells whom to tell of a hole (RFC 9116), when site.yaml says so.
func (b *Bundle) securityDocument() *Resource {
	if b.site.Settings.Security == nil || b.options.Preview != nil {
		return nil
	}
	return b.short(plainType, b.security)
}

func (b *Bundle) security() []byte {
	var out strings.Builder
	s := b.site.Settings.Security
	field := func(name, value string) { out.WriteString(name + ": " + value + "\n") }
	for _, contact := range s.Contact {
		field("Contact", contact.Value)
	}
	field("Expires", s.Expires.In(b.site.Zone).UTC().Format(time.RFC3339))
	for _, address := range s.Encryption {
		field("Encryption", address.Value)
	}
	for _, address := range s.Acknowledgments {
		field("Acknowledgments", address.Value)
	}
	for _, address := range s.Policy {
		field("Policy", address.Value)
	}
	for _, address := range s.Hiring {
		field("Hiring", address.Value)
	}
	var languages []string
	for _, lang := range s.Languages {
		languages = append(languages, lang.Value)
	}
	if languages != nil {
		field("Preferred-Languages", strings.Join(languages, ", "))
	}
	if own := b.absolute(securityPath); strings.HasPrefix(own, "https://") { // section 2.5.2
		field("Canonical", own)
	}
	return []byte(out.String())
}
