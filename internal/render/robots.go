package render

import "strings"

const (
	robotsPath = "/robots.txt"
	plainType  = "text/plain; charset=utf-8"
)

// robotsDocument is what crawlers read first (RFC 9309). A preview has none: its
// address is a secret.
func (b *Bundle) robotsDocument() *Resource {
	if b.options.Preview != nil {
		return nil
	}
	return b.short(plainType, b.robots)
}

// robots writes a group for those who are asked to stay away and one for all
// others. A crawler follows the group that names it and no other.
func (b *Bundle) robots() []byte {
	var out strings.Builder
	rules := b.site.Settings.Robots
	denied := rules.Denied()
	for _, name := range denied {
		out.WriteString("User-agent: " + name + "\n")
	}
	if len(denied) > 0 {
		out.WriteString("Disallow: /\n\n")
	}
	out.WriteString("User-agent: *\n")
	for _, path := range rules.Disallow {
		out.WriteString("Disallow: " + path.Value + "\n")
	}
	if len(rules.Disallow) == 0 {
		out.WriteString("Disallow:\n")
	}
	if b.serves(sitemapPath) {
		out.WriteString("\nSitemap: " + b.absolute(sitemapPath) + "\n")
	}
	return []byte(out.String())
}
