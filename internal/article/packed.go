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

// Unpack returns what Text and Source do, written into room where that is large enough:
// what is in it is lost. Who reads many articles one after the other needs room for
// no more than one.
func (a *Article) Unpack(room []byte) (text, source []byte) {
	both, _ := s2.Decode(room[:cap(room)], a.packed.both) // what pack has made can be read
	return both[:a.packed.text], both[a.packed.text:]
}

// Source is the Markdown below the front matter, its line ends normalised. It is
// unpacked on each call.
func (a *Article) Source() string {
	_, source := a.Unpack(nil)
	return string(source)
}

// Text is the plain text of the body, without code blocks. It is unpacked on each
// call.
func (a *Article) Text() string {
	text, _ := a.Unpack(nil)
	return string(text)
}

// Unpacker keeps the room for Unpack where several read at once. The zero value is
// ready. It is safe for concurrent use.
type Unpacker struct{ rooms sync.Pool }

// Read calls read with what Unpack returns. read must not keep it.
func (u *Unpacker) Read(a *Article, read func(text, source []byte)) {
	room, ok := u.rooms.Get().(*[]byte)
	if !ok {
		room = new([]byte)
	}
	text, source := a.Unpack(*room)
	*room = text // with all behind it
	read(text, source)
	u.rooms.Put(room)
}

// Body is the text as HTML. It is made anew of the source on each call, which
// costs nearly as much as Parse: who shows a page asks once and keeps what came
// of it.
func (a *Article) Body() Body {
	_, source := a.Unpack(nil)
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
