package publish

import (
	"fmt"
	"sync"
	"sync/atomic"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/parallel"
	"byline/internal/picture"
	"byline/internal/redirect"
	"byline/internal/site"
	"byline/internal/source"
)

// work is what has been done, by content, so that no build does it again: the
// live site's and every preview's. It is safe for concurrent use.
type work struct {
	mu     sync.Mutex
	build  int // number of the build under way
	swept  int // of the build after which was swept last
	parsed map[content]*kept[parsed]
	last   reading // of the articles
	sizes  map[content]*kept[measured]
	tables map[content]*kept[table]
	fonts  map[content]*kept[parsedFont]
	sites  map[content]*kept[readSettings]

	building sync.Mutex // one build of a site at a time: its builder keeps the analysis of texts
	builder  site.Builder
}

// content names the bytes of a file at a path: an article's slug comes from
// there.
type content struct{ path, hash string }

type kept[T any] struct {
	value T
	used  int // the last build that asked for it
}

type parsed struct {
	art   *article.Article
	found finding.List
	fault bool // the file could not be read: nothing is known of its content
}

type measured struct {
	info picture.Info
	err  error
}

type parsedFont struct {
	font *picture.Font
	err  error
}

func newWork() *work {
	return &work{
		parsed: map[content]*kept[parsed]{}, sizes: map[content]*kept[measured]{}, tables: map[content]*kept[table]{}, fonts: map[content]*kept[parsedFont]{},
		sites: map[content]*kept[readSettings]{},
	}
}

// patience is for how many builds work is kept that no build asks for: a change
// is often taken back, and previews take turns with the live site.
const patience = 8

// begin counts a build.
func (w *work) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.build++
}

// sweep drops the work that no build has asked for in a while, but for that on
// the tree, which is live. It is done once in so many builds: each looks at all
// that is kept.
func (w *work) sweep(live source.Tree) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.build < w.swept+patience {
		return
	}
	before := w.build - patience
	for _, f := range live.Files {
		use(w.parsed, content{f.Path, f.Hash}, w.build)
		use(w.sizes, content{hash: f.Hash}, w.build)
		use(w.tables, content{f.Path, f.Hash}, w.build)
		use(w.fonts, content{hash: f.Hash}, w.build)
		use(w.sites, content{hash: f.Hash}, w.build)
	}
	sweep(w.parsed, before)
	sweep(w.sizes, before)
	sweep(w.tables, before)
	sweep(w.fonts, before)
	sweep(w.sites, before)
	w.swept = w.build
}

func use[T any](all map[content]*kept[T], key content, build int) {
	if k := all[key]; k != nil {
		k.used = build
	}
}

func sweep[T any](all map[content]*kept[T], before int) {
	for key, k := range all {
		if k.used < before {
			delete(all, key)
		}
	}
}

// get returns the results for keys, and does what is not done yet on all cores.
// What could not be done for now (ok is false) is not kept.
func get[T any](w *work, all map[content]*kept[T], keys []content, do func(i int) (result T, ok bool)) []T {
	results := make([]T, len(keys))
	var todo []int
	w.mu.Lock()
	for i, key := range keys {
		if k := all[key]; k != nil {
			k.used = w.build
			results[i] = k.value
		} else {
			todo = append(todo, i)
		}
	}
	w.mu.Unlock()
	done := make([]bool, len(todo))
	parallel.Each(len(todo), func(n int) { results[todo[n]], done[n] = do(todo[n]) })
	w.mu.Lock()
	defer w.mu.Unlock()
	for n, i := range todo {
		if done[n] {
			all[keys[i]] = &kept[T]{results[i], w.build}
		}
	}
	return results
}

// reading is what was read last, file by file, ordered by path. Most files of the
// next revision are the same, and found beside these without looking them up.
type reading struct {
	files   []source.File
	results []parsed
}

// parse reads articles, which are ordered by path, and tells how many are read, as
// Options.Progress wants it. The result must not be changed.
func (w *work) parse(files []source.File, told func(done, total int)) []parsed {
	w.mu.Lock()
	last := w.last
	w.mu.Unlock()
	results := make([]parsed, len(files))
	var others []int
	at := 0
	for i, f := range files {
		for at < len(last.files) && last.files[at].Path < f.Path {
			at++
		}
		if at < len(last.files) && last.files[at].Path == f.Path && last.files[at].Hash == f.Hash && !last.results[at].fault {
			results[i] = last.results[at]
		} else {
			others = append(others, i)
		}
	}
	keys := make([]content, len(others))
	for n, i := range others {
		keys[n] = content{files[i].Path, files[i].Hash}
	}
	var done atomic.Int64
	found := get(w, w.parsed, keys, func(n int) (parsed, bool) {
		result := parseFile(files[others[n]])
		if told != nil {
			told(int(done.Add(1)), len(others))
		}
		return result, !result.fault
	})
	for n, i := range others {
		results[i] = found[n]
	}
	if len(files) > 1 { // one is an earlier version
		w.mu.Lock()
		w.last = reading{files, results}
		w.mu.Unlock()
	}
	return results
}

