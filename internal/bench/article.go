package bench

import (
	"fmt"
	"strings"
	"time"
)

// article is what the others know of a generated article, to link to it.
type article struct {
	number int
	slug   string
	title  string
	folder string // by year
	date   time.Time
}

// path is where its file is, from the content folder.
func (a article) path() string { return a.folder + "/" + a.slug + ".md" }

// topics are the categories of a generated site.
var topics = [...]string{"backend", "careers", "data", "design", "operations", "security", "testing", "web"}

// authorCount is how many people write a generated site.
const authorCount = 24

// text is the file of an article: about a thousand words.
func (a article) text(w *writer, all []article) string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\ntitle: %s\nsubtitle: %s.\ndate: %s\nauthor: writer-%d\ncategory: %s\n", a.title, w.words(9), a.date.Format(time.DateOnly), w.random.IntN(authorCount), topics[w.topic])
	fmt.Fprintf(&b, "tags: [%s]\n---\n\n", strings.Join(a.tags(w), ", "))
	for section := range 5 {
		if section > 0 {
			fmt.Fprintf(&b, "## %s\n\n", w.words(3+w.random.IntN(4)))
		}
		for range 3 {
			b.WriteString(w.paragraph(linkFrom(a, w, all)) + "\n\n")
		}
		b.WriteString(w.extra(section))
	}
	return b.String()
}

// tags are three of sixty to a topic.
func (a article) tags(w *writer) []string {
	tags := make([]string, 3)
	for i := range tags {
		tags[i] = w.vocabulary[1_000+w.topic*topicSize+(w.random.IntN(20)+20*i)]
	}
	return tags
}

// linkFrom is a link to some other article, in one paragraph of three.
func linkFrom(a article, w *writer, all []article) string {
	to := all[w.random.IntN(len(all))]
	if to.number == a.number || w.random.IntN(3) > 0 {
		return ""
	}
	return fmt.Sprintf("[%s](../%s)", to.title, to.path())
}

// paragraph is some sentences, about 65 words in all.
func (w *writer) paragraph(link string) string {
	var sentences []string
	for range 5 {
		sentence := w.words(7 + w.random.IntN(13))
		switch w.random.IntN(12) {
		case 0:
			sentence += " **" + w.term() + "** " + w.word()
		case 1:
			sentence += " `" + w.term() + "()`"
		case 2:
			sentence += ", *" + w.word() + "*"
		}
		sentences = append(sentences, sentence+".")
	}
	if link != "" {
		sentences = append(sentences, "See "+link+".")
	}
	return strings.Join(sentences, " ")
}

// extra is what stands among the paragraphs of a section: code, a table, a list, a
// quotation or nothing.
func (w *writer) extra(section int) string {
	switch kind := w.random.IntN(8); {
	case section == 1 || kind == 0:
		return fmt.Sprintf("```go\n// %s is %s.\nfunc %s(%s int) (string, error) {\n\tif %[4]s > %d {\n\t\treturn \"\", errors.New(\"%s\")\n\t}\n\treturn \"%s\", nil\n}\n```\n\n",
			w.term(), w.words(4), w.term(), w.term(), w.random.IntN(1000), w.words(4), w.word())
	case kind == 1:
		return fmt.Sprintf("| %s | %s |\n| --- | ---: |\n| %s | %d |\n| %s | %d |\n| %s | %d |\n\n",
			w.words(1), w.words(1), w.words(2), w.random.IntN(900), w.words(2), w.random.IntN(900), w.words(3), w.random.IntN(900))
	case kind == 2:
		return fmt.Sprintf("- %s\n- %s\n- %s\n\n", w.words(6), w.words(8), w.words(5))
	case kind == 3:
		return "> " + w.words(16) + ".\n\n"
	}
	return ""
}
