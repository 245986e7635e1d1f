package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"byline/internal/admin"
	"byline/internal/finding"
)

// remote is how a command reaches the server's private listener.
type remote struct {
	AdminAddr string `help:"Private address of the server, as it was started with; default 127.0.0.1:8081." default:"127.0.0.1:8081" placeholder:"HOST:PORT"`
}

type publishCommand struct{ remote }

// Run has the server look at its source now, and says what came of it.
func (c *publishCommand) Run(ctx context.Context, io streams) error {
	return c.order(ctx, io, "/publish", nil)
}

type rollbackCommand struct {
	remote
	Revision string `arg:"" help:"The revision to go back to, as the status page names it."`
}

// Run has the server serve an earlier revision, until its source has a newer one.
func (c *rollbackCommand) Run(ctx context.Context, io streams) error {
	return c.order(ctx, io, "/rollback", map[string]string{"revision": c.Revision})
}

// order sends an order and says in words what came of it. It fails when the
// revision is not live.
func (r remote) order(ctx context.Context, io streams, path string, what map[string]string) error {
	answer, err := r.post(ctx, path, what)
	if err != nil {
		return err
	}
	served := "nothing is live"
	if answer.Live != "" {
		served = answer.Live + " is live"
	}
	switch answer.Result {
	case admin.Live:
		fmt.Fprintln(io.out, told(answer))
		r.findings(io, answer.Findings)
		return nil
	case admin.Held:
		r.findings(io, answer.Findings)
	case admin.Publishing:
		return fmt.Errorf("it still publishes; see http://%s/status", r.AdminAddr)
	}
	return fmt.Errorf("%s; %s", answer.Why, served)
}

// mostFindings are told of one by one: whoever publishes wants to know whether it
// went well, and the errors.
const mostFindings = 10

// findings prints the findings, the errors first, and where the rest are.
func (r remote) findings(io streams, found finding.List) {
	found = slices.Clone(found)
	slices.SortStableFunc(found, func(a, b finding.Finding) int { return int(b.Severity()) - int(a.Severity()) })
	for _, f := range found[:min(len(found), mostFindings)] {
		fmt.Fprintln(io.out, f)
	}
	if more := len(found) - mostFindings; more > 0 {
		fmt.Fprintf(io.out, "and %d more: see byline check, or http://%s/status\n", more, r.AdminAddr)
	}
}

// told is a revision that is live in one line.
func told(a admin.Answer) string {
	line := fmt.Sprintf("%s is live: %d articles", a.Live, a.Articles)
	if a.Articles == 1 {
		line = a.Live + " is live: 1 article"
	}
	if a.Published {
		line += fmt.Sprintf(", published in %.0f ms", a.Took*1e3)
	} else {
		line += ", nothing new"
	}
	if len(a.HeldBack) > 0 {
		line += "; held back: " + strings.Join(a.HeldBack, ", ")
	}
	return line
}

func (r remote) post(ctx context.Context, path string, what map[string]string) (admin.Answer, error) {
	addr, err := r.reachable()
	if err != nil {
		return admin.Answer{}, err
	}
	body, err := json.Marshal(what)
	if err != nil {
		return admin.Answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+path, bytes.NewReader(body))
	if err != nil {
		return admin.Answer{}, fmt.Errorf("--admin-addr: %q is not an address; write one like 127.0.0.1:8081", r.AdminAddr)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	response, err := http.DefaultClient.Do(request)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return admin.Answer{}, fmt.Errorf("nothing listens on %s; start the server with \"byline serve --admin-addr %s\", or name its address with --admin-addr", addr, addr)
	case err != nil:
		if with := (*url.Error)(nil); errors.As(err, &with) {
			err = with.Err
		}
		return admin.Answer{}, fmt.Errorf("ask the server on %s: %w", addr, err)
	}
	defer response.Body.Close()
	return read(addr, response)
}

// read reads the answer of a private listener; anything else answers otherwise.
func read(addr string, response *http.Response) (admin.Answer, error) {
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err != nil {
		return admin.Answer{}, fmt.Errorf("read the answer of %s: %w", addr, err)
	}
	var answer admin.Answer
	if json.Unmarshal(text, &answer) != nil || answer.Result == "" {
		return answer, fmt.Errorf("%s answers %s, which is not the private listener of byline; name its address with --admin-addr", addr, response.Status)
	}
	return answer, nil
}

// reachable is an address that can be dialled for one that was listened on: all
// of a machine's addresses are reached by its loopback one.
func (r remote) reachable() (string, error) {
	host, port, err := net.SplitHostPort(r.AdminAddr)
	if err != nil {
		return "", fmt.Errorf("--admin-addr: %q is not an address; write one like 127.0.0.1:8081", r.AdminAddr)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}
