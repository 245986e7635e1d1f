package testkit

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Repo is a git repository with a work tree, for tests. Its commits are an hour
// apart, so that dates can be told from each other.
type Repo struct {
	Dir   string
	Clock time.Time // of the next commit

	t testing.TB
}

// NewRepo makes an empty repository whose branch is main.
func NewRepo(t testing.TB) *Repo {
	t.Helper()
	r := &Repo{Dir: t.TempDir(), Clock: time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC), t: t}
	r.Git("init", "--quiet", "--initial-branch=main")
	return r
}

// Git runs git in the repository and returns what it prints.
func (r *Repo) Git(args ...string) string {
	r.t.Helper()
	out, err := r.Try(args...)
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return out
}

// Try is Git for calls that may fail.
func (r *Repo) Try(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = r.Dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.org", "GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.org",
		fmt.Sprintf("GIT_AUTHOR_DATE=%d +0000", r.Clock.Unix()), fmt.Sprintf("GIT_COMMITTER_DATE=%d +0000", r.Clock.Unix()))
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// Commit changes files (path, content, …; an empty content removes a file) and
// commits the whole work tree. It returns the commit's id.
func (r *Repo) Commit(pathsAndContents ...string) string {
	r.t.Helper()
	for i := 0; i+1 < len(pathsAndContents); i += 2 {
		if name, content := pathsAndContents[i], pathsAndContents[i+1]; content != "" {
			Write(r.t, r.Dir, name, content)
		} else if err := os.Remove(filepath.Join(r.Dir, filepath.FromSlash(name))); err != nil {
			r.t.Fatal(err)
		}
	}
	r.Git("add", "--all")
	r.Git("commit", "--quiet", "--allow-empty", "--message", "Change "+strings.Join(strings.Fields(fmt.Sprint(r.Clock)), " "))
	r.Clock = r.Clock.Add(time.Hour)
	return r.Git("rev-parse", "HEAD")
}

// Move renames a file in the work tree.
func (r *Repo) Move(from, to string) {
	r.t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(r.Dir, to)), 0o755); err != nil {
		r.t.Fatal(err)
	}
	r.Git("mv", from, to)
}
