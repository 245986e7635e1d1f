package bench

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A generated site is the same wherever it is generated: figures of two machines are
// of the same content.
func TestGeneratedAlike(t *testing.T) {
	sum := func() string {
		folder := t.TempDir()
		if err := generate(t.Context(), folder, 25); err != nil {
			t.Fatal(err)
		}
		all := sha256.New()
		err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(os.DirFS(folder), name)
			fmt.Fprintf(all, "%s %d\n%s", name, len(text), text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%x", all.Sum(nil)[:8])
	}
	const want = "24e7ec9e8862840d"
	if first, again := sum(), sum(); first != again || first != want {
		t.Errorf("two sites are %s and %s, want %s; if their text was changed on purpose, say so: figures before and after do not compare", first, again, want)
	}
}

// The words are used as unevenly as those of a language: a few are every second one,
// most are rare, and there are ever new ones.
func TestWordsAreUneven(t *testing.T) {
	words := newVocabulary()
	seen, total := map[string]int{}, 0
	for i := range 200 {
		w := newWriter(words, uint64(i), i%len(topics))
		for range 1000 {
			seen[w.word()]++
			total++
		}
	}
	frequent := 0
	for _, word := range words[:100] {
		frequent += seen[word]
	}
	if share := float64(frequent) / float64(total); share < .35 || share > .65 {
		t.Errorf("the hundred most frequent words are %.2f of a text, want about half", share)
	}
	once := 0
	for _, n := range seen {
		if n == 1 {
			once++
		}
	}
	if len(seen) < 10_000 || once < len(seen)/10 {
		t.Errorf("%d words are %d different ones, %d of them once", total, len(seen), once)
	}
}

// An article has what articles have.
func TestGeneratedArticle(t *testing.T) {
	folder := t.TempDir()
	if err := generate(t.Context(), folder, 200); err != nil {
		t.Fatal(err)
	}
	site, err := survey(folder)
	if err != nil || site.Files != 200 || site.Words/200 < 900 || site.Words/200 > 1300 {
		t.Errorf("the site is %+v (%v)", site, err)
	}
	var all strings.Builder
	err = fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(folder), name)
		if n := strings.Count(string(text), "\n## "); name != "site.yaml" && n != 4 {
			t.Errorf("%s has %d headings", name, n)
		}
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, least := range map[string]int{"\n```go\n": 200, "](../": 800, "| --- |": 50, "\n> ": 50, "\nauthor: writer-": 200, "\ncategory: ": 200, "\ntags: [": 200} {
		if n := strings.Count(all.String(), what); n < least {
			t.Errorf("there are %d of %q in 200 articles, want %d", n, what, least)
		}
	}
}

// Copying leaves out what is not content, and what leads out of the folder.
func TestCopyFolder(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{"site.yaml": "title: T\n", "a/b.md": "B", ".git/config": "no", "a/.hidden.md": "no", "root/.well-known/x.txt": "yes"} {
		if err := write(from, name, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/hostname", from+"/a/out.md"); err != nil {
		t.Fatal(err)
	}
	if err := copyFolder(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := fs.WalkDir(os.DirFS(to), ".", func(name string, entry fs.DirEntry, err error) error {
		if !entry.IsDir() {
			got = append(got, name)
		}
		return err
	})
	if diff := cmp.Diff([]string{"a/b.md", "root/.well-known/x.txt", "site.yaml"}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// The times of a process are found whatever its name is: proc_pid_stat(5).
func TestProcessorTime(t *testing.T) {
	const line = "12 (a (b) 3 4) S 1 12 12 0 -1 4194304 5 6 7 8 250 75 0 0 20 0"
	if got := processorTime(line).Seconds(); got != 3.25 {
		t.Errorf("the times are %v s, want 3.25", got)
	}
	if got := processorTime("no such line"); got != 0 {
		t.Errorf("no times are %v", got)
	}
}
