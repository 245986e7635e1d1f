package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// newest is the date of the newest generated article; the others go back from it
// evenly through years.
var newest = time.Date(2025, time.June, 30, 0, 0, 0, 0, time.UTC)

const years = 10

// generate writes a site of n articles, the same on every machine.
func generate(ctx context.Context, folder string, n int) error {
	words := newVocabulary()
	all := make([]article, n)
	writers := make([]*writer, n)
	for i := range all {
		w := newWriter(words, uint64(i), i*7%len(topics))
		a := article{number: i, title: w.title(), date: newest.AddDate(0, 0, -i*365*years/n)}
		a.folder = a.date.Format("2006")
		a.slug = slugOf(a.title, i+1)
		all[i], writers[i] = a, w
	}
	if err := write(folder, "site.yaml", settings()); err != nil {
		return err
	}
	for i, a := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := write(folder, a.path(), a.text(writers[i], all)); err != nil {
			return err
		}
	}
	return nil
}

// slugOf is the first words of a title, no longer than an address should be, and a
// number that makes it the only one.
func slugOf(title string, number int) string {
	var slug string
	for word := range strings.FieldsSeq(strings.ToLower(title)) {
		if len(slug)+len(word) < 45 {
			slug += word + "-"
		}
	}
	return slug + strconv.Itoa(number)
}

// settings is the site.yaml of a generated site.
func settings() string {
	var b strings.Builder
	b.WriteString("title: A site to measure\ntagline: Its words mean nothing\npath: /articles\nlang: en\n\nauthors:\n")
	for i := range authorCount {
		fmt.Fprintf(&b, "  writer-%d: {name: Writer Number %d, tagline: Writes to be measured}\n", i, i+1)
	}
	b.WriteString("\ncategories:\n")
	for _, topic := range topics {
		fmt.Fprintf(&b, "  %s: {name: %s, description: All about %[1]s}\n", topic, capital(topic))
	}
	b.WriteString("\nnavigation: [{label: Articles, url: /articles}]\n")
	return b.String()
}

func write(folder, name, text string) error {
	file := filepath.Join(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("write the content: %w", err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return fmt.Errorf("write the content: %w", err)
	}
	return nil
}

// copyFolder copies a content folder, but for what begins with a dot and for what is
// no file: links among them, so that no edit leaves the copy.
func copyFolder(ctx context.Context, from, to string) error {
	root, err := os.OpenRoot(from)
	if err != nil {
		return fmt.Errorf("open the content folder: %w; name one that holds site.yaml and articles with --content", err)
	}
	defer root.Close()
	if err := os.MkdirAll(to, 0o755); err != nil {
		return fmt.Errorf("copy the content: %w", err)
	}
	return fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || ctx.Err() != nil:
			return errors.Join(err, ctx.Err())
		case name != "." && strings.HasPrefix(entry.Name(), ".") && !strings.HasPrefix(name, "root/"):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := root.ReadFile(name)
		if err != nil {
			return fmt.Errorf("copy the content: %w", err)
		}
		return write(to, name, string(content))
	})
}

// survey counts what is in a content folder.
func survey(folder string) (Site, error) {
	var s Site
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".md" {
			return err
		}
		text, err := os.ReadFile(name)
		s.Files++
		s.Bytes += len(text)
		s.Words += len(strings.Fields(string(text)))
		return err
	})
	if err != nil {
		return Site{}, fmt.Errorf("read the content: %w", err)
	}
	return s, nil
}
