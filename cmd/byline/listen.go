package main

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"

	"byline/internal/site"
)

// listen opens the public port.
func (c *serveCommand) listen() (net.Listener, error) {
	addr, name := c.Addr, "--addr"
	if port := os.Getenv("PORT"); addr == "" && port != "" {
		addr, name = ":"+port, "PORT"
	}
	return listen(cmp.Or(addr, ":8080"), name, "--addr")
}

// listen opens a port and says in plain words why it cannot. name is where the
// address was read, flag where another can be said.
func listen(addr, name, flag string) (net.Listener, error) {
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
		return nil, fmt.Errorf("the address %s is in use by another program; choose another with %s", addr, flag)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("this user may not listen on %s; choose a port from 1024 up with %s", addr, flag)
	case err != nil:
		var fault *net.OpError
		if errors.As(err, &fault) {
			err = fault.Err
		}
		return nil, fmt.Errorf("listen on %s: %w; choose another address with %s", addr, err, flag)
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
