package history

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// encoding is how a State is written. Another form takes another number.
type encoding struct {
	Form      int
	Commit    string
	Path      string
	Permalink string
	Zone      string
	Bases     []Base
	Forms     []Form
	Alive     []*life
	Dead      []*life
}

// form is the number of the form in which states are written, and of the rules
// by which they were made: it changes with either.
const form = 3

// Encode writes the state, to be read by Decode.
func (s *State) Encode() ([]byte, error) {
	e := encoding{
		Form: form, Commit: s.commit, Path: s.settings.Path, Permalink: s.settings.Permalink, Zone: s.settings.Zone.String(),
		Bases: s.bases, Forms: s.forms, Dead: s.dead,
	}
	for _, path := range slices.Sorted(maps.Keys(s.alive)) {
		e.Alive = append(e.Alive, s.alive[path])
	}
	return json.Marshal(e)
}

// Decode reads what Encode wrote. It fails for what another version of the
// program has written: the history is then walked again.
func Decode(data []byte) (*State, error) {
	var e encoding
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, fmt.Errorf("read the kept history: %w", err)
	}
	if e.Form != form {
		return nil, fmt.Errorf("read the kept history: it has form %d, and this program writes %d", e.Form, form)
	}
	zone, err := time.LoadLocation(e.Zone)
	if err != nil {
		return nil, fmt.Errorf("read the kept history: %w", err)
	}
	s := &State{
		commit: e.Commit, alive: make(map[string]*life, len(e.Alive)), dead: e.Dead, bases: e.Bases, forms: e.Forms,
		settings: Settings{e.Path, e.Permalink, zone},
	}
	for _, l := range e.Alive {
		s.alive[l.Path] = l
	}
	return s, nil
}
