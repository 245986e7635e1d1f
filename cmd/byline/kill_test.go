package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"byline/internal/testkit"
)

// TestKilled: a server that is killed while it publishes, at whatever moment,
// serves a whole revision again after a restart without the remote: one that was
// pushed, and never one older than readers have seen.
func TestKilled(t *testing.T) {
	program, err := exec.LookPath("byline")
	if err != nil {
		t.Fatal(err)
	}
	repo, bare, data := testkit.NewRepo(t), filepath.Join(t.TempDir(), "site.git"), t.TempDir()
	repo.Git("init", "--quiet", "--bare", "--initial-branch=main", bare)
	repo.Git("remote", "add", "origin", bare)
	article := func(n int) string {
		return fmt.Sprintf("---\ntitle: Counter\ndate: 2023-01-01\n---\n\nVersion number %d.\n", n)
	}
	files := []string{"articles/site.yaml", "title: T\n", "articles/counter.md", article(0)}
	for i := range 200 {
		files = append(files, fmt.Sprintf("articles/a-%d.md", i), fmt.Sprintf("---\ntitle: Article %d\ndate: 2023-01-01\n---\n\nText %d.\n", i, i))
	}
	repo.Commit(files...)
	repo.Git("push", "--quiet", "origin", "main")
	seen := 0
	for n := 1; n <= 10; n++ {
		addr := free(t)
		server := exec.CommandContext(t.Context(), program, "serve", "--git", bare, "--data", data, "--addr", addr, "--poll", "20ms")
		log := &bytes.Buffer{}
		server.Stderr = log
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		isReady(t, addr, log)
		if got := shownVersion(t, addr); got < seen {
			t.Fatalf("after kill %d the server shows version %d, and readers have seen %d\n%s", n, got, seen, log)
		}
		// While it is read and pushed to, it is killed.
		var last atomic.Int64
		ctx, stop := context.WithCancel(t.Context())
		reading := make(chan struct{})
		go func() {
			defer close(reading)
			for ctx.Err() == nil {
				if got, ok := ask(addr); ok {
					last.Store(int64(got))
				}
			}
		}()
		repo.Commit("articles/counter.md", article(n))
		repo.Git("push", "--quiet", "origin", "main")
		time.Sleep(time.Duration(n*7) * time.Millisecond)
		if err := server.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = server.Wait() // it says that it was killed
		stop()
		<-reading
		seen = max(seen, int(last.Load()))
		withoutRemote(t, program, bare, data, seen)
	}
	t.Logf("10 kills; the last version that readers saw was %d", seen)
}

// withoutRemote starts a server while the remote is away.
func withoutRemote(t *testing.T, program, bare, data string, seen int) {
	t.Helper()
	if err := os.Rename(bare, bare+".away"); err != nil {
		t.Fatal(err)
	}
	addr := free(t)
	server := exec.CommandContext(t.Context(), program, "serve", "--git", bare, "--data", data, "--addr", addr, "--poll", "20ms")
	log := &bytes.Buffer{}
	server.Stderr = log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	isReady(t, addr, log)
	if got := shownVersion(t, addr); got < seen {
		t.Errorf("without the remote the server shows version %d, and readers have seen %d\n%s", got, seen, log)
	}
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = server.Wait() // it says that it was killed
	if err := os.Rename(bare+".away", bare); err != nil {
		t.Fatal(err)
	}
}

func isReady(t *testing.T, addr string, log *bytes.Buffer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := listens(ctx, addr); err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
}

var versionNumber = regexp.MustCompile(`Version number (\d+)\.`)

// ask reads the number on the page; ok is false when the server is not there.
func ask(addr string) (n int, ok bool) {
	response, err := http.Get("http://" + addr + "/articles/counter")
	if err != nil {
		return 0, false
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	m := versionNumber.FindSubmatch(body)
	if err != nil || m == nil || response.StatusCode != http.StatusOK {
		return 0, false
	}
	n, err = strconv.Atoi(string(m[1]))
	return n, err == nil
}

func shownVersion(t *testing.T, addr string) int {
	t.Helper()
	n, ok := ask(addr)
	if !ok {
		t.Fatal("the page is not there")
	}
	return n
}
