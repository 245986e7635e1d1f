package history

import (
	"encoding/json"
	"fmt"
	"time"
)

// encoding is how a State is written. Another form takes another number.
type encoding struct {
	Form   int
	Commit string
	Seats  []place
	Bases  []Base
	Forms  []Form
	Line   []byte // the ids of its commits
	Times  []byte // of those, each as the seconds after the one before
	Alive  []*life
	Dead   []*life
	Unseen []*life
}

// place is a seat, with the zone by its name.
type place struct {
	At                    int
	Path, Permalink, Zone string
}

// form is the number of the form in which states are written, and of the rules
// by which they were made: it changes with either.
const form = 5

// Encode writes the state, to be read by Decode.
func (s *State) Encode() ([]byte, error) {
	e := encoding{
		Form: form, Commit: s.commit, Bases: s.bases, Forms: s.forms, Line: s.line.ids, Times: s.line.packTimes(), Alive: s.alive.list, Dead: s.dead, Unseen: s.unseen,
	}
	for _, now := range s.seats {
		e.Seats = append(e.Seats, place{now.At, now.Path, now.Permalink, now.Zone.String()})
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
	s := &State{commit: e.Commit, alive: lives{list: e.Alive}, dead: e.Dead, unseen: e.Unseen, bases: e.Bases, forms: e.Forms}
	var err error
	if s.line, err = unpackLine(e.Line, e.Times); err != nil {
		return nil, fmt.Errorf("read the kept history: %w", err)
	}
	for _, was := range e.Seats {
		zone, err := time.LoadLocation(was.Zone)
		if err != nil {
			return nil, fmt.Errorf("read the kept history: %w", err)
		}
		s.seats = append(s.seats, seat{was.At, Settings{was.Path, was.Permalink, zone}})
	}
	s.former = s.formerAddresses()
	return s, nil
}
