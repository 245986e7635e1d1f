package static

import (
	"regexp"
	"strings"
	"testing"
)

// The right files got in, each under an address that holds its content's hash.
func TestAssetsAreAllThere(t *testing.T) {
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^/static/[a-z0-9-]+\.[0-9a-f]{10}\.[a-z0-9]+$`)
	for _, name := range []string{"site.css", "site.js", "theme.js", "dev.js", "source-serif-4.woff2", "source-serif-4-italic.woff2", "icon.svg", "favicon.ico", "apple-touch-icon.png", "icon-192.png", "icon-512.png"} {
		asset, ok := a.Get(name)
		if !ok || len(asset.Content) == 0 || asset.Type == "" || !form.MatchString(asset.URL) {
			t.Errorf("asset %s: %v, %d bytes, type %q, URL %q", name, ok, len(asset.Content), asset.Type, asset.URL)
		}
		if a.URL(name) != asset.URL {
			t.Errorf("URL(%s) = %q, want %q", name, a.URL(name), asset.URL)
		}
	}
}

// A style sheet names the hashed addresses of its fonts, and nothing of others.
func TestSheetNamesHashedFonts(t *testing.T) {
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	sheet, _ := a.Get("site.css")
	urls := regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(string(sheet.Content), -1)
	if len(urls) != 2 {
		t.Fatalf("%d addresses in the sheet, want the two fonts", len(urls))
	}
	for _, u := range urls {
		name := "/static/" + u[1]
		found := false
		for _, asset := range a.All() {
			found = found || asset.URL == name
		}
		if !found {
			t.Errorf("the sheet names %s, which is no asset", u[1])
		}
	}
	if strings.Contains(string(sheet.Content), "@import") || strings.Contains(string(sheet.Content), "://") {
		t.Error("the sheet loads something from elsewhere")
	}
}

// The pages stay light: no font over 60 KB, the theme script at most 1 KB.
func TestAssetsAreLight(t *testing.T) {
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, asset := range a.All() {
		limit := 60 << 10
		if asset.Name == "theme.js" {
			limit = 1 << 10
		}
		if len(asset.Content) > limit {
			t.Errorf("%s has %d bytes, over %d", asset.Name, len(asset.Content), limit)
		}
	}
}
