package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"byline/internal/publish"
	"byline/internal/server"
	"byline/internal/site"
)

type serveCommand struct {
	content
	gitFlags
	previewFlags
	Addr         string        `help:"Address to listen on; default :8080, or the port in the variable PORT." placeholder:"HOST:PORT"`
	BaseURL      string        `name:"base-url" help:"Public origin, like https://example.org; overrides url in site.yaml." placeholder:"URL"`
	Dev          bool          `help:"For writing: show drafts and findings, reload open pages."`
	Strict       bool          `help:"Hold a revision back for any finding, warnings too."`
	Hsts         bool          `help:"Send Strict-Transport-Security for the whole host."`
	Poll         time.Duration `help:"Fetch the repository, or look at the folder, at least this often." default:"30s"`
	TrustedProxy []string      `help:"Network of proxies whose X-Forwarded-For is believed." placeholder:"CIDR"`
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(ctx context.Context, io streams) error {
	log := logger(io.err)
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
	publisher, err := publish.New(publish.Options{
		Source: from.source, Mirror: from.mirror, Repository: from.repository, Store: from.store,
		Origin: origin, Poll: c.Poll, Strict: c.Strict, Dev: c.Dev, HSTS: c.Hsts, PreviewKey: key,
		Program: program(), Built: buildTime(), Log: log,
	})
	if err != nil {
		return err
	}
	if err := publisher.Start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // told to stop while starting
		}
		return err
	}
	draining := make(chan struct{})
	handler := server.New(server.Options{Bundles: publisher, Log: log, Dev: c.Dev, TrustedProxies: c.TrustedProxy, Draining: draining})
	log.Info("listening", "url", "http://"+shown(listener.Addr())+cmp.Or(publisher.Live().Site().Path, "/"))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	watching := make(chan error, 1)
	go func() { watching <- publisher.Run(ctx) }()
	err = server.Serve(ctx, listener, handler, log, func() { close(draining) })
	stop()
	if watched := <-watching; err == nil {
		err = watched
	}
	return err
}

// listen opens the port and says in plain words why it cannot.
func (c *serveCommand) listen() (net.Listener, error) {
	addr, name := c.Addr, "--addr"
	if port := os.Getenv("PORT"); addr == "" && port != "" {
		addr, name = ":"+port, "PORT"
	}
	addr = cmp.Or(addr, ":8080")
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %q is not an address to listen on; write one like :8080 or 127.0.0.1:8080", name, addr)
	}
	listener, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("the address %s is in use by another program; choose another with --addr", addr)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("this user may not listen on %s; choose a port from 1024 up with --addr", addr)
	case err != nil:
		var fault *net.OpError
		if errors.As(err, &fault) {
			err = fault.Err
		}
		return nil, fmt.Errorf("listen on %s: %w; choose another address with --addr", addr, err)
	}
	return listener, nil
}

// origin is the public origin: the flag's, or this machine's when the listener
// is only for it, else the one in site.yaml.
func (c *serveCommand) origin(addr net.Addr) (string, error) {
	if c.BaseURL != "" {
		origin, err := site.ParseOrigin(c.BaseURL)
		if err != nil {
			return "", fmt.Errorf("--base-url: %w", err)
		}
		return origin, nil
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "", nil
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsLoopback() {
		return "http://localhost:" + port, nil
	}
	return "", nil
}

// shown is an address as it can be typed into a browser.
func shown(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsUnspecified() || ip.IsLoopback()) {
		host = "localhost"
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + port
}
