package redirect

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"byline/internal/finding"
)

// Table finds the rule for a request.
type Table struct {
	rules    []*Rule // in the order in which they were written
	exact    map[string]*Rule
	prefixes map[string]*Rule
	asked    map[string][]*question
}

// question is a set of parameters that rules for one path ask for.
type question struct {
	names []string
	rules map[string]*Rule
}

// Make reads rows. The first row from an address has it. A row may be from a whole
// address that begins with the site's own origin, if that is known.
func Make(rows []Row, origin string) (*Table, finding.List) {
	t := &Table{exact: make(map[string]*Rule, len(rows)), prefixes: map[string]*Rule{}, asked: map[string][]*question{}}
	var found finding.List
	for _, row := range rows {
		rule, fault := row.rule(origin)
		if fault == nil {
			fault = t.add(rule)
		}
		if fault != nil {
			found = append(found, *fault)
		}
	}
	return t, found
}

func (t *Table) add(rule *Rule) *finding.Finding {
	table, key := t.exact, rule.Path
	switch {
	case rule.Asks():
		table, key = t.question(rule).rules, rule.query
	case rule.Prefix:
		table = t.prefixes
	}
	if first, taken := table[key]; taken {
		return rule.bad(rule.From, fmt.Sprintf("%s has a redirect from %q already", first.Place(), first.From.Value), "remove one of the two")
	}
	table[key] = rule
	t.rules = append(t.rules, rule)
	return nil
}

// question is the one that a rule asks, those with more parameters first.
func (t *Table) question(rule *Rule) *question {
	all := t.asked[rule.Path]
	for _, q := range all {
		if slices.Equal(q.names, rule.names) {
			return q
		}
	}
	q := &question{rule.names, map[string]*Rule{}}
	all = append(slices.Clone(all), q)
	slices.SortStableFunc(all, func(a, b *question) int { return len(b.names) - len(a.names) })
	t.asked[rule.Path] = all
	return q
}

// Rules lists the rules in the order in which they were written. The list must
// not be changed.
func (t *Table) Rules() []*Rule { return t.rules }

// Exact is the rule from a path; nil when there is none.
func (t *Table) Exact(path string) *Rule {
	if len(t.exact) == 0 {
		return nil
	}
	return t.exact[Fold(path)]
}

// Below is the rule from the longest path that another is at or below, and what
// its * stands for then, in the case in which it was asked for; nil when there is
// none. The root itself is below none.
func (t *Table) Below(address string) (rule *Rule, rest string) {
	if len(t.prefixes) == 0 {
		return nil, ""
	}
	key := Fold(address)
	if key == "/" {
		return nil, ""
	}
	for end := len(key); end >= 0; end = strings.LastIndexByte(key[:end], '/') {
		if rule := t.prefixes[key[:end]]; rule != nil {
			return rule, tail(path.Clean(address), strings.Count(key[:end], "/"))
		}
	}
	return nil, ""
}

// tail is a path without its first segments.
func tail(path string, segments int) string {
	for range segments + 1 {
		_, path, _ = strings.Cut(path, "/")
	}
	return path
}

// Asked is the rule from a path asked with a query, and what is left of the query
// without the parameters that the rule names; nil when there is none. The rule
// that names most of them has it.
func (t *Table) Asked(path, query string) (rule *Rule, rest string) {
	if query == "" || len(t.asked) == 0 {
		return nil, query
	}
	all := t.asked[Fold(path)]
	if all == nil {
		return nil, query
	}
	values, _ := url.ParseQuery(query) // what cannot be read is no parameter of a rule
	for _, q := range all {
		if rule := q.rules[askedKey(q.names, values)]; rule != nil && q.answered(values) {
			return rule, q.rest(query)
		}
	}
	return nil, query
}

// answered reports whether all parameters are there, were it without a value.
func (q *question) answered(values url.Values) bool {
	return !slices.ContainsFunc(q.names, func(name string) bool { return !values.Has(name) })
}

// rest is a query without the parameters, the others as they were written.
func (q *question) rest(query string) string {
	var left []string
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		if pair != "" && !slices.Contains(q.names, name) {
			left = append(left, pair)
		}
	}
	return strings.Join(left, "&")
}
