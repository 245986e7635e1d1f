// Package history says what the commits of the published branch tell about its
// articles: at which addresses each was, which were removed, and when the text
// last changed in substance.
//
//	source.Step ─► State.Advance ─► State ─► Facts ─► site
//	commits          fold              │
//	                                   └─► Encode, kept under --data
//
// A State is a fold over the commits: it is what is known at one commit, and the
// next commits advance it, so that a push costs what it changed. Every article
// is one life through all its names: born with its file, moved with it, ended
// with it, and begun again when the file comes back. A version counts for
// addresses and dates only if readers could have seen it: it was sound, no draft,
// and its date had come before the next version replaced it. Nothing was published
// before the first settings that could be used: what is there then is new with them.
//
// A State also knows the line of commits itself and, of every article, from which
// commit on it stood where and said what (turn.go). So it can tell what readers
// could see at any commit of the line and any moment (moment.go), and two such
// pictures differ by what changed in substance between them, however often.
//
// What was live is told by the branch's own line of commits (the first parents):
// the same on every machine, whether it served them or not. The package knows no
// URL but the addresses that articles declare, no settings but where the site
// hung, the form of its addresses and its time zone, and reads no repository: bytes come through its Reader.
//
// A State is immutable and safe for concurrent use.
package history

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"byline/internal/article"
	"byline/internal/source"
)

// State is what is known at one commit.
type State struct {
	commit string
	alive  lives
	dead   []*life
	unseen []*life // that ended before, by the commits' clocks, readers could see them
	line   line
	seats  []seat // the settings, the oldest first; empty before the first that could be used
	bases  []Base
	forms  []Form
	former []Former // as Facts tells of them
}

// Settings is what the history must know of site.yaml.
type Settings struct {
	Path      string // where the site hangs: "" or "/articles"
	Permalink string // the form of the addresses of articles below that: "/{slug}"
	Zone      *time.Location
}

// Base is a path where the site hung before.
type Base struct {
	Path   string
	Commit string    // that moved the site away from it
	Time   time.Time // of that commit
}

// Form is a form in which the addresses of articles were written before.
type Form struct {
	Permalink string
	Commit    string    // that gave them another
	Time      time.Time // of that commit
}

// life is one article through all its names.
type life struct {
	Path    string
	Blob    string    // of the file, sound or not
	Faulty  bool      `json:",omitzero"`  // the file is not sound
	Shown   *version  `json:",omitempty"` // the newest sound version; nil before the first
	Since   time.Time // when that came
	Updated time.Time `json:",omitzero"`  // when its substance last changed after that
	Seen    []string  `json:",omitempty"` // addresses at which readers saw it and that it still has
	Was     []address `json:",omitempty"` // where it was, the oldest first
	Earlier []string  `json:",omitempty"` // ids of earlier sound versions, the newest first
	Turns   []turn    `json:",omitempty"` // what readers could see, the oldest first
	Told    string    `json:",omitempty"` // the title under which they saw it last
	End     *end      `json:",omitempty"` // nil while there is a file
}

// version is what counts of one version of an article.
type version struct {
	Slug      string
	Named     bool `json:",omitzero"` // the slug is not the file's name, but its own
	Title     string
	Draft     bool         `json:",omitzero"`
	From      article.Date // its date
	Until     article.Date `json:",omitzero"` // when it expires
	Aliases   []string     `json:",omitempty"`
	Category  string       `json:",omitempty"` // as it stands in an address
	Substance string
}

// address is where an article was, and the commit that took it from there.
type address struct {
	At     string    // a slug, or the whole path of an alias
	Date   time.Time `json:",omitzero"` // of the article there: the day, as readers had it, in UTC
	Commit string
	Time   time.Time
}

// end is how a life ended.
type end struct {
	Commit string
	Time   time.Time
}

// seen reports whether readers in the time zone zone could see the version at some
// moment between two.
func (v *version) seen(from, to time.Time, zone *time.Location) bool {
	return v != nil && !v.Draft && !v.From.In(zone).After(to) && (v.Until.IsZero() || v.Until.In(zone).After(from))
}

// day is the version's date in the time zone zone.
func (v *version) day(zone *time.Location) time.Time {
	year, month, day := v.From.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// addresses are where the version stands: its slug and, as whole paths, its
// aliases.
func (v *version) addresses() []string {
	if v == nil {
		return nil
	}
	return append([]string{v.Slug}, v.Aliases...)
}

// keepEarlier is how many earlier versions of an article are remembered: to fall
// back to when the newest is faulty.
const keepEarlier = 8

// New returns the state before the first commit.
func New() *State {
	return &State{}
}

// Commit is the commit that the state is of; "" before the first.
func (s *State) Commit() string { return s.commit }

// Reader reads what a walk over commits needs. Its functions must be safe for
// concurrent use.
type Reader struct {
	Blob     func(ctx context.Context, id string) ([]byte, error)
	Settings func(src []byte) (s Settings, ok bool) // ok is false for a file that could not be used
}

// Advance returns the state after the steps, which lead from the commit of this
// state to another. Files that the steps contradict are believed as the steps
// have them.
func (s *State) Advance(ctx context.Context, to string, steps []source.Step, reader Reader) (*State, error) {
	f := &fold{
		State: &State{
			commit: to, alive: s.alive, dead: slices.Clone(s.dead), unseen: slices.Clip(s.unseen), line: s.line.clone(len(steps)),
			seats: slices.Clip(s.seats), bases: slices.Clip(s.bases), forms: slices.Clip(s.forms), former: s.former,
		},
		reader: reader, own: map[*life]bool{},
	}
	if err := f.survey(ctx, steps); err != nil {
		return nil, err
	}
	for _, step := range steps {
		if err := f.line.add(step.Commit, step.Time); err != nil {
			return nil, err
		}
		f.step(step)
	}
	f.settle()
	return f.State, nil
}

// Missing returns the step that makes the state agree with the files of its
// commit; nil when it does. files are those to look at: by path the id, "" where
// there is no file. Merges that put a branch's own line second, and histories that
// were cut, can leave the state behind.
func (s *State) Missing(files map[string]string, at time.Time) *source.Step {
	step := source.Step{Commit: s.commit, Time: at}
	for path, id := range files {
		switch l := s.alive.at(path); {
		case l == nil && id != "":
			step.Changes = append(step.Changes, source.Change{Kind: source.Added, Path: path, Blob: id})
		case l != nil && id == "":
			step.Changes = append(step.Changes, source.Change{Kind: source.Deleted, Path: path})
		case l != nil && l.Blob != id:
			step.Changes = append(step.Changes, source.Change{Kind: source.Modified, Path: path, Blob: id})
		}
	}
	if step.Changes == nil {
		return nil
	}
	slices.SortFunc(step.Changes, func(a, b source.Change) int {
		return cmp.Or(cmp.Compare(endOf(a), endOf(b)), strings.Compare(a.Path, b.Path))
	})
	return &step
}

// endOf puts what ends after what comes.
func endOf(c source.Change) int {
	if c.Kind == source.Deleted {
		return 1
	}
	return 0
}

// Paths are those of the files that the state has, ordered.
func (s *State) Paths() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, l := range s.alive.list {
			if !yield(l.Path) {
				return
			}
		}
	}
}
