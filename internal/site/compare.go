package site

import (
	"reflect"

	"byline/internal/article"
)

// Difference is an article that readers would meet otherwise, were another site
// to take the place of the live one.
type Difference struct {
	Live *Page // nil when it is not public now
	Next *Page // nil when the other site does not show it
}

// FileDifference is a file beside the articles that differs.
type FileDifference struct {
	Path      string
	Live, Now bool // whether it is there in either
}

// Differences are all that differs between two sites. Lists of pages are newest
// first, files are ordered by path.
type Differences struct {
	New     []Difference // public there, not here
	Changed []Difference // at the same address
	Moved   []Difference // at another address, changed or not
	Removed []Difference // no longer public; Next is what became a draft, if any
	Hidden  []Difference // drafts and scheduled articles that are not public here either
	Files   []FileDifference
}

// Articles is how many articles differ.
func (d Differences) Articles() int {
	return len(d.New) + len(d.Changed) + len(d.Moved) + len(d.Removed) + len(d.Hidden)
}

// Compare lists what differs between the live site and another. The live site
// may be nil.
func Compare(live, next *Site) Differences {
	if live == nil {
		live = &Site{}
	}
	var d Differences
	before := partners(live.Pages, next.Pages)
	stays := map[*Page]bool{}
	for _, p := range next.Pages {
		was := before[p]
		stays[was] = p.State == Public
		pair := Difference{was, p}
		switch {
		case p.State != Public && was != nil:
			d.Removed = append(d.Removed, pair)
		case p.State != Public:
			d.Hidden = append(d.Hidden, pair)
		case was == nil:
			d.New = append(d.New, pair)
		case was.Address != p.Address:
			d.Moved = append(d.Moved, pair)
		case was.Hash != p.Hash:
			d.Changed = append(d.Changed, pair)
		}
	}
	for _, was := range live.Pages {
		if _, found := stays[was]; !found {
			d.Removed = append(d.Removed, Difference{Live: was})
		}
	}
	d.Files = compareFiles(live, next)
	return d
}

// partners finds for every page the one that it was: the article in the same
// file, else at the same address, else with the same text, else of the same
// title.
func partners(before, now []*Page) map[*Page]*Page {
	was, taken := map[*Page]*Page{}, map[*Page]bool{}
	for _, likeness := range []func(*Page) string{
		func(p *Page) string { return p.Path },
		func(p *Page) string { return p.Slug },
		func(p *Page) string { return p.Hash },
		func(p *Page) string { return article.Slugify(p.Title) },
	} {
		first := map[string]*Page{}
		for _, p := range before {
			if _, ok := first[likeness(p)]; !ok && !taken[p] {
				first[likeness(p)] = p
			}
		}
		for _, p := range now {
			if other := first[likeness(p)]; other != nil && was[p] == nil && !taken[other] {
				was[p], taken[other] = other, true
			}
		}
	}
	return was
}

// compareFiles compares what stands beside the articles. The settings are a file
// as well, of which only the meaning is known here.
func compareFiles(live, next *Site) []FileDifference {
	var all []FileDifference
	names := map[string]bool{SettingsFile: true}
	for name := range live.Files {
		names[name] = true
	}
	for name := range next.Files {
		names[name] = true
	}
	for _, name := range keys(names) {
		before, was := live.Files[name]
		now, is := next.Files[name]
		differs := was != is || before.Hash != now.Hash
		if name == SettingsFile {
			was, is, differs = true, true, !reflect.DeepEqual(live.Settings, next.Settings)
		}
		if differs {
			all = append(all, FileDifference{name, was, is})
		}
	}
	return all
}
