package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-chi/httprate"
)

// webhookPath is where a forge tells of a push.
const webhookPath = "/-/publish"

// patience is how long a forge waits for the outcome; GitHub and GitLab give up
// after 10 seconds and count that as a failure of the hook.
const patience = 8 * time.Second

// shownFindings is how many findings an answer holds.
const shownFindings = 20

// wrongSignatures is how many requests with a wrong signature a client may send
// in a minute. Right ones are not counted: a forge may push as often as its
// users do, the publisher answers a burst with one look, and nobody who floods
// from the address of a shared proxy can shut the forge out.
const wrongSignatures = 20

// Webhook is how a forge tells of a push.
type Webhook struct {
	Secret string // that the forge signs with; "": there is no webhook
	Branch string // that the site is published from; "": a push to any counts
	// Wake begins a publish, which goes on whoever waits for it, and sends what
	// came of it. The channel must take the outcome though nobody receives it.
	Wake func() <-chan Outcome
}

// Outcome is what came of a publish.
type Outcome struct {
	Revision  string // that was looked at
	Live      string // the revision that is served
	Published bool   // this look made it live
	Articles  int
	HeldBack  []string // files whose new version is not served
	Errors    int
	Warnings  int
	Findings  []string // a line each
	Held      string   // why the revision is not live; "" when it is
	Took      time.Duration
	Fault     error // why the source could not be read; nil when it could
}

// answer is an Outcome as the forge keeps it with the delivery.
type answer struct {
	Revision  string   `json:"revision"`
	Live      string   `json:"live"`
	Published bool     `json:"published"`
	Held      string   `json:"held,omitempty"`
	HeldBack  []string `json:"held_back,omitempty"`
	Articles  int      `json:"articles"`
	Errors    int      `json:"errors"`
	Warnings  int      `json:"warnings"`
	Findings  []string `json:"findings"`
	Took      int64    `json:"took_ms"`
}

type hook struct {
	Webhook
	wrong *httprate.RateLimiter
}

func newHook(w Webhook) *hook {
	return &hook{w, httprate.NewRateLimiter(wrongSignatures, time.Minute,
		httprate.WithResponseHeaders(httprate.ResponseHeaders{RetryAfter: "Retry-After"}),
		httprate.WithLimitHandler(func(w http.ResponseWriter, _ *http.Request) {
			plain(w, http.StatusTooManyRequests, "Too many requests with a wrong signature. Please try again in a minute.")
		}),
	)}
}

// ServeHTTP publishes for a request that is signed, and says what came of it. An
// editor's mistake is no failure of the hook: a forge turns off hooks that fail.
func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		plain(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("The body is over %d bytes.", large.Limit))
		return
	}
	if err != nil {
		plain(w, http.StatusBadRequest, "The body could not be read.")
		return
	}
	if !signed(h.Secret, r.Header, body) {
		h.refuse(w, r)
		return
	}
	if r.Header.Get("X-GitHub-Event") == "ping" {
		plain(w, http.StatusOK, "pong")
		return
	}
	done := h.Wake()
	if ref := refOf(r.Header, body); ref != "" && h.Branch != "" && ref != "refs/heads/"+h.Branch {
		// Woken all the same, so that a preview of that branch is up to date; but
		// the live site has no outcome to wait for.
		reply(w, http.StatusOK, map[string]string{"ignored": fmt.Sprintf("the push is to %s; the site is published from the branch %s", ref, h.Branch)})
		return
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case o := <-done:
		h.tell(w, o)
	case <-timer.C:
		reply(w, http.StatusAccepted, map[string]string{"status": "still publishing"})
	case <-r.Context().Done():
	}
}

func (h *hook) refuse(w http.ResponseWriter, r *http.Request) {
	if h.wrong.RespondOnLimit(w, r, httprate.CanonicalizeIP(clientOf(r))) {
		return
	}
	w.Header().Set("WWW-Authenticate", `Signature realm="publish"`)
	plain(w, http.StatusUnauthorized, "The signature is missing or wrong. Understood are "+hubSignature+" (GitHub, Gitea, Forgejo: sha256= and the HMAC-SHA256 of the body) and "+
		gitlabToken+" (GitLab: the secret), with the secret that this server was started with.")
}

func (h *hook) tell(w http.ResponseWriter, o Outcome) {
	if o.Fault != nil {
		reply(w, http.StatusBadGateway, map[string]string{"error": o.Fault.Error(), "live": o.Live})
		return
	}
	a := answer{o.Revision, o.Live, o.Published, o.Held, o.HeldBack, o.Articles, o.Errors, o.Warnings, []string{}, o.Took.Milliseconds()}
	a.Findings = append(a.Findings, o.Findings[:min(len(o.Findings), shownFindings)]...)
	reply(w, http.StatusOK, a)
}

// refOf is the ref that a push moved; "" when the body names none. GitHub and
// Gitea can be told to send the JSON as a field of a form.
func refOf(header http.Header, body []byte) string {
	if kind, _, err := mime.ParseMediaType(header.Get("Content-Type")); err == nil && kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return ""
		}
		body = []byte(form.Get("payload"))
	}
	var push struct {
		Ref string `json:"ref"`
	}
	if json.Unmarshal(body, &push) != nil {
		return ""
	}
	return push.Ref
}

// reply writes JSON that is never kept.
func reply(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		plain(w, http.StatusInternalServerError, "Something went wrong on our side.")
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(status)
	// A client that went away is no fault of ours.
	_, _ = w.Write(append(body, '\n'))
}
