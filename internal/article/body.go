package article

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
)

// SlotKind tells what fills a slot.
type SlotKind int

const (
	// LinkSlot is the value of an href attribute.
	LinkSlot SlotKind = iota
	// PictureSlot is a whole picture.
	PictureSlot
	// EmbedSlot is a frame of another site, loaded on a click.
	EmbedSlot
	// CodeSlot is a block of code.
	CodeSlot
	// AlertSlot is the word for an alert's kind (note, tip, important, warning,
	// caution), in the page's language.
	AlertSlot
)

// A Slot is a place in a body that the article alone cannot fill.
type Slot struct {
	Kind      SlotKind
	Target    string // the link, picture or frame as it was written
	Alt       string // of a picture; nil text and absent text are one
	Title     string // of a picture or frame
	Code      *Code
	Line, Col int // in the file
}

// Code is a block of code, not yet highlighted.
type Code struct {
	Language string
	Title    string
	Source   string
	Marks    []Range // lines to mark
}

// Range is a run of lines, from 1, both ends included.
type Range struct{ From, To int }

// Body is HTML with slots between: Text[0] Slots[0] Text[1] … Text[n].
type Body struct {
	Text  []string
	Slots []Slot
}

// marker is how slots stand in HTML while it is being made: an address whose
// scheme is the document's mark. The mark is a hash of the whole source, so that
// no text can name it.
var marker = regexp.MustCompile(`(?:<img src|href)="(slot[0-9a-f]{16}):(\d+)"(?:\s*/?>)?`)

func newMark(source []byte) string {
	sum := sha256.Sum256(source)
	return "slot" + hex.EncodeToString(sum[:8])
}

func (d *document) slotImage(n int) string {
	return `<img src="` + d.mark + ":" + strconv.Itoa(n) + `"/>`
}
func (d *document) slotHref(n int) string { return `href="` + d.mark + ":" + strconv.Itoa(n) + `"` }

// cut divides HTML at its markers. The slots come out in document order.
func (d *document) cut(html string) Body {
	var body Body
	from := 0
	for _, m := range marker.FindAllStringSubmatchIndex(html, -1) {
		n, err := strconv.Atoi(html[m[4]:m[5]])
		if err != nil || n >= len(d.slots) || html[m[2]:m[3]] != d.mark {
			continue
		}
		start, end := m[0], m[1]
		if html[start] == 'h' { // of href: the quotes stay
			start, end = m[2], m[5]
		}
		body.Text = append(body.Text, html[from:start])
		body.Slots = append(body.Slots, d.slots[n])
		from = end
	}
	body.Text = append(body.Text, html[from:])
	return body
}
