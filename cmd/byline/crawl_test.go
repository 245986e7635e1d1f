package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"byline/internal/finding"
	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/server"
	"byline/internal/site"
	"byline/internal/source"
	"byline/internal/testkit"
)

// TestCrawlShipped: from the home page of the shipped site everything can be
// reached and nothing is broken; every page is well made.
func TestCrawlShipped(t *testing.T) {
	c := crawlSite(t, filepath.Join("..", "..", "articles"))
	for place, target := range c.broken() {
		t.Errorf("%s leads to %s, which is not there", place, target)
	}
	titles, descriptions := map[string]string{}, map[string]string{}
	for _, address := range slices.Sorted(maps.Keys(c.pages)) {
		p := c.pages[address]
		for _, fault := range p.faults() {
			t.Errorf("%s: %s", address, fault)
		}
		unique(t, titles, p.title, address, "title")
		unique(t, descriptions, p.description, address, "description")
	}
	c.reachesAll(t)
	c.log(t)
}

// TestCrawlShared: on the blogs of real projects every article is reached, and
// the broken links, fragments and pictures that a reader meets are exactly those
// that the findings name, page by page, both ways.
func TestCrawlShared(t *testing.T) {
	for _, name := range []string{"swift", "18f"} {
		t.Run(name, func(t *testing.T) {
			c := crawlSite(t, filepath.Join(testkit.Shared(t), "sites", name))
			met, named := c.met(), c.named()
			for _, key := range slices.Sorted(maps.Keys(met)) {
				if met[key] > named[key] {
					t.Errorf("met %d times, named %d times: %s", met[key], named[key], key)
				}
			}
			for _, key := range slices.Sorted(maps.Keys(named)) {
				if named[key] > met[key] {
					t.Errorf("named %d times, met %d times: %s", named[key], met[key], key)
				}
			}
			for address, p := range c.pages {
				if h1 := len(p.find("h1")); h1 != 1 {
					t.Errorf("%s has %d h1", address, h1)
				}
			}
			c.reachesAll(t)
			c.log(t)
			t.Logf("findings by rule: %v", c.found.ByRule())
		})
	}
}

func unique(t *testing.T, seen map[string]string, text, address, what string) {
	t.Helper()
	if other, ok := seen[text]; ok {
		t.Errorf("%s and %s have one %s: %q", address, other, what, text)
	}
	if strings.TrimSpace(text) == "" {
		t.Errorf("%s has no %s", address, what)
	}
	seen[text] = address
}

// crawl is a walk over a site from its home page, like a reader's.
type crawl struct {
	handler http.Handler
	bundle  *render.Bundle
	site    *site.Site
	found   finding.List
	status  map[string]int       // by path and query
	moved   map[string]string    // redirects
	pages   map[string]*htmlPage // answered 200
	links   []link
	waiting []string
}

type link struct {
	from, to, kind string // to: as resolved, with its fragment; kind: a, img, link, script
}

type htmlPage struct {
	root               *html.Node
	title, description string
	ids                map[string]int
}

