package move

import (
	"cmp"
	"html"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"byline/internal/article"
	"byline/internal/edit"
	"byline/internal/redirect"
	"byline/internal/site"
	"byline/internal/strict"
)

// mendAll plans the edits of every file that refers to what moves, or moves.
func (r *renaming) mendAll() error {
	for _, file := range slices.Sorted(maps.Keys(r.articles)) {
		a := r.articles[file]
		for _, ref := range a.References() {
			if now, changed := r.rewrite(file, ref.Target); changed {
				r.mend(file, ref.Line, ref.Col, ref.Written, written(ref, now))
			}
		}
		r.frontMatter(file, a)
	}
	for _, list := range [][]site.Link{r.settings.Navigation, r.settings.Footer} {
		for _, link := range list {
			r.text(site.SettingsFile, link.URL)
		}
	}
	if cta := r.settings.CTA; cta != nil {
		r.text(site.SettingsFile, cta.URL)
	}
	if err := r.redirects(); err != nil {
		return err
	}
	return r.aliases()
}

// redirects mends where the redirects of site.yaml and its file lead.
func (r *renaming) redirects() error {
	rows, file := r.settings.Redirects, r.settings.RedirectsFile.Value
	if r.files[file] {
		src, err := r.Read(file)
		if err != nil {
			return err
		}
		more, _ := redirect.Read(file, src)
		r.sources[file], rows = src, slices.Concat(rows, more)
	}
	for _, row := range rows {
		r.text(row.File, row.To)
	}
	return nil
}

// frontMatter mends what is not in the text.
func (r *renaming) frontMatter(file string, a *article.Article) {
	for _, pin := range a.Meta.Related {
		if r.Former != "" && pin.Value == r.articles[r.From].Slug {
			r.mend(file, pin.Line, pin.Col, pin.Value, r.slug)
		}
	}
	if a.Meta.Image != nil {
		r.text(file, a.Meta.Image.Src)
	}
	if a.Meta.CTA != nil {
		r.text(file, a.Meta.CTA.URL)
	}
}

// text mends an address in YAML.
func (r *renaming) text(file string, at strict.Text) {
	if now, changed := r.rewrite(file, at.Value); changed {
		r.mend(file, at.Line, at.Col, at.Value, now)
	}
}

// mend plans an edit, where the text stands that was read.
func (r *renaming) mend(file string, line, col int, old, fresh string) {
	at, ok := edit.Find(r.sources[file], line, col, old)
	if !ok || old == fresh || slices.ContainsFunc(r.Edits, func(e edit.Edit) bool { return e.File == file && e.Offset == at }) {
		return
	}
	r.Edits = append(r.Edits, edit.Edit{File: file, Offset: at, Old: old, New: fresh})
	r.Links = append(r.Links, Link{File: cmp.Or(r.moved[file], file), Line: line, Col: col, Old: old, New: fresh})
}

// written is an address as it is written where a reference stands.
func written(ref article.Reference, target string) string {
	if ref.HTML {
		return html.EscapeString(target)
	}
	return target
}

// rewrite returns the address that leads, from the new place of a file, to where
// it led from the old one. changed is false when it is the same, and when it
// leads nowhere: that is not for a new name to mend.
func (r *renaming) rewrite(file, target string) (now string, changed bool) {
	if u, err := url.Parse(target); err != nil || u.Scheme != "" || u.Host != "" {
		return "", false
	}
	written, rest := target, ""
	if i := strings.IndexAny(target, "?#"); i >= 0 {
		written, rest = target[:i], target[i:]
	}
	plain, err := url.PathUnescape(written)
	if err != nil || plain == "" {
		return "", false
	}
	if strings.HasPrefix(plain, "/") {
		now = r.address(plain)
	} else {
		now = r.relative(file, plain)
	}
	if now == "" || now == path.Clean(plain) || now == plain {
		return "", false
	}
	return escape(now) + rest, true
}

// address is what an address of the site has become; "" when it stays.
func (r *renaming) address(plain string) string {
	if r.Former == "" {
		return ""
	}
	clean := strings.ToLower(path.Clean(plain))
	end := ""
	if strings.HasSuffix(clean, ".md") {
		clean, end = strings.TrimSuffix(clean, ".md"), ".md"
	} else if strings.HasSuffix(plain, "/") {
		end = "/"
	}
	if slug, ok := r.settings.SlugAt(clean); !ok || slug != r.articles[r.From].Slug {
		return "" // whatever date it has: it leads there
	}
	return r.Address + end
}

// relative is what a path from a file of the tree has become; "" when it still
// leads there.
func (r *renaming) relative(file, plain string) string {
	here := path.Dir(cmp.Or(r.moved[file], file))
	to, shape := r.at(path.Join(path.Dir(file), plain), plain)
	now := strings.TrimPrefix(cmp.Or(r.moved[to], to), "root/")
	still := path.Join(here, plain)
	stays := r.moved[to] == "" && here == path.Dir(file)
	if to == "" || stays || still == now || still+"/index.md" == now {
		return ""
	}
	return shape(site.Relative(here, now))
}

// at is the file to which a path leads, and the shape in which the path was
// written: as a file, a folder or a name without .md.
func (r *renaming) at(at, plain string) (file string, shape func(string) string) {
	asFile := func(to string) string { return to }
	named := r.bySlug[article.FileSlug(at)] // from whatever folder
	switch {
	case r.files[at]:
		return at, asFile
	case r.files[at+"/index.md"]:
		return at + "/index.md", func(to string) string {
			dir, isFolder := strings.CutSuffix(to, "/index.md")
			if isFolder && strings.HasSuffix(plain, "/") {
				dir += "/"
			}
			return dir
		}
	case named != "" && !strings.HasPrefix(at, "media/") && strings.HasSuffix(plain, ".md"):
		return named, asFile
	case named != "" && !strings.HasPrefix(at, "media/"):
		return named, func(to string) string { return strings.TrimSuffix(strings.TrimSuffix(to, "/index.md"), ".md") }
	case r.files["root/"+at]:
		return "root/" + at, asFile
	}
	return "", nil
}

// escape writes a path so that nothing in it ends it; letters of any script stay.
func escape(plain string) string {
	text := strings.NewReplacer("%", "%25", " ", "%20", "?", "%3F", "#", "%23", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", `"`, "%22", `\`, "%5C").Replace(plain)
	if first, _, _ := strings.Cut(text, "/"); strings.Contains(first, ":") {
		return "./" + text
	}
	return text
}
