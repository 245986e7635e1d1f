package server

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// Whatever is asked for, in whatever order: who begins to wait is let wait as long as
// was asked for last and no more than slack longer, and who is waiting has every word
// to the letter.
func TestLazyDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(1, 2))
		var standing, wanted time.Time
		sets, steps, begun, waiting := 0, 0, 0, 0
		d := lazyDeadline{set: func(at time.Time) error { standing = at; sets++; return nil }}
		for range 100_000 {
			steps++
			time.Sleep(time.Duration(random.IntN(200)) * time.Millisecond)
			switch random.IntN(4) {
			case 0:
				wanted = []time.Time{{}, time.Unix(1, 0), time.Now().Add(5 * time.Second), time.Now().Add(20 * time.Second), time.Now().Add(-time.Millisecond)}[random.IntN(5)]
				if err := d.want(wanted); err != nil {
					t.Fatal(err)
				}
				if waiting > 0 && !standing.Equal(wanted) {
					t.Fatalf("step %d: %v stands while somebody waits, want %v", steps, standing, wanted)
				}
			case 1, 2:
				err := d.begin()
				if over := !wanted.IsZero() && !time.Now().Before(wanted); err != nil {
					if timeout, ok := errors.AsType[net.Error](err); !over || !ok || !timeout.Timeout() {
						t.Fatalf("step %d: %v, at %v for %v", steps, err, time.Now(), wanted)
					}
					break
				}
				begun++
				waiting++
				if late := standing.Sub(wanted); standing.IsZero() != wanted.IsZero() || late < 0 || late > slack {
					t.Fatalf("step %d: %v stands, want %v and at most %v more", steps, standing, wanted, slack)
				}
			default:
				for ; waiting > 0; waiting-- {
					d.end()
				}
			}
		}
		if sets == 0 || begun == 0 {
			t.Errorf("%d steps, %d set beneath, %d waits", steps, sets, begun)
		}
	})
}

// A connection that is used all the time, as net/http does it, has its timers
// touched once in a second, not seven times a request.
func TestLazyDeadlineIsLazy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sets := 0
		count := func(time.Time) error { sets++; return nil }
		reading, writing := lazyDeadline{set: count}, lazyDeadline{set: count}
		const requests = 10_000 // in ten seconds
		for range requests {
			for _, at := range []time.Duration{5 * time.Second, 20 * time.Second} {
				_ = reading.want(time.Now().Add(at))
			}
			_ = writing.want(time.Now().Add(2 * time.Minute))
			if writing.begin() == nil {
				writing.end()
			}
			_ = reading.want(time.Unix(1, 0)) // net/http takes back the read that it has begun
			if reading.begin() == nil {
				t.Fatal("a time long ago is not over")
			}
			_ = reading.want(time.Time{})
			_ = writing.want(time.Time{})
			_ = reading.want(time.Now().Add(90 * time.Second))
			if reading.begin() == nil {
				reading.end()
			}
			time.Sleep(time.Millisecond)
		}
		if sets > 2*11 {
			t.Errorf("%d timers set for %d requests in ten seconds, want two a second", sets, requests)
		}
	})
}

// Who is slow is still cut off: with the header, with the body, between requests, and
// who does not read what was asked for.
func TestSlowClientsAreCutOff(t *testing.T) {
	large := make([]byte, 32<<20)
	short := func(s *http.Server) {
		s.ReadHeaderTimeout, s.ReadTimeout, s.WriteTimeout, s.IdleTimeout = 50*time.Millisecond, 80*time.Millisecond, 80*time.Millisecond, 50*time.Millisecond
	}
	ended := make(chan error, 1)
	addr := overWire(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_, err := io.ReadAll(r.Body)
			ended <- err
			return
		}
		if r.URL.Path != "/large" {
			return
		}
		wireOf(r).announce(nil, nil, large)
		w.Header().Set("Content-Length", "33554432")
		w.(http.Flusher).Flush()
		_, err := w.Write(large)
		ended <- err
	}), short)
	for name, c := range map[string]struct {
		sent    string
		handled bool
	}{
		"nothing":          {"", false},
		"half of a header": {"GET / HTTP/1.1\r\nHost:", false},
		"half of a body":   {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf", true},
		"one request":      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"nobody reads":     {"GET /large HTTP/1.1\r\nHost: a\r\n\r\n", true},
	} {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, c.sent)
		if c.handled {
			select {
			case err := <-ended:
				if err == nil {
					t.Errorf("%s: the handler has met no error", name)
				}
			case <-time.After(deadline):
				t.Fatalf("%s: the handler waits without end", name)
			}
		}
		_ = conn.SetDeadline(time.Now().Add(deadline))
		_, err = io.Copy(io.Discard, conn)
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			t.Errorf("%s: the server holds the connection: %v", name, err)
		}
		_ = conn.Close()
	}
}
