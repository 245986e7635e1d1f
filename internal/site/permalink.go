package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"byline/internal/article"
	"byline/internal/finding"
)

// Permalink is the form of the addresses of articles below P: segments that are a
// word each, or what stands for a part of the article's date, its category and, at
// the end, its slug. A slug is of one article, whatever stands before it, so that
// an address of a form that was given up, or with the date that an article had,
// still tells which article is meant.
type Permalink string

const (
	slugToken     = "{slug}"
	categoryToken = "{category}"

	// byName is the form of a site that asks for none.
	byName Permalink = "/" + slugToken
)

// tokenDigits tells what may stand for something in a form, and how many digits
// the parts of a date have.
func tokenDigits(token string) (digits int, known bool) {
	switch token {
	case "{year}":
		return 4, true
	case "{month}", "{day}":
		return 2, true
	case categoryToken, slugToken:
		return 0, true
	}
	return 0, false
}

func (f Permalink) segments() []string { return strings.Split(strings.TrimPrefix(string(f), "/"), "/") }

// address is where an article is below P. One without a category has no segment
// in its place.
func (f Permalink) address(slug, category string, date time.Time) string {
	if f == byName {
		return "/" + slug
	}
	var out strings.Builder
	for _, segment := range f.segments() {
		switch segment {
		case "{year}":
			segment = fmt.Sprintf("%04d", date.Year())
		case "{month}":
			segment = fmt.Sprintf("%02d", date.Month())
		case "{day}":
			segment = fmt.Sprintf("%02d", date.Day())
		case categoryToken:
			segment = category
		case slugToken:
			segment = slug
		}
		if segment != "" {
			out.WriteString("/" + segment)
		}
	}
	return out.String()
}

// dated reports whether addresses are told from each other by a date, and by no
// category, which is not remembered.
func (f Permalink) dated() bool {
	date := slices.ContainsFunc(f.segments(), func(s string) bool { digits, _ := tokenDigits(s); return digits > 0 })
	return date && !strings.Contains(string(f), categoryToken)
}

// named is the form with a slug in it, for people: "/{year}/name".
func (f Permalink) named(slug string) string {
	return strings.Replace(string(f), slugToken, slug, 1)
}

// slug is that of the article which an address below P of this form is of, with
// whatever date and category; rest begins after the slash.
func (f Permalink) slug(rest string) (string, bool) {
	have, want := strings.Split(rest, "/"), f.segments()
	uncategorised := func() []string {
		return slices.DeleteFunc(slices.Clone(want), func(s string) bool { return s == categoryToken })
	}
	if matches(want, have) || len(have) < len(want) && matches(uncategorised(), have) {
		slug := have[len(have)-1]
		return slug, slug != ""
	}
	return "", false
}

func matches(want, have []string) bool {
	if len(want) != len(have) {
		return false
	}
	for i, segment := range want {
		switch digits, token := tokenDigits(segment); {
		case digits > 0 && (len(have[i]) != digits || strings.Trim(have[i], "0123456789") != ""):
			return false
		case segment == categoryToken && (have[i] == "" || i == 0 && Reserved(have[i])):
			return false // below a list, not a category
		case !token && segment != have[i]:
			return false
		}
	}
	return true
}

// fault tells why a form cannot be used, and what to write; "" when it can.
func (f Permalink) fault() (fault, hint string) {
	const example = "write one like /{year}/{month}/{slug}"
	seen := map[string]bool{}
	segments := f.segments()
	for i, segment := range segments {
		_, token := tokenDigits(segment)
		switch {
		case segment == "" && len(segments) > 1:
			return "has two slashes in a row", example
		case token && seen[segment]:
			return "has " + segment + " twice", example
		case segment == slugToken && i < len(segments)-1:
			return "goes on after {slug}", "let it end in {slug}: what is above an article is no part of it"
		case token, segment == "":
		case segment[0] == '{' && strings.IndexByte(segment, '}') == len(segment)-1:
			return "has " + segment + ", which stands for nothing", "what stands for something is {year}, {month}, {day}, {category} and {slug}"
		case strings.ContainsAny(segment, "{}:%*"):
			return fmt.Sprintf("has %q between two slashes", segment), "between two slashes stands a word, or one of {year}, {month}, {day}, {category} and {slug}"
		case article.Slugify(segment) != segment:
			return fmt.Sprintf("has the word %q, which is not lower-case letters and digits with single hyphens", segment), fmt.Sprintf("write %q", article.Slugify(segment))
		case Reserved(segment):
			return fmt.Sprintf("has the word %q, where something else is", segment), "write another word: lists, search, feeds, languages and years have theirs"
		}
		seen[segment] = true
	}
	if !seen[slugToken] {
		return "does not end in {slug}, the name of the article", example
	}
	return "", ""
}

// permalink makes the form a clean one: "/{slug}" when there is none.
func (c *settingsCheck) permalink(s *Settings) {
	at := s.Permalink
	form := Permalink("/" + strings.Trim(at.Value, "/"))
	if s.Permalink.Value = string(form); at.Value == "" {
		s.Permalink.Value = string(byName)
		return
	}
	if fault, hint := form.fault(); fault != "" {
		c.add(at, finding.BadValue, fmt.Sprintf("permalink: %q %s", at.Value, fault), hint)
		return
	}
	first := form.segments()[0]
	switch _, token := tokenDigits(first); {
	case !token && s.Path.Value == "" && atRoot(first):
		c.add(at, finding.BadValue, fmt.Sprintf("permalink: /%s is where other things are served", first), "write another word")
	case first == categoryToken:
		c.categoryPlaces(s)
	}
}

// categoryPlaces reports the categories below whose names their articles cannot
// be.
func (c *settingsCheck) categoryPlaces(s *Settings) {
	for _, id := range keys(s.Categories) {
		if slug := article.Slugify(id); Reserved(slug) || s.Path.Value == "" && atRoot(slug) {
			message := fmt.Sprintf("categories: the articles of %q would be below %s/%s, where something else is: lists, search, feeds, languages and years have theirs", id, s.Path.Value, slug)
			c.add(s.Categories[id].at(), finding.BadValue, message, "choose another id, or a permalink that does not begin with {category}")
		}
	}
}

// atRoot reports whether something of Byline's own is at and below a name at the
// root of the site's addresses.
func atRoot(name string) bool { return name == "media" || ownAddress("/"+name) }

// AddressOf is the whole path at which an article is, were its slug that.
func (s *Settings) AddressOf(a *article.Article, slug string, zone *time.Location) string {
	form, category := s.form(), ""
	if form == byName {
		return s.Path.Value + "/" + slug // of most sites, and asked of every article several times
	}
	if id := a.Meta.Category.Value; id != "" {
		if _, known := s.Categories[id]; known {
			category = article.Slugify(id)
		}
	}
	return s.Path.Value + form.address(slug, category, a.Meta.Date.In(zone))
}

// SlugAt is the slug of the article that an address of the site is of, in today's
// form, with whatever date and category, or by its name alone.
func (s *Settings) SlugAt(address string) (string, bool) {
	rest, below := strings.CutPrefix(address, s.Path.Value+"/")
	if !below {
		return "", false
	}
	for _, form := range []Permalink{s.form(), byName} {
		if slug, ok := form.slug(rest); ok {
			return slug, true
		}
	}
	return "", false
}

func (s *Settings) form() Permalink { return cmp.Or(Permalink(s.Permalink.Value), byName) }
