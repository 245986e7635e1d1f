package render

import (
	"cmp"
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"byline/internal/site"
)

// mediaIndex tells which files may be at a content-addressed path. There can be as
// many pictures as articles, so it is made when the first of them is asked for, and
// has no more than a number for each: the digits in its address, hashed.
type mediaIndex struct {
	seed  maphash.Seed
	names []string   // of the files, ordered
	files []mediaKey // by their own digits
	kinds []mediaKey // by those of the kinds in which they come
}

type mediaKey struct {
	digits uint64
	file   uint32 // its place in names
}

// mediaOf is an index with the files that it is of.
type mediaOf struct {
	files map[string]site.File
	index mediaIndex
}

// indexMedia is the index of the files of the site: that of the last bundle, where
// they are the same.
func (b *Bundle) indexMedia() mediaIndex {
	last := b.options.Cache.media.Load()
	if last == nil || !maps.Equal(last.files, b.site.Files) {
		last = &mediaOf{b.site.Files, b.newMediaIndex()}
		b.options.Cache.media.Store(last)
	}
	return last.index
}

func (b *Bundle) newMediaIndex() mediaIndex {
	x := mediaIndex{seed: maphash.MakeSeed()}
	for name := range b.site.Files {
		if !strings.HasPrefix(name, "root/") {
			x.names = append(x.names, name)
		}
	}
	slices.Sort(x.names)
	for i, name := range x.names {
		f := b.site.Files[name]
		x.files = append(x.files, x.key(fileDigits(f), i))
		forms, _ := b.forms(name)
		for _, kind := range forms.Smaller {
			x.kinds = append(x.kinds, x.key(kindDigits(f, kind), i))
		}
		if forms.Own.Format != "" {
			x.kinds = append(x.kinds, x.key(kindDigits(f, forms.Own), i))
		}
	}
	slices.SortFunc(x.files, mediaKey.compare)
	slices.SortFunc(x.kinds, mediaKey.compare)
	return x
}

func (x *mediaIndex) key(digits string, file int) mediaKey {
	return mediaKey{maphash.String(x.seed, digits), uint32(file)}
}

func (k mediaKey) compare(o mediaKey) int {
	return cmp.Or(cmp.Compare(k.digits, o.digits), cmp.Compare(k.file, o.file))
}

// among are the files whose digits those may be, in the order of their names.
func (x *mediaIndex) among(keys []mediaKey, digits string) []string {
	want := maphash.String(x.seed, digits)
	at, _ := slices.BinarySearchFunc(keys, want, func(k mediaKey, want uint64) int { return cmp.Compare(k.digits, want) })
	var names []string
	for ; at < len(keys) && keys[at].digits == want; at++ {
		names = append(names, x.names[keys[at].file])
	}
	return names
}

// digitsIn are what may be the digits in a content-addressed path: what stands
// before the ending, or at the end where the file has none.
func digitsIn(p string) []string {
	name, ok := strings.CutPrefix(p, "/media/")
	if !ok || strings.Contains(name, "/") {
		return nil
	}
	parts := strings.Split(name, ".")
	return parts[max(1, len(parts)-2):]
}

// addressedFile is the file at a content-addressed path; "" when there is none.
func (b *Bundle) addressedFile(p string) string {
	for _, digits := range digitsIn(p) {
		x := b.media()
		for _, name := range x.among(x.files, digits) {
			if b.served(name) && mediaURL(b.site.Files[name]) == p {
				return name
			}
		}
	}
	return ""
}

// filesInForms are the files of which a smaller form may be at a path.
func (b *Bundle) filesInForms(p string) []string {
	var names []string
	for _, digits := range digitsIn(p) {
		x := b.media()                          // not for other paths: most have no need of it
		digits, _, _ = strings.Cut(digits, "-") // the width
		names = append(names, x.among(x.kinds, digits)...)
	}
	return names
}
