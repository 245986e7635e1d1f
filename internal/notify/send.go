package notify

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// fault is why a try failed.
type fault struct {
	what    string
	passing bool          // it may go well later
	after   time.Duration // but not before that
}

// Error implements error.
func (f *fault) Error() string { return f.what }

// send makes one request; nil when the message arrived.
func (n *Notifier) send(ctx context.Context, p *parcel) *fault {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(p.body))
	if err != nil {
		return &fault{what: "the address cannot be used"} // the error would show it
	}
	maps.Copy(request.Header, p.target.header)
	request.Header.Set("Content-Type", cmp.Or(p.kind, "application/json"))
	request.Header.Set("User-Agent", "byline")
	response, err := n.client.Do(request)
	if err != nil {
		return &fault{what: withoutURL(err).Error(), passing: true}
	}
	defer response.Body.Close()
	// Enough to say what was wrong; what cannot be read is not needed.
	text, _ := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	return judge(response, string(text), p.target)
}

// withoutURL is a client's error without the address, which may be a secret.
func withoutURL(err error) error {
	if with := (*url.Error)(nil); errors.As(err, &with) {
		return with.Err
	}
	return err
}

// judge says what an answer means. RFC 9110 has Retry-After for 503 and 3xx, RFC
// 6585 for 429; GitHub sends it with 403 as well.
func judge(response *http.Response, body string, t *target) *fault {
	status := response.StatusCode
	after := retryAfter(response.Header.Get("Retry-After"), time.Now())
	switch {
	case status/100 == 2, t.accepts != nil && t.accepts(status, body):
		return nil
	case status/100 == 3:
		return &fault{what: fmt.Sprintf("answered %s, and redirects are not followed; name the address that it leads to", response.Status)}
	case status/100 == 5, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status == http.StatusForbidden && after > 0:
		return &fault{what: "answered " + response.Status, passing: true, after: after}
	}
	what := "answered " + response.Status
	if body = strings.Join(strings.Fields(body), " "); body != "" {
		what += ": " + clip(body, 200)
	}
	if t.advice != nil {
		if advice := t.advice(status); advice != "" {
			what += "; " + advice
		}
	}
	return &fault{what: what}
}

// retryAfter reads seconds or a date (RFC 9110, section 10.2.3); 0 when there is
// neither.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
