package publish

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"byline/internal/article"
	"byline/internal/check"
	"byline/internal/finding"
	"byline/internal/history"
	"byline/internal/picture"
	"byline/internal/site"
	"byline/internal/source"
	"byline/internal/strict"
)

// release is a revision on its way to be live, or to be a preview.
type release struct {
	tree     source.Tree
	input    site.Input
	took     Took           // to make it
	site     *site.Site     // nil when the settings cannot be used
	past     *history.State // what its facts were told by; nil without a history
	facts    *history.Facts
	found    finding.List
	texts    []text                  // of the articles, ordered by path
	accepted site.Versions           // that passed
	held     []string                // paths of articles that have errors and never passed
	pictures map[string]picture.Info // by path: those of which the size is known
	fonts    []*picture.Font         // for cards
}

// text is what is in the file of an article; nil when nothing can be said of it.
type text struct {
	path string
	*article.Article
}

// heldBack lists the articles whose new version is not the one that is shown.
func (r release) heldBack() []string {
	var paths []string
	accepted := r.accepted
	for _, now := range r.texts {
		for len(accepted) > 0 && accepted[0].Path < now.path {
			accepted = accepted[1:]
		}
		if len(accepted) == 0 || accepted[0] != now.Article {
			paths = append(paths, now.path)
		}
	}
	return paths
}

// release takes a tree through the stages up to the site, on its way to be live.
func (p *Publisher) release(ctx context.Context, tree source.Tree) release {
	start := time.Now()
	facts := p.past.at(ctx, tree)
	walked := time.Since(start)
	next := p.assemble(ctx, tree, stage{facts: facts, good: p.liveRelease().accepted, drafts: p.options.Dev})
	next.took.History, next.past = walked, p.past.state
	return next
}

// stage is what a release is made with beside its tree.
type stage struct {
	facts  *history.Facts
	spare  *site.Settings // for a tree whose own cannot be used; nil: it makes no site
	good   site.Versions
	drafts bool
}

// assemble is release for any purpose. It is safe for concurrent use.
func (p *Publisher) assemble(ctx context.Context, tree source.Tree, s stage) release {
	start := time.Now()
	p.work.begin()
	next := release{tree: tree, facts: s.facts, found: slices.Clone(tree.Findings)}
	settings, found := p.work.settings(tree)
	next.found = append(next.found, found...)
	candidates := p.candidates(ctx, tree, s, &next)
	p.measure(tree, &next)
	p.readFonts(settings.Card.Fonts, &next)
	if found.HasErrors() && s.spare != nil {
		settings = *s.spare
	}
	if !found.HasErrors() || s.spare != nil {
		redirects, found := p.work.redirects(tree, settings)
		next.found = append(next.found, found...)
		next.input = site.Input{
			Settings: settings, Origin: p.options.Origin, Candidates: candidates, Held: next.held, Files: files(tree), Redirects: redirects, History: s.facts,
			Revision: tree.Revision, Time: later(tree.Time, p.options.Built), Now: p.options.Now(), Drafts: s.drafts,
			Earlier: p.versions(ctx, tree, s.facts),
		}
		result := p.work.site(next.input)
		next.site, next.accepted = result.Site, result.Accepted
		next.found = append(next.found, result.Findings...)
	}
	next.took.Build = time.Since(start)
	next.found = append(next.found, p.check(&next)...)
	next.found.Sort()
	next.took.Check = time.Since(start) - next.took.Build
	return next
}

// check applies the rules that no stage meets on its way.
func (p *Publisher) check(next *release) finding.List {
	in := check.Input{Site: next.site, Now: p.options.Now(), Pictures: next.pictures, Unwritable: func(title string) []rune {
		return p.pictures.Unwritable(title, next.fonts)
	}}
	in.Articles = make([]*article.Article, 0, len(next.texts))
	for _, now := range next.texts {
		if now.Article != nil {
			in.Articles = append(in.Articles, now.Article)
		}
	}
	return p.checker.Check(in)
}

