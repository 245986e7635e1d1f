package main

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"byline/internal/testkit"
)

// TestDocuments: what the shipped site and the blogs of real projects give to
// crawlers, feed readers and agents is valid by the schemas of each format, and
// true: it agrees with the pages that readers meet.
func TestDocuments(t *testing.T) {
	sites := map[string]string{"shipped": filepath.Join("..", "..", "articles")}
	for _, name := range []string{"swift", "18f"} {
		sites[name] = filepath.Join(testkit.Shared(t), "sites", name)
	}
	for name, dir := range sites {
		t.Run(name, func(t *testing.T) {
			d := &documents{crawl: crawlSite(t, dir), bodies: map[string]*httptest.ResponseRecorder{}}
			d.checkSitemap(t)
			d.checkFeeds(t)
			d.checkLLMs(t)
		})
	}
}

// documents are what a site says about itself, beside its crawl.
type documents struct {
	*crawl
	bodies  map[string]*httptest.ResponseRecorder
	mapped  map[string]time.Time // addresses in the sitemap, with lastmod
	content int                  // addresses in the texts of feeds that were looked at
}

// get asks for an address once.
func (d *documents) get(t *testing.T, address string) *httptest.ResponseRecorder {
	t.Helper()
	if u, err := url.Parse(address); err == nil && u.Host == "localhost" {
		address = u.EscapedPath()
	}
	w := d.bodies[address]
	if w == nil {
		w = httptest.NewRecorder()
		d.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		d.bodies[address] = w
	}
	return w
}

// valid runs a validator over documents, if it is installed.
func (d *documents) valid(t *testing.T, addresses []string, validator string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath(validator); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", validator)
		}
		t.Logf("%s is not installed: %d documents are not validated", validator, len(addresses))
		return
	}
	dir := t.TempDir()
	for i, address := range addresses {
		file := filepath.Join(dir, strings.ReplaceAll(strings.Trim(address, "/"), "/", "_"))
		if err := os.WriteFile(file, d.get(t, address).Body.Bytes(), 0o644); err != nil {
			t.Fatal(i, err)
		}
		args = append(args, file)
	}
	if out, err := exec.Command(validator, args...).CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%.2000s", validator, err, out)
	}
}

func schema(t *testing.T, name string) string {
	t.Helper()
	return filepath.Join(testkit.Shared(t), "quality", "schemas", name)
}

type sitemapIndex struct {
	Parts []struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod"`
	} `xml:"sitemap"`
}

type sitemapPart struct {
	URLs []struct {
		Loc     string   `xml:"loc"`
		LastMod string   `xml:"lastmod"`
		Images  []string `xml:"image>loc"`
	} `xml:"url"`
}

// checkSitemap holds the sitemap against the crawl: each address is a page that
// is found by links, is its own canonical and may be shown, and no such page is
// left out.
func (d *documents) checkSitemap(t *testing.T) {
	t.Helper()
	d.mapped = map[string]time.Time{}
	var index sitemapIndex
	unmarshal(t, d.get(t, "/sitemap.xml"), &index)
	files := []string{"/sitemap.xml"}
	images := 0
	for _, entry := range index.Parts {
		files = append(files, strings.TrimPrefix(entry.Loc, "http://localhost"))
		var part sitemapPart
		unmarshal(t, d.get(t, entry.Loc), &part)
		newest := ""
		for _, u := range part.URLs {
			d.checkMapped(t, u.Loc, u.LastMod)
			for _, image := range u.Images {
				if strings.HasPrefix(image, "http://localhost/") && d.get(t, image).Code != http.StatusOK {
					t.Errorf("the picture %s of %s is not there", image, u.Loc)
				}
			}
			images += len(u.Images)
			if at, err := time.Parse(time.RFC3339, u.LastMod); err == nil && (newest == "" || at.After(parse(t, newest))) {
				newest = u.LastMod
			}
		}
		if newest != entry.LastMod {
			t.Errorf("%s: lastmod is %s, that of its newest page is %s", entry.Loc, entry.LastMod, newest)
		}
	}
	for address, p := range d.pages {
		if p.indexable() && p.canonical() == "http://localhost"+address && d.mapped[address].IsZero() {
			t.Errorf("%s is its own canonical, may be shown, and is not in the sitemap", address)
		}
	}
	d.valid(t, files, "xmllint", "--noout", "--nonet", "--schema", schema(t, "sitemap.xsd"))
	t.Logf("%d sitemaps with %d addresses and %d pictures", len(files)-1, len(d.mapped), images)
}

