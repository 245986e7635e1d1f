// Package move works out how an article gets another name without a link to it
// breaking.
//
//	the content, OLD, NEW ─► Rename ─► Result: an edit.Plan, and what it does
//
// A link is mended where it was written, in the form in which it was written: a
// file from where the article lies, an address of the site, a folder, a name
// without .md; what follows ? or # stays. Links, pictures and definitions in
// Markdown and raw HTML count, pins, pictures and calls to action in front
// matter, and the links of site.yaml; code is left alone. When the article goes
// to another folder, what it refers to itself is mended, too.
//
// Nothing is written here: the plan is whole before anything is, or there is an
// error that says what to write instead.
package move

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"byline/internal/article"
	"byline/internal/edit"
	"byline/internal/finding"
	"byline/internal/parallel"
	"byline/internal/site"
)

// Content is the folder as it is.
type Content struct {
	Files []string // every path, ordered
	Read  func(file string) ([]byte, error)
	Now   time.Time
	// History says that a former address is known from commits, so that it need
	// not be written down.
	History bool
}

// Result is what a new name takes.
type Result struct {
	edit.Plan
	From, To string // paths of the article
	Former   string // its address until now; "" when it stays
	Address  string // its address from now on
	Public   bool   // readers know the former one
	Alias    bool   // it is written into the front matter
	Links    []Link // that are mended, by file and place
	Unread   []string
}

// Link is an address that is mended.
type Link struct {
	File      string
	Line, Col int
	Old, New  string
}

// renaming is one run of Rename.
type renaming struct {
	Content
	Result
	settings site.Settings
	zone     *time.Location
	sources  map[string][]byte
	articles map[string]*article.Article
	bySlug   map[string]string // slug → path
	files    map[string]bool
	moved    map[string]string // path → path
	slug     string            // the article's from now on
}

