package purge_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"byline/internal/purge"
)

// at is a Varnish at the address of a handler.
func at(t *testing.T, secret string, handler http.HandlerFunc) *purge.Varnish {
	t.Helper()
	listener := httptest.NewServer(handler)
	t.Cleanup(listener.Close)
	v, err := purge.NewVarnish(listener.URL+"/", secret)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Only an answer that says how much was dropped confirms a purge; any other says
// why it may not be done.
func TestConfirmation(t *testing.T) {
	for _, c := range []struct {
		name, purged string
		status       int
		want         string
	}{
		{"nothing had the key", "0", 200, ""},
		{"some had", "12", 200, ""},
		{"any web server", "", 200, "answered 200 OK without Xkey-Purged"},
		{"one that says something else", "yes", 200, "without Xkey-Purged"},
		{"Byline itself", "", 405, "answered 405 Method Not Allowed without Xkey-Purged: it is no Varnish that knows of purging; give it the VCL"},
		{"a stranger to it", "3", 403, "not in its list of who may purge"},
		{"a redirect", "3", 302, "answered 302"},
		{"a fault", "3", 503, "answered 503"},
	} {
		v := at(t, "", func(w http.ResponseWriter, r *http.Request) {
			if r.Method != "PURGE" {
				t.Errorf("%s: a %s", c.name, r.Method)
			}
			if c.purged != "" {
				w.Header().Set("Xkey-Purged", c.purged)
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(c.status)
		})
		switch err := v.Purge(t.Context(), []string{"site"}); {
		case err == nil && c.want != "":
			t.Errorf("%s: confirmed, want %q", c.name, c.want)
		case err != nil && (c.want == "" || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// Many keys take several requests, each of which a Varnish takes as it is
// shipped; where one fails the purge has failed.
func TestManyKeys(t *testing.T) {
	var heard []string
	requests := 0
	v := at(t, "sesame", func(w http.ResponseWriter, r *http.Request) {
		if requests++; requests == 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		keys := r.Header.Get("Xkey-Purge")
		if len(keys) > 4000 {
			t.Errorf("a field of %d bytes", len(keys))
		}
		if got := r.Header.Get("Authorization"); got != "Bearer sesame" {
			t.Errorf("Authorization: %q", got)
		}
		heard = append(heard, strings.Fields(keys)...)
		w.Header().Set("Xkey-Purged", "1")
	})
	var keys []string
	for n := range 100 {
		keys = append(keys, fmt.Sprintf("/articles/%s-%03d", strings.Repeat("x", 60), n))
	}
	if err := v.Purge(t.Context(), keys); err != nil || requests != 2 || strings.Join(heard, " ") != strings.Join(keys, " ") {
		t.Errorf("%v after %d requests with %d of %d keys", err, requests, len(heard), len(keys))
	}
	if err := v.Purge(t.Context(), keys); err == nil {
		t.Error("confirmed, though one request failed")
	}
}

// A fault names no secret, and an address that cannot be one is refused.
func TestAddresses(t *testing.T) {
	for _, address := range []string{"", "10.0.0.5:6081", "http://", "ftp://a", "http://u:hunter2@a", "http://a/path", "http://a?x=1", "http://a b"} {
		if _, err := purge.NewVarnish(address, ""); err == nil {
			t.Errorf("%q is taken", address)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", address, err)
		}
	}
	v, err := purge.NewVarnish("http://"+freeAddress(t), "hunter2")
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Purge(t.Context(), []string{"site"}); err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "refused") {
		t.Errorf("where nobody listens: %v", err)
	}
}
