package article

import (
	"html"
	"iter"
	"slices"
	"strings"
)

// Outline is the level and the id of every heading that the body shows, whoever
// wrote it: those in raw HTML, too, which may have no id.
func (a *Article) Outline() iter.Seq2[int, string] {
	headings := a.Headings
	if a.outline != nil {
		headings = a.outline
	}
	return func(yield func(int, string) bool) {
		for _, h := range headings {
			if !yield(h.Level, h.ID) {
				return
			}
		}
	}
}

// HasID reports whether an element of the body has an id.
func (a *Article) HasID(id string) bool {
	return slices.ContainsFunc(a.Headings, func(h Heading) bool { return h.ID == id }) || slices.Contains(a.ids, html.EscapeString(id))
}

// outline finds the headings in the HTML of a body.
func outline(body Body) []Heading {
	all := []Heading{}
	for _, text := range body.Text {
		for {
			i := strings.Index(text, "<h")
			if i < 0 || len(text) < i+4 {
				break
			}
			text = text[i+2:]
			if text[0] < '2' || text[0] > '6' {
				continue
			}
			tag, _, _ := strings.Cut(text[1:], ">")
			_, id, _ := strings.Cut(tag, ` id="`)
			id, _, _ = strings.Cut(id, `"`)
			all = append(all, Heading{Level: int(text[0] - '0'), ID: html.UnescapeString(id)})
		}
	}
	return all
}

// otherIDs are the ids in the HTML of a body that are not those of its headings,
// as they are written there.
func otherIDs(body Body, headings []Heading) []string {
	var all []string
	for _, text := range body.Text {
		for {
			var found bool
			if _, text, found = strings.Cut(text, `id="`); !found {
				break
			}
			id, _, _ := strings.Cut(text, `"`)
			if len(headings) > 0 && headings[0].ID == id {
				headings = headings[1:]
			} else {
				all = append(all, id)
			}
		}
	}
	return all
}
