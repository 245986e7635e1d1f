package main

import (
	"byline/internal/notify"
	"byline/internal/publish"
	"byline/internal/render"
	"byline/internal/store"
)

// announceFlags say who in the world is told of changes.
type announceFlags struct {
	Announce    bool   `help:"Tell search engines and the hub of the feeds what has changed, as far as site.yaml names a key (indexnow) and a hub; of a site for everybody, at an https address. Of several servers of one site only one should." default:"true" negatable:""`
	IndexnowURL string `name:"indexnow-url" help:"Search engine that is told by IndexNow, and tells the others." default:"https://api.indexnow.org/indexnow" placeholder:"URL"`
}

// newsOptions are what the notifier needs for it; nil when nobody is told.
func (f announceFlags) newsOptions(dev bool, kept *store.Store) *notify.NewsOptions {
	if !f.Announce || dev {
		return nil
	}
	options := &notify.NewsOptions{IndexNow: f.IndexnowURL}
	if kept != nil {
		options.Keep = kept
	}
	return options
}

// announce has the world told of the live bundle, if it is another than the last
// time. What was gone back to is news to nobody: it waits for what comes next.
func (o *operations) announce(live *render.Bundle, s publish.Status) {
	switch {
	case !o.announces || live == nil || live == o.announced:
		return
	case s.Rejected != "", live.Site().Settings.IndexNow == "" && live.Site().Settings.Hub.Value == "":
		o.notifier.Announce(nil)
	case notify.Public(live.Site().Origin):
		news := live.News()
		o.notifier.Announce(&notify.News{
			Origin: live.Site().Origin, Revision: live.Revision(), Pages: news.Pages, Feeds: news.Feeds,
			IndexNow: string(live.Site().Settings.IndexNow), Hub: live.Site().Settings.Hub.Value,
		})
	}
	o.announced = live
}
