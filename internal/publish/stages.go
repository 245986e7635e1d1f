package publish

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"byline/internal/article"
	"byline/internal/check"
	"byline/internal/finding"
	"byline/internal/parallel"
	"byline/internal/picture"
	"byline/internal/site"
	"byline/internal/source"
)

// release takes a tree through the stages up to the site. Its site is nil when
// the settings cannot be used.
func (p *Publisher) release(tree source.Tree) release {
	next := release{found: slices.Clone(tree.Findings)}
	settings, found := readSettings(tree)
	next.found = append(next.found, found...)
	p.parse(tree)
	candidates := p.candidates(tree, &next)
	p.measure(tree, &next)
	if !found.HasErrors() {
		result := p.builder.Build(site.Input{
			Settings: settings, Origin: p.options.Origin, Candidates: candidates, Held: next.held, Files: files(tree),
			Revision: tree.Revision, Time: later(tree.Time, p.options.Built), Now: p.options.Now(), Drafts: p.options.Dev,
		})
		next.site, next.accepted = result.Site, result.Accepted
		next.found = append(next.found, result.Findings...)
	}
	next.found = append(next.found, p.check(tree, &next)...)
	next.found.Sort()
	return next
}

// check applies the rules that no stage meets on its way.
func (p *Publisher) check(tree source.Tree, next *release) finding.List {
	start := time.Now()
	defer func() { next.checked = time.Since(start) }()
	in := check.Input{Site: next.site, Now: p.options.Now(), Pixels: func(file string) (width, height int, known bool) {
		f, _ := tree.Find(file)
		m, ok := p.sizes[f.Hash]
		return m.size.Width, m.size.Height, ok && m.err == nil
	}}
	for _, f := range tree.Files {
		if a := p.parsed[f.Path].art; a != nil {
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

// parse reads the articles whose bytes differ from the last time, on all cores.
func (p *Publisher) parse(tree source.Tree) {
	now := map[string]parsed{}
	var changed []source.File
	for _, f := range tree.Files {
		if !article.IsArticle(f.Path) {
			continue
		}
		if kept, ok := p.parsed[f.Path]; ok && kept.hash == f.Hash {
			now[f.Path] = kept
			continue
		}
		changed = append(changed, f)
	}
	results := make([]parsed, len(changed))
	parallel.Each(len(changed), func(i int) { results[i] = parseFile(changed[i]) })
	for i, f := range changed {
		now[f.Path] = results[i]
	}
	p.parsed = now
}

// parseFile parses one file. A file on which the program itself fails is held
// back like any other that is at fault: it takes nobody else down.
func parseFile(f source.File) (result parsed) {
	defer func() {
		if fault := recover(); fault != nil {
			result = parsed{hash: f.Hash, found: finding.List{{
				Rule: finding.Unreadable, File: f.Path, Message: fmt.Sprintf("the program fails on this file: %v", fault), Suggestion: "report it, with the file",
			}}}
		}
	}()
	src, err := f.Read()
	if err != nil {
		// It changed while we looked; the next notice is on its way.
		return parsed{hash: "", found: finding.List{{Rule: finding.Unreadable, File: f.Path, Message: err.Error()}}}
	}
	a, found := article.Parse(f.Path, f.Hash, src)
	return parsed{f.Hash, a, found}
}

// candidates puts the new version of every article beside its last good one.
func (p *Publisher) candidates(tree source.Tree, next *release) []site.Candidate {
	var all []site.Candidate
	for _, f := range tree.Files {
		if !article.IsArticle(f.Path) {
			continue
		}
		next.articles++
		now := p.parsed[f.Path]
		next.found = append(next.found, now.found...)
		c := site.Candidate{New: now.art, Faulty: now.found.HasErrors(), Good: p.good[f.Path]}
		if c.New == nil && c.Good == nil {
			next.held = append(next.held, f.Path)
			continue
		}
		all = append(all, c)
	}
	return all
}

// measure reads the sizes of the pictures that it has not seen before.
func (p *Publisher) measure(tree source.Tree, next *release) {
	now := map[string]measured{}
	var unknown []source.File
	for _, f := range tree.Files {
		if !picture.IsPicture(f.Path) {
			continue
		}
		if kept, ok := p.sizes[f.Hash]; ok {
			now[f.Hash] = kept
		} else {
			unknown = append(unknown, f)
		}
	}
	results := make([]*measured, len(unknown))
	parallel.Each(len(unknown), func(i int) { results[i] = measureFile(unknown[i]) })
	for i, f := range unknown {
		if results[i] != nil {
			now[f.Hash] = *results[i]
		}
	}
	p.sizes = now
	for _, f := range tree.Files {
		if m, ok := now[f.Hash]; ok && picture.IsPicture(f.Path) && m.err != nil && !errors.Is(m.err, picture.ErrUnmeasured) {
			next.found = append(next.found, finding.Finding{
				Rule: finding.BrokenPicture, File: f.Path, Message: fmt.Sprintf("the picture is %v", m.err), Suggestion: "save it again",
			})
		}
	}
}

// measureFile returns nil for a file that changed while we looked: nothing is
// known about its content then, and the next notice is on its way.
func measureFile(f source.File) (result *measured) {
	defer func() {
		if fault := recover(); fault != nil {
			result = &measured{err: fmt.Errorf("not readable: the program fails on it: %v", fault)}
		}
	}()
	content, err := f.Read()
	if err != nil {
		return nil
	}
	size, err := picture.Measure(f.Path, content)
	return &measured{size, err}
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
