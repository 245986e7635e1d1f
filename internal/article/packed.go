package article

import (
	"bytes"
	"strings"
	"sync"

	"github.com/klauspost/compress/s2"
)

// packed is the text and the source of an article, one behind the other and
// compressed as one: nearly all of the text stands in the source, too, so that
// it adds little.
type packed struct {
	both []byte
	text int // length of the text
}

// pack packs them. It may write behind the end of text.
func pack(text, source []byte) packed {
	return packed{bytes.Clone(s2.Encode(nil, append(text, source...))), len(text)}
}

// unpack returns the two, in the memory of space if it is large enough. What pack
// has made can be read.
func (p packed) unpack(space []byte) (text, source []byte) {
	both, _ := s2.Decode(space[:cap(space)], p.both)
	return both[:p.text], both[p.text:]
}

// Source is the Markdown below the front matter, its line ends normalised. It is
// unpacked on each call.
func (a *Article) Source() string {
	_, source := a.packed.unpack(nil)
	return string(source)
}

// Text is the plain text of the body, without code blocks. It is unpacked on each
// call.
func (a *Article) Text() string {
	text, _ := a.packed.unpack(nil)
	return string(text)
}

// TextIn is Text written into room where that is large enough, whose content is
// lost: who reads many texts one after the other needs room for no more than one.
// The source is unpacked behind it.
func (a *Article) TextIn(room []byte) []byte {
	text, _ := a.packed.unpack(room)
	return text
}

// Unpacker is for who reads one article after the other: Text and Source are
// unpacked into the same memory again. The zero value is ready. It is safe for
// concurrent use.
type Unpacker struct{ spaces sync.Pool }

// Read calls read with what Text and Source return. read must not keep them.
func (u *Unpacker) Read(a *Article, read func(text, source []byte)) {
	space, ok := u.spaces.Get().(*[]byte)
	if !ok {
		space = new([]byte)
	}
	text, source := a.packed.unpack(*space)
	if all := cap(text); all > cap(*space) {
		*space = text[:all]
	}
	read(text, source)
	u.spaces.Put(space)
}

// Body is the text as HTML. It is made anew of the source on each call, which
// costs nearly as much as Parse: who shows a page asks once and keeps what came
// of it.
func (a *Article) Body() Body {
	_, source := a.packed.unpack(nil)
	d := newDocument(&parser{path: a.Path}, a.Line, source)
	_, html := d.html()
	return d.cut(html)
}

// own makes the strings that were found in the text the article's own, in one
// piece, so that none of them keeps alive what it was cut from.
func (a *Article) own() {
	all := []*string{&a.Lead}
	for i := range a.Headings {
		all = append(all, &a.Headings[i].ID, &a.Headings[i].Text)
	}
	for i := range a.outline {
		all = append(all, &a.outline[i].ID)
	}
	for i := range a.Slots {
		all = append(all, &a.Slots[i].Target, &a.Slots[i].Alt, &a.Slots[i].Title)
	}
	for i := range a.ids {
		all = append(all, &a.ids[i])
	}
	size := 0
	for _, s := range all {
		size += len(*s)
	}
	var piece strings.Builder
	piece.Grow(size)
	for _, s := range all {
		piece.WriteString(*s)
	}
	rest := piece.String()
	for _, s := range all {
		*s, rest = rest[:len(*s)], rest[len(*s):]
	}
}
