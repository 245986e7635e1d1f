package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// limit is how long an effect is waited for.
const limit = 2 * time.Minute

// effect is a page on which a change must show.
type effect struct{ name, path string }

// edits changes the content as editors do and waits until readers see it.
func (r *run) edits(ctx context.Context) error {
	files, err := r.editable()
	if err != nil {
		return err
	}
	feed := effect{"on the feed", r.place.under("feed.xml")}
	list := effect{"on the list of all", r.place.list}
	r.Tell("Editing")
	for n := range r.Edits {
		file := files[n%len(files)]
		mark := fmt.Sprintf("Benchmark edit %d of the text.", n+1)
		if err := r.change(ctx, "an edit", file.name, append(file.text(), "\n\n"+mark+"\n"...), mark, effect{"on its page", file.page}); err != nil {
			return err
		}
		slug := fmt.Sprintf("benchmark-article-%d", n+1)
		page := effect{"on its page", r.place.under(slug)}
		// It is the newest of all, so that it and its new title stand on the first page of the list.
		date := time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)
		for _, change := range []struct{ name, title string }{
			{"a new article", fmt.Sprintf("Benchmark headline %d", n+1)},
			{"a new title", fmt.Sprintf("Benchmark headline %d reworded", n+1)},
		} {
			text := fmt.Sprintf("---\ntitle: %s\ndate: %s\n---\n\nAn article to see how soon readers have it.\n", change.title, date)
			// The end of the title tells the new one from the old one.
			mark := change.title + "<"
			if err := r.change(ctx, change.name, slug+".md", []byte(text), mark, page, list, feed); err != nil {
				return err
			}
		}
	}
	return nil
}

// source is the file of an article and its page.
type source struct {
	name, page string
	text       func() []byte
}

// editable are the files of articles that are served, in random order.
func (r *run) editable() ([]source, error) {
	var all []source
	err := filepath.WalkDir(r.content, func(file string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".md" {
			return err
		}
		name, err := filepath.Rel(r.content, file)
		slug := strings.TrimSuffix(filepath.Base(file), ".md")
		if slug == "index" {
			slug = filepath.Base(filepath.Dir(file))
		}
		if page := r.place.bySlug[slug]; page != "" {
			all = append(all, source{filepath.ToSlash(name), page, func() []byte {
				text, _ := os.ReadFile(file) // what is not there any more shows when nothing is served of it
				return text
			}})
		}
		return err
	})
	if err == nil && len(all) == 0 {
		err = errors.New("no article has its file's name as its address, so none can be edited to measure with; serve some without \"slug\"")
	}
	r.random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all, err
}

// change puts a new version of a file in place and takes the time until every
// effect is served.
func (r *run) change(ctx context.Context, name, file string, text []byte, mark string, on ...effect) error {
	// Written beside the content, then put in place whole: no reader sees half of it.
	fresh := filepath.Join(r.content, "..", "fresh.md")
	if err := os.WriteFile(fresh, text, 0o644); err != nil {
		return fmt.Errorf("edit %s: %w", file, err)
	}
	for _, e := range on { // so that the connections are open
		if _, _, _, err := r.client.get(ctx, e.path); err != nil {
			return err
		}
	}
	var group sync.WaitGroup
	times, faults := make([]time.Duration, len(on)), make([]error, len(on))
	began := time.Now()
	if err := os.Rename(fresh, filepath.Join(r.content, path.Clean(file))); err != nil {
		return fmt.Errorf("edit %s: %w", file, err)
	}
	for i, e := range on {
		group.Go(func() { times[i], faults[i] = r.await(ctx, began, e.path, mark) })
	}
	group.Wait()
	for i, e := range on {
		r.report.addEdit(name+", "+e.name, times[i])
	}
	return errors.Join(faults...)
}

// await asks for a path until what it answers holds the mark, and returns the time
// since began.
func (r *run) await(ctx context.Context, began time.Time, path, mark string) (time.Duration, error) {
	for time.Since(began) < limit {
		status, _, body, err := r.client.get(ctx, path)
		if err != nil {
			return 0, err
		}
		if status == 200 && bytes.Contains(body, []byte(mark)) {
			return time.Since(began), nil
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-r.server.ended:
			return 0, errors.New("the server ended")
		case <-time.After(pause):
		}
	}
	return 0, fmt.Errorf("a change is not on %s after %s; see the findings of \"byline check\"", path, limit)
}

// addEdit adds a time to the row of its name.
func (r *Report) addEdit(name string, took time.Duration) {
	i := slices.IndexFunc(r.Edits, func(e Edit) bool { return e.Name == name })
	if i < 0 {
		i = len(r.Edits)
		r.Edits = append(r.Edits, Edit{Name: name})
	}
	e := &r.Edits[i]
	e.times = append(e.times, took)
	slices.Sort(e.times)
	e.Count, e.Median, e.Worst = len(e.times), milliseconds(e.times[len(e.times)/2]), milliseconds(e.times[len(e.times)-1])
}
