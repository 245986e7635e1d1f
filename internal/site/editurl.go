package site

import (
	"fmt"
	"net/url"
	"strings"

	"byline/internal/finding"
	"byline/internal/strict"
)

// editPath is what stands for an article's path in edit_url.
const editPath = "{path}"

// editURL checks the address at which articles can be changed.
func (c *settingsCheck) editURL(template strict.Text) {
	const hint = "write one like https://github.com/you/site/edit/main/articles/{path}"
	u, err := url.Parse(strings.ReplaceAll(template.Value, editPath, "a.md"))
	switch {
	case template.Value == "":
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		c.add(template, finding.BadValue, fmt.Sprintf("edit_url: %q is not an http or https address", template.Value), hint)
	case !strings.Contains(template.Value, editPath):
		c.add(template, finding.BadValue, fmt.Sprintf("edit_url: %q does not say where the article's path goes", template.Value), hint)
	case u.User != nil:
		c.add(template, finding.BadValue, "edit_url: has a user or a password in it, which every page would show", hint)
	case strings.Contains(u.Host, "a.md"):
		c.add(template, finding.BadValue, fmt.Sprintf("edit_url: %q has the article's path in the name of the host", template.Value), hint)
	}
}

// EditURLOf is where the file of an article can be changed; "" when site.yaml
// does not say. The path is escaped so that it can stand in a query, too.
func (s *Settings) EditURLOf(file string) string {
	if s.EditURL.Value == "" {
		return ""
	}
	escaped := strings.NewReplacer("+", "%20", "%2F", "/").Replace(url.QueryEscape(file))
	return strings.ReplaceAll(s.EditURL.Value, editPath, escaped)
}
