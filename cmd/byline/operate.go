package main

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"time"

	"byline/internal/admin"
	"byline/internal/notify"
	"byline/internal/publish"
	"byline/internal/purge"
	"byline/internal/render"
	"byline/internal/server"
	"byline/internal/store"
)

// operations is how operators and pushers see and steer publishing: the private
// listener, the webhook, and who is told. It runs beside the public listener and
// ends after it.
type operations struct {
	log      *slog.Logger
	listener net.Listener     // the private one; nil when it is off
	recorder *admin.Recorder  // what it shows; nil when it is off
	notifier *notify.Notifier // nil when nobody is told
	purger   *purge.Worker    // nil when no cache is told
	secret   string           // of the webhook; "" when it is off
	branch   string           // that is published; "": any

	announces bool           // the world is told of changes
	announced *render.Bundle // that it was told of last

	publisher *publish.Publisher
	memory    *memory
	since     time.Time // when the live revision went live, by the last look
	waking    sync.WaitGroup
	awake     context.Context // of what a push began
	running   sync.WaitGroup
}

// operations reads the flags and opens the private port.
func (c *serveCommand) operations(kept *store.Store, log *slog.Logger) (*operations, error) {
	o := &operations{log: log}
	if c.Git != "" {
		o.branch = c.Branch
	}
	var err error
	if o.secret, err = c.webhookSecret(); err != nil {
		return nil, err
	}
	news := c.newsOptions(c.Dev, kept)
	o.announces = news != nil
	if o.notifier, err = c.notifier(c.Git, news, log, o.delivered); err != nil {
		return nil, err
	}
	if o.purger, err = c.purger(kept, log); err != nil {
		return nil, err
	}
	if o.listener, err = c.listenAdmin(log); err != nil {
		return nil, err
	}
	if o.listener != nil {
		o.recorder = o.newRecorder()
	}
	return o, nil
}

// close gives the private port back.
func (o *operations) close() {
	if o.listener != nil {
		_ = o.listener.Close() // closed already where it was served on
	}
}

// looked hears of every look at the source, one after the other.
func (o *operations) looked(s publish.Status) {
	if o.recorder != nil {
		o.recorder.Looked(s)
	}
	if o.notifier != nil {
		o.notifier.Tell(o.news(s))
		o.announce(o.publisher.Live(), s)
	}
	o.since = s.Since
}

// swapped hears of every bundle that goes live; nil when nobody must.
func (o *operations) swapped() func(*render.Bundle) {
	if o.purger == nil {
		return nil
	}
	return o.purger.Swapped
}

// join adds what the public listener needs.
func (o *operations) join(options server.Options) server.Options {
	if o.recorder != nil {
		options.Observe = o.recorder
	}
	if o.purger != nil {
		options.SharedFor = o.purger.KeepFor
	}
	options.Webhook = server.Webhook{Secret: o.secret, Branch: o.branch, Wake: o.wake}
	return options
}

// start runs what runs beside the public listener. stop ends it, and waits.
func (o *operations) start(ctx context.Context) (stop func(), err error) {
	handler, err := o.adminHandler()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	awake, sleep := context.WithCancel(ctx)
	o.awake = awake
	if handler != nil {
		o.running.Go(func() { o.serveAdmin(ctx, handler) })
	}
	if o.notifier != nil {
		o.running.Go(func() { o.notifier.Run(ctx) })
	}
	if o.purger != nil {
		o.running.Go(func() { o.purger.Run(ctx) })
	}
	return func() {
		sleep()
		o.waking.Wait()
		cancel()
		o.running.Wait()
	}, nil
}

// siteURL is where readers find the site; "" when it is not known.
func (o *operations) siteURL() string {
	live := o.publisher.Live()
	if live == nil || live.Site().Origin == "" {
		return ""
	}
	return live.Site().Origin + live.Site().Path
}
