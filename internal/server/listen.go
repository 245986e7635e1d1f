package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// grace is how long requests under way may take once the server goes down.
const grace = 20 * time.Second

// lull is how long the server still takes requests once it goes down, and tells
// every client not to use its connection again. A busy connection that was just
// cut would lose the request that is on its way through it.
const lull = 250 * time.Millisecond

// Serve answers on the listener until ctx ends. Then it calls drain, so that
// /readyz turns away what a balancer would still send; asks clients to close
// their connections; stops taking new ones; and waits for the requests under
// way.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger, drain func()) error {
	var draining atomic.Bool
	s := newHTTP(handler, &draining, log)
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(wires{listener}) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	drain()
	draining.Store(true)
	log.Info("going down", "grace", grace.String())
	time.Sleep(lull)
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := s.Shutdown(deadline)
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// newHTTP is the server for a listener of wires. No client can hold on to it by being
// slow.
func newHTTP(handler http.Handler, draining *atomic.Bool, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           closing(handler, draining),
		ConnContext:       withWire,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// closing tells clients that a connection is not to be used again once the
// server is draining. Every request begins here, also for its wire.
func closing(next http.Handler, draining *atomic.Bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if over := wireOf(r); over != nil {
			over.begin()
		}
		if draining.Load() && r.ProtoMajor == 1 {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