// parseFile parses one file. A file on which the program itself fails is held
// back like any other that is at fault: it takes nobody else down.
func parseFile(f source.File) (result parsed) {
	defer func() {
		if fault := recover(); fault != nil {
			result = parsed{found: finding.List{{
				Rule: finding.Unreadable, File: f.Path, Message: fmt.Sprintf("the program fails on this file: %v", fault), Suggestion: "report it, with the file",
			}}}
		}
	}()
	src, err := f.Read()
	if err != nil {
		// It changed while we looked; the next notice is on its way.
		return parsed{fault: true, found: finding.List{{Rule: finding.Unreadable, File: f.Path, Message: err.Error()}}}
	}
	a, found := article.Parse(f.Path, f.Hash, src)
	return parsed{art: a, found: found}
}

// measure reads the sizes of pictures. verify, if there is one, looks at more of
// those in which nothing is wrong so far.
func (w *work) measure(files []source.File, verify func(picture.Info, []byte) error) []measured {
	return get(w, w.sizes, hashesOf(files), func(i int) (measured, bool) { return measureFile(files[i], verify) })
}

// hashesOf names what files hold, wherever they are.
func hashesOf(files []source.File) []content {
	keys := make([]content, len(files))
	for i, f := range files {
		keys[i] = content{hash: f.Hash}
	}
	return keys
}

// parseFonts reads fonts.
func (w *work) parseFonts(files []source.File) []parsedFont {
	return get(w, w.fonts, hashesOf(files), func(i int) (parsedFont, bool) {
		content, err := files[i].Read()
		if err != nil {
			return parsedFont{err: err}, false
		}
		font, err := picture.ParseFont(files[i].Hash, content)
		return parsedFont{font, err}, true
	})
}

// measureFile knows nothing of a file that changed while we looked: the next
// notice is on its way.
func measureFile(f source.File, verify func(picture.Info, []byte) error) (result measured, ok bool) {
	defer func() {
		if fault := recover(); fault != nil {
			result, ok = measured{err: fmt.Errorf("not readable: the program fails on it: %v", fault)}, true
		}
	}()
	content, err := f.Read()
	if err != nil {
		return measured{err: picture.ErrUnmeasured}, false
	}
	info, err := picture.Measure(f.Path, content)
	if err == nil && verify != nil {
		err = verify(info, content)
	}
	return measured{info, err}, true
}

// readSettings is the settings of a site.yaml.
type readSettings struct {
	settings site.Settings
	found    finding.List
}

// settings reads the tree's site.yaml.
func (w *work) settings(tree source.Tree) (site.Settings, finding.List) {
	file, ok := tree.Find(site.SettingsFile)
	if !ok {
		return site.Settings{}, unusable("there is no site.yaml in the content folder", "run \"byline init DIR\" for a folder that has one, or write a file with the line \"title: …\"")
	}
	read := get(w, w.sites, hashesOf([]source.File{file}), func(int) (readSettings, bool) {
		src, err := file.Read()
		if err != nil {
			return readSettings{found: unusable(err.Error(), "")}, false
		}
		settings, found := site.ReadSettings(src)
		return readSettings{settings, found}, true
	})[0]
	return read.settings, read.found
}

func unusable(message, suggestion string) finding.List {
	return finding.List{{Rule: finding.FrontMatter, File: site.SettingsFile, Message: message, Suggestion: suggestion}}
}

// table is the rows of a file of redirects.
type table struct {
	rows  []redirect.Row
	found finding.List
}

// redirects reads the file of redirects that the settings name, if it is there.
func (w *work) redirects(tree source.Tree, settings site.Settings) ([]redirect.Row, finding.List) {
	f, ok := tree.Find(settings.RedirectsFile.Value)
	if !ok {
		return nil, nil // which package site reports
	}
	read := get(w, w.tables, []content{{f.Path, f.Hash}}, func(int) (table, bool) {
		src, err := f.Read()
		if err != nil {
			return table{found: finding.List{{Rule: finding.Unreadable, File: f.Path, Message: err.Error()}}}, false
		}
		rows, found := redirect.Read(f.Path, src)
		return table{rows, found}, true
	})[0]
	return read.rows, read.found
}

// site builds the model. Builds take turns.
func (w *work) site(in site.Input) site.Result {
	w.building.Lock()
	defer w.building.Unlock()
	return w.builder.Build(in)
}
