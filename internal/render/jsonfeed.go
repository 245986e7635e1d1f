package render

import (
	"bytes"
	"cmp"
	"encoding/json"
	"time"

	"byline/internal/site"
)

// The parts of a JSON Feed (jsonfeed.org/version/1.1).
type jsonFeed struct {
	Version     string     `json:"version"`
	Title       string     `json:"title"`
	HomePage    string     `json:"home_page_url"`
	Feed        string     `json:"feed_url"`
	Description string     `json:"description,omitempty"`
	Icon        string     `json:"icon,omitempty"`
	Authors     []named    `json:"authors"`
	Language    string     `json:"language"`
	Hubs        []jsonHub  `json:"hubs,omitempty"`
	Items       []jsonItem `json:"items"`
}

type jsonHub struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type jsonItem struct {
	ID        string   `json:"id"`
	URL       string   `json:"url"`
	Title     string   `json:"title"`
	HTML      string   `json:"content_html,omitempty"`
	Text      string   `json:"content_text,omitempty"`
	Summary   string   `json:"summary"`
	Image     string   `json:"image,omitempty"`
	Published string   `json:"date_published"`
	Modified  string   `json:"date_modified"`
	Authors   []named  `json:"authors"`
	Tags      []string `json:"tags,omitempty"`
}

// jsonFeed writes a feed as JSON Feed 1.1.
func (b *Bundle) jsonFeed(f feed) []byte {
	out := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.title, HomePage: b.absolute(f.home), Feed: b.absolute(f.path),
		Description: f.description, Icon: b.site.Origin + cmp.Or(b.rasterIcon(), b.icon()), Authors: []named{b.feedAuthor()},
		Language: b.site.Settings.Lang.Value, Items: []jsonItem{},
	}
	if hub := b.site.Settings.Hub.Value; hub != "" {
		out.Hubs = []jsonHub{{"WebSub", hub}}
	}
	for _, p := range f.pages {
		out.Items = append(out.Items, b.jsonItem(p))
	}
	return asJSON(out)
}

func (b *Bundle) jsonItem(p *site.Page) jsonItem {
	item := jsonItem{
		ID: b.entryID(p), URL: b.absolute(b.pageURL(p)), Title: p.Title, Summary: p.Description,
		Published: p.Date.Format(time.RFC3339), Modified: p.Changed().Format(time.RFC3339), Authors: b.feedAuthors(p),
	}
	if p.Image != nil && b.image(p.Image.Target, "", "", false) != nil {
		item.Image = b.outwardHref(p, p.Image.Target)
	}
	if b.full() {
		item.HTML = b.feedBody(p)
	}
	if item.HTML == "" {
		item.Text = item.Summary // an item has one of the two
	}
	for _, s := range b.subjects(p) {
		item.Tags = append(item.Tags, s.name)
	}
	return item
}

// asJSON writes plain data as JSON that people can read.
func asJSON(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(value); err != nil {
		panic("render: a document cannot be written: " + err.Error()) // plain data: it would show in the first test
	}
	return out.Bytes()
}
