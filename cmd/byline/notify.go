package main

import (
	"errors"
	"fmt"
	"log/slog"

	"byline/internal/admin"
	"byline/internal/notify"
	"byline/internal/publish"
)

// notifyFlags say who is told what became of a push.
type notifyFlags struct {
	StatusForge     string `help:"Where commit statuses are set: github, gitlab or gitea (Forgejo, too); default by the host of the git URL." placeholder:"KIND"`
	StatusAPI       string `name:"status-api" help:"Address of the forge's API; default by its kind on the host of the git URL." placeholder:"URL"`
	StatusLink      string `help:"Where a commit status leads; default the site." placeholder:"URL"`
	StatusTokenFile string `help:"File with the token that may set commit statuses; or put it into BYLINE_STATUS_TOKEN." placeholder:"FILE"`
	NotifyURL       string `name:"notify-url" help:"Address that gets every new outcome as JSON." placeholder:"URL"`
	NotifyURLFile   string `name:"notify-url-file" help:"File with that address, if it is a secret." placeholder:"FILE"`
}

// notifier is who tells; nil when nobody is to be told. repository is the git
// URL, "" for a plain folder.
func (f notifyFlags) notifier(repository string, news *notify.NewsOptions, log *slog.Logger, observe func(notify.Delivery)) (*notify.Notifier, error) {
	options := notify.Options{Log: log, Observe: observe, URL: f.NotifyURL, News: news}
	if f.NotifyURLFile != "" {
		var err error
		if options.URL, err = flagSecret("--notify-url-file", "", f.NotifyURLFile); err != nil {
			return nil, err
		}
	}
	var err error
	if options.Forge, err = f.forge(repository); err != nil {
		return nil, fmt.Errorf("commit statuses: %w", err)
	}
	if options.Forge == nil && options.URL == "" && news == nil {
		return nil, nil
	}
	return notify.New(options)
}

// forge is where commit statuses are set; nil when they are not.
func (f notifyFlags) forge(repository string) (*notify.Forge, error) {
	token, err := flagSecret("--status-token-file", "BYLINE_STATUS_TOKEN", f.StatusTokenFile)
	switch {
	case err != nil:
		return nil, err
	case token == "" && (f.StatusForge != "" || f.StatusAPI != ""):
		return nil, errors.New("there is no token; put it into BYLINE_STATUS_TOKEN or name its file with --status-token-file")
	case token == "":
		return nil, nil
	case repository == "":
		return nil, errors.New("a plain folder has no commits; serve a git repository, or leave the token out")
	}
	return notify.NewForge(notify.ForgeOptions{Repository: repository, Kind: f.StatusForge, API: f.StatusAPI, Token: token, Link: f.StatusLink})
}

// delivered hands a delivery on to the private listener.
func (o *operations) delivered(d notify.Delivery) {
	if o.recorder != nil {
		o.recorder.Delivered(admin.Delivery(d))
	}
}

// news is a look at the source as pushers hear of it.
func (o *operations) news(s publish.Status) notify.Outcome {
	return notify.Outcome{
		Commit: s.Commit, Revision: s.Revision, Live: s.Live, URL: o.siteURL(), Published: !s.Since.Equal(o.since), Articles: s.Articles,
		HeldBack: s.HeldBack, Findings: s.Findings, Held: s.Held, Fault: s.Fault, Took: s.Took.Total(),
	}
}
