package article

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden: an article's HTML, what is known of it and its findings are those
// of testdata/*.txtar. A file has one or more cases: NAME.md (its path in the
// tree; "in.md" by default), then NAME.html, NAME.meta if it is there, and
// NAME.findings. The comment may hold a line "escape:" with the Go escapes that
// the Markdown is written with, where an editor would not show its bytes.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files (%v)", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { golden(t, file) })
	}
}

func golden(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fresh := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		name, ok := strings.CutSuffix(f.Name, ".md")
		if !ok {
			continue
		}
		a, found := Parse(f.Name, "hash", unescapeCase(archive.Comment, f.Data))
		fresh.Files = append(fresh.Files, f)
		write := func(kind, content string) {
			if content != "" {
				fresh.Files = append(fresh.Files, txtar.File{Name: name + kind, Data: []byte(content)})
			}
		}
		if a != nil {
			write(".html", readable(a.Body()))
			if hasFile(archive, name+".meta") {
				write(".meta", meta(a))
			}
		}
		write(".findings", found.String())
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(txtar.Format(archive)), string(txtar.Format(fresh))); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// unescapeCase resolves \r, \t, \s (a space at a line's end), \xHH and \uHHHH when the file asks for it.
func unescapeCase(comment, data []byte) []byte {
	if !strings.Contains(string(comment), "escape:") {
		return data
	}
	return []byte(strings.NewReplacer(
		`\ufeff`, "\ufeff", `\r`, "\r", `\t`, "\t", `\s`, " ", `\xe9`, "\xe9", `\x01`, "\x01", `\f`, "\f",
	).Replace(string(data)))
}

func hasFile(a *txtar.Archive, name string) bool {
	return slices.ContainsFunc(a.Files, func(f txtar.File) bool { return f.Name == name })
}

// readable prints a body with its slots as {{kind …}}.
func readable(b Body) string {
	var out strings.Builder
	for i, text := range b.Text {
		out.WriteString(text)
		if i < len(b.Slots) {
			out.WriteString(readableSlot(b.Slots[i]))
		}
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

func readableSlot(s Slot) string {
	kind := [...]string{"link", "picture", "embed", "code", "alert"}[s.Kind]
	text := "{{" + kind
	if s.Target != "" {
		text += " " + s.Target
	}
	if s.Alt != "" {
		text += fmt.Sprintf(" alt=%q", s.Alt)
	}
	if s.Title != "" {
		text += fmt.Sprintf(" title=%q", s.Title)
	}
	if c := s.Code; c != nil {
		text += fmt.Sprintf(" %q %q", c.Language, c.Source)
		if c.Title != "" {
			text += fmt.Sprintf(" title=%q", c.Title)
		}
		for _, m := range c.Marks {
			text += fmt.Sprintf(" %d-%d", m.From, m.To)
		}
	}
	return fmt.Sprintf("%s %d:%d}}", text, s.Line, s.Col)
}

// meta prints what is known of an article beside its body.
func meta(a *Article) string {
	var out strings.Builder
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&out, "%s: %s\n", key, value)
		}
	}
	line("slug", a.Slug)
	line("title", a.Meta.Title)
	line("lead", a.Lead)
	line("text", a.Text())
	line("words", fmt.Sprint(a.Words))
	line("body from line", fmt.Sprint(a.Line))
	for _, id := range a.Meta.AuthorIDs() {
		line("author", fmt.Sprintf("%s %d:%d", id.Value, id.Line, id.Col))
	}
	for _, tag := range a.Meta.Tags {
		line("tag", tag.Value)
	}
	if !a.Meta.Date.IsZero() {
		line("date", a.Meta.Date.In(madrid()).Format("2006-01-02T15:04:05Z07:00"))
	}
	for _, h := range a.Headings {
		line("heading", fmt.Sprintf("h%d #%s %q line %d", h.Level, h.ID, h.Text, h.Line))
	}
	return out.String()
}
