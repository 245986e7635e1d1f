package article

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"byline/internal/finding"
	"byline/internal/strict"
)

// FrontMatter is what stands between the --- lines, as written. Values that
// only make sense beside other files (ids, slugs, paths) keep their place, so
// that package site can point at them.
type FrontMatter struct {
	Title       string        `yaml:"title,required"`
	Date        Date          `yaml:"date,required"`
	Subtitle    string        `yaml:"subtitle"`
	Description string        `yaml:"description"`
	Updated     Date          `yaml:"updated"`
	Author      []strict.Text `yaml:"author"`
	Authors     []strict.Text `yaml:"authors"`
	Category    strict.Text   `yaml:"category"`
	Tags        []strict.Text `yaml:"tags"`
	Slug        strict.Text   `yaml:"slug"`
	Image       *Image        `yaml:"image"`
	Related     []strict.Text `yaml:"related"`
	Aliases     []strict.Text `yaml:"aliases"`
	Draft       bool          `yaml:"draft"`
	Expires     Date          `yaml:"expires"`
	CTA         *CallToAction `yaml:"cta"`
	NoIndex     bool          `yaml:"noindex"`
	Canonical   strict.Text   `yaml:"canonical"`

	keys []strict.Text // that were written, with their places
}

// SetKey implements strict.Keyed.
func (m *FrontMatter) SetKey(key string, line, col int) {
	m.keys = append(m.keys, strict.Text{Value: key, Line: line, Col: col})
}

// Place is where a key was written in the file; zero when it was not.
func (m FrontMatter) Place(key string) (line, col int) {
	for _, k := range m.keys {
		if k.Value == key {
			return k.Line, k.Col
		}
	}
	return 0, 0
}

// Image is the picture at the top of an article and on cards.
type Image struct {
	Src     strict.Text `yaml:"src,required"`
	Alt     string      `yaml:"alt"`
	Caption string      `yaml:"caption"`
}

// CallToAction overrides the site's call to action, or turns it off.
type CallToAction struct {
	Off     bool
	Heading string      `yaml:"heading"`
	Text    string      `yaml:"text"`
	Label   string      `yaml:"label"`
	URL     strict.Text `yaml:"url"`
}

// SwitchOff is `cta: false`.
func (c *CallToAction) SwitchOff() { c.Off = true }

// AuthorIDs are the ids under author and authors, each once, in order.
func (m FrontMatter) AuthorIDs() []strict.Text {
	var ids []strict.Text
	seen := map[string]bool{}
	for _, id := range append(append([]strict.Text{}, m.Author...), m.Authors...) {
		if id.Value != "" && !seen[id.Value] {
			seen[id.Value] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// hints tell what to write instead of the keys of other systems.
var hints = map[string]string{
	"lastmod":        "write \"updated\"",
	"last_modified":  "write \"updated\"",
	"modified":       "write \"updated\"",
	"categories":     "an article has one \"category\"; the others can be \"tags\"",
	"layout":         "remove it: every article has the same page",
	"excerpt":        "write \"description\"",
	"summary":        "write \"description\"",
	"permalink":      "write \"slug\", and the old address under \"aliases\"",
	"url":            "write \"slug\", and the old address under \"aliases\"",
	"redirect_from":  "write \"aliases\"",
	"published":      "write \"draft: true\" to hold an article back",
	"publishDate":    "write \"date\": a date in the future is published then",
	"pubDate":        "write \"date\"",
	"expiryDate":     "write \"expires\"",
	"thumbnail":      "write \"image: {src: …, alt: …}\"",
	"cover":          "write \"image: {src: …, alt: …}\"",
	"featured_image": "write \"image: {src: …, alt: …}\"",
	"hero":           "write \"image: {src: …, alt: …}\"",
	"keywords":       "write \"tags\"",
	"canonical_url":  "write \"canonical\"",
}

// frontMatter splits the text at the --- lines and decodes what is between.
func (p *parser) frontMatter(text []byte, firstLine int) (meta FrontMatter, body []byte, bodyLine int, ok bool) {
	block, body, bodyLine, ok := p.split(text, firstLine)
	if !ok {
		return meta, nil, 0, false
	}
	before := len(p.found)
	found := strict.Decode(strict.Source{File: p.path, YAML: block, FirstLine: firstLine + 1, Hints: hints}, &meta)
	p.found = append(p.found, found...)
	for _, f := range p.found[before:] {
		if f.Rule == finding.FrontMatter {
			return meta, nil, 0, false
		}
	}
	if !meta.Draft {
		p.unpublished(block, firstLine+1)
	}
	p.checkMeta(meta)
	return meta, body, bodyLine, true
}

// keptBack is how other systems (Jekyll, WordPress) say that an article is not
// public.
var keptBack = regexp.MustCompile(`^(?:published:\s*["']?(?:false|no|off)|status:\s*["']?(?:draft|private|pending|future))["']?\s*$`)

// unpublished keeps an article from going public that another system kept back.
func (p *parser) unpublished(block []byte, firstLine int) {
	if !bytes.Contains(block, []byte("published:")) && !bytes.Contains(block, []byte("status:")) {
		return
	}
	for i, line := range strings.Split(string(block), "\n") {
		if !keptBack.MatchString(line) {
			continue
		}
		at := firstLine + i
		p.found = slices.DeleteFunc(p.found, func(f finding.Finding) bool { return f.Rule == finding.UnknownKey && f.Line == at })
		p.add(finding.BadValue, at, 1, fmt.Sprintf("%q keeps an article back elsewhere, not here", strings.TrimSpace(line)), "write \"draft: true\", or take the line out to publish it")
	}
}

// split finds the block between the --- lines. Trailing spaces after --- and
// the ... that YAML allows as an end are accepted.
func (p *parser) split(text []byte, firstLine int) (block, body []byte, bodyLine int, ok bool) {
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	if string(bytes.TrimRight(line, " \t")) != "---" {
		suggestion := "begin the file with a line ---, then title: and date:, then a line ---"
		if bytes.HasPrefix(line, []byte("+++")) {
			suggestion = "this looks like TOML; write the keys as YAML between --- lines"
		}
		p.add(finding.FrontMatter, firstLine, 1, "no front matter: the file does not begin with ---", suggestion)
		return nil, nil, 0, false
	}
	bodyLine = firstLine + 1
	for start := 0; start < len(rest); bodyLine++ {
		end := bytes.IndexByte(rest[start:], '\n')
		next := start + end + 1
		if end < 0 {
			end, next = len(rest)-start, len(rest)
		}
		switch string(bytes.TrimRight(rest[start:start+end], " \t")) {
		case "---", "...":
			return rest[:start], rest[next:], bodyLine + 1, true
		}
		start = next
	}
	p.add(finding.FrontMatter, firstLine, 1, "the front matter that begins here is not closed", "write a line --- after its last key")
	return nil, nil, 0, false
}

func (p *parser) checkMeta(meta FrontMatter) {
	if strings.ContainsAny(meta.Title, "\n") {
		line, col := meta.Place("title")
		p.add(finding.BadValue, line, col, "title: has more than one line", "write it on one line")
	}
	if meta.Image != nil && meta.Image.Src.Value != "" && meta.Image.Alt == "" {
		p.add(finding.MissingAlt, meta.Image.Src.Line, meta.Image.Src.Col, "the picture at the top has no alt text", "say under \"alt\" what it shows")
	}
}
