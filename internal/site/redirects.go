package site

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"byline/internal/finding"
	"byline/internal/redirect"
)

// redirects says in which file the redirects of site.yaml are, and cleans the path
// of the file with more of them.
func (c *settingsCheck) redirects(s *Settings) {
	for i := range s.Redirects {
		s.Redirects[i].File = SettingsFile
	}
	if file := s.RedirectsFile; file.Value != "" {
		s.RedirectsFile.Value = strings.TrimPrefix(path.Clean("/"+file.Value), "/")
		if strings.Contains(file.Value, "..") || s.RedirectsFile.Value == "" {
			c.add(file, finding.BadValue, fmt.Sprintf("redirects_file: %q is not a file of the content folder", file.Value), "write a path from it, like redirects.csv")
		}
	}
}

// maxHops is how many rules a redirect may lead through before it leads to what is
// there.
const maxHops = 10

var (
	errNowhere = errors.New("leads nowhere")
	errCircle  = errors.New("leads in a circle")
	errFar     = fmt.Errorf("leads through more than %d others", maxHops)
)

// makeTable reads the redirects that site.yaml and its CSV file have.
func (w *build) makeTable() {
	if file := w.Settings.RedirectsFile; file.Value != "" {
		if _, there := w.site.Files[file.Value]; !there {
			w.add(SettingsFile, finding.BadRedirect, file.Line, file.Col, fmt.Sprintf("redirects_file: there is no file %q in the content folder", file.Value), "put it there, with lines like /old/address,/articles/name")
		}
	}
	table, found := w.builder.table.of(w.Settings.Redirects, w.Redirects, w.site.Origin)
	w.site.table = table
	w.found = append(w.found, found...)
}

// keptTable is the table that was made last.
type keptTable struct {
	settings, file []redirect.Row // that it was made of
	origin         string         // of the site
	table          *redirect.Table
	found          finding.List
}

// of returns the table of rows; it is made anew only if they are others.
func (k *keptTable) of(settings, file []redirect.Row, origin string) (*redirect.Table, finding.List) {
	if k.table == nil || k.origin != origin || !slices.Equal(k.settings, settings) || !slices.Equal(k.file, file) {
		table, found := redirect.Make(slices.Concat(settings, file), origin)
		*k = keptTable{settings, file, origin, table, found}
	}
	return k.table, k.found
}

// checkTable reports the redirects that never apply, and those that lead nowhere.
func (w *build) checkTable() {
	for _, rule := range w.site.table.Rules() {
		if what := w.shadow(rule); what != "" {
			w.site.idle[rule] = true
			w.add(rule.File, finding.IdleRedirect, rule.From.Line, rule.From.Col, fmt.Sprintf("the redirect from %q never applies: it is %s", rule.From.Value, what), "remove it")
			continue
		}
		w.checkRule(rule)
	}
}

// shadow names what answers in the place of a redirect.
func (w *build) shadow(rule *redirect.Rule) string {
	switch {
	case rule.Prefix && (rule.Path == "/-" || strings.HasPrefix(rule.Path, "/-/")):
		return "the address of something of Byline's own"
	case rule.Prefix, rule.Asks():
		return "" // it is for what is not there
	}
	if p, ok := w.site.aliases[rule.Path]; ok {
		return "an alias of " + p.Path
	}
	if what := w.occupant(rule.Path); what != "" {
		return "the address of " + what
	}
	return ""
}

func (w *build) checkRule(rule *redirect.Rule) {
	probe := ""
	if rule.Target.Carry {
		probe = "*" // which is nobody's name
	}
	_, err := w.site.apply(rule, probe, nil)
	var lost astray
	errors.As(err, &lost)
	bad := func(message, suggestion string) {
		w.site.idle[rule] = true
		w.add(rule.File, finding.BadRedirect, rule.To.Line, rule.To.Col, message, suggestion)
	}
	switch {
	case errors.Is(err, errCircle) && len(lost.trail) == 2 && rule.Target.Carry && redirect.Fold(rule.Target.Path) != rule.Path:
		// What is below it leads to a folder of the same: once, and no further.
	case errors.Is(err, errCircle):
		bad("the redirect leads in a circle: "+lost.trail.String(), "let one of them lead to a page")
	case errors.Is(err, errFar):
		bad(fmt.Sprintf("the redirect %v", err), "let it lead to its end at once")
	case err != nil && !rule.Target.Carry:
		w.nowhere(rule)
	}
}

// nowhere reports a redirect to what is not there.
func (w *build) nowhere(rule *redirect.Rule) {
	w.site.idle[rule] = true
	at := place{tree: rule.Target.File, site: rule.Target.Path}
	message, suggestion := w.whyBroken(fmt.Sprintf("the redirect to %q", rule.To.Value), at)
	w.add(rule.File, finding.BrokenLink, rule.To.Line, rule.To.Col, message, suggestion)
}

// trail is the rules that a request was led through.
type trail []*redirect.Rule

// astray is why a request is led to nothing, and the rules that did so.
type astray struct {
	error
	trail trail
}

// Unwrap implements errors.Unwrap.
func (a astray) Unwrap() error { return a.error }

func (t trail) String() string {
	var all []string
	for _, rule := range t {
		all = append(all, rule.From.Value)
	}
	return strings.Join(all, " → ")
}

// apply follows a rule to what is there today, through other rules and former
// addresses. The rules that led to it are not followed again.
func (s *Site) apply(rule *redirect.Rule, rest string, through trail) (Lead, error) {
	again := slices.Contains(through, rule)
	through = append(slices.Clip(through), rule)
	switch {
	case again:
		return Lead{}, astray{errCircle, through}
	case len(through) > maxHops:
		return Lead{}, astray{errFar, through}
	}
	lead := Lead{Status: rule.Status, Rule: rule}
	to := rule.Target
	switch {
	case rule.Status == redirect.Gone:
		return lead, nil
	case to.Outside != "":
		lead.Target = Target{Kind: ToOutside, Raw: to.OutsideFor(rest), Query: to.Query, Fragment: to.Fragment}
		return lead, nil
	}
	next, err := s.leadTo(to, rest, through)
	if err != nil || next.Status == redirect.Gone {
		return next, err
	}
	if next.Rule != nil && next.Rule.Temporary() {
		lead.Status = next.Status
	}
	lead.Target, lead.Markdown = next.Target, next.Markdown
	if to.Query != "" {
		lead.Target.Query = to.Query
	}
	if to.Fragment != "" {
		lead.Target.Fragment = to.Fragment
	}
	return lead, nil
}

// leadTo is what is at a place of this site that a rule leads to.
func (s *Site) leadTo(to redirect.Target, rest string, through trail) (Lead, error) {
	if to.File != "" {
		t, ok := s.inTree(to.File)
		if !ok {
			return Lead{}, errNowhere
		}
		return Lead{Status: permanent, Target: t}, nil
	}
	address := to.PathFor(rest)
	if t, ok := s.today(address); ok {
		return Lead{Status: permanent, Target: t}, nil
	}
	return s.lead([]string{address}, through)
}
