package admin

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// What finished pages take is in the metrics, in the report and on the page.
func TestBodies(t *testing.T) {
	r := NewRecorder(RecorderOptions{Bodies: func() Bodies {
		return Bodies{Entries: 3, Bytes: 5 << 20, Budget: 64 << 20, Found: 7, Made: 11, Evicted: 2}
	}})
	answer := httptest.NewRecorder()
	r.metrics.handler().ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		"byline_bodies 3", "byline_bodies_bytes 5.24288e+06", "byline_bodies_budget_bytes 6.7108864e+07",
		"byline_bodies_found_total 7", "byline_bodies_made_total 11", "byline_bodies_evicted_total 2",
	} {
		if !strings.Contains(answer.Body.String(), "\n"+want+"\n") {
			t.Errorf("the metrics do not say %q", want)
		}
	}
	if fact := bodiesFact(r.bodies()); fact.Value != "5.0 MiB" || fact.Note != "of 64.0 MiB, in 3 answers" {
		t.Errorf("the page says %+v", fact)
	}
}
