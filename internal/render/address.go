package render

import (
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"

	"byline/internal/picture"
	"byline/internal/site"
)

// urlOf writes a path of this site as it stands in a link. Every link of a
// bundle to itself is written here, so that a preview leads nowhere else.
func (b *Bundle) urlOf(p string) string {
	if p == "" {
		return ""
	}
	return b.options.Prefix + escape(p)
}

// written is urlOf for an address as an editor wrote it: with a query, with a
// fragment, with escapes of its own, or of another site.
func (b *Bundle) written(address string) string {
	if b.options.Prefix == "" || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return address
	}
	end := len(address)
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		end = i
	}
	clean := path.Clean(address[:end]) // dots would lead out of the prefix
	if clean != "/" && strings.HasSuffix(address[:end], "/") {
		clean += "/"
	}
	return b.options.Prefix + clean + address[end:]
}

// escape writes a path as it stands in a URL.
func escape(p string) string { return (&url.URL{Path: p}).EscapedPath() }

// absolute writes a path as a whole address; "" when the origin is not known,
// and in a preview, which has no address that anybody should know it by.
func (b *Bundle) absolute(p string) string {
	switch {
	case b.site.Origin == "" || b.options.Preview != nil:
		return ""
	case p == "/":
		return b.site.Origin + "/"
	}
	return b.site.Origin + escape(p)
}

// home is the path of the list of all articles.
func (b *Bundle) home() string {
	if b.site.Path == "" {
		return "/"
	}
	return b.site.Path
}

func (b *Bundle) pageURL(p *site.Page) string { return p.Address }

// groupURL is where a group's list is.
func (b *Bundle) groupURL(kind string, g *site.Group) string {
	return b.site.Path + "/" + folderOf(kind) + "/" + g.ID
}

// folderOf is where the lists of a kind of groups are, below P.
func folderOf(kind string) string {
	switch kind {
	case "author":
		return "authors"
	case "category":
		return "categories"
	}
	return "tags"
}

// kindOf is the kind of groups whose lists are in a folder; "" when none are.
func kindOf(folder string) string {
	for _, kind := range [...]string{"author", "category", "tag"} {
		if folder == folderOf(kind) {
			return kind
		}
	}
	return ""
}

// numbered is the address of a list's nth page.
func numbered(path string, n int) string {
	if n == 1 {
		return path
	}
	return strings.TrimSuffix(path, "/") + "/page/" + strconv.Itoa(n)
}

// mediaURL is the content-addressed path of a file of the tree.
func mediaURL(f site.File) string {
	name := path.Base(f.Path)
	ext := path.Ext(name)
	return "/media/" + strings.TrimSuffix(name, ext) + "." + fileDigits(f) + ext
}

// fileDigits name the content of a file in its address. What is made of a file
// before it is served is part of it.
func fileDigits(f site.File) string {
	hash := f.Hash
	if picture.IsRaster(f.Path) {
		hash = keyOf(picture.Edition, f.Hash)
	}
	return hash[:min(12, len(hash))]
}

// variantURL is the content-addressed path of a variant of a picture.
func variantURL(f site.File, v picture.Variant) string {
	name := path.Base(f.Path)
	return fmt.Sprintf("/media/%s.%s-%dw%s", strings.TrimSuffix(name, path.Ext(name)), kindDigits(f, v.Kind), v.Width, v.Ext())
}

// kindDigits name a file in a kind in which it comes.
func kindDigits(f site.File, k picture.Kind) string { return keyOf(f.Hash, k)[:12] }

// editURL is where an article's file can be changed; "" when site.yaml does not
// say, and in a preview, whose revision need not be the one that it leads to.
func (b *Bundle) editURL(p *site.Page) string {
	if b.options.Preview != nil {
		return ""
	}
	return b.site.Settings.EditURLOf(p.Path)
}
