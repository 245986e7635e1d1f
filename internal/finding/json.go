package finding

import (
	"bytes"
	"encoding/json"
)

// record is a finding as JSON, the same wherever programs read it: what check
// prints, the status of a server, what is told to a hook.
type record struct {
	File       string `json:"file"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
	Severity   string `json:"severity"`
	Rule       Rule   `json:"rule"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion,omitempty"`
}

// MarshalJSON implements json.Marshaler. Lines and columns count from 1, columns
// in characters; 0 means the file, or line, as a whole. The Fix is left out.
func (f Finding) MarshalJSON() ([]byte, error) {
	return plain(record{f.File, f.Line, f.Col, f.Severity().String(), f.Rule, f.Message, f.Suggestion})
}

// plain leaves it to whoever writes the whole document whether <, > and & are
// escaped in it.
func plain(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return out.Bytes(), err
}

// UnmarshalJSON implements json.Unmarshaler. The severity is that of the rule.
func (f *Finding) UnmarshalJSON(text []byte) error {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return err
	}
	*f = Finding{Rule: r.Rule, File: r.File, Line: r.Line, Col: r.Column, Message: r.Message, Suggestion: r.Suggestion}
	return nil
}

// MarshalJSON implements json.Marshaler: a list without findings is [], not null.
func (l List) MarshalJSON() ([]byte, error) {
	if l == nil {
		l = List{}
	}
	return plain([]Finding(l))
}
