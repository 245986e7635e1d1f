package render

import (
	"cmp"
	"strings"

	"byline/internal/site"
	"byline/templates"
)

const (
	llmsPath = "/llms.txt"
	// llmsSection is how many articles a section of llms.txt has at most.
	llmsSection = 50
)

// llmsDocument tells language models where the texts are (llmstxt.org): a section
// for each category with its newest articles as Markdown, and where all the others
// are.
func (b *Bundle) llmsDocument() *Resource {
	if !b.known() {
		return nil
	}
	return b.document(plainType, b.llms)
}

func (b *Bundle) llms() []byte {
	var out strings.Builder
	s := b.site.Settings
	out.WriteString("# " + markdownText(s.Title) + "\n")
	if about := cmp.Or(s.Description, s.Tagline); about != "" {
		out.WriteString("\n> " + markdownText(about) + "\n")
	}
	for _, g := range b.site.Categories {
		more := templates.Fill(b.words.ArticlesIn, "name", g.Name)
		b.llmsSection(&out, g.Name, g.Pages, more, b.groupURL("category", g))
	}
	var rest []*site.Page
	for _, p := range b.site.Pages {
		if p.Category == nil {
			rest = append(rest, p)
		}
	}
	b.llmsSection(&out, b.words.Articles, rest, b.words.AllArticles, b.home())
	out.WriteString("\n## Optional\n\n") // the name is the format's: what a short reader may skip
	out.WriteString("- " + markdownLink(b.words.AllArticles, b.absolute(b.home())) + "\n")
	if b.serves(sitemapPath) {
		out.WriteString("- " + markdownLink("Sitemap", b.absolute(sitemapPath)) + "\n")
	}
	out.WriteString("- " + markdownLink("JSON Feed", b.absolute(b.site.Path+"/feed.json")) + "\n")
	return []byte(out.String())
}

// llmsSection lists the newest of some pages; more, at path, has all of them.
func (b *Bundle) llmsSection(out *strings.Builder, name string, pages []*site.Page, more, path string) {
	listed := 0
	for _, p := range pages {
		if !b.indexable(p) {
			continue
		}
		if listed == 0 {
			out.WriteString("\n## " + markdownText(name) + "\n\n")
		}
		if listed++; listed > llmsSection {
			out.WriteString("- " + markdownLink(more, b.absolute(path)) + "\n")
			return
		}
		out.WriteString("- " + markdownLink(p.Title, b.absolute(b.markdownURL(p))))
		if p.Description != "" && p.Description != p.Title {
			out.WriteString(": " + markdownText(p.Description))
		}
		out.WriteString("\n")
	}
}

func markdownLink(label, address string) string {
	return "[" + markdownText(label) + "](" + inMarkdown(address) + ")"
}

// markdownText writes plain text so that Markdown reads it as such, on one line.
func markdownText(text string) string {
	return markdownSigns.Replace(strings.Join(strings.Fields(text), " "))
}

var markdownSigns = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`)
