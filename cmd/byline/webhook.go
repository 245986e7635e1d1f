package main

import (
	"errors"
	"time"

	"byline/internal/finding"
	"byline/internal/publish"
	"byline/internal/server"
)

// webhookFlags are the flags of the webhook.
type webhookFlags struct {
	WebhookSecretFile string `help:"File with the secret of the webhook at /-/publish; or put the secret into BYLINE_WEBHOOK_SECRET. Without one there is no webhook." placeholder:"FILE"`
}

// webhookSecret is what forges sign with; "" when there is no webhook.
func (f webhookFlags) webhookSecret() (string, error) {
	return flagSecret("--webhook-secret-file", "BYLINE_WEBHOOK_SECRET", f.WebhookSecretFile)
}

// wake begins a publish that goes on though nobody waits for it, until the
// public listener is down.
func (o *operations) wake() <-chan server.Outcome {
	done := make(chan server.Outcome, 1)
	o.waking.Go(func() {
		asked := time.Now()
		status, err := o.publisher.Look(o.awake)
		done <- pushOutcome(asked, status, err)
	})
	return done
}

// pushOutcome is what a forge hears.
func pushOutcome(asked time.Time, s publish.Status, err error) server.Outcome {
	o := server.Outcome{
		Revision: s.Revision, Live: s.Live, Published: !s.Since.Before(asked), Articles: s.Articles, HeldBack: s.HeldBack,
		Errors: s.Findings.Count(finding.Error), Warnings: s.Findings.Count(finding.Warning), Took: time.Since(asked),
	}
	for _, f := range s.Findings {
		o.Findings = append(o.Findings, f.String())
	}
	switch {
	case errors.Is(err, publish.ErrHeld):
		o.Held = err.Error()
	case err != nil:
		o.Fault = err
	}
	return o
}
