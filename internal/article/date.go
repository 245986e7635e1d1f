package article

import (
	"fmt"
	"time"
)

// Date is a date or time as written in front matter. Its instant depends on the
// site's time zone when none was written, which only In knows; a date without a
// time of day is the start of that day there, and so never slips a day.
type Date struct {
	clock   time.Time // in UTC when no zone was written
	zoned   bool
	hasTime bool
	set     bool
}

// dateForms are the forms that editors and other systems write.
var dateForms = []struct {
	layout         string
	hasTime, zoned bool
}{
	{"2006-01-02", false, false},
	{time.RFC3339, true, true},
	{"2006-01-02T15:04Z07:00", true, true},
	{"2006-01-02 15:04:05Z07:00", true, true},
	{"2006-01-02 15:04:05 Z07:00", true, true},
	{"2006-01-02 15:04:05 -0700", true, true},
	{"2006-01-02 15:04 -0700", true, true},
	{"2006-01-02 15:04 Z07:00", true, true},
	{"2006-01-02 15:04:05 MST", true, true},
	{"2006-01-02T15:04:05", true, false},
	{"2006-01-02T15:04", true, false},
	{"2006-01-02 15:04:05", true, false},
	{"2006-01-02 15:04", true, false},
}

// DecodeScalar reads the text of a YAML scalar.
func (d *Date) DecodeScalar(text string) error {
	if text == "" {
		return nil
	}
	for _, form := range dateForms {
		if form.layout == "2006-01-02 15:04:05 MST" && len(text) > 3 && text[len(text)-3:] != "UTC" {
			continue // abbreviations other than UTC name no zone for certain
		}
		if t, err := time.Parse(form.layout, text); err == nil {
			*d = Date{clock: t, zoned: form.zoned, hasTime: form.hasTime, set: true}
			return nil
		}
	}
	return fmt.Errorf("%q is not a date; write 2026-05-13, or 2026-05-13T09:30:00+02:00 for a time of day", text)
}

// IsZero reports whether no date was written.
func (d Date) IsZero() bool { return !d.set }

// Equal reports whether the same was written.
func (d Date) Equal(other Date) bool {
	return d.clock.Equal(other.clock) && d.zoned == other.zoned && d.hasTime == other.hasTime && d.set == other.set
}

// MarshalText writes the date as DecodeScalar reads it.
func (d Date) MarshalText() ([]byte, error) {
	switch {
	case !d.set:
		return nil, nil
	case d.zoned:
		return d.clock.AppendFormat(nil, time.RFC3339Nano), nil
	case d.hasTime:
		return d.clock.AppendFormat(nil, "2006-01-02T15:04:05"), nil
	}
	return d.clock.AppendFormat(nil, time.DateOnly), nil
}

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(text []byte) error { return d.DecodeScalar(string(text)) }

// HasTime reports whether a time of day was written.
func (d Date) HasTime() bool { return d.hasTime }

// In returns the instant, for a site in the time zone zone, in that zone.
func (d Date) In(zone *time.Location) time.Time {
	if !d.set {
		return time.Time{}
	}
	if d.zoned {
		return d.clock.In(zone)
	}
	y, m, day := d.clock.Date()
	h, minute, s := d.clock.Clock()
	t := time.Date(y, m, day, h, minute, s, 0, zone)
	if t.Day() != day {
		// Where clocks go forward at midnight, that day begins an hour later.
		t = t.Add(time.Hour)
	}
	return t
}