func (d *documents) checkMapped(t *testing.T, loc, lastmod string) {
	t.Helper()
	address, ok := strings.CutPrefix(loc, "http://localhost")
	p := d.pages[address]
	switch {
	case !ok || p == nil:
		t.Errorf("%s is in the sitemap and not found by links", loc)
		return
	case !d.mapped[address].IsZero():
		t.Errorf("%s is in the sitemap twice", loc)
	case p.canonical() != loc || !p.indexable():
		t.Errorf("%s is in the sitemap; its canonical is %s, it may be shown: %t", loc, p.canonical(), p.indexable())
	}
	d.mapped[address] = parse(t, lastmod)
	header, err := http.ParseTime(d.get(t, address).Header().Get("Last-Modified"))
	if err != nil || d.mapped[address].After(header.Add(24*time.Hour)) {
		t.Errorf("%s: lastmod %s, Last-Modified %s (%v)", loc, lastmod, header, err)
	}
}

func parse(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Error(err)
	}
	return at
}

func unmarshal(t *testing.T, w *httptest.ResponseRecorder, into any) {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("status %d", w.Code)
	}
	if err := xml.Unmarshal(w.Body.Bytes(), into); err != nil {
		t.Fatal(err)
	}
}

func (p *htmlPage) canonical() string {
	for _, n := range p.find("link") {
		if attr(n, "rel") == "canonical" {
			return attr(n, "href")
		}
	}
	return ""
}

func (p *htmlPage) indexable() bool {
	for _, n := range p.find("meta") {
		if attr(n, "name") == "robots" && strings.Contains(attr(n, "content"), "noindex") {
			return false
		}
	}
	return true
}

// announced are the feeds that the pages name, by media type.
func (d *documents) announced() map[string][]string {
	feeds := map[string][]string{}
	for _, p := range d.pages {
		for _, n := range p.find("link") {
			kind, address := attr(n, "type"), attr(n, "href")
			if attr(n, "rel") == "alternate" && strings.HasPrefix(kind, "application/") && !slices.Contains(feeds[kind], address) {
				feeds[kind] = append(feeds[kind], address)
			}
		}
	}
	return feeds
}

// entry is what the three forms of feeds have in common.
type entry struct {
	id, url, title, summary, content string
	published, updated               time.Time
}

func (d *documents) checkFeeds(t *testing.T) {
	t.Helper()
	feeds := d.announced()
	atom, rss, jsonFeeds := feeds["application/atom+xml"], feeds["application/rss+xml"], feeds["application/feed+json"]
	if len(atom) < 5 || len(rss) != 1 || len(jsonFeeds) != 1 {
		t.Fatalf("feeds announced: %v", feeds)
	}
	for kind, addresses := range feeds {
		for _, address := range addresses {
			if got := d.get(t, address).Header().Get("Content-Type"); !strings.HasPrefix(got, kind) {
				t.Errorf("%s is announced as %s and is %s", address, kind, got)
			}
		}
	}
	d.valid(t, atom, "jing", "-c", schema(t, "atom.rnc"))
	d.valid(t, rss, "jing", "-c", schema(t, "rss.rnc"))
	entries := 0
	for _, address := range atom {
		all := d.readAtom(t, address)
		d.checkEntries(t, address, all)
		entries += len(all)
	}
	site := d.readAtom(t, d.site.Path+"/atom.xml")
	for address, all := range map[string][]entry{rss[0]: d.readRSS(t, rss[0]), jsonFeeds[0]: d.readJSON(t, jsonFeeds[0])} {
		d.checkEntries(t, address, all)
		d.same(t, address, site, all)
	}
	t.Logf("%d feeds, %d entries of Atom, %d addresses in texts", len(atom)+2, entries, d.content)
}

// same: the feeds of the site tell of one and the same.
func (d *documents) same(t *testing.T, address string, want, got []entry) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%s has %d entries, Atom has %d", address, len(got), len(want))
	}
	for i := range want {
		a, b := want[i], got[i]
		if a.id != b.id || a.url != b.url || a.title != b.title || a.content != b.content || a.summary != b.summary || !a.published.Equal(b.published) {
			t.Errorf("%s: entry %d is %+.300v, in Atom %+.300v", address, i, b, a)
		}
	}
}

// markup is what a plain text must not have.
var markup = regexp.MustCompile(`</?[a-z]+[ >]|&[a-z]+;|&#\d+;|\]\(|\*\*|^#+ |^> `)

func (d *documents) checkEntries(t *testing.T, feed string, all []entry) {
	t.Helper()
	ids := map[string]bool{}
	for i, e := range all {
		if ids[e.id] || !strings.HasPrefix(e.id, "tag:localhost,") {
			t.Errorf("%s: the id %q is not one, or is there twice", feed, e.id)
		}
		ids[e.id] = true
		address := strings.TrimPrefix(e.url, "http://localhost")
		if p := d.pages[address]; p == nil || p.indexable() && p.canonical() == e.url && d.mapped[address].IsZero() {
			t.Errorf("%s: %s is not in the sitemap", feed, e.url)
		}
		if i > 0 && e.published.After(all[i-1].published) || e.updated.Before(e.published) {
			t.Errorf("%s: %s of %s, updated %s, is out of order", feed, e.url, e.published, e.updated)
		}
		for _, plain := range []string{e.title, e.summary} {
			if m := markup.FindString(plain); m != "" {
				t.Errorf("%s: %s has %q in a plain text: %s", feed, e.url, m, plain)
			}
		}
		d.checkContent(t, feed, e)
	}
}

