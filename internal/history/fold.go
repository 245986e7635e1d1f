package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"byline/internal/article"
	"byline/internal/parallel"
	"byline/internal/source"
)

// settingsFile is where the site's own settings are.
const settingsFile = "site.yaml"

// fold is one run of Advance over a state that is still its own.
type fold struct {
	*State
	reader   Reader
	surveyed map[string]*article.Survey // by path and id; nil for a version that is not sound
	places   map[string]*Settings       // by id; nil for settings that cannot be used
	own      map[*life]bool             // lives that this run may change
	live     bool                       // the site was published before the step
	zone     *time.Location             // of the site before the step, if it was
}

// survey reads every version that the steps brought, on all cores.
func (f *fold) survey(ctx context.Context, steps []source.Step) error {
	f.surveyed, f.places = map[string]*article.Survey{}, map[string]*Settings{}
	var wanted []source.Change
	for _, step := range steps {
		for _, c := range step.Changes {
			if _, known := f.surveyed[key(c)]; c.Blob == "" || known {
				continue
			}
			f.surveyed[key(c)] = nil
			wanted = append(wanted, c)
		}
	}
	versions, places, faults := make([]*article.Survey, len(wanted)), make([]*Settings, len(wanted)), make([]error, len(wanted))
	parallel.Each(len(wanted), func(i int) {
		c := wanted[i]
		if c.Path != settingsFile && !article.IsArticle(c.Path) {
			return
		}
		src, err := f.reader.Blob(ctx, c.Blob)
		if errors.Is(err, source.ErrTooLarge) {
			return // not sound
		}
		if err != nil {
			faults[i] = fmt.Errorf("read the history of %s: %w", c.Path, err)
			return
		}
		versions[i], places[i] = f.look(c.Path, src)
	})
	if err := errors.Join(faults...); err != nil {
		return err
	}
	for i, c := range wanted {
		f.surveyed[key(c)] = versions[i]
		f.places[c.Blob] = places[i]
	}
	return nil
}

func key(c source.Change) string { return c.Path + "\x00" + c.Blob }

// look surveys one file. What the program itself fails on was never published.
func (f *fold) look(path string, src []byte) (s *article.Survey, place *Settings) {
	defer func() {
		if recover() != nil {
			s, place = nil, nil
		}
	}()
	if path == settingsFile {
		if settings, ok := f.reader.Settings(src); ok {
			place = &settings
		}
		return nil, place
	}
	if survey, ok := article.Look(path, src); ok {
		s = &survey
	}
	return s, nil
}

// versionOf is what counts of a survey.
func versionOf(s *article.Survey) *version {
	if s == nil {
		return nil
	}
	v := &version{
		Slug: s.Slug, Named: s.Meta.Slug.Value != "", Title: s.Meta.Title, Draft: s.Meta.Draft, Substance: s.Substance,
		From: s.Meta.Date, Until: s.Meta.Expires,
	}
	if id := s.Meta.Category.Value; id != "" {
		v.Category = article.Slugify(id)
	}
	for _, alias := range s.Meta.Aliases {
		v.Aliases = append(v.Aliases, alias.Value)
	}
	return v
}

