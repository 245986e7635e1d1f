package webtest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
)

// Response is what came back, as it stood on the wire.
type Response struct {
	Status int
	Header http.Header
	Length int64 // Content-Length; -1 when there is none
	Body   []byte
}

// Do sends a request byte for byte as given, over a connection of its own. It
// fails when the response is not framed exactly as it announces.
func Do(addr, method, target string, header ...[2]string) (*Response, error) {
	return Send(addr, method, target, "", header...)
}

// Send is Do for a request with a body; "" sends none.
func Send(addr, method, target, body string, header ...[2]string) (*Response, error) {
	conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return nil, err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s HTTP/1.1\r\nConnection: close\r\n", method, target)
	if !slices.ContainsFunc(header, func(h [2]string) bool { return h[0] == "Host" }) {
		out.WriteString("Host: example.test\r\n")
	}
	for _, h := range header {
		fmt.Fprintf(&out, "%s: %s\r\n", h[0], h[1])
	}
	if body != "" {
		fmt.Fprintf(&out, "Content-Length: %d\r\n", len(body))
	}
	out.WriteString("\r\n" + body)
	if _, err := io.WriteString(conn, out.String()); err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	return read(bufio.NewReader(conn), method)
}

func read(in *bufio.Reader, method string) (*Response, error) {
	raw, err := http.ReadResponse(in, &http.Request{Method: method})
	if err != nil {
		return nil, fmt.Errorf("read the response: %w", err)
	}
	defer raw.Body.Close()
	body, err := io.ReadAll(raw.Body)
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	if rest, err := io.ReadAll(in); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes behind the end of the response: %.60q (%v)", len(rest), rest, err)
	}
	length := raw.ContentLength
	if raw.Header.Get("Content-Length") == "" {
		length = -1
	}
	return &Response{raw.StatusCode, raw.Header, length, body}, nil
}

// Decode undoes a content coding, as a browser does.
func Decode(coding string, body []byte) ([]byte, error) {
	switch coding {
	case "":
		return body, nil
	case "gzip":
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(r)
	case "br":
		return io.ReadAll(brotli.NewReader(bytes.NewReader(body)))
	}
	return nil, fmt.Errorf("unknown content coding %q", coding)
}
