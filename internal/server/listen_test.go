package server

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// serving is a server under Serve.
type serving struct {
	addr    string
	stop    context.CancelFunc
	drained atomic.Bool
	ended   chan error
}

func startServing(t *testing.T, handler http.Handler) *serving {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	s := &serving{addr: listener.Addr().String(), stop: stop, ended: make(chan error, 1)}
	go func() { s.ended <- Serve(ctx, listener, handler, quiet(), func() { s.drained.Store(true) }) }()
	return s
}

func (s *serving) end(t *testing.T) {
	t.Helper()
	select {
	case err := <-s.ended:
		if err != nil {
			t.Errorf("Serve: %v", err)
		}
	case <-time.After(deadline):
		t.Fatal("Serve did not end")
	}
}

// A request under way when the server goes down is completed, and readiness is
// withdrawn before that.
func TestServeCompletesRequests(t *testing.T) {
	under, finish := make(chan struct{}), make(chan struct{})
	s := startServing(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(under)
		<-finish
		_, _ = io.WriteString(w, "whole")
	}))
	type answer struct {
		body string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		r, err := http.Get("http://" + s.addr)
		if err != nil {
			got <- answer{"", err}
			return
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		got <- answer{string(body), err}
	}()
	<-under
	s.stop()
	for !s.drained.Load() {
		time.Sleep(time.Millisecond)
	}
	close(finish)
	if a := <-got; a.err != nil || a.body != "whole" {
		t.Errorf("the request under way: %q %v", a.body, a.err)
	}
	s.end(t)
	if _, err := net.DialTimeout("tcp", s.addr, time.Second); err == nil {
		t.Error("a server that went down takes connections")
	}
}

// Connections that are in use when the server goes down lose nothing: each hears
// "Connection: close" with a response before it is closed.
func TestServeDropsNothing(t *testing.T) {
	s := startServing(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(2 * time.Millisecond)
		_, _ = io.WriteString(w, "whole")
	}))
	var clients sync.WaitGroup
	var answered atomic.Int64
	for range 20 {
		clients.Go(func() {
			if err := (&client{addr: s.addr}).untilClosed(&answered); err != nil {
				t.Errorf("after %d requests: %v", answered.Load(), err)
			}
		})
	}
	for answered.Load() < 200 && !t.Failed() {
		time.Sleep(time.Millisecond)
	}
	s.stop()
	clients.Wait()
	s.end(t)
	t.Logf("%d requests answered, none dropped", answered.Load())
}

// client keeps one connection in use, as a proxy does: between two requests it
// is idle for a moment.
type client struct{ addr string }

func (c *client) untilClosed(answered *atomic.Int64) error {
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(deadline)); err != nil {
		return err
	}
	in := bufio.NewReader(conn)
	for {
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
			return err
		}
		r, err := http.ReadResponse(in, nil)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != "whole" {
			return errors.Join(err, errors.New("a response that is not whole"))
		}
		answered.Add(1)
		if r.Close {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// A listener that fails ends Serve with the reason.
func TestServeFails(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := Serve(t.Context(), listener, http.NotFoundHandler(), quiet(), func() {}); err == nil {
		t.Error("no error from a closed listener")
	}
}

// Headers over the limit are refused.
func TestServeLimitsHeaders(t *testing.T) {
	s := startServing(t, http.NotFoundHandler())
	request, err := http.NewRequest("GET", "http://"+s.addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Long", strings.Repeat("a", 64<<10))
	r, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%d for a header of 64 KiB", r.StatusCode)
	}
	s.stop()
	s.end(t)
}
