package site

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Cursor names what somebody knows of a site: the state of it that they saw last.
// The zero Cursor knows nothing.
type Cursor struct {
	Revision string    // that was live; "": only a time is known
	Time     time.Time // a time at which it was seen; zero: only the revision is known
	Digest   string    // of what the revision showed then; "" unless a site wrote the cursor
	Except   []Except  // what the site showed otherwise than the revision tells
	Missed   []Except  // what was not told who read of that state page after page
}

// Except is one address at which a site showed something else than the history
// tells of its revision, as of an article that is held back.
type Except struct {
	Path string
	Tag  string // the beginning of the substance; "" when nothing was there
}

const (
	maxCursor = 8 << 10 // bytes of one that is read
	maxExcept = 64      // that are written; a site with more of them has no cursor
	tagLength = 8       // digits
)

var (
	namedRevision = regexp.MustCompile(`^(?:[0-9a-f]{7,64}|[a-z]+-[0-9a-f]{4,64})$`)
	digestForm    = regexp.MustCompile(`^[0-9a-f]{8}$`)
	exceptForm    = regexp.MustCompile(`^(!?)([0-9a-f]{8}|-)(/[^\x00-\x20\x7f]*)$`)
)

// ErrCursor says that a text is no cursor.
var ErrCursor = errors.New("write a commit of at least 7 digits, a date like 2026-05-13, a time like 2026-05-13T09:30:00Z, or what \"next\" has said")

// ParseCursor reads a revision, a time, a date in the site's time zone, or what
// String has written.
func ParseCursor(text string, zone *time.Location) (Cursor, error) {
	if len(text) > maxCursor {
		return Cursor{}, fmt.Errorf("it has %d bytes; %w", len(text), ErrCursor)
	}
	if at, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return Cursor{Time: at.UTC()}, nil
	}
	if at, err := time.Parse(time.RFC3339, strings.Replace(text, " ", "+", 1)); err == nil { // a plus in a query is a blank
		return Cursor{Time: at.UTC()}, nil
	}
	head, rest, _ := strings.Cut(text, ":")
	fields := strings.Split(head, ".")
	c := Cursor{Revision: strings.ToLower(fields[0])}
	if !namedRevision.MatchString(c.Revision) || len(fields) != 1 && len(fields) != 3 || len(fields) == 1 && strings.Contains(text, ":") {
		return Cursor{}, fmt.Errorf("%.80q names no state of the site; %w", text, ErrCursor)
	}
	if len(fields) == 1 {
		return c, nil
	}
	seconds, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil || seconds < -1<<40 || seconds > 1<<40 || !digestForm.MatchString(fields[2]) {
		return Cursor{}, fmt.Errorf("%.80q is broken; %w", text, ErrCursor)
	}
	c.Time, c.Digest = time.Unix(seconds, 0).UTC(), fields[2]
	for rest != "" {
		var one string
		one, rest, _ = strings.Cut(rest, ":")
		m := exceptForm.FindStringSubmatch(one)
		if m == nil {
			return Cursor{}, fmt.Errorf("%.80q is broken; %w", text, ErrCursor)
		}
		into := &c.Except
		if m[1] != "" {
			into = &c.Missed
		}
		*into = append(*into, Except{m[3], strings.TrimPrefix(m[2], "-")})
	}
	if !c.Whole() {
		return Cursor{}, fmt.Errorf("%.80q is too long; %w", text, ErrCursor)
	}
	return c, nil
}

// String writes the cursor in one word; "" for the one that knows nothing.
func (c Cursor) String() string {
	switch {
	case c.Revision == "" && c.Time.IsZero():
		return ""
	case c.Revision == "":
		return c.Time.Format(time.RFC3339)
	case c.Digest == "":
		return c.Revision
	}
	text := fmt.Sprintf("%s.%d.%s", c.Revision, c.Time.Unix(), c.Digest)
	for _, e := range c.Except {
		text += ":" + cmp.Or(e.Tag, "-") + e.Path
	}
	for _, e := range c.Missed {
		text += ":!" + cmp.Or(e.Tag, "-") + e.Path
	}
	return text
}

// Whole reports whether the cursor can be written: it does not differ from its
// revision in too much.
func (c Cursor) Whole() bool { return len(c.Except)+len(c.Missed) <= maxExcept }
