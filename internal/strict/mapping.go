package strict

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"byline/internal/finding"
)

// field is one key that a struct takes.
type field struct {
	key      string
	required bool
	index    int
}

func fields(t reflect.Type) []field {
	var all []field
	for i := range t.NumField() {
		key, options, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if key != "" {
			all = append(all, field{key, options == "required", i})
		}
	}
	return all
}

// mapping decodes a YAML mapping into a struct.
func (d *decoder) mapping(key string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.notMapping(key, n, v)
		return
	}
	present := d.keys(n)
	known := fields(v.Type())
	keyed, _ := v.Addr().Interface().(Keyed)
	for _, pair := range present {
		i := slices.IndexFunc(known, func(f field) bool { return f.key == pair.key.Value })
		if i < 0 {
			d.unknown(pair.key, known, present)
			continue
		}
		if keyed != nil {
			keyed.SetKey(known[i].key, d.line(pair.key.Line), pair.key.Column)
		}
		d.value(join(key, known[i].key), pair.value, v.Field(known[i].index))
	}
	d.missing(key, n, v, present)
}

// notMapping says how to write what was written as one value: under the key
// that must be there.
func (d *decoder) notMapping(key string, n *yaml.Node, v reflect.Value) {
	want, suggestion := "a mapping (key: value)", ""
	if _, ok := v.Addr().Interface().(Switch); ok {
		want += " or false"
	}
	for _, f := range fields(v.Type()) {
		if f.required && n.Kind == yaml.ScalarNode {
			suggestion = fmt.Sprintf("write \"%s: {%s: %s}\"", lastPart(key), f.key, n.Value)
			break
		}
	}
	d.add(n, finding.WrongType, fmt.Sprintf("%s takes %s, found %s", key, want, kind(n)), oneLine(suggestion))
}

func lastPart(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

type pair struct{ key, value *yaml.Node }

// keys returns the pairs of a mapping, the first of each key, and reports the
// others.
func (d *decoder) keys(n *yaml.Node) []pair {
	var pairs []pair
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			d.add(k, finding.WrongType, "a key is text, found "+kind(k), "put text with { } [ ] in quotes")
			continue
		}
		if line, ok := first[k.Value]; ok {
			d.add(k, finding.DuplicateKey, fmt.Sprintf("%q stands here a second time, after line %d", k.Value, line), "keep one of the two")
			continue
		}
		first[k.Value] = d.line(k.Line)
		pairs = append(pairs, pair{k, n.Content[i+1]})
	}
	return pairs
}

// unknown reports a key that the struct does not take: as an error when it
// looks like a slip of a key that is absent, else as a warning.
func (d *decoder) unknown(k *yaml.Node, known []field, present []pair) {
	if hint, ok := d.hint(k.Value); ok {
		d.add(k, finding.UnknownKey, fmt.Sprintf("%q is not a key of Byline", k.Value), hint)
		return
	}
	var absent, names []string
	for _, f := range known {
		names = append(names, f.key)
		if !slices.ContainsFunc(present, func(p pair) bool { return p.key.Value == f.key }) {
			absent = append(absent, f.key)
		}
	}
	// Two edits make another word of a short one: foo is no slip of logo.
	edits := min(2, max(1, len(k.Value)/2-1))
	if near, ok := finding.Nearest(strings.ToLower(k.Value), absent, edits); ok {
		d.add(k, finding.MistypedKey, fmt.Sprintf("unknown key %q", k.Value), fmt.Sprintf("did you mean %q?", near))
		if only, ok := finding.Only(strings.ToLower(k.Value), absent, edits); ok {
			d.found[len(d.found)-1].Fix = finding.Fix{Old: k.Value, New: only}
		}
		return
	}
	d.add(k, finding.UnknownKey, fmt.Sprintf("unknown key %q is ignored", k.Value), "known keys: "+strings.Join(names, ", "))
}

// hint is what to write instead of a key of another system, in whatever case it
// was written.
func (d *decoder) hint(key string) (string, bool) {
	if hint, ok := d.src.Hints[key]; ok {
		return hint, true
	}
	for name, hint := range d.src.Hints {
		if strings.EqualFold(name, key) {
			return hint, true
		}
	}
	return "", false
}

// missing reports the required keys that are absent or empty.
func (d *decoder) missing(key string, n *yaml.Node, v reflect.Value, present []pair) {
	for _, f := range fields(v.Type()) {
		i := slices.IndexFunc(present, func(p pair) bool { return p.key.Value == f.key })
		switch {
		case !f.required:
		case i < 0:
			d.add(n, finding.MissingKey, fmt.Sprintf("the key %q is missing", join(key, f.key)), addHint(key, f.key))
		case isNull(present[i].value) || present[i].value.Kind == yaml.ScalarNode && plain(present[i].value) == "":
			d.add(present[i].key, finding.MissingKey, fmt.Sprintf("the key %q is empty", join(key, f.key)), fmt.Sprintf("write its value after \"%s:\"", f.key))
		}
	}
}

func addHint(within, key string) string {
	if within == "" {
		return fmt.Sprintf("add a line \"%s: …\"", key)
	}
	return fmt.Sprintf("add \"%s: …\" to %s", key, within)
}

// table decodes a YAML mapping into a map with text keys.
func (d *decoder) table(key string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.add(n, finding.WrongType, fmt.Sprintf("%s takes a mapping (id: …), found %s", key, kind(n)), "")
		return
	}
	table := reflect.MakeMap(v.Type())
	for _, pair := range d.keys(n) {
		value := reflect.New(v.Type().Elem()).Elem()
		if value.Kind() == reflect.Struct && isNull(pair.value) {
			d.missing(join(key, pair.key.Value), pair.key, value, nil) // an id with nothing behind it
		}
		d.value(join(key, pair.key.Value), pair.value, value)
		if p, ok := value.Addr().Interface().(Placed); ok {
			p.SetPlace(d.line(pair.key.Line), pair.key.Column) // an entry begins at its id
		}
		table.SetMapIndex(reflect.ValueOf(pair.key.Value), value)
	}
	v.Set(table)
}

// list decodes a sequence, or one value as a list of one.
func (d *decoder) list(key string, n *yaml.Node, v reflect.Value) {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	all := reflect.MakeSlice(v.Type(), 0, len(items))
	for _, item := range items {
		for item.Kind == yaml.AliasNode {
			item = item.Alias
		}
		if isNull(item) {
			continue
		}
		value := reflect.New(v.Type().Elem()).Elem()
		faults := len(d.found)
		d.value(key, item, value)
		if !d.found[faults:].HasErrors() {
			all = reflect.Append(all, value)
		} else if spare, ok := value.Addr().Interface().(Spare); ok {
			d.spare(d.found[faults:], spare.SpareRule())
		}
	}
	v.Set(all)
}

// spare makes the errors in an item findings of a rule.
func (d *decoder) spare(found finding.List, rule finding.Rule) {
	for i := range found {
		if found[i].Severity() == finding.Error {
			found[i].Rule = rule
		}
	}
}

func join(key, sub string) string {
	if key == "" {
		return sub
	}
	return key + "." + sub
}
