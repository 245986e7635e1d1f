package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"byline/internal/testkit"
)

// forge is a repository and the API beside it. What is said of commits comes out
// of the channel, as "COMMIT STATE: DESCRIPTION".
type forge struct {
	*testkit.Repo
	api      string
	statuses chan string
}

// newForge has git find the repository at a forge's address: a real git server.
func newForge(t *testing.T) *forge {
	t.Helper()
	f := &forge{Repo: testkit.NewRepo(t), statuses: make(chan string, 20)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var status struct{ State, Description string }
		path, commit, _ := strings.Cut(r.URL.Path, "/statuses/")
		if err := json.NewDecoder(r.Body).Decode(&status); err != nil || path != "/api/v1/repos/owner/site" || r.Header.Get("Authorization") != "token t0ken" {
			t.Errorf("%s with %q: %v", r.URL.Path, r.Header.Get("Authorization"), err)
		}
		f.statuses <- commit + " " + status.State + ": " + status.Description
		w.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(server.Close)
	f.api = server.URL + "/api/v1"
	config := filepath.Join(t.TempDir(), "gitconfig")
	git := testkit.NewGitServer(t, filepath.Dir(f.Dir))
	text := fmt.Sprintf("[url %q]\n\tinsteadOf = https://forge.example/owner/site.git\n", git.URL+"/"+filepath.Base(f.Dir)+"/.git")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_CONFIG_GLOBAL", config)
	t.Setenv("BYLINE_STATUS_TOKEN", "t0ken")
	t.Setenv("BYLINE_WEBHOOK_SECRET", "s3cret")
	return f
}

// said is the next status, which must be of the commit and begin so.
func (f *forge) said(t *testing.T, commit, want string) {
	t.Helper()
	select {
	case got := <-f.statuses:
		if !strings.HasPrefix(got, commit+" "+want) {
			t.Errorf("the forge heard %q, want %q", got, commit+" "+want)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("the forge did not hear of %s", commit)
	}
}

// hook tells the webhook of a push and returns its answer.
func hook(t *testing.T, addr, ref string) map[string]any {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, "http://"+addr+"/-/publish", strings.NewReader(`{"ref":"`+ref+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Gitlab-Token", "s3cret")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != 200 {
		t.Fatalf("the webhook answers %s, %v", response.Status, err)
	}
	return answer
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// command runs byline in this process and returns what it prints.
func command(ctx context.Context, args ...string) (string, error) {
	var out bytes.Buffer
	err := run(ctx, args, &out, io.Discard)
	return out.String(), err
}

// From a push to what the pusher hears, and back: a good revision, an article
// held back, a push elsewhere, a revision held back, a rollback, and the way
// forward again.
func TestFromPushToStatus(t *testing.T) {
	f := newForge(t)
	good := f.Commit("articles/site.yaml", "title: T\n", "articles/a.md", "---\ntitle: A\ndate: 2024-01-01\n---\n")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	addr, private := free(t), free(t)
	go func() {
		ended <- run(ctx, []string{"serve", "--git", "https://forge.example/owner/site.git", "--data", t.TempDir(), "--addr", addr, "--admin-addr", private,
			"--poll", "1h", "--status-forge", "gitea", "--status-api", f.api}, io.Discard, io.Discard)
	}()
	f.said(t, good, "success: live in ")
	if err := listens(t.Context(), addr); err != nil {
		t.Fatal(err)
	}

	typo := f.Commit("articles/a.md", "---\ntitel: A\ndate: 2024-01-01\n---\n")
	answer := hook(t, addr, "refs/heads/main")
	if answer["published"] != true || fmt.Sprint(answer["held_back"]) != "[a.md]" || answer["errors"] != 2.0 {
		t.Errorf("of an article with errors the forge hears %v", answer)
	}
	f.said(t, typo, "failure: 1 article held back: a.md:2:1 ")

	if answer := hook(t, addr, "refs/heads/draft"); answer["ignored"] == nil {
		t.Errorf("of another branch the forge hears %v", answer)
	}

	broken := f.Commit("articles/site.yaml", "titel: T\n")
	if answer := hook(t, addr, "refs/heads/main"); answer["published"] != false || answer["held"] == nil {
		t.Errorf("of broken settings the forge hears %v", answer)
	}
	f.said(t, broken, "failure: held: site.yaml:1:1 ")

	if out, err := command(ctx, "rollback", good[:12], "--admin-addr", private); err != nil || !strings.Contains(out, "is live: 1 article, published in") {
		t.Errorf("rollback: %v\n%s", err, out)
	}
	if out, err := command(ctx, "rollback", "deadbeefdead", "--admin-addr", private); err == nil || !strings.Contains(err.Error(), "there is no such revision") {
		t.Errorf("rollback to nothing: %v\n%s", err, out)
	}
	if out, err := command(ctx, "publish", "--admin-addr", private); err == nil || !strings.Contains(out, "site.yaml:1:1: error") {
		t.Errorf("publish: %v\n%s", err, out)
	}
	mended := f.Commit("articles/site.yaml", "title: T\n", "articles/a.md", "---\ntitle: A\ndate: 2024-01-01\n---\nText.\n")
	if out, err := command(ctx, "publish", "--admin-addr", private); err != nil || !strings.Contains(out, mended[:7]) {
		t.Errorf("publish: %v\n%s", err, out)
	}
	f.said(t, mended, "success: live in ") // and nothing of the others again
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
