package move

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"byline/internal/article"
	"byline/internal/edit"
	"byline/internal/site"
	"byline/internal/testkit"
)

var update = flag.Bool("update", false, "write the golden files anew")

// content is a content folder in memory.
type content map[string]string

func (c content) rename(from, to string, history bool) (Result, error) {
	return Rename(Content{
		Files: slices.Sorted(maps.Keys(c)), Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), History: history,
		Read: func(file string) ([]byte, error) { return []byte(c[file]), nil },
	}, from, to)
}

// after is the folder with a plan carried out.
func (c content) after(t *testing.T, plan edit.Plan) content {
	t.Helper()
	edits := map[string][]edit.Edit{}
	for _, e := range plan.Edits {
		edits[e.File] = append(edits[e.File], e)
	}
	next := content{}
	for file, text := range c {
		changed, err := edit.Change([]byte(text), edits[file])
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		next[moved(plan, file)] = string(changed)
	}
	return next
}

func moved(plan edit.Plan, file string) string {
	for _, m := range plan.Moves {
		if rest, below := strings.CutPrefix(file, m.From+"/"); below {
			return m.To + "/" + rest
		} else if file == m.From {
			return m.To
		}
	}
	return file
}

// TestRename: in testdata, the first line is "mv OLD NEW", with "in git" behind
// it where the content is; "want" is what changes, as a list of the files that
// are there afterwards with the lines that are new, or the error.
func TestRename(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files (%v)", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		before := content{}
		last := &archive.Files[len(archive.Files)-1]
		for _, f := range archive.Files[:len(archive.Files)-1] {
			before[f.Name] = string(f.Data)
		}
		var got strings.Builder
		for line := range strings.Lines(string(archive.Comment)) {
			if words := strings.Fields(line); len(words) >= 3 && words[0] == "mv" {
				fmt.Fprintf(&got, "%s\n%s", strings.TrimSpace(line), tell(t, before, words[1], words[2], len(words) > 3))
			}
		}
		if *update {
			last.Data = []byte(got.String())
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(string(last.Data), got.String()); diff != "" || last.Name != "want" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

// tell says what a rename does to a folder.
func tell(t *testing.T, before content, from, to string, history bool) string {
	t.Helper()
	r, err := before.rename(from, to, history)
	if err != nil {
		return fmt.Sprintf("    error: %v\n", err)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "    %s → %s\n    address %s, formerly %q, alias %t\n", r.From, r.To, r.Address, r.Former, r.Alias)
	after := before.after(t, r.Plan)
	for _, file := range slices.Sorted(maps.Keys(before)) {
		now := moved(r.Plan, file)
		if now != file && file != r.From {
			fmt.Fprintf(&out, "    %s → %s\n", file, now)
		}
		old := strings.Split(before[file], "\n")
		for i, line := range strings.Split(after[now], "\n") {
			if !slices.Contains(old, line) {
				fmt.Fprintf(&out, "    %s:%d: %s\n", now, i+1, line)
			}
		}
	}
	return out.String()
}

// TestNoLinkBreaks: on real content, whatever is renamed to whatever, every link,
// picture and pin leads to where it led before.
func TestNoLinkBreaks(t *testing.T) {
	renameAll(t, read(t, filepath.Join("..", "..", "articles")), 1)
	for _, name := range []string{"swift", "18f"} {
		renameAll(t, read(t, filepath.Join(testkit.Shared(t), "sites", name)), 30)
	}
}

// renameAll renames every nth article of a site, each to another kind of name.
func renameAll(t *testing.T, before content, nth int) {
	t.Helper()
	names := []string{"renamed", "some/folder/renamed", "some/folder/", "renamed.md", "careers/renamed/index.md"}
	l := leader{builder: &site.Builder{}, parsed: map[string]*article.Article{}}
	was := l.leads(before)
	files := slices.DeleteFunc(slices.Sorted(maps.Keys(before)), func(file string) bool { return !article.IsArticle(file) })
	for i := 0; i < len(files); i += nth {
		from, to := files[i], names[i/nth%len(names)]
		r, err := before.rename(from, to, false)
		if err != nil {
			t.Errorf("mv %s %s: %v", from, to, err)
			continue
		}
		want := map[string][]string{}
		for file, refers := range was {
			var now []string
			for _, reference := range refers {
				what, rest, _ := strings.Cut(reference, " ")
				to, rest, _ := strings.Cut(rest, "|")
				now = append(now, what+" "+moved(r.Plan, to)+"|"+rest)
			}
			want[moved(r.Plan, file)] = now
		}
		if diff := cmp.Diff(want, l.leads(before.after(t, r.Plan))); diff != "" {
			t.Errorf("mv %s %s (-before +after):\n%s", from, to, diff)
		}
	}
}

// read reads a folder; pictures only by their names.
func read(t *testing.T, dir string) content {
	t.Helper()
	all := content{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		short, _ := filepath.Rel(dir, name)
		text := []byte{}
		if path.Ext(name) == ".md" || path.Ext(name) == ".yaml" {
			text, err = os.ReadFile(name)
		}
		all[filepath.ToSlash(short)] = string(text)
		return err
	})
	if err != nil || len(all) < 10 {
		t.Fatalf("%d files: %v", len(all), err)
	}
	return all
}

// leader knows where references lead, and keeps the work on texts that stay.
type leader struct {
	builder *site.Builder
	parsed  map[string]*article.Article
}

// leads lists, for every article, where its references lead: "what file|rest".
func (l leader) leads(c content) map[string][]string {
	in := site.Input{Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), Drafts: true}
	in.Settings, _ = site.ReadSettings([]byte(c[site.SettingsFile]))
	for _, file := range slices.Sorted(maps.Keys(c)) {
		if !article.IsArticle(file) {
			in.Files = append(in.Files, site.File{Path: file})
			continue
		}
		key := file + c[file]
		if l.parsed[key] == nil {
			l.parsed[key], _ = article.Parse(file, key, []byte(c[file]))
		}
		in.Candidates = append(in.Candidates, site.Candidate{New: l.parsed[key]})
	}
	all := map[string][]string{}
	built := l.builder.Build(in).Site
	for _, p := range built.Pages {
		var list []string
		for i, target := range p.Targets() {
			to := target.File
			if target.Kind == site.ToPage {
				to = target.Page.Path
			}
			list = append(list, fmt.Sprintf("%d %s|%d?%s#%s", i, to, target.Kind, target.Query, target.Fragment))
		}
		if p.Image != nil {
			list = append(list, "image "+p.Image.File+"|")
		}
		related, _ := built.Suggestions(p)
		for _, s := range related {
			if s.Reason == "pinned" {
				list = append(list, "pin "+s.Page.Path+"|")
			}
		}
		all[p.Path] = list
	}
	return all
}
