package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"byline/internal/publish"
	"byline/internal/server"
	"byline/internal/site"
	"byline/internal/source"
)

// What a page may weigh, in bytes on the wire. A server sends ten segments before it
// waits for the first answer (RFC 6928), of some 1,460 bytes each: what is more costs
// a slow reader another turn.
const (
	firstFlight  = 14_000
	sheetBudget  = 12_000 // compressed
	scriptBudget = 2_000  // all of them, compressed
	fontBudget   = 60_000
)

// TestArticlesAreLight: every article of the shipped site, its sidebar and its response
// head among it, comes with the first flight, in either encoding; what it needs beside
// is one light style sheet, small scripts and one font, all of its own origin.
func TestArticlesAreLight(t *testing.T) {
	addr, pages := serveShipped(t)
	heaviest := 0
	for _, p := range pages {
		for _, encoding := range []string{"br", "gzip"} {
			head, body := weigh(t, addr, p.Address, encoding)
			if head+body > firstFlight {
				t.Errorf("%s in %s: a head of %d and a body of %d bytes, over %d in all", p.Address, encoding, head, body, firstFlight)
			}
			heaviest = max(heaviest, head+body)
			if p.Address == "/articles/python-backend" {
				t.Logf("%s in %s: a head of %d and a body of %d bytes, %d in all", p.Address, encoding, head, body, head+body)
			}
		}
		needs := needed(t, addr, p.Address)
		if len(needs["stylesheet"]) != 1 || len(needs["script"]) != 2 || len(needs["font"]) != 1 {
			t.Errorf("%s needs %v, want one style sheet, two scripts and one font", p.Address, needs)
		}
	}
	t.Logf("the heaviest of %d articles has %d bytes", len(pages), heaviest)
	if len(pages) < 15 || heaviest < 5_000 {
		t.Error("those are not the shipped articles")
	}
}

// TestAssetsOfArticleAreLight weighs what an article needs beside itself.
func TestAssetsOfArticleAreLight(t *testing.T) {
	addr, _ := serveShipped(t)
	needs := needed(t, addr, "/articles/python-backend")
	for _, encoding := range []string{"br", "gzip"} {
		for kind, budget := range map[string]int{"stylesheet": sheetBudget, "script": scriptBudget, "font": fontBudget} {
			sum := 0
			for _, path := range needs[kind] {
				_, body := weigh(t, addr, path, encoding)
				sum += body
			}
			t.Logf("%s in %s: %d bytes", kind, encoding, sum)
			if sum == 0 || sum > budget {
				t.Errorf("%s in %s: %d bytes, want %d at most", kind, encoding, sum, budget)
			}
		}
	}
}

// serveShipped serves the shipped site as in production, with all that makes a head
// longer, and returns where, and its articles.
func serveShipped(t *testing.T) (addr string, pages []*site.Page) {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	p, err := publish.New(publish.Options{
		Source: source.NewDirectory(filepath.Join("..", "..", "articles")), Origin: "https://www.example.org", HSTS: true, Program: "test", Log: quiet,
	})
	if err == nil {
		err = p.Publish(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server.New(server.Options{Bundles: p, Log: quiet}))
	t.Cleanup(web.Close)
	return web.Listener.Addr().String(), p.Live().Site().Pages
}

// weigh counts the bytes of an answer on the wire. A font, which is compressed already,
// may come as it is.
func weigh(t *testing.T, addr, path, encoding string) (head, body int) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: www.example.org\r\nAccept-Encoding: %s\r\nConnection: close\r\n\r\n", path, encoding)
	all, err := io.ReadAll(conn)
	before, after, found := strings.Cut(string(all), "\r\n\r\n")
	if err != nil || !found {
		t.Fatalf("%s: %q: %v", path, before, err)
	}
	response, err := http.ReadResponse(bufio.NewReader(strings.NewReader(string(all))), nil)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %q: %v", path, before, err)
	}
	if got := response.Header.Get("Content-Encoding"); got != encoding && !strings.HasSuffix(path, ".woff2") {
		t.Fatalf("%s comes as %q, want %s", path, got, encoding)
	}
	return len(before) + 4, len(after)
}

// needed are the addresses of what a page loads, by kind. None is of another origin.
func needed(t *testing.T, addr, path string) map[string][]string {
	t.Helper()
	response, err := http.Get("http://" + addr + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	document, err := html.Parse(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	needs := map[string][]string{}
	for n := range document.Descendants() {
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		kind, address := n.Data, at["src"]
		if n.Data == "link" {
			kind, address = at["rel"], at["href"]
			if kind == "preload" {
				kind = at["as"]
			}
			if kind == "canonical" || kind == "alternate" || n.Parent.Data != "head" {
				continue // which nobody loads who reads
			}
		}
		if n.Type != html.ElementNode || address == "" {
			continue
		}
		if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
			t.Errorf("%s loads %s %s", path, kind, address)
		}
		needs[kind] = append(needs[kind], address)
	}
	return needs
}
