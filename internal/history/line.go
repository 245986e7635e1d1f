package history

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// line is the branch's own line of commits. The place of a commit is how many
// came before it. Ids are kept as bytes: histories of a hundred thousand commits
// are held, cloned and written whole.
type line struct {
	ids   []byte  // one after the other
	times []int64 // seconds since 1970
}

// size is the length of an id in bytes: 20, or 32 in a repository of SHA-256.
func (l line) size() int {
	if len(l.times) == 0 {
		return 0
	}
	return len(l.ids) / len(l.times)
}

// last is the place of the newest commit; -1 before the first.
func (l line) last() int { return len(l.times) - 1 }

// clone is a copy with room for n more.
func (l line) clone(n int) line {
	room := n * max(l.size(), 20)
	return line{slices.Grow(slices.Clone(l.ids), room), slices.Grow(slices.Clone(l.times), n)}
}

// add puts a commit at the end. What is added to the newest commit is of that
// one.
func (l *line) add(commit string, at time.Time) error {
	id, err := hex.DecodeString(commit)
	if size := l.size(); err != nil || len(id) == 0 || size > 0 && len(id) != size {
		return fmt.Errorf("%.80q is no id of a commit of this history", commit)
	}
	if !bytes.HasSuffix(l.ids, id) {
		l.ids, l.times = append(l.ids, id...), append(l.times, at.Unix())
	}
	return nil
}

// time is when the commit at a place was made.
func (l line) time(place int) time.Time { return time.Unix(l.times[place], 0).UTC() }

// id is the commit at a place.
func (l line) id(place int) string {
	size := l.size()
	return hex.EncodeToString(l.ids[place*size : (place+1)*size])
}

// find returns the place of the newest commit whose id begins so, and how many
// different ones do; prefix is of digits in lower case.
func (l line) find(prefix string) (place, matches int) {
	whole, err := hex.DecodeString(prefix[:len(prefix)&^1])
	size := l.size()
	if err != nil || len(prefix) > 2*size {
		return -1, 0
	}
	place = -1
	var first []byte
	for at := l.last(); at >= 0; at-- {
		id := l.ids[at*size : (at+1)*size]
		if !bytes.HasPrefix(id, whole) || !strings.HasPrefix(hex.EncodeToString(id), prefix) || bytes.Equal(id, first) {
			continue
		}
		if matches++; matches == 1 {
			place, first = at, id
		}
	}
	return place, matches
}

// before is the last place up to which all commits are as old as t; -1 when the
// first is newer.
func (l line) before(t time.Time) int {
	newer := slices.IndexFunc(l.times, func(at int64) bool { return at > t.Unix() })
	if newer < 0 {
		newer = len(l.times)
	}
	return newer - 1
}

// since is when the commit at a place was made, at the latest: no commit after it
// is older, whatever its clock said.
func (l line) since(place int) time.Time {
	return time.Unix(slices.Min(l.times[place:]), 0).UTC()
}

// newest is the latest time of any commit that is not after t; zero when all are.
func (l line) newest(t time.Time) (newest time.Time) {
	last := int64(math.MinInt64)
	for _, at := range l.times {
		if at <= t.Unix() && at > last {
			last, newest = at, time.Unix(at, 0).UTC()
		}
	}
	return newest
}

func (l line) packTimes() []byte {
	var packed []byte
	last := int64(0)
	for _, at := range l.times {
		packed = binary.AppendVarint(packed, at-last)
		last = at
	}
	return packed
}

func unpackLine(ids, times []byte) (line, error) {
	l := line{ids: ids}
	last := int64(0)
	for len(times) > 0 {
		step, n := binary.Varint(times)
		if n <= 0 {
			return l, errors.New("its line of commits is broken")
		}
		last, times = last+step, times[n:]
		l.times = append(l.times, last)
	}
	if n := len(l.times); n == 0 && len(ids) > 0 || n > 0 && len(ids)%n != 0 {
		return l, errors.New("its line of commits is broken")
	}
	return l, nil
}

// seat is the settings that were in force from the commit at a place on.
type seat struct {
	At int
	Settings
}

// like reports whether two settings are the same.
func (s Settings) like(other Settings) bool {
	return s.Path == other.Path && s.Permalink == other.Permalink && s.Zone.String() == other.Zone.String()
}

// published reports whether there were settings that could be used.
func (s *State) published() bool { return len(s.seats) > 0 }

// settings are those in force, of a site that was published.
func (s *State) settings() Settings { return s.seats[len(s.seats)-1].Settings }

// settingsAt are those in force with the commit at a place.
func (s *State) settingsAt(place int) Settings {
	after := slices.IndexFunc(s.seats, func(c seat) bool { return c.At > place })
	if after < 0 {
		after = len(s.seats)
	}
	return s.seats[max(after-1, 0)].Settings
}
