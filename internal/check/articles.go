package check

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/site"
)

// one gathers the findings of one article.
type one struct {
	*article.Article
	found finding.List
}

func (o *one) add(rule finding.Rule, line, col int, message, suggestion string) {
	o.found = append(o.found, finding.Finding{Rule: rule, File: o.Path, Line: line, Col: col, Message: message, Suggestion: suggestion})
}

// at adds a finding at a key of the front matter.
func (o *one) at(key string, rule finding.Rule, message, suggestion string) {
	line, col := o.Meta.Place(key)
	o.add(rule, line, col, message, suggestion)
}

// articleRules are the rules that need to know nothing but the article.
func articleRules(a *article.Article, source []byte) finding.List {
	o := &one{Article: a}
	o.headings()
	o.subtitle()
	o.description()
	o.slug()
	o.entities()
	o.secrets(source)
	return o.found
}

// headings reports those that skip a level: who moves through a page by its
// headings looks for what is missing (WCAG 2.2, technique G141). Headings in raw
// HTML count; where they stand in the file is not known. Levels are those that
// were written: an h1 in the body, which shifts them, is a finding of its own.
func (o *one) headings() {
	last, next := 1+o.Shift, 0
	for level, id := range o.Outline() {
		above := last
		last = level
		if next >= len(o.Headings) || o.Headings[next].ID != id {
			continue
		}
		h := o.Headings[next]
		next++
		if level > above+1 {
			there := fmt.Sprintf("the one above it is of level %d", above-o.Shift)
			if above == 1+o.Shift && next == 1 {
				there = "above it is only the title"
			}
			o.add(finding.SkippedHeading, h.Line, h.Col, fmt.Sprintf("the heading %q is of level %d, and %s", site.Shorten(h.Text, 60), level-o.Shift, there), "make it one level deeper than that, not more")
		}
	}
}

// subtitle reports one that stands on the page twice, one above the other.
func (o *one) subtitle() {
	if o.Meta.Subtitle == "" || len(o.Headings) == 0 {
		return
	}
	if first := o.Headings[0]; sameWords(article.Typeset(o.Meta.Subtitle), first.Text) {
		o.at("subtitle", finding.RepeatedSubtitle, fmt.Sprintf("the first heading, in line %d, says the subtitle again", first.Line), "let the subtitle say what the title leaves open")
	}
}

func sameWords(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

const (
	// maxDescription leaves some room over the 160 or so that search engines show.
	maxDescription = 200
	// maxLead is how much of a first paragraph stands in for one before it is cut.
	maxLead = 155
	// maxSlug is how long an address can be read and typed.
	maxSlug = 60
)

// description reports one that is cut off where it is shown. Drafts may be
// without, and pages that crawlers pass over.
func (o *one) description() {
	m := o.Meta
	switch n := utf8.RuneCountInString(m.Description); {
	case n > maxDescription:
		o.at("description", finding.LongDescription, fmt.Sprintf("the description has %d characters; search engines show about 160", n), "say in one sentence what the reader will find")
	case n > 0 || m.Subtitle != "" || m.Draft || m.NoIndex:
	case o.Lead == "":
		o.at("title", finding.MissingDescription, "there is no description, and no first paragraph to take one from", "add a line \"description: …\"")
	case utf8.RuneCountInString(o.Lead) > maxLead:
		o.at("title", finding.MissingDescription, "there is no description; search engines get the beginning of the first paragraph, cut off", "add a line \"description: …\"")
	}
}

// slug reports one of an article whose address may still change: behind an
// address that is out in the world stands a promise.
func (o *one) slug() {
	if n := utf8.RuneCountInString(o.Slug); n > maxSlug {
		o.add(finding.LongSlug, o.Meta.Slug.Line, o.Meta.Slug.Col, fmt.Sprintf("the slug has %d characters; addresses over %d are cut off where they are shown", n, maxSlug), "choose three to six words")
	}
}

// entity is a character reference that front matter, which is no HTML, shows as
// it is.
var entity = regexp.MustCompile(`&(?:amp|quot|apos|lt|gt|nbsp|[lr][sd]quo|[mn]dash|hellip|#\d+);`)

func (o *one) entities() {
	for _, text := range []struct{ key, value string }{{"title", o.Meta.Title}, {"subtitle", o.Meta.Subtitle}, {"description", o.Meta.Description}} {
		if found := entity.FindString(text.value); found != "" {
			o.at(text.key, finding.SuspiciousQuotes, fmt.Sprintf("%s in the %s is shown as an entity, not as the sign that it names", found, text.key), fmt.Sprintf("write %s itself", html.UnescapeString(found)))
		}
	}
}
