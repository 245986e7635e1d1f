package article

import (
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

// marker is how slots stand in HTML while it is being made. Neither form can
// come from text, in which quotes and < are escaped.
var marker = regexp.MustCompile(`<img src="slot:(\d+)"\s*/?>|href="slot:(\d+)"`)

func slotImage(n int) string { return `<img src="slot:` + strconv.Itoa(n) + `"/>` }
func slotHref(n int) string  { return `href="slot:` + strconv.Itoa(n) + `"` }

// cut divides HTML at its markers. The slots come out in document order.
func cut(html string, slots []Slot) Body {
	var body Body
	from := 0
	for _, m := range marker.FindAllStringSubmatchIndex(html, -1) {
		group := 2
		if m[group] < 0 {
			group = 4
		}
		n, err := strconv.Atoi(html[m[group]:m[group+1]])
		if err != nil || n >= len(slots) {
			continue
		}
		start, end := m[0], m[1]
		if group == 4 {
			start, end = m[0]+len(`href="`), m[1]-len(`"`)
		}
		body.Text = append(body.Text, html[from:start])
		body.Slots = append(body.Slots, slots[n])
		from = end
	}
	body.Text = append(body.Text, html[from:])
	return body
}