func crawlSite(t *testing.T, dir string) *crawl {
	t.Helper()
	p, err := publish.New(publish.Options{Source: source.NewDirectory(dir), Origin: "http://localhost", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Publish(context.Background()); err != nil {
		t.Fatal(err)
	}
	c := &crawl{
		handler: server.New(server.Options{Bundles: p, Log: slog.New(slog.DiscardHandler)}),
		bundle:  p.Live(), site: p.Live().Site(), found: p.Status().Findings,
		status: map[string]int{}, moved: map[string]string{}, pages: map[string]*htmlPage{},
	}
	c.visit("/")
	for len(c.waiting) > 0 {
		next := c.waiting[0]
		c.waiting = c.waiting[1:]
		c.fetch(t, next)
	}
	return c
}

// answers is the status at an address, whether a page leads there or not. What is
// there is not made for it: a few hundred share cards take minutes to draw.
func (c *crawl) answers(address string) int {
	if c.status[address] == 0 {
		u, err := url.Parse(address)
		if err != nil {
			return 0
		}
		c.status[address] = c.bundle.Find(u.Path, u.RawPath, u.RawQuery).Status
	}
	return c.status[address]
}

// visit puts an address on the list, once.
func (c *crawl) visit(address string) {
	if _, seen := c.status[address]; !seen {
		c.status[address] = 0
		c.waiting = append(c.waiting, address)
	}
}

func (c *crawl) fetch(t *testing.T, address string) {
	t.Helper()
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
	c.status[address] = w.Code
	if w.Code >= 300 && w.Code < 400 {
		c.moved[address] = w.Header().Get("Location")
		c.visit(c.moved[address])
		return
	}
	if w.Code >= 500 {
		t.Errorf("%s answers %d", address, w.Code)
	}
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		return
	}
	root, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	p := &htmlPage{root: root, ids: map[string]int{}}
	c.pages[address] = p
	p.read()
	c.follow(t, address, p)
}

func (p *htmlPage) read() {
	for n := range p.root.Descendants() {
		if id := attr(n, "id"); id != "" {
			p.ids[id]++
		}
		switch {
		case n.Data == "title" && n.Parent.Data == "head":
			p.title = text(n)
		case n.Data == "meta" && attr(n, "name") == "description":
			p.description = attr(n, "content")
		}
	}
}

// refers are the attributes by which elements refer to other resources.
var refers = map[string]string{"a": "href", "img": "src", "link": "href", "script": "src", "iframe": "src", "source": "src", "use": "href"}

func (c *crawl) follow(t *testing.T, from string, p *htmlPage) {
	t.Helper()
	base, err := url.Parse("http://localhost" + from)
	if err != nil {
		t.Fatal(err)
	}
	for n := range p.root.Descendants() {
		target, ok := lookup(n, refers[n.Data])
		if !ok || n.Type != html.ElementNode {
			continue
		}
		u, err := base.Parse(target)
		if err != nil {
			t.Errorf("%s: %q is not an address", from, target)
			continue
		}
		if u.Host != "localhost" || u.Scheme != "http" {
			continue
		}
		address := u.EscapedPath()
		if u.RawQuery != "" {
			address += "?" + u.RawQuery
		}
		l := link{from: from, to: address, kind: n.Data}
		if u.Fragment != "" {
			l.to += "#" + u.Fragment
		}
		c.links = append(c.links, l)
		c.visit(address)
	}
}

// lands is where a link leads in the end, and whether it is there.
func (c *crawl) lands(l link) (page string, ok bool) {
	address, fragment, _ := strings.Cut(l.to, "#")
	for range 5 {
		to, moved := c.moved[address]
		if !moved {
			break
		}
		address = to
	}
	if c.status[address] != http.StatusOK {
		return address, false
	}
	p := c.pages[address]
	if fragment == "" || fragment == "top" || strings.HasPrefix(fragment, ":~:") || p == nil {
		return address, true
	}
	return address, p.ids[fragment] > 0
}

// broken yields the links that lead nowhere, with the page that has them.
func (c *crawl) broken() map[string]string {
	broken := map[string]string{}
	for _, l := range c.links {
		if _, ok := c.lands(l); !ok {
			broken[l.from+" ("+l.kind+")"] = l.to
		}
	}
	return broken
}

// met counts what a reader finds broken: "page: what".
func (c *crawl) met() map[string]int {
	met := map[string]int{}
	for _, l := range c.links {
		page, ok := c.lands(l)
		if ok {
			continue
		}
		key := l.from + ": link " + l.to // which should be none any more
		if c.status[page] == http.StatusOK {
			_, fragment, _ := strings.Cut(l.to, "#")
			key = l.from + ": no heading #" + fragment + " on " + page
		}
		met[key]++
	}
	for address, p := range c.pages {
		for range p.byClass("missing") {
			met[address+": picture"]++
		}
		for _, a := range p.find("a", "video", "audio", "source") {
			if _, broken := lookup(a, "data-broken"); broken {
				met[address+": link"]++
			}
		}
	}
	return met
}

var quoted = regexp.MustCompile(`"([^"]*)"|heading #(\S+)$`)

// named counts the same out of the findings.
func (c *crawl) named() map[string]int {
	named := map[string]int{}
	slugs := map[string]string{}
	for _, p := range c.site.Pages {
		slugs[p.Path] = p.Address
	}
	for _, f := range c.found {
		m := quoted.FindStringSubmatch(f.Message)
		switch page := slugs[f.File]; f.Rule {
		case finding.BrokenLink:
			named[page+": link"]++
		case finding.BrokenFragment:
			to, _, _ := strings.Cut(f.Message, " ")
			named[page+": no heading #"+m[2]+" on "+slugs[to]]++
		case finding.MissingPicture:
			named[page+": picture"]++
		}
	}
	return named
}

func (c *crawl) reachesAll(t *testing.T) {
	t.Helper()
	for _, p := range c.site.Pages {
		address := (&url.URL{Path: p.Address}).EscapedPath()
		if c.pages[address] == nil {
			t.Errorf("the article %s is not reached from the home page (status %d)", p.Path, c.status[address])
		}
	}
}

func (c *crawl) log(t *testing.T) {
	t.Helper()
	broken := 0
	for _, l := range c.links {
		if _, ok := c.lands(l); !ok {
			broken++
		}
	}
	t.Logf("%d articles, %d pages, %d addresses, %d links followed, %d broken links and fragments", len(c.site.Pages), len(c.pages), len(c.status), len(c.links), broken)
}

// faults are what a page of the shipped site must not have.
func (p *htmlPage) faults() []string {
	var faults []string
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if n := len(p.find("h1")); n != 1 {
		add("%d h1", n)
	}
	for id, n := range p.ids {
		if n > 1 {
			add("%d elements have the id %q", n, id)
		}
	}
	level := 0
	for _, h := range p.find("h1", "h2", "h3", "h4", "h5", "h6") {
		now := int(h.Data[1] - '0')
		if now > level+1 {
			add("<%s>%s</%s> follows an h%d", h.Data, text(h), h.Data, level)
		}
		level = now
		if strings.TrimSpace(text(h)) == "" {
			add("an empty %s", h.Data)
		}
	}
	for _, img := range p.find("img") {
		src := attr(img, "src")
		if _, ok := lookup(img, "alt"); !ok {
			add("the picture %s has no alt", src)
		}
		if strings.HasPrefix(src, "/") && (attr(img, "width") == "" || attr(img, "height") == "") {
			add("the picture %s has no width and height", src)
		}
	}
	for n := range p.root.Descendants() {
		for _, value := range shownText(n) {
			if m := escapedTwice.FindString(value); m != "" {
				add("escaped twice: %q in %q", m, site.Shorten(strings.TrimSpace(value), 80))
			}
		}
	}
	return faults
}

// escapedTwice is what readers see when something was escaped once too often.
var escapedTwice = regexp.MustCompile(`&(?:amp|lt|gt|quot|nbsp|#\d+|#x[0-9a-f]+);|^\s*</?(?:p|div|span|a|em|strong)[ >]`)

// shownText is what of a node readers meet as words; not code, where anything
// may stand.
func shownText(n *html.Node) []string {
	if n.Type == html.TextNode && !within(n, "code", "pre", "script", "style") {
		return []string{n.Data}
	}
	var all []string
	for _, a := range n.Attr {
		if slices.Contains([]string{"title", "alt", "content", "aria-label", "href"}, a.Key) {
			all = append(all, a.Val)
		}
	}
	return all
}

func within(n *html.Node, names ...string) bool {
	for up := range n.Ancestors() {
		if slices.Contains(names, up.Data) {
			return true
		}
	}
	return false
}

func (p *htmlPage) find(names ...string) []*html.Node {
	var all []*html.Node
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && slices.Contains(names, n.Data) {
			all = append(all, n)
		}
	}
	return all
}

func (p *htmlPage) byClass(class string) []*html.Node {
	var all []*html.Node
	for n := range p.root.Descendants() {
		if slices.Contains(strings.Fields(attr(n, "class")), class) {
			all = append(all, n)
		}
	}
	return all
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func lookup(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func attr(n *html.Node, key string) string {
	value, _ := lookup(n, key)
	return value
}

// TestCrawlSeesFaults: the crawl's own eyes are open.
func TestCrawlSeesFaults(t *testing.T) {
	root, err := html.Parse(strings.NewReader(`<title>T</title><h1>a &amp;amp; b</h1><h3 id=x>c</h3><h1 id=x>d</h1><img src=/x.png><p>&lt;p>e`))
	if err != nil {
		t.Fatal(err)
	}
	p := &htmlPage{root: root, ids: map[string]int{}}
	p.read()
	got := p.faults()
	want := []string{
		"2 h1", `2 elements have the id "x"`, "<h3>c</h3> follows an h1", "the picture /x.png has no alt",
		"the picture /x.png has no width and height", `escaped twice: "&amp;" in "a &amp; b"`, `escaped twice: "<p>" in "<p>e"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
