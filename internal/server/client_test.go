package server

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"testing"
)

// The log names the client that a trusted proxy names, and the peer where there
// is no such word or nobody to believe.
func TestLogNamesTheClient(t *testing.T) {
	for _, c := range []struct {
		name, peer, forwarded, want string
		trusted                     []string
	}{
		{"no proxy is trusted", "198.51.100.7:5000", "203.0.113.9", "198.51.100.7", nil},
		{"a trusted proxy", "10.0.0.1:5000", "203.0.113.9", "203.0.113.9", []string{"10.0.0.0/8"}},
		{"a trusted proxy that says nothing", "10.0.0.1:5000", "", "10.0.0.1", []string{"10.0.0.0/8"}},
	} {
		var log bytes.Buffer
		handler := New(Options{Bundles: newSite(t).publisher, Log: slog.New(slog.NewJSONHandler(&log, nil)), TrustedProxies: c.trusted})
		r := httptest.NewRequest("GET", "/articles", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		handler.ServeHTTP(httptest.NewRecorder(), r)
		var line struct{ Client string }
		if err := json.Unmarshal(log.Bytes(), &line); err != nil {
			t.Fatalf("%s: %v in %s", c.name, err, log.String())
		}
		if line.Client != c.want {
			t.Errorf("%s: client %q, want %q", c.name, line.Client, c.want)
		}
	}
}
