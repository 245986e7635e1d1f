package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"byline/internal/testkit"
)

// ear is somebody at a notify URL. What is heard comes out of the channel.
func ear(t *testing.T) (address string, heard chan map[string]any) {
	t.Helper()
	heard = make(chan map[string]any, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var said map[string]any
		if err := json.NewDecoder(r.Body).Decode(&said); err != nil {
			t.Errorf("what was told is no JSON: %v", err)
		}
		heard <- said
	}))
	t.Cleanup(server.Close)
	return server.URL, heard
}

// Who listens at --notify-url hears what is live and of every change.
func TestServeTells(t *testing.T) {
	address, heard := ear(t)
	dir := t.TempDir()
	testkit.Write(t, dir, "site.yaml", "title: T\n")
	testkit.Write(t, dir, "a.md", "---\ntitle: A\ndate: 2026-01-01\n---\n")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--content", dir, "--addr", "127.0.0.1:0", "--notify-url", address + "/x"}, io.Discard, io.Discard)
	}()
	first := <-heard
	if url, _ := first["url"].(string); first["good"] != true || first["published"] != true || first["live"] == "" || !strings.HasPrefix(url, "http://localhost:") || !strings.HasSuffix(url, "/articles") {
		t.Errorf("first: %v", first)
	}
	testkit.Write(t, dir, "site.yaml", "titel: T\n")
	second := <-heard
	if second["good"] != false || second["live"] != first["live"] || second["held"] == nil {
		t.Errorf("of a revision that is held back: %v", second)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
}

// A server that cannot start, because its content is held back, says so before
// it ends.
func TestServeTellsWhyItCannotStart(t *testing.T) {
	address, heard := ear(t)
	dir := t.TempDir()
	testkit.Write(t, dir, "site.yaml", "titel: T\n")
	err := run(t.Context(), []string{"serve", "--content", filepath.Clean(dir), "--addr", "127.0.0.1:0", "--notify-url", address}, io.Discard, io.Discard)
	if err == nil {
		t.Fatal("it starts")
	}
	select {
	case said := <-heard:
		if said["held"] == nil || said["good"] != false {
			t.Errorf("told %v", said)
		}
	default:
		t.Error("nobody was told")
	}
}
