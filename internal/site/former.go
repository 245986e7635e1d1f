package site

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"byline/internal/finding"
	"byline/internal/strict"
)

// checkFormer reports a link that only works because somebody keeps a former
// address alive.
func (w *build) checkFormer(file string, link strict.Text, t Target) {
	if w.silent || t.Former == "" {
		return
	}
	now, of := t.Raw, "a list"
	if t.Page != nil {
		now, of = w.today(file, link.Value, t.Page), t.Page.Path
	}
	w.add(file, finding.RedirectedLink, link.Line, link.Col, fmt.Sprintf("the link %q is a former address of %s", link.Value, of), fmt.Sprintf("write %q", now))
	w.found[len(w.found)-1].Fix = finding.Fix{Old: link.Value, New: now}
}

// today is the link by which a file reaches a page now, in the form in which it
// was written: an address of the site, else a file from where the article lies.
func (w *build) today(file, link string, to *Page) string {
	rest := ""
	if i := strings.IndexAny(link, "?#"); i >= 0 {
		link, rest = link[:i], link[i:]
	}
	now := to.Address
	if !strings.HasPrefix(link, "/") {
		now = Relative(path.Dir(file), to.Path)
	}
	return (&url.URL{Path: now}).EscapedPath() + rest
}

// Relative is the path from a folder of the tree to a file of it.
func Relative(folder, file string) string {
	up := ""
	for folder != "." && !strings.HasPrefix(file, folder+"/") {
		folder, up = path.Dir(folder), up+"../"
	}
	if folder != "." {
		file = strings.TrimPrefix(file, folder+"/")
	}
	return up + file
}
