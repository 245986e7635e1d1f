package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrNoGit says that the git program is not there.
var ErrNoGit = errors.New("the git program is not installed; install it (Debian: apt-get install git), or serve a plain folder with --content")

// git runs the git program on one repository. Arguments are lists, never a
// shell's line; it never asks for a password; what it prints is read in English.
// It is safe for concurrent use.
type git struct {
	dir    string      // of the repository or its work tree
	config [][2]string // settings for every call, in their order; handed over in the environment: no other user sees them
	env    []string    // more of the environment, for the same reason
	secret []string    // what must not stand in an error
}

// command prepares a call.
func (g *git) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", g.dir, "-c", "core.quotePath=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false"}, args...)...)
	cmd.Env = append(environment(), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1",
		"GIT_ALLOW_PROTOCOL=file:git:http:https:ssh")
	if os.Getenv("GIT_SSH_COMMAND") == "" {
		cmd.Env = append(cmd.Env, "GIT_SSH_COMMAND=ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=15 -oServerAliveCountMax=4")
	}
	n, _ := strconv.Atoi(os.Getenv("GIT_CONFIG_COUNT")) // the operator's own settings stay
	for i, setting := range g.config {
		cmd.Env = append(cmd.Env, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", n+i, setting[0]), fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", n+i, setting[1]))
	}
	cmd.Env = append(append(cmd.Env, g.env...), fmt.Sprintf("GIT_CONFIG_COUNT=%d", n+len(g.config)))
	endTogether(cmd)
	// A helper that git started (ssh, a transport) may keep the pipes open after
	// git itself has ended.
	cmd.WaitDelay = 2 * time.Second
	return cmd
}

// environment leaves out what a hook is told about the repository that it runs
// for: which one is meant is for dir to say.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		switch name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES":
			return true
		}
		return false
	})
}

// run returns what git prints.
func (g *git) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := g.command(ctx, args...)
	var out bytes.Buffer
	var errs said
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.Bytes(), g.fault(ctx, args, err, errs.String())
	}
	return out.Bytes(), nil
}

// said is the beginning of what git says of its faults. A remote may say what it
// likes there, for as long as it likes.
type said struct{ strings.Builder }

// mostSaid is how many bytes of it are kept.
const mostSaid = 64 << 10

// Write implements io.Writer.
func (s *said) Write(p []byte) (int, error) {
	s.Builder.Write(p[:min(len(p), mostSaid-s.Len())])
	return len(p), nil
}

// line returns the one line that git prints.
func (g *git) line(ctx context.Context, args ...string) (string, error) {
	out, err := g.run(ctx, args...)
	return strings.TrimSpace(string(out)), err
}

// fault says in git's own words why a call failed.
func (g *git) fault(ctx context.Context, args []string, err error, said string) error {
	if errors.Is(err, exec.ErrNotFound) {
		return ErrNoGit
	}
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("git %s: %w", args[0], cause)
	}
	said = lastWords(said)
	if strings.Contains(said, "dubious ownership") {
		said += "; it belongs to another user: run the server as that user, or run \"git config --system --add safe.directory PATH\""
	}
	for _, secret := range g.secret {
		said = strings.ReplaceAll(said, secret, "…")
	}
	if said == "" {
		return fmt.Errorf("git %s: %w", args[0], err)
	}
	return fmt.Errorf("git %s: %s", args[0], said)
}

// lastWords are the lines of what git said that tell what went wrong.
func lastWords(said string) string {
	var words []string
	for line := range strings.SplitSeq(strings.ReplaceAll(said, "\r", "\n"), "\n") {
		line = strings.TrimSpace(line)
		for _, mark := range []string{"fatal: ", "error: ", "remote: ", "ssh: "} {
			if rest, ok := strings.CutPrefix(line, mark); ok {
				words = append(words, rest)
			}
		}
	}
	if len(words) == 0 {
		return strings.TrimSpace(said[:min(len(said), 300)])
	}
	return strings.Join(words[:min(len(words), 3)], "; ")
}
