// Package strict decodes YAML into a struct and reports every fault as a
// finding: unknown, mistyped, duplicate and missing keys, and values of the
// wrong type, each with its line and column.
//
// It is the home of the YAML library. Editors meet it through front matter
// (package article) and site.yaml (package site); both describe what they take
// as a struct with tags, and neither sees YAML:
//
//	type settings struct {
//		Title string   `yaml:"title,required"`
//		Tags  []string `yaml:"tags"`
//		Cta   *Cta     `yaml:"cta"`
//	}
//
// What people really write is forgiven where its meaning is clear: numbers,
// dates and booleans where text is expected are text, a null is an absent key,
// one value where a list is expected is a list of one. Nothing else is guessed.
// The package holds no state and is safe for concurrent use.
package strict

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"byline/internal/finding"
)

// Text is a string that knows where it was written, for findings that can only
// be made later. Line and Col count from 1 in the file.
type Text struct {
	Value     string
	Line, Col int
}

// Scalar is a type that decodes itself from the text of a YAML scalar. The
// error says what was expected; it becomes a finding.
type Scalar interface{ DecodeScalar(text string) error }

// Switch is a struct that can be written as false: `cta: false`.
type Switch interface{ SwitchOff() }

// Placed is a struct that wants to know where it was written.
type Placed interface{ SetPlace(line, col int) }

// Keyed is a struct that wants to know where each of its keys was written.
type Keyed interface {
	SetKey(key string, line, col int)
}

// Spare is an item of a list that can be done without: what is wrong in it is of
// the rule that it names, and the rest of the list is used.
type Spare interface{ SpareRule() finding.Rule }

// Source is what to decode and what is known about it.
type Source struct {
	File      string            // named in the findings
	YAML      []byte            // the document
	FirstLine int               // the line of the file on which YAML begins; 0 means 1
	Hints     map[string]string // what to write instead of a key of another system
}

// Decode fills into, a pointer to a struct, and returns all faults at once.
// Keys that had faults keep their zero values.
func Decode(src Source, into any) finding.List {
	d := &decoder{src: src}
	d.decode(reflect.ValueOf(into).Elem())
	d.found.Sort()
	return d.found
}

func (d *decoder) decode(target reflect.Value) {
	doc, ok := d.parse()
	if !ok {
		return
	}
	if len(doc.Content) == 0 || isNull(doc.Content[0]) {
		d.missing("", &yaml.Node{Line: 1, Column: 1}, target, nil)
		return
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		d.add(root, finding.FrontMatter, fmt.Sprintf("expected keys and values, found %s", kind(root)), "write one \"key: value\" a line")
		return
	}
	d.value("", root, target)
}

type decoder struct {
	src   Source
	found finding.List
}

func (d *decoder) line(line int) int {
	if d.src.FirstLine == 0 {
		return line
	}
	return line + d.src.FirstLine - 1
}

func (d *decoder) add(n *yaml.Node, rule finding.Rule, message, suggestion string) {
	d.found = append(d.found, finding.Finding{
		Rule: rule, File: d.src.File, Line: d.line(n.Line), Col: n.Column,
		Message: message, Suggestion: suggestion,
	})
}

// value decodes one node into one Go value.
func (d *decoder) value(key string, n *yaml.Node, v reflect.Value) {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if isNull(n) {
		return
	}
	if v.Kind() == reflect.Pointer {
		fresh := reflect.New(v.Type().Elem())
		faults := len(d.found)
		d.value(key, n, fresh.Elem())
		if n.Kind == yaml.MappingNode || len(d.found) == faults {
			v.Set(fresh)
		}
		return
	}
	if v.CanAddr() && d.special(key, n, v) {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.mapping(key, n, v)
	case reflect.Map:
		d.table(key, n, v)
	case reflect.Slice:
		d.list(key, n, v)
	default:
		d.scalar(key, n, v)
	}
}

// special decodes the types that know how to read themselves.
func (d *decoder) special(key string, n *yaml.Node, v reflect.Value) bool {
	target := v.Addr().Interface()
	if p, ok := target.(Placed); ok {
		p.SetPlace(d.line(n.Line), n.Column)
	}
	switch t := target.(type) {
	case *Text:
		if d.isScalar(key, n, "text") {
			*t = Text{plain(n), d.line(n.Line), n.Column}
		}
		return true
	case Scalar:
		if d.isScalar(key, n, "one value") {
			if err := t.DecodeScalar(plain(n)); err != nil {
				d.add(n, finding.BadValue, fmt.Sprintf("%s: %v", key, err), "")
			}
		}
		return true
	case Switch:
		if n.Kind == yaml.ScalarNode && n.Tag == "!!bool" && n.Value == "false" {
			t.SwitchOff()
			return true
		}
	}
	return false
}

func (d *decoder) isScalar(key string, n *yaml.Node, want string) bool {
	if n.Kind == yaml.ScalarNode {
		return true
	}
	d.add(n, finding.WrongType, fmt.Sprintf("%s takes %s, found %s", key, want, kind(n)), "")
	return false
}

func (d *decoder) scalar(key string, n *yaml.Node, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if d.isScalar(key, n, "text") {
			v.SetString(plain(n))
		}
	case reflect.Bool:
		var b bool
		if n.Kind != yaml.ScalarNode || n.Decode(&b) != nil {
			d.add(n, finding.WrongType, fmt.Sprintf("%s takes true or false, found %s", key, kind(n)), "write true or false, without quotes")
			return
		}
		v.SetBool(b)
	case reflect.Int:
		var i int
		if n.Kind != yaml.ScalarNode || n.Decode(&i) != nil {
			d.add(n, finding.WrongType, fmt.Sprintf("%s takes a whole number, found %s", key, kind(n)), "")
			return
		}
		v.SetInt(int64(i))
	default:
		panic("strict: cannot decode into " + v.Type().String())
	}
}

// plain is the text of a scalar, without the space around it. A control character,
// which only an escape can bring into YAML and no page can show, is a space.
func plain(n *yaml.Node) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, n.Value))
}

// kind describes a node to an editor.
func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping (key: value)"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return kind(n.Alias)
	}
	value := n.Value
	if r := []rune(value); len(r) > 40 {
		value = string(r[:40]) + "…"
	}
	return fmt.Sprintf("%q", value)
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }
