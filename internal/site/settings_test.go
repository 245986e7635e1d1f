package site

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byline/internal/finding"
)

// badDocuments are values that feeds, robots.txt and security.txt cannot use.
func badDocuments() []string {
	return []string{
		"title: T\nfeed: {items: 0}",
		"title: T\nfeed: {items: many, text: half}",
		"title: T\nfeed: full",
		"title: T\nhub: hub.example.org",
		"title: T\nhub: 'https://me:secret@hub.example.org/'",
		"title: T\nindexnow: short",
		"title: T\nindexnow: 0123456789_abcdef",
		"title: T\nrobots: {ai: maybe}",
		"title: T\nrobots:\n  crawlers: {GPTBot: no, GTPBot: deny, '*': deny, \"a\\nb\": allow}",
		"title: T\nrobots: {disallow: [internal, '/a b', \"/a\\nAllow: /\"]}",
		"title: T\nsecurity: {contact: security@example.org}",
		"title: T\nsecurity:\n  contact: [http://example.org, 'tel:+1 2', 'javascript:1', Ada]\n  expires: soon",
		"title: T\nsecurity: {contact: 'tel:+34-600-00', expires: 2030-01-01, policy: /policy, encryption: 'http://example.org/key', preferred_languages: English}",
	}
}

// TestBadSettings: every value of site.yaml that cannot be used is a finding
// with its place and what to write instead (testdata/settings.golden).
func TestBadSettings(t *testing.T) {
	const golden = "testdata/settings.golden"
	var got strings.Builder
	for _, yaml := range append(append(badAddresses(), badDocuments()...), []string{
		"",
		"title:",
		"title: [a]",
		"- title",
		"title: T\ntile: T",
		"title: T\nelsewhere: [shop, //shop, '/shop/*', /shop/]",
		"title: T\npat: /x",
		"title: T\nname: T",
		"title: T\ntitle: U",
		"title: T\nurl: x",
		"title: T\nurl: https://e.org/blog",
		"title: T\nurl: ftp://e.org",
		"title: T\npath: /Articles",
		"title: T\npath: /a b",
		"title: T\npath: https://e.org/x",
		"title: T\npath: /media/x",
		"title: T\nlang: English",
		"title: T\nlang: ../../x",
		"title: T\ntimezone: Madrid",
		"title: T\ntimezone: Local",
		"title: T\nauthors: [a]",
		"title: T\nauthors:\n  a:",
		"title: T\nauthors:\n  a: {nam: A}",
		"title: T\nauthors:\n  Ada L:\n    name: A",
		"title: T\nauthors:\n  a b: {name: A}\n  a-b: {name: B}",
		"title: T\nauthors:\n  \"!\": {name: A}",
		"title: T\nauthors:\n  a: {name: A, url: 'javascript:1'}",
		"title: T\nauthors:\n  a: {name: A, sameAs: [x]}",
		"title: T\ncategories:\n  C: {name: C}",
		"title: T\nnavigation: [{label: L}]",
		"title: T\nnavigation: [{label: L, url: x}]",
		"title: T\nfooter: [{label: L, url: 'javascript:x'}]",
		"title: T\ncta: {heading: H}",
		"title: T\ncta: {url: /x}",
		"title: T\ncta: true",
		"title: T\nembeds: ['https://youtube.com/embed']",
		"title: T\npictures: ['x.org; script-src *']",
		"title: T\nedit_url: github.com/you/site/{path}",
		"title: T\nedit_url: 'javascript:{path}'",
		"title: T\nedit_url: https://github.com/you/site/edit/main/",
		"title: T\nedit_url: 'https://{path}/x'",
		"title: T\nedit_url: 'https://me:secret@e.org/{path}'",
		"title: T\nedit_url: ['https://e.org/{path}']",
		"title: T\nrepo_url: https://github.com/you/site",
		"title: T\n\ttagline: x",
		"title: Byline: a site",
	}...) {
		_, found := ReadSettings([]byte(yaml))
		fmt.Fprintf(&got, "%s\n%s\n", strings.ReplaceAll("    "+yaml, "\n", "\n    "), found)
		for _, f := range found {
			if f.Line == 0 || f.Col == 0 {
				t.Errorf("%q: a finding without a place: %s", yaml, f)
			}
		}
		if len(found) == 0 {
			t.Errorf("%q: no finding", yaml)
		}
	}
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
}

// TestSettingsAreForgiving: what is clear is taken as it is meant.
func TestSettingsAreForgiving(t *testing.T) {
	src := "\ufefftitle: 2026\nurl: HTTPS://Example.org/\npath: articles/\nlang: EN_us\nembeds: WWW.Youtube-NoCookie.com\nauthors:\n"
	s, found := ReadSettings([]byte(src))
	if len(found) > 0 {
		t.Fatal(found)
	}
	got := strings.Join([]string{s.Title, s.URL.Value, s.Path.Value, s.Lang.Value, string(s.Embeds[0])}, " ")
	if want := "2026 https://example.org /articles en-US www.youtube-nocookie.com"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if s, _ := ReadSettings([]byte("title: T\npath: /")); s.Path.Value != "" {
		t.Errorf("the root is %q, want an empty prefix", s.Path.Value)
	}
	if _, found := ReadSettings([]byte("title: T\nlogo: /media/none.svg")); found.Count(finding.Error) > 0 {
		t.Errorf("a picture that is not there holds the site back: %s", found)
	}
}

// badAddresses are settings with addresses that cannot be.
func badAddresses() []string {
	return []string{
		"title: T\npermalink: {slug}",
		"title: T\npermalink: /",
		"title: T\npermalink: /{year}/{month}",
		"title: T\npermalink: /{slug}/{year}",
		"title: T\npermalink: /{year}/{year}/{slug}",
		"title: T\npermalink: /{year}-{month}/{slug}",
		"title: T\npermalink: /{title}/{slug}",
		"title: T\npermalink: /%year%/%postname%/",
		"title: T\npermalink: /:year/:title",
		"title: T\npermalink: /News//{slug}",
		"title: T\npermalink: /News/{slug}",
		"title: T\npermalink: /{year}/page/{slug}",
		"title: T\npath: /\npermalink: /media/{slug}",
		"title: T\npermalink: /{category}/{slug}\ncategories:\n  it: {name: IT}",
		"title: T\npath: /\npermalink: /{category}/{slug}\ncategories:\n  static: {name: S}",
		"title: T\npermalinks: /{year}/{slug}",
		"title: T\nredirects: /a",
		"title: T\nredirects: [{form: /a, to: /b}]",
		"title: T\nredirects_file: ../redirects.csv",
	}
}
