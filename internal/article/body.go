package article

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
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
	Code      *Code  // of a block of code; only in a Body
	Line, Col int    // in the file
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

// Body is HTML with slots between: Text[0] Slots[0] Text[1] … Text[n]. Its slots
// are the Article's own, with their Code.
type Body struct {
	Text  []string
	Slots []Slot
}

// Slots stand in HTML while it is being made as addresses whose scheme is the
// document's mark. The mark is a hash of the whole source, so that no text can
// name it.
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
	body := Body{Text: make([]string, 0, len(d.slots)+1)}
	if len(d.slots) > 0 {
		body.Slots = make([]Slot, 0, len(d.slots))
	}
	from := 0
	for at := 0; ; {
		i := strings.Index(html[at:], d.mark)
		if i < 0 {
			break
		}
		at += i
		start, end, n, ok := d.marker(html, at)
		at += len(d.mark)
		if ok {
			body.Text, body.Slots = append(body.Text, html[from:start]), append(body.Slots, d.slots[n])
			from, at = end, end
		}
	}
	body.Text = append(body.Text, html[from:])
	return body
}

// marker reads the marker whose address begins at an offset: from start to end
// stands what slot n takes the place of. Of a picture that is all of its tag, of
// a link the address, whose quotes stay.
func (d *document) marker(html string, at int) (start, end, n int, ok bool) {
	digits := at + len(d.mark) + 1
	end = digits
	for end < len(html) && '0' <= html[end] && html[end] <= '9' {
		end++
	}
	if end == digits || end == len(html) || html[digits-1] != ':' || html[end] != '"' {
		return 0, 0, 0, false
	}
	n, err := strconv.Atoi(html[digits:end])
	if err != nil || n >= len(d.slots) {
		return 0, 0, 0, false
	}
	if strings.HasSuffix(html[:at], `href="`) {
		return at, end, n, true
	}
	const opening = `<img src="`
	if !strings.HasSuffix(html[:at], opening) {
		return 0, 0, 0, false
	}
	end++
	rest := strings.TrimLeft(html[end:], "\t\n\f\r ")
	if rest = strings.TrimPrefix(rest, "/"); strings.HasPrefix(rest, ">") {
		end = len(html) - len(rest) + 1
	}
	return at - len(opening), end, n, true
}
