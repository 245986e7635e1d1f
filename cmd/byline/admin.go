package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"byline/internal/admin"
	"byline/internal/notify"
	"byline/internal/server"
)

// adminFlags are the flags of the private listener.
type adminFlags struct {
	AdminAddr string `help:"Private address for the status page, metrics and profiles, like 127.0.0.1:8081; default off. It has no password." placeholder:"HOST:PORT"`
}

// listenAdmin opens the private port; nil when it is off.
func (f adminFlags) listenAdmin(log *slog.Logger) (net.Listener, error) {
	if f.AdminAddr == "" {
		return nil, nil
	}
	listener, err := listen(f.AdminAddr, "--admin-addr", "--admin-addr")
	if err != nil {
		return nil, err
	}
	if !private(listener.Addr()) {
		log.Warn("the private listener has no password and may be reached from outside; give --admin-addr a loopback or private address", "addr", listener.Addr().String())
	}
	return listener, nil
}

// private reports whether an address is for this machine or its own network. One
// that stands for all of a machine's addresses is not.
func private(addr net.Addr) bool {
	parsed, err := netip.ParseAddrPort(addr.String())
	ip := parsed.Addr().Unmap()
	return err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast())
}

// newRecorder keeps what the private listener shows.
func (o *operations) newRecorder() *admin.Recorder {
	return admin.NewRecorder(admin.RecorderOptions{
		Version: version(), RequestKinds: server.Kinds(), DeliveryKinds: notify.Kinds(), DeliveryResults: notify.Results(),
		Caches: o.caches, Bodies: func() admin.Bodies { return admin.Bodies(o.memory.cache.Held()) },
		Modified: func() time.Time {
			if live := o.publisher.Live(); live != nil {
				return live.Site().Modified
			}
			return time.Time{}
		},
	})
}

// serveAdmin answers on the private listener until ctx ends.
func (o *operations) serveAdmin(ctx context.Context, handler http.Handler) {
	log := o.log.With("listener", "admin")
	log.Info("listening", "url", "http://"+shown(o.listener.Addr())+"/status")
	if err := server.Serve(ctx, o.listener, handler, log, func() {}); err != nil {
		log.Error("the private listener has ended", "error", err)
	}
}

// adminHandler is the handler of the private listener; nil when it is off.
func (o *operations) adminHandler() (http.Handler, error) {
	if o.listener == nil {
		return nil, nil
	}
	handler, err := admin.New(admin.Options{Publisher: o.publisher, Recorder: o.recorder, Log: o.log, Site: o.siteURL})
	if err != nil {
		return nil, fmt.Errorf("private listener: %w", err)
	}
	return handler, nil
}
