package purge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Varnish is a Varnish cache with vmod_xkey, whose VCL is varnish.vcl or
// does the same: it answers a request with the method PURGE and the keys in the
// field Xkey-Purge with 200 and the number of answers that it dropped in the field
// Xkey-Purged.
type Varnish struct {
	address, name, secret string
	client                *http.Client
}

var _ Purger = (*Varnish)(nil)

// maxField is how many bytes of keys one request has. Varnish takes fields of 8 KB
// where it is not told otherwise.
const maxField = 4000

// requestTimeout is how long a request for a purge may take.
const requestTimeout = 10 * time.Second

// NewVarnish returns the Varnish at an address, like http://10.0.0.5:6081. A
// secret is sent along as a bearer token (RFC 6750) when it is not empty.
func NewVarnish(address, secret string) (*Varnish, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, errors.New("it is not the address of a Varnish; write one like http://10.0.0.5:6081, and a secret into a file of its own")
	}
	return &Varnish{
		address: u.Scheme + "://" + u.Host + "/", name: u.Scheme + "://" + u.Host, secret: secret,
		client: &http.Client{
			Timeout:       requestTimeout,
			Transport:     &http.Transport{IdleConnTimeout: time.Minute}, // and never by way of a proxy
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Name implements Purger.
func (v *Varnish) Name() string { return v.name }

// Purge implements Purger. It takes as many requests as the keys need.
func (v *Varnish) Purge(ctx context.Context, keys []string) error {
	for len(keys) > 0 {
		size, n := 0, 0
		for n < len(keys) && (n == 0 || size+len(keys[n]) < maxField) {
			size += len(keys[n]) + 1
			n++
		}
		if err := v.purge(ctx, strings.Join(keys[:n], " ")); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

func (v *Varnish) purge(ctx context.Context, keys string) error {
	request, err := http.NewRequestWithContext(ctx, "PURGE", v.address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Xkey-Purge", keys)
	request.Header.Set("User-Agent", "byline")
	if v.secret != "" {
		request.Header.Set("Authorization", "Bearer "+v.secret)
	}
	response, err := v.client.Do(request)
	if with := (*url.Error)(nil); errors.As(err, &with) {
		err = with.Err // its text names the method and the address again
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	// What is said beside the head is not needed, but lets the connection be kept.
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	return confirmation(response)
}

// confirmation is nil when the answer says that the purge is done. 200 alone does
// not: any web server may say that.
func confirmation(response *http.Response) error {
	_, err := strconv.ParseUint(response.Header.Get("Xkey-Purged"), 10, 64)
	switch status := response.StatusCode; {
	case status == http.StatusOK && err == nil:
		return nil
	case status == http.StatusForbidden:
		return errors.New("answered 403 Forbidden: this machine is not in its list of who may purge, or the secret is another")
	default:
		return fmt.Errorf("answered %s without Xkey-Purged: it is no Varnish that knows of purging; give it the VCL that comes with Byline", response.Status)
	}
}
