package main

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"time"

	"byline/internal/publish"
	"byline/internal/server"
)

type serveCommand struct {
	content
	gitFlags     `group:"Content from git"`
	previewFlags `group:"Content from git"`
	Addr         string        `help:"Address to listen on; default :8080, or the port in the variable PORT." placeholder:"HOST:PORT"`
	BaseURL      string        `name:"base-url" help:"Public origin, like https://example.org; overrides url in site.yaml." placeholder:"URL"`
	Dev          bool          `help:"For writing: show drafts and findings, reload open pages."`
	Strict       bool          `help:"Hold a revision back for any finding, warnings too."`
	Hsts         bool          `help:"Send Strict-Transport-Security for the whole host."`
	Poll         time.Duration `help:"Fetch the repository, or look at the folder, at least this often." default:"30s"`
	TrustedProxy []string      `help:"Network of proxies whose X-Forwarded-For is believed." placeholder:"CIDR"`

	memoryFlags  `group:"For operators"`
	adminFlags   `group:"For operators"`
	purgeFlags   `group:"Behind a cache"`
	webhookFlags `group:"For who pushes"`
	notifyFlags  `group:"For who pushes"`

	announceFlags `group:"For the world"`
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(ctx context.Context, io streams) error {
	screen := newScreen(io.err)
	log, lines, flush := serverLog(io.err, screen)
	defer flush()
	for _, network := range c.TrustedProxy {
		if _, err := netip.ParsePrefix(network); err != nil {
			return fmt.Errorf("--trusted-proxy: %q is not a network; write one like 10.0.0.0/8", network)
		}
	}
	from, err := c.open(ctx, c.content, log)
	if err != nil {
		return err
	}
	defer from.close()
	listener, err := c.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	origin, err := c.origin(listener.Addr())
	if err != nil {
		return err
	}
	key, err := c.previewKey(c.Data, from.repository != nil)
	if err != nil {
		return err
	}
	operations, err := c.operations(from.store, log)
	if err != nil {
		return err
	}
	defer operations.close()
	if operations.memory, err = c.memory(log); err != nil {
		return err
	}
	defer operations.memory.garbage.start(operations.memory.size)()
	reading := newProgress(screen, log, time.Now)
	publisher, err := publish.New(publish.Options{
		Source: from.source, Mirror: from.mirror, Repository: from.repository, Store: from.store, Pictures: servedPictures(ctx, from.store, log),
		Origin: origin, Poll: c.Poll, Strict: c.Strict, Dev: c.Dev, HSTS: c.Hsts, PreviewKey: key,
		Program: program(), Built: buildTime(), Log: log, Observe: operations.looked, Swapped: operations.memory.swapped(operations.swapped()), Cache: operations.memory.cache,
		Progress: reading.told,
	})
	if err != nil {
		return err
	}
	operations.publisher = publisher
	end, err := operations.start(ctx)
	if err != nil {
		return err
	}
	defer end()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	published := make(chan error, 1)
	go func() {
		err := publisher.Start(ctx)
		reading.end()
		if err == nil {
			log.Info("listening", "url", "http://"+shown(listener.Addr())+cmp.Or(publisher.Live().Site().Path, "/"))
			err = publisher.Run(ctx)
		} else {
			_ = listener.Close() // nothing is served, and nobody waits for more
		}
		published <- err
	}()
	draining := make(chan struct{})
	handler := server.New(operations.join(server.Options{Bundles: publisher, Log: log, Lines: lines, Dev: c.Dev, TrustedProxies: c.TrustedProxy, Draining: draining}))
	err = server.Serve(ctx, listener, handler, log, func() { close(draining) })
	told := ctx.Err() != nil
	stop()
	switch fault := <-published; {
	case publisher.Live() == nil && told:
		return nil // told to stop while starting
	case fault != nil:
		return fault
	}
	return err
}
