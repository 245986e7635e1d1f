package render

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"byline/internal/site"
)

// The change feed: what has changed in substance, for programs that keep a copy
// of the site. A program asks once without a question, and from then on for the
// address that the last answer has named as next. An answer is made of the site
// and its history alone, so that every replica gives the same.

// changeFeedPath is where the change feed is.
const changeFeedPath = "/changes.json"

const (
	mostChanges = 1000 // in one answer, if it is not asked to have less
	mostAnswers = 16   // answers that are kept: those who follow the site ask alike
)

// changeFeed is one answer.
type changeFeed struct {
	Site     string        `json:"site"`
	Title    string        `json:"title"`
	Revision string        `json:"revision"`
	Since    string        `json:"since,omitempty"`
	Next     string        `json:"next"`
	More     bool          `json:"more"` // ask for it at once
	Full     string        `json:"full"`
	Changes  []changeEntry `json:"changes"`
}

type changeEntry struct {
	URL      string `json:"url"`
	Kind     string `json:"kind"`
	From     string `json:"from,omitempty"`
	Time     string `json:"time"`
	Title    string `json:"title,omitempty"`
	SHA256   string `json:"sha256,omitempty"`
	Markdown string `json:"markdown,omitempty"`
}

// changeFault is an answer that tells why there is none.
type changeFault struct {
	Error string `json:"error"`
	Full  string `json:"full"`
}

// changeQuery is what is asked: what has changed since a state, in pages, which
// end where the state until begins to be asked for.
type changeQuery struct {
	since, until site.Cursor
	order, after string // of all changes, and the key of the last one that was told
	limit        int    // of changes in the answer
}

// question is the same for queries that ask the same.
func (q changeQuery) question() string {
	return fmt.Sprintf("%s\n%s\n%s\n%s\n%d", q.since, q.until, q.order, q.after, q.limit)
}

// recent keeps the answers that were asked for last.
type recent struct {
	mu   sync.Mutex
	kept []keptAnswer // the last asked for first
}

type keptAnswer struct {
	question string
	*Resource
}

// get returns the answer to a question, and makes it when it is not kept. Two who
// ask at once may both make it.
func (k *recent) get(question string, make func() *Resource) *Resource {
	k.mu.Lock()
	at := slices.IndexFunc(k.kept, func(a keptAnswer) bool { return a.question == question })
	var r *Resource
	if at >= 0 {
		r = k.kept[at].Resource
		k.kept = slices.Delete(k.kept, at, at+1)
		k.kept = slices.Insert(k.kept, 0, keptAnswer{question, r})
	}
	k.mu.Unlock()
	if r != nil {
		return r
	}
	r = make()
	if r.Status == http.StatusOK {
		k.mu.Lock()
		k.kept = slices.Insert(k.kept, 0, keptAnswer{question, r})
		k.kept = k.kept[:min(len(k.kept), mostAnswers)]
		k.mu.Unlock()
	}
	return r
}

// everyChange is the change feed of the live site. That of a preview would be
// nobody's.
func (b *Bundle) everyChange() *Resource {
	if b.options.Preview != nil {
		return nil
	}
	everything := changeQuery{limit: mostChanges}
	return b.changeDocument(everything, func() site.Changes {
		all, _ := b.site.Changes(everything.since, everything.until) // fails for no one who knows nothing
		return all
	})
}

// changes answers a question about what has changed.
func (b *Bundle) changes(query string) *Resource {
	if query == "" {
		return b.lookup(changeFeedPath)
	}
	q, err := b.parseChanges(query)
	if err != nil {
		return b.noChanges(http.StatusBadRequest, err)
	}
	if q.question() == (changeQuery{limit: mostChanges}).question() {
		return b.lookup(changeFeedPath)
	}
	return b.answers.get(q.question(), func() *Resource {
		all, err := b.site.Changes(q.since, q.until)
		if err == nil && q.order != "" && q.order != all.Order {
			err = site.ErrUnknown
		}
		switch {
		case errors.Is(err, site.ErrUnknown):
			return b.noChanges(http.StatusNotFound, fmt.Errorf("%w; start over with \"full\"", err))
		case err != nil:
			return b.noChanges(http.StatusBadRequest, err)
		}
		r := b.changeDocument(q, func() site.Changes { return all })
		r.CacheControl = b.caching("no-cache") // there are as many as there are questions
		return r
	})
}

