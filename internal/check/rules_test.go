package check_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"image"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"byline/internal/finding"
	"byline/internal/publish"
	"byline/internal/source"
)

var update = flag.Bool("update", false, "write the golden files anew")

// settings are those of the sites in testdata.
const settings = `title: Rules
authors: {ada: {name: Ada}}
categories: {web: {name: Web}}
pictures: [pictures.example]
embeds: [video.example]
`

// now is the time in the tests.
var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// TestRules: for every rule there is a site that breaks it, with exactly the
// findings in "want", and one that comes close and has no finding at all
// (testdata/rules).
func TestRules(t *testing.T) {
	for _, about := range finding.Rules() {
		t.Run(string(about.Rule), func(t *testing.T) {
			if about.Rule == finding.Unreadable {
				t.Log("who runs the tests may be root, who may read everything; package source tests it")
				return
			}
			file := filepath.Join("testdata", "rules", string(about.Rule)+".txtar")
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatalf("the rule has no test: %v", err)
			}
			wrong := checkTree(t, archive, "wrong/")
			if wrong.ByRule()[about.Rule] == 0 {
				t.Errorf("the site does not break the rule:\n%s", wrong)
			}
			if fine := checkTree(t, archive, "fine/"); len(fine) > 0 {
				t.Errorf("the site that is fine has findings:\n%s", fine)
			}
			wants(t, file, archive, wrong.String())
		})
	}
}

func wants(t *testing.T, file string, archive *txtar.Archive, got string) {
	t.Helper()
	last := &archive.Files[len(archive.Files)-1]
	if last.Name != "want" {
		t.Fatalf("%s does not end in a section want", file)
	}
	if *update {
		last.Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(last.Data), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// checkTree writes the files of one side of an archive and takes them through
// all stages.
func checkTree(t *testing.T, archive *txtar.Archive, side string) finding.List {
	t.Helper()
	dir := t.TempDir()
	plant(t, filepath.Join(dir, "site.yaml"), []byte(settings))
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, side); ok {
			plant(t, filepath.Join(dir, filepath.FromSlash(name)), f.Data)
		}
	}
	return findings(t, source.NewDirectory(dir))
}

func findings(t *testing.T, src publish.Source, change ...func(*publish.Options)) finding.List {
	t.Helper()
	options := publish.Options{Source: src, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }}
	for _, c := range change {
		c(&options)
	}
	p, err := publish.New(options)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Publish(context.Background()); err != nil && !errors.Is(err, publish.ErrHeld) {
		t.Fatal(err)
	}
	return p.Status().Findings
}

// signs are what cannot be written in an archive as it is.
var signs = strings.NewReplacer(`\xe9`, "\xe9", `\r`, "\r", `\ufeff`, "\ufeff")

// plant writes a file. "png: WxH", "heavy: BYTES" (a picture with something
// behind it), "repeat: BYTES", "symlink: TARGET" and "font: NAME" (of those that
// cards are set in) stand for what they name.
func plant(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	kind, value, _ := strings.Cut(strings.TrimSpace(string(content)), ": ")
	n, _ := strconv.Atoi(value)
	switch kind {
	case "symlink":
		if err := os.Symlink(value, name); err != nil {
			t.Fatal(err)
		}
		return
	case "png":
		width, height, _ := strings.Cut(value, "x")
		w, _ := strconv.Atoi(width)
		h, _ := strconv.Atoi(height)
		content = picture(t, w, h)
	case "heavy":
		dot := picture(t, 2, 2)
		content = append(dot, make([]byte, n-len(dot))...)
	case "font":
		var err error
		if content, err = os.ReadFile("../picture/fonts/" + value); err != nil {
			t.Fatal(err)
		}
	case "repeat":
		content = bytes.Repeat([]byte("x"), n)
	default:
		content = []byte(signs.Replace(string(content)))
	}
	if err := os.WriteFile(name, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
