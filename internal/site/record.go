package site

import (
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/history"
	"byline/internal/strict"
)

// A record is what a Builder keeps of an article for the builds to come: what it
// says under the settings, whatever the other articles say; what the history says
// of it; and where its links lead, which stays while no article comes, goes or
// moves (shape.go).
type record struct {
	article *article.Article
	used    int // the last build that asked for it

	// Of the last build that showed it.
	shown int
	state State
	page  *Page
	ranks bool // it was there already when that build began

	faults      finding.List // its own
	said        Said
	description string
	draft       bool
	updated     time.Time // as it says; zero when it does not
	expires     time.Time // the same

	authors  []*seat
	category *seat // nil: none
	tags     []tagged
	unnamed  finding.List // tags without a letter

	claim     *claim
	lead      *lead
	described *tally

	asked       bool         // the history
	told        history.Told // by which the next two are
	first       First
	substantial time.Time // when its text last changed in substance

	links resolution
}

// tagged is a tag as an article writes it.
type tagged struct {
	*seat
	name string
}

// What follows is one object for all records that share a name, so that they meet
// without looking the name up in every build.

// claim is who has a slug.
type claim struct {
	build int // the last in which somebody had it
	path  string
}

// lead tells whether another page leads to the one at a path.
type lead struct {
	build int // the last in which one does
	moved int // the last in which the article there came, went or moved
}

// tally counts the pages with a description.
type tally struct{ build, pages int }

// seat is the group of a name in the build under way.
type seat struct {
	build int
	group *Group
	size  int // of the group in the last build
}

// records are all that a Builder keeps of articles.
type records struct {
	number   int // of the build under way
	settings Settings
	zone     *time.Location
	all      map[*article.Article]*record
	claims   map[string]*claim
	leads    map[string]*lead
	tallies  map[string]*tally
	seats    map[string]*seat
}

// forgetful is for how many builds a record stays that no build asks for: what
// was changed is often changed back, and previews take turns with the live site.
const forgetful = 8

// begin counts a build, and forgets what was told under other settings.
func (k *records) begin(settings Settings, zone *time.Location) {
	k.number++
	if k.number%forgetful == 0 {
		k.sweep()
	}
	// Names pile up; when most are of what is gone, all are learned again.
	many := len(k.claims)+len(k.tallies) > 4*len(k.all)+1000
	if many || k.all == nil || k.zone.String() != zone.String() || !reflect.DeepEqual(k.settings, settings) {
		*k = records{
			number: k.number, settings: settings, zone: zone, all: map[*article.Article]*record{},
			claims: map[string]*claim{}, leads: map[string]*lead{}, tallies: map[string]*tally{}, seats: map[string]*seat{},
		}
	}
}

// sweep drops what nobody asked for in a while.
func (k *records) sweep() {
	for a, r := range k.all {
		if r.used < k.number-forgetful {
			delete(k.all, a)
		}
	}
}

// record returns the record of an article.
func (k *records) record(a *article.Article) *record {
	r := k.all[a]
	if r == nil {
		r = k.read(a)
		k.all[a] = r
	}
	r.used = k.number
	return r
}

// line is a line of front matter as readers meet it.
func line(text string) string { return article.Typeset(article.Plain(text)) }

// read tells what an article says under the settings.
func (k *records) read(a *article.Article) *record {
	s := &k.settings
	r := &record{article: a, description: description(a), draft: a.Meta.Draft, claim: named(k.claims, a.Slug), lead: named(k.leads, a.Path)}
	r.said = Said{
		Address: s.AddressOf(a, a.Slug, k.zone), Title: line(a.Meta.Title), Subtitle: line(a.Meta.Subtitle),
		Date: a.Meta.Date.In(k.zone), CTA: s.callToAction(a.Meta.CTA), Minutes: max(1, (a.Words+wordsAMinute/2)/wordsAMinute),
	}
	r.said.TitleWords = bareWords(r.said.Title)
	r.described = named(k.tallies, r.description)
	r.faults = s.ownFaults(a, r.said.Address)
	if !a.Meta.Updated.IsZero() {
		r.updated = a.Meta.Updated.In(k.zone)
	}
	if !a.Meta.Expires.IsZero() {
		r.expires = a.Meta.Expires.In(k.zone)
	}
	for _, id := range a.Meta.AuthorIDs() {
		r.authors = append(r.authors, named(k.seats, "author "+id.Value))
	}
	if id := a.Meta.Category.Value; id != "" {
		r.category = named(k.seats, "category "+id)
	}
	k.readTags(r)
	return r
}

func (k *records) readTags(r *record) {
	for _, tag := range r.article.Meta.Tags {
		slug := article.Slugify(tag.Value)
		if slug == "" {
			r.unnamed = append(r.unnamed, finding.Finding{Rule: finding.BadValue, File: r.article.Path, Line: tag.Line, Col: tag.Col, Message: "tag \"" + tag.Value + "\" has no letter or digit"})
			continue
		}
		at := named(k.seats, "tag "+slug)
		if !slices.ContainsFunc(r.tags, func(t tagged) bool { return t.seat == at }) {
			r.tags = append(r.tags, tagged{at, tag.Value})
		}
	}
}

// named returns the one object of a name.
func named[T any](all map[string]*T, name string) *T {
	v := all[name]
	if v == nil {
		v = new(T)
		all[strings.Clone(name)] = v
	}
	return v
}

// bareWords is a text without all that two titles may differ in and yet say the
// same.
func bareWords(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) }), " ")
}

// look asks the history about the article, if it tells another than it did before.
func (r *record) look(past *history.Facts, told history.Told, zone *time.Location) {
	if r.asked && r.told == told {
		return
	}
	r.told, r.asked = told, true
	r.first, r.substantial = First{}, past.Updated(r.article.Path).In(zone)
	if path, date, ok := past.First(r.article.Path, AddressIn); ok {
		r.first = First{path, date}
	}
}

// same reports whether another version of an article stands where this one does,
// for all that leads to it: under the same names and in the same lists.
func (r *record) same(o *record) bool {
	a, b := r.article, o.article
	return a.Path == b.Path && a.Slug == b.Slug && r.said.Address == o.said.Address && r.category == o.category && slices.Equal(r.authors, o.authors) &&
		slices.EqualFunc(r.tags, o.tags, func(a, b tagged) bool { return a.seat == b.seat }) &&
		slices.EqualFunc(a.Meta.Aliases, b.Meta.Aliases, func(a, b strict.Text) bool { return a.Value == b.Value })
}