var changeKey = regexp.MustCompile(`^([0-9a-f]{8})\.(-?[0-9]{1,12}/[^\x00-\x1f\x7f]{0,1000})$`)

// parseChanges reads a question. All that is wrong with it is said at once.
func (b *Bundle) parseChanges(query string) (changeQuery, error) {
	q := changeQuery{limit: mostChanges}
	values, err := url.ParseQuery(query)
	if err != nil {
		return q, errors.New("the query cannot be read")
	}
	var faults []error
	for name, into := range map[string]*site.Cursor{"since": &q.since, "until": &q.until} {
		if text := values.Get(name); text != "" {
			if *into, err = site.ParseCursor(text, b.site.Zone); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", name, err))
			}
		}
	}
	if text := values.Get("after"); text != "" {
		if m := changeKey.FindStringSubmatch(text); m != nil {
			q.order, q.after = m[1], m[2]
		} else {
			faults = append(faults, errors.New("after: it is not what \"next\" has said"))
		}
	}
	if text := values.Get("limit"); text != "" {
		n, fault := strconv.Atoi(text)
		if q.limit = min(n, mostChanges); fault != nil || n < 1 {
			faults = append(faults, errors.New("limit: write a number from 1 up"))
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return q, errors.Join(faults...)
}

// changeDocument is the answer to a question, out of all that has changed.
func (b *Bundle) changeDocument(q changeQuery, all func() site.Changes) *Resource {
	r := b.document("application/json", func() []byte { return asJSON(b.changeFeed(q, all())) })
	r.Fields = changeFields()
	return r
}

func changeFields() map[string]string {
	return map[string]string{"Access-Control-Allow-Origin": "*", "X-Robots-Tag": "noindex"}
}

// noChanges is the answer to a question that has none.
func (b *Bundle) noChanges(status int, why error) *Resource {
	body := asJSON(changeFault{strings.ReplaceAll(why.Error(), "\n", "; "), b.outward(changeFeedPath)})
	return &Resource{
		Status: status, Kind: KindMessage, Type: "application/json", CacheControl: b.caching("no-cache"), Modified: b.site.Modified, Compress: true, bundle: b,
		Fields: changeFields(), key: keyOf(b.options.Program, string(body)), make: func() ([]byte, error) { return body, nil },
	}
}

// changeFeed is a page of changes and where to ask for those after it. The next
// page goes on after the last change of this one, by the time of each; what
// changes meanwhile is told after the last page, since the state at the first.
func (b *Bundle) changeFeed(q changeQuery, changes site.Changes) changeFeed {
	doc := changeFeed{
		Site: b.outward(b.home()), Title: b.site.Settings.Title, Revision: b.site.Revision,
		Since: q.since.String(), Full: b.outward(changeFeedPath), Changes: []changeEntry{},
	}
	if q.until.String() == "" {
		q.until = b.site.Cursor()
	}
	page := changes.Page(q.after, q.limit)
	q.until.Missed = slices.Concat(q.until.Missed, page.Missed)
	next := url.Values{}
	if q.limit != mostChanges {
		next.Set("limit", strconv.Itoa(q.limit))
	}
	switch {
	case !q.until.Whole(): // start over
	case page.More:
		next.Set("after", changes.Order+"."+page.Last)
		setCursor(next, "since", q.since)
		setCursor(next, "until", q.until)
	default:
		setCursor(next, "since", q.until)
	}
	doc.More, doc.Next = page.More, doc.Full
	if len(next) > 0 {
		doc.Next += "?" + next.Encode()
	}
	for _, c := range page.List {
		doc.Changes = append(doc.Changes, b.changeEntry(c))
	}
	return doc
}

func setCursor(values url.Values, name string, c site.Cursor) {
	if text := c.String(); text != "" {
		values.Set(name, text)
	}
}

func (b *Bundle) changeEntry(c site.Change) changeEntry {
	entry := changeEntry{URL: b.outward(c.Path), Kind: c.Kind, Time: c.Time.UTC().Format(time.RFC3339), Title: c.Title}
	if c.From != "" {
		entry.From = b.outward(c.From)
	}
	if c.Page == nil {
		return entry
	}
	entry.Title = c.Page.Title
	document := b.markdownURL(c.Page)
	entry.Markdown = b.outward(document)
	// A document that cannot be made is told of without its sum: it will be missing
	// where it is, too.
	entry.SHA256, _ = b.lookup(document).sum()
	return entry
}