// candidates puts the new version of every article beside the one that passed
// last.
func (p *Publisher) candidates(ctx context.Context, tree source.Tree, s stage, next *release) []site.Candidate {
	files := make([]source.File, 0, len(tree.Files))
	for _, f := range tree.Files {
		if article.IsArticle(f.Path) {
			files = append(files, f)
		}
	}
	next.texts = make([]text, len(files))
	all := make([]site.Candidate, 0, len(files))
	versions, good := p.versions(ctx, tree, s.facts), s.good
	for i, now := range p.work.parse(files, p.options.Progress) {
		path := files[i].Path
		next.found = append(next.found, now.found...)
		next.texts[i] = text{path, now.art}
		c := site.Candidate{Path: path, New: now.art, Faulty: now.found.HasErrors()}
		for len(good) > 0 && good[0].Path < path {
			good = good[1:]
		}
		if len(good) > 0 && good[0].Path == path {
			c.Good = good[0]
		}
		if c.New == nil && c.Good == nil && (versions == nil || len(versions(path)) == 0) {
			next.held = append(next.held, path)
			continue
		}
		all = append(all, c)
	}
	return all
}

// versions tells what the history has of the article at a path; nil when there is
// no history.
func (p *Publisher) versions(ctx context.Context, tree source.Tree, facts *history.Facts) func(path string) []*article.Article {
	if facts == nil {
		return nil
	}
	return func(path string) []*article.Article {
		now, _ := tree.Find(path)
		return p.earlier(ctx, now, facts.Versions(path))
	}
}

// earlier reads the versions of an article that its history has beside the one in
// its file, those that have no errors of their own, the newest first. They stand
// under its present path.
func (p *Publisher) earlier(ctx context.Context, now source.File, ids []string) []*article.Article {
	var sound []*article.Article
	for _, id := range ids {
		if id == now.Hash {
			continue
		}
		f := source.NewBlob(now.Path, id, func() ([]byte, error) { return p.options.Repository.Blob(ctx, id) })
		if was := p.work.parse([]source.File{f}, nil)[0]; was.art != nil && !was.found.HasErrors() {
			sound = append(sound, was.art)
		}
	}
	return sound
}

// readFonts gives the release the fonts that site.yaml names for cards.
func (p *Publisher) readFonts(names []strict.Text, next *release) {
	add := func(at strict.Text, message, suggestion string) {
		next.found = append(next.found, finding.Finding{Rule: finding.CardFont, File: site.SettingsFile, Line: at.Line, Col: at.Col, Message: message, Suggestion: suggestion})
	}
	for _, name := range names {
		file, ok := next.tree.Find(strings.TrimPrefix(name.Value, "/"))
		if !ok {
			add(name, fmt.Sprintf("card.fonts: there is no file %q in the content folder", name.Value), nearestFont(name.Value, next.tree))
			continue
		}
		if read := p.work.parseFonts([]source.File{file})[0]; read.err != nil {
			add(name, fmt.Sprintf("card.fonts: %s is %v", name.Value, read.err), "name a TrueType or OpenType font: .ttf, .otf or .ttc")
		} else {
			next.fonts = append(next.fonts, read.font)
		}
	}
}

// nearestFont tells what may be meant by a font that is not there.
func nearestFont(name string, tree source.Tree) string {
	var fonts []string
	for _, f := range tree.Files {
		switch strings.ToLower(path.Ext(f.Path)) {
		case ".ttf", ".otf", ".ttc":
			fonts = append(fonts, f.Path)
		}
	}
	if near, ok := finding.Nearest(strings.TrimPrefix(name, "/"), fonts, 3); ok {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "put the font there, and write its path, like media/fonts/NotoSansJP.ttf"
}

// measure gives the release the sizes of its pictures.
func (p *Publisher) measure(tree source.Tree, next *release) {
	var pictures []source.File
	for _, f := range tree.Files {
		if picture.IsPicture(f.Path) {
			pictures = append(pictures, f)
		}
	}
	next.pictures = make(map[string]picture.Info, len(pictures))
	var verify func(picture.Info, []byte) error
	if p.options.Thorough {
		verify = p.pictures.Verify
	}
	for i, m := range p.work.measure(pictures, verify) {
		path := pictures[i].Path
		if m.info.Width > 0 {
			m.info.Resizable = m.info.Resizable && m.err == nil
			next.pictures[path] = m.info
		}
		switch {
		case m.err == nil:
		case !errors.Is(m.err, picture.ErrUnmeasured):
			next.found = append(next.found, finding.Finding{
				Rule: finding.BrokenPicture, File: path, Message: fmt.Sprintf("the picture is %v", m.err), Suggestion: "save it again",
			})
		}
	}
}

func files(tree source.Tree) []site.File {
	var all []site.File
	for _, f := range tree.Files {
		if !article.IsArticle(f.Path) && (f.Path != site.SettingsFile && !strings.HasSuffix(f.Path, ".yaml") || strings.HasPrefix(f.Path, "root/")) {
			all = append(all, site.File{Path: f.Path, Hash: f.Hash, Size: f.Size})
		}
	}
	return all
}