// Rename works out how the article from, a path or slug, becomes to, a path or
// name: "name" stays in its folder, "folder/name" and "name.md" are paths from
// the content folder, "folder/" is one to move into.
func Rename(c Content, from, to string) (Result, error) {
	r := &renaming{Content: c, sources: map[string][]byte{}, articles: map[string]*article.Article{}, bySlug: map[string]string{}, files: map[string]bool{}, moved: map[string]string{}}
	if err := r.read(); err != nil {
		return Result{}, err
	}
	if err := r.choose(from, to); err != nil {
		return Result{}, err
	}
	if err := r.mendAll(); err != nil {
		return Result{}, err
	}
	slices.SortStableFunc(r.Links, func(a, b Link) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return r.Result, nil
}

// read takes in every article that can be read, and the settings.
func (r *renaming) read() error {
	var paths []string
	for _, file := range r.Files {
		r.files[file] = true
		if article.IsArticle(file) || file == site.SettingsFile {
			paths = append(paths, file)
		}
	}
	sources, articles, faults := make([][]byte, len(paths)), make([]*article.Article, len(paths)), make([]error, len(paths))
	parallel.Each(len(paths), func(i int) {
		if sources[i], faults[i] = r.Read(paths[i]); faults[i] == nil && paths[i] != site.SettingsFile {
			articles[i], _ = article.Parse(paths[i], "", sources[i])
		}
	})
	if err := errors.Join(faults...); err != nil {
		return err
	}
	for i, file := range paths {
		r.sources[file] = sources[i]
		switch a := articles[i]; {
		case file == site.SettingsFile:
		case a == nil:
			r.Unread = append(r.Unread, file)
		default:
			r.articles[file] = a
			if _, taken := r.bySlug[a.Slug]; !taken {
				r.bySlug[a.Slug] = file
			}
		}
	}
	var found finding.List
	r.settings, found = site.ReadSettings(r.sources[site.SettingsFile])
	if found.HasErrors() {
		return fmt.Errorf("%s has errors; mend them first:\n%w", site.SettingsFile, found)
	}
	var err error
	r.zone, err = time.LoadLocation(r.settings.Timezone.Value)
	return err
}

// choose decides what moves where.
func (r *renaming) choose(from, to string) error {
	var err error
	if r.From, err = r.source(from); err != nil {
		return err
	}
	if r.To, err = r.target(to); err != nil {
		return err
	}
	a := r.articles[r.From]
	r.slug = a.Slug
	if a.Meta.Slug.Value == "" {
		r.slug = article.FileSlug(r.To)
	}
	r.Address = r.settings.AddressOf(a, r.slug, r.zone)
	if r.slug != a.Slug {
		r.Former = r.settings.AddressOf(a, a.Slug, r.zone)
	}
	r.Public = !a.Meta.Draft && !a.Meta.Date.In(r.zone).After(r.Now)
	if err := r.refuse(); err != nil {
		return err
	}
	return r.moves()
}

// source is the path of the article that is meant.
func (r *renaming) source(from string) (string, error) {
	name := path.Clean(from)
	for _, file := range []string{name, name + ".md", path.Join(name, "index.md"), r.bySlug[strings.TrimSuffix(name, ".md")]} {
		if _, ok := r.articles[file]; ok {
			return file, nil
		}
		if slices.Contains(r.Unread, file) {
			return "", fmt.Errorf("%s cannot be read as an article; see \"byline check\", and mend it first", file)
		}
	}
	hint := ""
	slugs := make([]string, 0, len(r.bySlug))
	for slug := range r.bySlug {
		slugs = append(slugs, slug)
	}
	slices.Sort(slugs)
	if near, ok := finding.Nearest(article.FileSlug(name), slugs, min(3, len(article.FileSlug(name))/2)); ok {
		hint = fmt.Sprintf("; did you mean %s?", r.bySlug[near])
	}
	return "", fmt.Errorf("there is no article %q%s", from, hint)
}

// target is the path that is meant by the new name.
func (r *renaming) target(to string) (string, error) {
	name := path.Clean(to)
	folder := path.Base(r.From) == "index.md" && path.Dir(r.From) != "." // the article is one, with its pictures
	into := func(dir string) string {
		if folder {
			return path.Join(dir, article.FileSlug(r.From), "index.md")
		}
		return path.Join(dir, path.Base(r.From))
	}
	switch {
	case name == ".." || strings.HasPrefix(name, "../") || strings.HasPrefix(name, "/"):
		return "", fmt.Errorf("%q is not in the content folder; write a path from it, like guides/name", to)
	case strings.HasSuffix(to, "/"):
		return into(name), nil
	case !strings.Contains(to, "/") && !strings.HasSuffix(name, ".md") && folder:
		return path.Join(path.Dir(path.Dir(r.From)), name, "index.md"), nil
	case !strings.Contains(to, "/") && !strings.HasSuffix(name, ".md"):
		return path.Join(path.Dir(r.From), name+".md"), nil
	case strings.HasSuffix(name, ".md"):
		return name, nil
	case folder:
		return path.Join(name, "index.md"), nil
	}
	return name + ".md", nil
}

// refuse says why the new name cannot be, and what to write.
func (r *renaming) refuse() error {
	name := article.FileSlug(r.To)
	slug := article.Slugify(name)
	hidden := func(part string) bool { return strings.HasPrefix(part, ".") || strings.HasPrefix(part, "#") }
	switch {
	case r.To == r.From:
		return fmt.Errorf("%s has that name already", r.From)
	case !article.IsArticle(r.To) || slices.ContainsFunc(strings.Split(r.To, "/"), hidden):
		return fmt.Errorf("%s is no place for an article: what is below media/ and root/, or begins with a dot, is not served as one", r.To)
	case slug == "":
		return fmt.Errorf("the name %q has no letter or digit to make an address of", name)
	case slug != name:
		return fmt.Errorf("the name %q is not lower-case letters and digits with single hyphens; write %q", name, slug)
	case r.Former != "" && site.Reserved(r.slug):
		return fmt.Errorf("the address %s is that of something else: lists, search, feeds, languages and years have theirs; write a longer name", r.Address)
	}
	for _, file := range r.Files {
		if strings.EqualFold(file, r.To) && file != r.From {
			return fmt.Errorf("%s is there already; write another name", file)
		}
	}
	if other, taken := r.bySlug[r.slug]; taken && other != r.From {
		return fmt.Errorf("the address %s belongs to %s; write another name", r.settings.AddressOf(r.articles[other], r.slug, r.zone), other)
	}
	for file, a := range r.articles {
		for _, alias := range a.Meta.Aliases {
			if file != r.From && strings.EqualFold(alias.Value, r.Address) {
				return fmt.Errorf("the address %s is an alias of %s; remove it there first, in line %d, or write another name", r.Address, file, alias.Line)
			}
		}
	}
	return nil
}

// moves lists the files that get other paths: an article that is a folder goes
// with all that is in it.
func (r *renaming) moves() error {
	from, to := path.Dir(r.From), path.Dir(r.To)
	if path.Base(r.From) != "index.md" || path.Base(r.To) != "index.md" || from == "." || to == "." {
		r.moved[r.From] = r.To
		r.Moves = []edit.Move{{From: r.From, To: r.To}}
		return nil
	}
	if strings.HasPrefix(to+"/", from+"/") {
		return fmt.Errorf("the folder %s cannot go into itself", from)
	}
	for _, file := range r.Files {
		if strings.HasPrefix(file, to+"/") {
			return fmt.Errorf("there is a folder %s already; write another name", to)
		}
		if rest, ok := strings.CutPrefix(file, from+"/"); ok {
			r.moved[file] = to + "/" + rest
		}
	}
	r.Moves = []edit.Move{{From: from, To: to}}
	return nil
}
