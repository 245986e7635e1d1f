package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"byline/internal/preview"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"byline": main})
}

// TestCommands runs testdata/script/*.txtar: the commands as people type them.
func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"PORT", "BYLINE_ADDR", "BYLINE_CONTENT", "BYLINE_BASE_URL", "BYLINE_DATA", "BYLINE_PREVIEW_KEY", "BYLINE_PREVIEW_KEY_FILE"} {
				env.Setenv(name, "")
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"serves": serves, "ready": ready, "push": push, "freeport": freePort, "takeport": takePort, "kind": kind, "shows": shows},
	})
}

// freePort sets a variable to a port that nobody listens on.
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Check(l.Close())
	ts.Setenv(args[0], port)
}

// takePort sets a variable to a port that somebody listens on.
func takePort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
}

// serves starts byline with arguments, waits until it listens, and ends it. It
// must end well, and what it wrote is left in the file "log":
//
//	serves PORT ARGUMENTS…
func serves(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	program, err := os.Executable()
	ts.Check(err)
	command := exec.CommandContext(ctx, program, args[1:]...)
	command.Args[0] = "byline" // by which testscript knows what to run
	command.Path = ts.Getenv("PATH")[:strings.IndexByte(ts.Getenv("PATH"), os.PathListSeparator)] + "/byline"
	command.Dir = ts.Getenv("WORK")
	for _, name := range []string{"PORT", "BYLINE_ADDR", "BYLINE_CONTENT", "BYLINE_BASE_URL", "PATH"} {
		command.Env = append(command.Env, name+"="+ts.Getenv(name))
	}
	var log bytes.Buffer
	command.Stderr = &log
	ts.Check(command.Start())
	ready := listens(ctx, "127.0.0.1:"+args[0])
	ts.Check(command.Process.Signal(os.Interrupt))
	ended := command.Wait()
	ts.Check(os.WriteFile(ts.MkAbs("log"), log.Bytes(), 0o644))
	if ready != nil || ended != nil {
		ts.Fatalf("%v; it ended with %v and wrote\n%s", ready, ended, log.String())
	}
}

// ready waits until a byline that runs in the background listens on a port.
func ready(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	ts.Check(listens(ctx, "127.0.0.1:"+args[0]))
}

// push tells the webhook on a port of a push, as GitLab does, and leaves the
// answer in the file "answer": its status, then its body.
//
//	push PORT SECRET REF
func push(ts *testscript.TestScript, _ bool, args []string) {
	r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1:"+args[0]+"/-/publish", strings.NewReader(`{"ref":"`+args[2]+`"}`))
	ts.Check(err)
	r.Header.Set("X-Gitlab-Token", args[1])
	response, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer response.Body.Close()
	var body bytes.Buffer
	_, err = body.ReadFrom(response.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), append([]byte(response.Status+"\n"), body.Bytes()...), 0o644))
}

func listens(ctx context.Context, addr string) error {
	client := &http.Client{Timeout: time.Second}
	for ctx.Err() == nil {
		response, err := client.Get("http://" + addr + "/readyz")
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("nothing is ready on %s", addr)
}

// internals is what nobody should read who has only mistyped something.
var internals = regexp.MustCompile(`(?i)goroutine|panic|\.go:\d+|runtime error|0x[0-9a-f]{6}|nil pointer|%!|strconv|syscall|reflect`)

// shows asserts that standard output is one link, signed with the key in a file,
// that shows a ref for a time and leads to a path:
//
//	shows KEYFILE ORIGIN REF PATH TIME
func shows(ts *testscript.TestScript, _ bool, args []string) {
	key, err := preview.FindKey("", ts.MkAbs(args[0]), "")
	ts.Check(err)
	lives, err := time.ParseDuration(args[4])
	ts.Check(err)
	link := ts.ReadFile("stdout")
	token, page, ok := strings.Cut(strings.TrimPrefix(link, args[1]+"/-/preview/"), "/")
	if !ok || "/"+page != args[3]+"\n" {
		ts.Fatalf("the link is %q", link)
	}
	now := time.Now()
	claim, ok := preview.Verify(key, token, now)
	if _, over := preview.Verify(key, token, now.Add(lives)); !ok || over || claim.Ref != args[2] || claim.Expires.Before(now.Add(lives-time.Minute)) {
		ts.Fatalf("the link %q shows %+v (%v), want %s for %v", link, claim, ok, args[2], lives)
	}
}

// kind asserts that what the last command wrote to standard error is fit for
// people: no Go internals, no stack, and it says which program speaks.
func kind(ts *testscript.TestScript, _ bool, _ []string) {
	text := ts.ReadFile("stderr")
	if m := internals.FindString(text); m != "" {
		ts.Fatalf("an error shows %q:\n%s", m, text)
	}
	if !strings.Contains(text, "byline: ") {
		ts.Fatalf("an error does not say who speaks:\n%s", text)
	}
}
