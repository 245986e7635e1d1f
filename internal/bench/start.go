package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// pause is between two looks for what is waited for.
const pause = time.Millisecond

// start starts the server and waits until it is ready.
func (r *run) start(ctx context.Context) error {
	began := time.Now()
	server, err := spawn(ctx, r.Program, r.content)
	if err != nil {
		return err
	}
	r.server, r.client = server, newClient(server.addr)
	for {
		status, _, _, err := r.client.get(ctx, "/readyz")
		if err == nil && status == http.StatusOK {
			break
		}
		select {
		case <-server.ended:
			return fmt.Errorf("the server does not start; see what \"byline check\" says of the content. It wrote:\n%s", server.log)
		case <-time.After(pause):
		}
	}
	r.report.Start = Start{Seconds: time.Since(began).Seconds(), Usage: server.usage()}
	return nil
}

// place is where things are on the site that is served.
type place struct {
	list     string   // the list of all articles: P
	articles []string // paths of all articles, the newest first
	bySlug   map[string]string
}

var errNoArticle = errors.New("the site shows no article to measure with; see what \"byline list\" says of the content")

// look finds out what there is to ask for, and weighs one page.
func (r *run) look(ctx context.Context) error {
	r.Tell("Looking at the site")
	list, err := r.homeOf(ctx)
	if err != nil {
		return err
	}
	r.place = place{list: list, bySlug: map[string]string{}}
	status, _, _, err := r.client.get(ctx, "/sitemap.xml")
	if err != nil {
		return err
	}
	if status == http.StatusNotFound {
		return errNoArticle
	}
	maps, err := r.client.locations(ctx, "/sitemap.xml")
	if err != nil {
		return err
	}
	for _, m := range maps {
		if !strings.Contains(m, "/sitemap-articles-") {
			continue
		}
		paths, err := r.client.locations(ctx, m)
		if err != nil {
			return err
		}
		r.place.articles = append(r.place.articles, paths...)
	}
	if len(r.place.articles) == 0 {
		return errNoArticle
	}
	for _, path := range r.place.articles {
		r.place.bySlug[path[strings.LastIndexByte(path, '/')+1:]] = path
	}
	r.report.Site.Articles = len(r.place.articles)
	return r.weigh(ctx)
}

// homeOf is P: where / leads to, or / itself.
func (r *run) homeOf(ctx context.Context) (string, error) {
	status, head, _, err := r.client.get(ctx, "/")
	switch {
	case err != nil:
		return "", err
	case status == http.StatusOK:
		return "/", nil
	case status == http.StatusFound:
		return head.Get("Location"), nil
	}
	return "", fmt.Errorf("GET /: the server answers %d", status)
}

// under is the path of something that hangs below P.
func (p place) under(name string) string { return strings.TrimSuffix(p.list, "/") + "/" + name }

// one is the page that stands for all: an article in the middle.
func (p place) one() string { return p.articles[len(p.articles)/2] }

// encodings are what a page is served in, the best first.
var encodings = [...]string{"br", "gzip", "identity"}

// weigh counts the bytes of one page.
func (r *run) weigh(ctx context.Context) error {
	w, err := dial(ctx, r.server.addr)
	if err != nil {
		return err
	}
	defer w.close()
	for _, encoding := range encodings {
		a, err := w.ask(request(r.server.addr, r.place.one(), encoding), time.Now().Add(time.Minute))
		if err != nil {
			return fmt.Errorf("GET %s: %w", r.place.one(), err)
		}
		r.report.Weights = append(r.report.Weights, Weight{Page: r.place.one(), Encoding: a.encoding, Head: a.head, Body: a.body})
	}
	return nil
}
