package site

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"byline/internal/article"
	"byline/internal/finding"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestSites: a content tree makes the site that its "want" section describes.
// Files below good/ are the last versions that passed. The comment may set
// "now: TIME", "origin: URL" and "drafts: true".
func TestSites(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sites (%v)", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			input, found := readSite(t, archive)
			got := (&Builder{}).Build(input)
			found = append(found, got.Findings...)
			found.Sort()
			checkWant(t, file, archive, dump(got.Site, found))
		})
	}
}

func checkWant(t *testing.T, file string, archive *txtar.Archive, got string) {
	t.Helper()
	last := &archive.Files[len(archive.Files)-1]
	if last.Name != "want" {
		t.Fatalf("%s does not end in a section want", file)
	}
	if diff := cmp.Diff(string(last.Data), got); diff != "" && !*update {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
	if *update {
		last.Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// readSite makes the input of a build out of a tree.
func readSite(t *testing.T, archive *txtar.Archive) (Input, finding.List) {
	t.Helper()
	in := Input{Revision: "test", Now: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}
	for line := range strings.Lines(string(archive.Comment)) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), ": "); key {
		case "now":
			now, err := time.Parse(time.RFC3339, value)
			if err != nil {
				t.Fatal(err)
			}
			in.Now = now
		case "origin":
			in.Origin = value
		case "drafts":
			in.Drafts = value == "true"
		}
	}
	var found finding.List
	good := map[string]*article.Article{}
	for _, f := range archive.Files {
		path, old := strings.CutPrefix(f.Name, "good/")
		switch {
		case path == SettingsFile:
			in.Settings, found = ReadSettings(f.Data)
		case old:
			good[path], _ = article.Parse(path, "good "+path, f.Data)
		case article.IsArticle(path):
			a, faults := article.Parse(path, path, f.Data)
			found = append(found, faults...)
			if faults.HasErrors() {
				a = nil
			}
			in.Candidates = append(in.Candidates, Candidate{New: a, Good: good[path]})
		case path != "want":
			in.Files = append(in.Files, File{Path: path, Hash: "hash", Size: int64(len(f.Data))})
		}
	}
	return in, found
}

// dump describes a site for people.
func dump(s *Site, found finding.List) string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line("site at %q below %q, next change %s", s.Origin, s.Path, dumpTime(s.NextChange))
	for _, p := range s.Pages {
		dumpPage(line, s, p)
	}
	for _, list := range []struct {
		kind   string
		groups []*Group
	}{{"author", s.Authors}, {"category", s.Categories}, {"tag", s.Tags}} {
		for _, g := range list.groups {
			line("%s %s %q: %s", list.kind, g.ID, g.Name, slugs(g.Pages))
		}
	}
	for _, r := range s.Redirects() {
		if r.To == nil {
			line("gone %s: %q", r.From, r.Title)
			continue
		}
		line("alias %s → %s", r.From, r.To.Slug)
	}
	for _, f := range found {
		line("%s", f)
	}
	return out.String()
}

func dumpTime(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Format("2006-01-02 15:04 MST")
}

func slugs(pages []*Page) string {
	var all []string
	for _, p := range pages {
		all = append(all, p.Slug)
	}
	return strings.Join(all, " ")
}

func dumpPage(line func(string, ...any), s *Site, p *Page) {
	about := fmt.Sprintf("%s %s %s %q", dumpTime(p.Date), p.State, p.Slug, p.Title)
	for _, a := range p.Authors {
		about += " by " + a.ID
	}
	if p.Category != nil {
		about += " in " + p.Category.ID
	}
	for _, t := range p.Tags {
		about += " #" + t.ID
	}
	if !p.Updated.IsZero() {
		about += " updated " + dumpTime(p.Updated)
	}
	line("%s", about)
	related, recommended := s.Suggestions(p)
	dumpSuggestions(line, "related", related)
	dumpSuggestions(line, "recommended", recommended)
	for i, t := range p.Targets() {
		line("    %s %s", p.Slots[i].Target, dumpTarget(t))
	}
	if p.Image != nil {
		line("    image %s", dumpTarget(p.Image.Target))
	}
	if p.CTA != nil {
		line("    call to action %q %q %s", p.CTA.Heading, p.CTA.Label, p.CTA.URL.Value)
	}
}

func dumpSuggestions(line func(string, ...any), kind string, list []Suggestion) {
	for _, s := range list {
		reason := s.Reason
		if s.Terms != nil {
			reason += ": " + strings.Join(s.Terms, ", ")
		}
		line("    %s %s (%s)", kind, s.Slug, reason)
	}
}

func dumpTarget(t Target) string {
	text := [...]string{"→ nothing", "→ page", "→ fragment", "→ file", "→ path", "→ outside", "→ foreign"}[t.Kind]
	if t.Page != nil {
		text += " " + t.Page.Slug
	}
	for _, part := range []struct{ mark, value string }{{" ", t.File}, {" ", t.Raw}, {"?", t.Query}, {"#", t.Fragment}} {
		if part.value != "" {
			text += part.mark + part.value
		}
	}
	return text
}

// TestReserved: lists, years and the codes of languages have their addresses;
// other short words are free.
func TestReserved(t *testing.T) {
	for slug, want := range map[string]bool{"tags": true, "2026": true, "es": true, "de": true, "it": true, "go": false, "ok": false, "ai": false, "tag": false, "20268": false} {
		if got := Reserved(slug); got != want {
			t.Errorf("%s: %v, want %v", slug, got, want)
		}
	}
}
