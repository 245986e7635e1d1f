// Package static holds the assets: style sheet, scripts, fonts and icons,
// embedded and served under content-addressed URLs.
//
// Load gives every asset the URL /static/{name}.{hash}.{ext}. A change of an
// asset is a new URL, so that browsers may keep the old one for ever. Style
// sheets name fonts by plain relative file names, url(source-serif-4.woff2);
// Load writes the hashed names into them, so that a font's change changes the
// sheet's URL too.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

//go:embed css js fonts img
var files embed.FS

// Asset is one file, ready to be served.
type Asset struct {
	Name    string // "site.css"
	URL     string // "/static/site.1a2b3c4d.css"
	Type    string // media type
	Content []byte
}

// Assets are all assets by name. They are immutable and safe for concurrent use.
type Assets struct{ byName map[string]Asset }

// Load reads the embedded assets. It fails only if the program was built wrong.
func Load() (*Assets, error) {
	a := &Assets{byName: map[string]Asset{}}
	var sheets []string
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || mediaType(name) == "" {
			return err
		}
		if strings.HasSuffix(name, ".css") {
			sheets = append(sheets, name) // after the fonts that they name
			return nil
		}
		content, err := files.ReadFile(name)
		a.add(path.Base(name), content)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load assets: %w", err)
	}
	for _, name := range sheets {
		content, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("load assets: %w", err)
		}
		if content, err = a.resolve(content); err != nil {
			return nil, fmt.Errorf("load asset %s: %w", name, err)
		}
		a.add(path.Base(name), content)
	}
	return a, nil
}

func (a *Assets) add(name string, content []byte) {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	url := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
	a.byName[name] = Asset{name, url, mediaType(name), content}
}

var urlInSheet = regexp.MustCompile(`url\(([a-z0-9.-]+)\)`)

// resolve writes the hashed names of assets into a style sheet.
func (a *Assets) resolve(sheet []byte) ([]byte, error) {
	var missing error
	out := urlInSheet.ReplaceAllFunc(sheet, func(match []byte) []byte {
		name := string(urlInSheet.FindSubmatch(match)[1])
		asset, ok := a.byName[name]
		if !ok {
			missing = fmt.Errorf("there is no asset %s", name)
		}
		return []byte("url(" + path.Base(asset.URL) + ")")
	})
	return out, missing
}

// URL returns the URL of an asset; "" when there is none of that name, which
// the tests of the templates would show.
func (a *Assets) URL(name string) string { return a.byName[name].URL }

// Get returns an asset.
func (a *Assets) Get(name string) (Asset, bool) {
	asset, ok := a.byName[name]
	return asset, ok
}

// At returns the asset that is served at a path.
func (a *Assets) At(path string) (Asset, bool) {
	name, ok := strings.CutPrefix(path, "/static/")
	if !ok {
		return Asset{}, false
	}
	stem, ext := name, ""
	if at := strings.LastIndexByte(name, '.'); at >= 0 {
		stem, ext = name[:at], name[at:]
	}
	if at := strings.LastIndexByte(stem, '.'); at >= 0 {
		stem = stem[:at] // what names the content
	}
	asset, ok := a.byName[stem+ext]
	return asset, ok && asset.URL == path
}

// All returns every asset, ordered by name.
func (a *Assets) All() []Asset {
	all := make([]Asset, 0, len(a.byName))
	for _, asset := range a.byName {
		all = append(all, asset)
	}
	slices.SortFunc(all, func(a, b Asset) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func mediaType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".png":
		return "image/png"
	case ".svg":
		return "image/svg+xml"
	case ".ico":
		return "image/vnd.microsoft.icon"
	}
	return ""
}
