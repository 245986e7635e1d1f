package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"byline/internal/testkit"
)

// documented are the properties that Google's documentation of structured data
// requires or recommends, as far as a page of ours can have them; those behind a
// question mark are there only where the page has something to say. What a type
// has beside them is a mistake.
//
// https://developers.google.com/search/docs/appearance/structured-data
var documented = map[string]string{
	"BlogPosting":        "@id url headline image? alternativeHeadline? description datePublished dateModified author publisher articleSection? keywords? wordCount inLanguage isPartOf mainEntityOfPage",
	"BreadcrumbList":     "@id itemListElement",
	"ListItem":           "position name item? url?",
	"WebSite":            "@id name url description? inLanguage? publisher? potentialAction?",
	"SearchAction":       "target query-input",
	"EntryPoint":         "urlTemplate",
	"Organization":       "@id name? url? logo? description? image? sameAs? agentInteractionStatistic?",
	"Person":             "@id name url jobTitle? description? image? sameAs? agentInteractionStatistic?",
	"ProfilePage":        "@id name url description inLanguage isPartOf mainEntity hasPart",
	"CollectionPage":     "@id name url description inLanguage isPartOf mainEntity",
	"ItemList":           "numberOfItems itemListElement?",
	"ImageObject":        "url width? height? caption?",
	"InteractionCounter": "interactionType userInteractionCount",
}

// TestLinkedData: what pages say to machines is complete by the documentation,
// leads somewhere, and is what the page shows.
func TestLinkedData(t *testing.T) {
	sites := map[string]string{"shipped": filepath.Join("..", "..", "articles")}
	for _, name := range []string{"swift", "18f"} {
		sites[name] = filepath.Join(testkit.Shared(t), "sites", name)
	}
	for name, dir := range sites {
		t.Run(name, func(t *testing.T) {
			c := crawlSite(t, dir)
			for _, address := range slices.Sorted(maps.Keys(c.pages)) {
				p := c.pages[address]
				data := p.linkedData(t)
				if strings.HasSuffix(strings.SplitN(address, "?", 2)[0], "/search") {
					continue // results are nobody's to index
				}
				if len(data) == 0 {
					t.Errorf("%s says nothing", address)
				}
				shown := p.shown()
				for _, thing := range data {
					c.inspect(t, address, thing, shown)
				}
			}
		})
	}
}

// linkedData are the things that a page tells of, at the top.
func (p *htmlPage) linkedData(t *testing.T) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, n := range p.find("script") {
		if attr(n, "type") != "application/ld+json" {
			continue
		}
		var document struct {
			Context string           `json:"@context"`
			Graph   []map[string]any `json:"@graph"`
		}
		if err := json.Unmarshal([]byte(text(n)), &document); err != nil || document.Context != "https://schema.org" {
			t.Errorf("linked data of %q: %v, context %q", p.title, err, document.Context)
		}
		all = append(all, document.Graph...)
	}
	return all
}

// shown is all that a reader sees of a page, in one line.
func (p *htmlPage) shown() string {
	var b strings.Builder
	for _, n := range p.find("body", "title") {
		for d := range n.Descendants() {
			if d.Type == html.TextNode && !within(d, "script") {
				b.WriteString(d.Data + " ")
			}
			b.WriteString(attr(d, "alt") + " ")
		}
	}
	return oneLine(b.String())
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// inspect looks at a thing and at all that it has.
func (c *crawl) inspect(t *testing.T, page string, thing map[string]any, shown string) {
	t.Helper()
	kind, _ := thing["@type"].(string)
	known, ok := documented[kind]
	if !ok {
		t.Errorf("%s: nothing is documented about the type %q", page, kind)
		return
	}
	reference := len(thing) == 2 && thing["@id"] != nil
	allowed := map[string]bool{"@type": true}
	for name := range strings.FieldsSeq(known) {
		name, optional := strings.CutSuffix(name, "?")
		allowed[name] = true
		if thing[name] == nil && !optional && !reference {
			t.Errorf("%s: a %s without %s", page, kind, name)
		}
	}
	for name, value := range thing {
		if !allowed[name] {
			t.Errorf("%s: a %s with %s", page, kind, name)
		}
		for _, fault := range c.faultsOf(name, value, shown) {
			t.Errorf("%s: %s of %s: %s", page, name, kind, fault)
		}
		for _, inner := range things(value) {
			c.inspect(t, page, inner, shown)
		}
	}
}

func things(value any) []map[string]any {
	switch v := value.(type) {
	case map[string]any:
		return []map[string]any{v}
	case []any:
		var all []map[string]any
		for _, item := range v {
			all = append(all, things(item)...)
		}
		return all
	}
	return nil
}

// faultsOf is what is wrong with one value.
func (c *crawl) faultsOf(name string, value any, shown string) []string {
	text, ok := value.(string)
	if !ok {
		return nil
	}
	switch name {
	case "headline", "alternativeHeadline", "name", "jobTitle", "articleSection", "caption":
		if !strings.Contains(shown, oneLine(strings.TrimSuffix(text, "…"))) {
			return []string{fmt.Sprintf("the page does not show %q", text)}
		}
	case "datePublished", "dateModified":
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return []string{err.Error()}
		}
	case "url", "item", "@id", "mainEntityOfPage":
		return c.addressFault(text)
	case "position", "itemListElement", "author", "publisher":
		return []string{"is a text"}
	}
	return nil
}

// addressFault tells why an address of this site is none.
func (c *crawl) addressFault(address string) []string {
	rest, ours := strings.CutPrefix(address, "http://localhost/")
	if !ours {
		return []string{address + " is not of this site"}
	}
	rest, _, _ = strings.Cut("/"+rest, "#")
	if rest != "/" && c.answers(rest) != 200 {
		return []string{address + " is not there"}
	}
	return nil
}
