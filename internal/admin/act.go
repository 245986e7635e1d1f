package admin

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"
	"time"

	"byline/internal/finding"
	"byline/internal/publish"
)

// actTimeout is how long an operator waits for an outcome; the listener would
// cut the answer off later.
const actTimeout = 100 * time.Second

// What an Answer can say.
const (
	Live       = "live"             // the revision is served: 200
	Held       = "held"             // it is not, because of its findings: 409
	Fault      = "fault"            // the source could not be read: 502
	Unknown    = "unknown revision" // there is nothing to roll back to: 404
	Failed     = "failed"           // for another reason: 500
	Publishing = "still publishing" // no outcome yet: 202
)

// Answer is what came of an order. Command byline reads it.
type Answer struct {
	Result    string       `json:"result"`
	Revision  string       `json:"revision"` // that was looked at
	Live      string       `json:"live"`     // the revision that is served
	Published bool         `json:"published"`
	Articles  int          `json:"articles"`
	HeldBack  []string     `json:"held_back"`
	Why       string       `json:"why,omitempty"` // it is not live
	Errors    int          `json:"errors"`
	Warnings  int          `json:"warnings"`
	Findings  finding.List `json:"findings"`
	Took      float64      `json:"took_seconds"`
}

func (a *admin) publish(w http.ResponseWriter, r *http.Request) {
	a.Log.Info("asked to publish", "client", r.RemoteAddr)
	ctx, cancel := context.WithTimeout(r.Context(), actTimeout)
	defer cancel()
	asked := time.Now()
	status, err := a.Publisher.PublishNow(ctx)
	a.answer(w, r, answerOf(asked, status, err))
}

func (a *admin) rollback(w http.ResponseWriter, r *http.Request) {
	revision := revisionOf(r)
	if revision == "" {
		text(w, http.StatusBadRequest, `Name the revision: a form field or JSON, {"revision": "…"}. /status lists those that were live.`)
		return
	}
	a.Log.Info("asked to roll back", "revision", revision, "client", r.RemoteAddr)
	ctx, cancel := context.WithTimeout(r.Context(), actTimeout)
	defer cancel()
	asked := time.Now()
	status, err := a.Publisher.Rollback(ctx, revision)
	a.answer(w, r, answerOf(asked, status, err))
}

// revisionOf reads the revision out of a form or JSON; "" when there is none.
func revisionOf(r *http.Request) string {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "application/json" {
		var order struct {
			Revision string `json:"revision"`
		}
		if json.NewDecoder(r.Body).Decode(&order) != nil {
			return ""
		}
		return strings.TrimSpace(order.Revision)
	}
	return strings.TrimSpace(r.PostFormValue("revision"))
}

// answerOf says what came of an order.
func answerOf(asked time.Time, s publish.Status, err error) Answer {
	a := Answer{
		Result: Live, Revision: s.Revision, Live: s.Live, Published: !s.Since.Before(asked), Articles: s.Articles,
		HeldBack: append([]string{}, s.HeldBack...), Findings: s.Findings,
		Errors: s.Findings.Count(finding.Error), Warnings: s.Findings.Count(finding.Warning), Took: time.Since(asked).Seconds(),
	}
	switch {
	case err == nil:
		return a
	case errors.Is(err, publish.ErrHeld):
		a.Result = Held
	case errors.Is(err, publish.ErrUnknownRevision):
		a.Result = Unknown
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		a.Result = Publishing
	case s.Fault != nil && errors.Is(err, s.Fault):
		a.Result = Fault
	default:
		a.Result = Failed
	}
	a.Why = err.Error()
	return a
}

// answer writes JSON; a browser, which came from the button, goes back to the
// page, where the outcome stands.
func (a *admin) answer(w http.ResponseWriter, r *http.Request, answer Answer) {
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Redirect(w, r, "/status", http.StatusSeeOther)
		return
	}
	status := map[string]int{
		Live: http.StatusOK, Held: http.StatusConflict, Fault: http.StatusBadGateway, Unknown: http.StatusNotFound,
		Failed: http.StatusInternalServerError, Publishing: http.StatusAccepted,
	}[answer.Result]
	reply(w, status, answer)
}

func text(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	// A client that went away is no fault of ours.
	_, _ = w.Write([]byte(line + "\n"))
}

func reply(w http.ResponseWriter, status int, value any) {
	body, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		text(w, http.StatusInternalServerError, "The answer cannot be written: "+err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
