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
	current  map[string]*article.Article // by path: as the files have them
	accepted map[string]*article.Article // by path: the versions that passed
	held     []string                    // articles that have errors and never passed
	pictures map[string]picture.Info     // by path: those of which the size is known
	fonts    []*picture.Font             // for cards
}

// heldBack lists the articles whose new version is not the one that is shown.
func (r release) heldBack() []string {
	var paths []string
	for path, now := range r.current {
		if kept := r.accepted[path]; kept == nil || kept != now {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
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
	good   map[string]*article.Article
	drafts bool
}

// assemble is release for any purpose. It is safe for concurrent use.
func (p *Publisher) assemble(ctx context.Context, tree source.Tree, s stage) release {
	start := time.Now()
	p.work.begin()
	next := release{tree: tree, facts: s.facts, found: slices.Clone(tree.Findings)}
	settings, found := readSettings(tree)
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
	for _, f := range next.tree.Files {
		if a := next.current[f.Path]; a != nil {
			in.Articles = append(in.Articles, a)
		}
	}
	return p.checker.Check(in)
}

func readSettings(tree source.Tree) (site.Settings, finding.List) {
	fault := func(message, suggestion string) finding.List {
		return finding.List{{Rule: finding.FrontMatter, File: site.SettingsFile, Message: message, Suggestion: suggestion}}
	}
	file, ok := tree.Find(site.SettingsFile)
	if !ok {
		return site.Settings{}, fault("there is no site.yaml in the content folder", "run \"byline init DIR\" for a folder that has one, or write a file with the line \"title: …\"")
	}
	src, err := file.Read()
	if err != nil {
		return site.Settings{}, fault(err.Error(), "")
	}
	return site.ReadSettings(src)
}

// candidates puts the new version of every article beside those before it that
// can take its place.
func (p *Publisher) candidates(ctx context.Context, tree source.Tree, s stage, next *release) []site.Candidate {
	var texts []source.File
	for _, f := range tree.Files {
		if article.IsArticle(f.Path) {
			texts = append(texts, f)
		}
	}
	next.current = make(map[string]*article.Article, len(texts))
	all := make([]site.Candidate, 0, len(texts))
	for i, now := range p.work.parse(texts, p.options.Progress) {
		path := texts[i].Path
		next.found = append(next.found, now.found...)
		next.current[path] = now.art
		c := site.Candidate{New: now.art, Faulty: now.found.HasErrors(), Good: s.good[path]}
		if s.facts != nil {
			c.Earlier = func() []*article.Article { return p.earlier(ctx, texts[i], s.facts.Versions(path)) }
		}
		if c.New == nil && c.Good == nil && (c.Earlier == nil || len(c.Earlier()) == 0) {
			next.held = append(next.held, path)
			continue
		}
		all = append(all, c)
	}
	return all
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
