package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// client asks the server what needs no stopwatch. It follows no redirects and asks
// for no compression.
type client struct {
	addr string
	http *http.Client
}

func newClient(addr string) *client {
	return &client{addr, &http.Client{
		Timeout:       30 * time.Second,
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 8},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// get asks for a path.
func (c *client) get(ctx context.Context, path string) (status int, head http.Header, body []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.addr+path, nil)
	if err != nil {
		return 0, nil, nil, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return 0, nil, nil, err
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	return response.StatusCode, response.Header, body, err
}

// want asks for a path that must be there.
func (c *client) want(ctx context.Context, path string) ([]byte, error) {
	status, _, body, err := c.get(ctx, path)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("GET %s: the server answers %d", path, status)
	}
	return body, err
}

var location = regexp.MustCompile(`<loc>https?://[^/<]+([^<]*)</loc>`)

// locations are the paths that a sitemap names.
func (c *client) locations(ctx context.Context, path string) ([]string, error) {
	body, err := c.want(ctx, path)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, m := range location.FindAllSubmatch(body, -1) {
		paths = append(paths, string(m[1]))
	}
	return paths, nil
}

// wire is one keep-alive connection with as little between the stopwatch and the
// socket as can be: whoever measures takes from the cores of who is measured.
type wire struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(ctx context.Context, addr string) (*wire, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &wire{conn, bufio.NewReaderSize(conn, 64<<10)}, nil
}

func (w *wire) close() { _ = w.conn.Close() }

// request is one, ready to be sent. encoding is what is accepted.
func request(addr, path, encoding string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: byline-bench\r\nAccept: text/html\r\nAccept-Encoding: %s\r\n\r\n", path, addr, encoding)
}

// answer is what came back.
type answer struct {
	status     int
	encoding   string
	head, body int // bytes
}

// ask sends a request and reads the answer, whose body goes to nobody.
func (w *wire) ask(request []byte, until time.Time) (answer, error) {
	_ = w.conn.SetDeadline(until) // an error would show when it is written to
	if _, err := w.conn.Write(request); err != nil {
		return answer{}, err
	}
	a := answer{body: -1, encoding: "identity"}
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return a, err
		}
		a.head += len(line)
		name, value, _ := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(":"))
		switch {
		case len(name) == 0:
			return a, w.skip(a)
		case a.status == 0:
			a.status = statusOf(line)
		case bytes.EqualFold(name, []byte("Content-Length")):
			a.body, err = strconv.Atoi(string(bytes.TrimSpace(value)))
		case bytes.EqualFold(name, []byte("Content-Encoding")):
			a.encoding = string(bytes.TrimSpace(value))
		}
		if err != nil {
			return a, fmt.Errorf("read the head of an answer: %w", err)
		}
	}
}

// skip reads a body.
func (w *wire) skip(a answer) error {
	if a.body < 0 {
		return errors.New("an answer does not say how long it is")
	}
	_, err := w.in.Discard(a.body)
	return err
}

// statusOf reads a line like "HTTP/1.1 200 OK"; -1 when it is none.
func statusOf(line []byte) int {
	fields := bytes.Fields(line)
	if len(fields) < 2 {
		return -1
	}
	status, err := strconv.Atoi(string(fields[1]))
	if err != nil {
		return -1
	}
	return status
}