// checkContent: the text can be read anywhere: every address is whole, and
// nothing in it runs or depends on a style sheet.
func (d *documents) checkContent(t *testing.T, feed string, e entry) {
	t.Helper()
	if e.content == "" {
		t.Errorf("%s: %s has no text", feed, e.url)
	}
	root, err := html.Parse(strings.NewReader(e.content))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && slices.Contains([]string{"script", "style", "iframe", "form", "input"}, n.Data) {
			t.Errorf("%s: %s has <%s>", feed, e.url, n.Data)
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "id", "class", "style", "srcset":
				t.Errorf("%s: %s has %s=%q", feed, e.url, a.Key, a.Val)
			case "href", "src":
				d.content++
				if u, err := url.Parse(a.Val); err == nil && u.Scheme == "" && !strings.HasPrefix(a.Val, "//") {
					t.Errorf("%s: %s has the address %q", feed, e.url, a.Val)
				}
			}
		}
	}
}

// checkLLMs: one heading of the first level, and every link leads somewhere.
func (d *documents) checkLLMs(t *testing.T) {
	t.Helper()
	text := d.get(t, "/llms.txt").Body.String()
	if !strings.HasPrefix(text, "# ") || strings.Count(text, "\n# ") > 0 || strings.Count(text, "\n## ") < 2 {
		t.Errorf("/llms.txt is not in the form:\n%.300s", text)
	}
	links := regexp.MustCompile(`^- \[.+\]\((\S+?)\)(: .+)?$`)
	found := 0
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "- ") {
			continue
		}
		m := links.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			t.Errorf("/llms.txt: %q is not a link", line)
		} else if got := d.get(t, m[1]).Code; got != http.StatusOK {
			t.Errorf("/llms.txt: %s answers %d", m[1], got)
		}
		found++
	}
	t.Logf("%d links in llms.txt", found)
}

// readAtom, readRSS and readJSON read a feed as a feed reader does.
func (d *documents) readAtom(t *testing.T, address string) []entry {
	t.Helper()
	var feed struct {
		Links []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Entries []struct {
			ID        string `xml:"id"`
			Title     string `xml:"title"`
			Summary   string `xml:"summary"`
			Content   string `xml:"content"`
			Published string `xml:"published"`
			Updated   string `xml:"updated"`
			Link      struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	unmarshal(t, d.get(t, address), &feed)
	if len(feed.Links) < 2 || feed.Links[0].Rel != "self" || feed.Links[0].Href != "http://localhost"+address {
		t.Errorf("%s names itself by %+v", address, feed.Links)
	}
	var all []entry
	for _, e := range feed.Entries {
		all = append(all, entry{e.ID, e.Link.Href, e.Title, e.Summary, e.Content, parse(t, e.Published), parse(t, e.Updated)})
	}
	return all
}

func (d *documents) readRSS(t *testing.T, address string) []entry {
	t.Helper()
	var feed struct {
		Items []struct {
			GUID        string `xml:"guid"`
			Title       string `xml:"title"`
			Link        string `xml:"link"`
			Description string `xml:"description"`
			Content     string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
			PubDate     string `xml:"pubDate"`
		} `xml:"channel>item"`
	}
	unmarshal(t, d.get(t, address), &feed)
	var all []entry
	for _, i := range feed.Items {
		at, err := time.Parse(time.RFC1123Z, i.PubDate)
		if err != nil {
			t.Error(err)
		}
		all = append(all, entry{i.GUID, i.Link, i.Title, html.UnescapeString(i.Description), i.Content, at, at})
	}
	return all
}

func (d *documents) readJSON(t *testing.T, address string) []entry {
	t.Helper()
	var feed struct {
		Version string
		Title   string
		Self    string `json:"feed_url"`
		Items   []struct {
			ID, URL, Title, Summary string
			Content                 string `json:"content_html"`
			Published               string `json:"date_published"`
			Modified                string `json:"date_modified"`
			Authors                 []struct{ Name string }
		}
	}
	if err := json.Unmarshal(d.get(t, address).Body.Bytes(), &feed); err != nil {
		t.Fatal(err)
	}
	if feed.Version != "https://jsonfeed.org/version/1.1" || feed.Title == "" || feed.Self != "http://localhost"+address {
		t.Errorf("%s: %q %q %q", address, feed.Version, feed.Title, feed.Self)
	}
	var all []entry
	for _, i := range feed.Items {
		if i.ID == "" || i.Content == "" || len(i.Authors) == 0 || i.Authors[0].Name == "" {
			t.Errorf("%s: %s lacks what an item must have", address, i.URL)
		}
		all = append(all, entry{i.ID, i.URL, i.Title, i.Summary, i.Content, parse(t, i.Published), parse(t, i.Modified)})
	}
	return all
}