// step folds in one commit: first the settings, under which all of it was live,
// then what leaves its place, then what comes to one, so that two files can
// change names with each other.
func (f *fold) step(step source.Step) {
	step.Changes = f.exchanged(step.Changes)
	if f.live = f.published(); f.live {
		f.zone = f.settings().Zone
	}
	moved := map[string]*life{} // by the path they come to
	for _, c := range step.Changes {
		if c.Path == settingsFile {
			f.move(c, step)
		}
	}
	for _, c := range step.Changes {
		switch c.Kind {
		case source.Renamed:
			if l := f.at(c.From); l != nil {
				moved[c.Path] = l
				f.alive.set(c.From, nil)
			}
		case source.Deleted:
			f.remove(c.Path, step)
		}
	}
	for _, c := range step.Changes {
		if c.Kind != source.Deleted && article.IsArticle(c.Path) {
			f.put(cmp.Or(moved[c.Path], f.at(c.Path)), c, step)
			delete(moved, c.Path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(moved)) { // to where no article is
		f.bury(moved[path], step)
	}
	if !f.live && f.published() {
		f.begin(step)
	}
}

// settle ends the fold: what was changed takes its place. The former addresses
// are told anew when something that has any was changed: it is among the fold's own.
func (f *fold) settle() {
	stirred := false
	for l := range f.own {
		stirred = stirred || len(l.Was) > 0
	}
	f.alive = f.alive.settled()
	if stirred {
		f.former = f.formerAddresses()
	}
}

// begin publishes all that is there.
func (f *fold) begin(step source.Step) {
	for _, l := range f.alive.settled().list {
		l = f.mine(l)
		l.Since = step.Time
		l.turn(f.line.last())
	}
}

// at returns the life whose file is at a path.
func (f *fold) at(path string) *life {
	if l := f.alive.at(path); l != nil {
		return f.mine(l)
	}
	return nil
}

// mine returns the life to be changed in the place of one that other states
// share.
func (f *fold) mine(l *life) *life {
	if f.own[l] {
		return l
	}
	fresh := *l
	fresh.Seen, fresh.Was, fresh.Earlier, fresh.Turns = slices.Clone(l.Seen), slices.Clone(l.Was), slices.Clone(l.Earlier), slices.Clone(l.Turns)
	f.own[&fresh] = true
	if f.alive.at(l.Path) == l {
		f.alive.set(l.Path, &fresh)
	}
	return &fresh
}

// move notes where the site hangs, and the form of its addresses, from this commit
// on.
func (f *fold) move(c source.Change, step source.Step) {
	now := f.places[c.Blob]
	if now == nil {
		return // the settings before it stayed in force
	}
	if !f.live {
		f.seats = []seat{{f.line.last(), *now}}
		return
	}
	before := f.settings()
	if now.Path != before.Path && f.commitBefore() {
		f.bases = append(f.bases, Base{before.Path, step.Commit, step.Time})
	}
	if now.Permalink != before.Permalink && f.commitBefore() {
		f.forms = append(f.forms, Form{before.Permalink, step.Commit, step.Time})
	}
	if !now.like(before) {
		f.seats = append(f.seats, seat{f.line.last(), *now})
	}
}

// commitBefore reports whether anything was published under the settings so far.
func (f *fold) commitBefore() bool {
	for _, l := range f.alive.settled().list {
		if l.Shown != nil {
			return true
		}
	}
	return len(f.dead) > 0
}

// put gives a life the version that a change brought; a life that ended is begun
// again if the file is that one's.
func (f *fold) put(l *life, c source.Change, step source.Step) {
	next := f.surveyed[key(c)]
	if l == nil {
		l = f.revive(c, next)
	}
	if l == nil {
		l = &life{}
		f.own[l] = true
	}
	l.Path = c.Path
	f.alive.set(c.Path, l)
	if l.Blob != c.Blob {
		l.keep()
	}
	l.Blob, l.Faulty = c.Blob, next == nil
	now := versionOf(next)
	if next == nil {
		now = l.Shown.at(c.Path) // what was shown goes on being shown, under its new name
	}
	if now != l.Shown {
		if f.live {
			l.close(now, step, f.zone)
		}
		l.Shown, l.Since = now, step.Time
	}
	l.End = nil
	if f.live {
		l.turn(f.line.last())
	}
}

// at is the version with its file at a path. Most slugs are the file's name.
func (v *version) at(path string) *version {
	if v == nil || v.Named {
		return v
	}
	slug := article.Slugify(article.FileSlug(path))
	if slug == v.Slug || slug == "" {
		return v
	}
	moved := *v
	moved.Slug = slug
	return &moved
}

// keep remembers the version that is about to be replaced.
func (l *life) keep() {
	if l.Blob != "" && !l.Faulty {
		l.Earlier = slices.Insert(l.Earlier, 0, l.Blob)
		l.Earlier = l.Earlier[:min(len(l.Earlier), keepEarlier)]
	}
}

// close notes what ends with the version that was shown: addresses, if the next
// has others (nil: there is none), and that the substance changed. Readers had dates in
// the time zone zone.
func (l *life) close(next *version, step source.Step, zone *time.Location) {
	last := l.Shown
	seen := l.End == nil && last.seen(l.Since, later(l.Since, step.Time), zone) // a committer's clock may be behind
	if (seen || l.End != nil) && next != nil && next.Substance != last.Substance {
		l.Updated = step.Time
	}
	if seen {
		l.Told = last.Title
		for _, at := range last.addresses() {
			if !slices.Contains(l.Seen, at) {
				l.Seen = append(l.Seen, at)
			}
		}
	}
	if seen && next != nil && next.Slug == last.Slug && !next.day(zone).Equal(last.day(zone)) { // where dates are a part of addresses
		l.Was = append(l.Was, address{last.Slug, last.day(zone), step.Commit, step.Time})
	}
	stays, had := next.addresses(), l.Seen
	l.Seen = nil
	for _, at := range had {
		if slices.Contains(stays, at) {
			l.Seen = append(l.Seen, at)
		} else {
			l.Was = append(l.Was, address{at, last.day(zone), step.Commit, step.Time})
		}
	}
}

// remove ends the life at a path.
func (f *fold) remove(path string, step source.Step) {
	if l := f.at(path); l != nil {
		f.alive.set(path, nil)
		f.bury(l, step)
	}
}

// bury ends a life. One that no reader has seen leaves nothing behind.
func (f *fold) bury(l *life, step source.Step) {
	if !f.live {
		return
	}
	l.close(nil, step, f.zone)
	l.End = &end{step.Commit, step.Time}
	l.turn(f.line.last())
	switch {
	case len(l.Was) > 0:
		f.dead = append(f.dead, l)
	case len(l.Turns) > 0: // the clocks may have been wrong
		f.unseen = append(f.unseen, l)
	}
}

// revive takes back the life that a new file goes on with: the one that ended
// under its name, or that said the same under another, or did once: renames are
// undone together with what was edited since.
func (f *fold) revive(c source.Change, next *article.Survey) *life {
	best := -1
	for i, l := range f.dead {
		same := next != nil && l.Shown != nil && l.Shown.Substance == next.Substance
		if l.Path == c.Path || l.Blob == c.Blob || same || slices.Contains(l.Earlier, c.Blob) {
			best = i // the last to end
		}
	}
	if best < 0 {
		return nil
	}
	l := f.mine(f.dead[best])
	f.dead = slices.Delete(f.dead, best, best+1)
	return l
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
