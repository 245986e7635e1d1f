package picture

import (
	"bytes"
	_ "embed" // the site's face
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/font/opentype/tables"
)

// The site's own face (SIL Open Font License, fonts/LICENSE): for titles, and for
// the rest.
var (
	//go:embed fonts/source-serif-4-semibold.ttf
	semibold []byte
	//go:embed fonts/source-serif-4-regular.ttf
	regular []byte
)

// Font is a font with outlines. It is immutable and safe for concurrent use.
type Font struct {
	hash string // names the content
	font *font.Font
}

// ParseFont reads a TrueType or OpenType font; of a collection, the first. hash
// names the content.
func ParseFont(hash string, content []byte) (f *Font, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			f, err = nil, fmt.Errorf("not readable as a font: %v", fault)
		}
	}()
	if bytes.HasPrefix(content, []byte("wOF2")) {
		return nil, errors.New("a web font (WOFF2), of which cards cannot be drawn")
	}
	loaders, err := opentype.NewLoaders(bytes.NewReader(content))
	if err != nil || len(loaders) == 0 {
		return nil, errors.New("not readable as a font")
	}
	if !hasOutlines(loaders[0]) {
		return nil, errors.New("a font without outlines, of which cards cannot be drawn")
	}
	parsed, err := font.NewFont(loaders[0])
	if err != nil {
		return nil, fmt.Errorf("not readable as a font: %w", err)
	}
	return &Font{hash, parsed}, nil
}

// hasOutlines reports whether the glyphs of a font are drawn, not painted in
// colours or dots.
func hasOutlines(l *opentype.Loader) bool {
	has := func(tag string) bool { return l.HasTable(opentype.MustNewTag(tag)) }
	return has("glyf") && !has("CBDT") || has("CFF ") || has("CFF2")
}

// has reports whether the font has a glyph for a character.
func (f *Font) has(r rune) bool {
	_, ok := f.font.Cmap.Lookup(r)
	return ok
}

// faces are the fonts that do not come with the content: the site's own face and
// those that are installed. They are read when they are first needed.
type faces struct {
	dirs []string

	own     sync.Once
	ownFont [2]*Font // by weight

	index     sync.Once
	installed []installed

	mu     sync.Mutex
	hashes map[string]string // of installed fonts, by file
}

// weight is how heavy letters are.
type weight int

const (
	plain weight = iota
	strong
)

// site is the site's own face.
func (f *faces) site(w weight) *Font {
	f.own.Do(func() {
		for w, content := range [2][]byte{plain: regular, strong: semibold} {
			var err error
			if f.ownFont[w], err = ParseFont("site", content); err != nil {
				panic(fmt.Sprintf("picture: the embedded font: %v", err)) // this would show in the first test
			}
		}
	})
	return f.ownFont[w]
}

// installed is a font on this machine: what it has glyphs for.
type installed struct {
	file string
	rank [2]int // by weight: the lowest is taken first
	cmap font.Cmap
}

// search lists the installed fonts.
func (f *faces) search() []installed {
	f.index.Do(func() {
		for _, dir := range f.dirs {
			// A folder that is not there holds no font.
			_ = filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
				if err != nil || entry.IsDir() {
					return nil
				}
				if rank, ok := rankOf(filepath.Base(file)); ok {
					if cmap, err := readCmap(file); err == nil {
						f.installed = append(f.installed, installed{file, rank, cmap})
					}
				}
				return nil
			})
		}
	})
	return f.installed
}

// rankOf orders fonts by their file names, so that every machine with the same
// fonts takes the same: upright text faces only, those that go well with the
// site's first.
func rankOf(name string) (rank [2]int, ok bool) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".ttf", ".otf", ".ttc", ".otc":
	default:
		return rank, false
	}
	for _, not := range []string{"Italic", "Oblique", "Slanted", "Mono", "Condensed", "Narrow", "Light", "Thin", "Black", "Emoji", "Math", "Display", "Looped", "Rashi", "Nastaliq"} {
		if strings.Contains(name, not) {
			return rank, false
		}
	}
	family := 4
	switch {
	case strings.HasPrefix(name, "NotoSerif"), strings.HasPrefix(name, "NotoNaskh"):
		family = 0
	case strings.HasPrefix(name, "NotoSans"):
		family = 2
	}
	rank = [2]int{plain: family, strong: family}
	if strings.Contains(name, "Bold") {
		rank[plain]++
	} else {
		rank[strong]++
	}
	return rank, true
}

func readCmap(file string) (cmap font.Cmap, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("read %s: %v", file, fault)
		}
	}()
	r, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	loaders, err := opentype.NewLoaders(r)
	if err != nil || len(loaders) == 0 || !hasOutlines(loaders[0]) {
		return nil, errors.New("no font with outlines")
	}
	raw, err := loaders[0].RawTable(opentype.MustNewTag("cmap"))
	if err != nil {
		return nil, err
	}
	table, _, err := tables.ParseCmap(raw)
	if err != nil {
		return nil, err
	}
	cmap, _, err = font.ProcessCmap(table, tables.FPNone)
	return cmap, err
}

// byRank are the installed fonts in the order in which they are asked.
func (f *faces) byRank(w weight) []installed {
	all := slices.Clone(f.search())
	slices.SortStableFunc(all, func(a, b installed) int {
		if a.rank[w] != b.rank[w] {
			return a.rank[w] - b.rank[w]
		}
		return strings.Compare(filepath.Base(a.file), filepath.Base(b.file))
	})
	return all
}

// hash names the content of an installed font.
func (f *faces) hash(file string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if hash, ok := f.hashes[file]; ok {
		return hash, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if f.hashes == nil {
		f.hashes = map[string]string{}
	}
	f.hashes[file] = keyOf(content)
	return f.hashes[file], nil
}
