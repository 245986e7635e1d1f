package bench

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// patience is how long a server may take to stop before it is killed.
const patience = 10 * time.Second

// child is the server that is measured.
type child struct {
	addr    string
	command *exec.Cmd
	log     *tail
	ended   chan struct{} // closed once it has ended, for whatever reason
	cancel  context.CancelFunc
}

// spawn starts the server. It ends with ctx.
func spawn(ctx context.Context, program, content string) (*child, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	c := &child{addr: addr, log: &tail{}, ended: make(chan struct{}), cancel: cancel}
	c.command = exec.CommandContext(ctx, program, "serve", "--content", content, "--addr", addr)
	c.command.Cancel = func() error { return c.command.Process.Signal(os.Interrupt) }
	c.command.WaitDelay = patience
	c.command.Stdout, c.command.Stderr = c.log, c.log
	c.command.Env = environment()
	if err := c.command.Start(); err != nil {
		cancel()
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	go func() {
		_ = c.command.Wait() // what it says is in the state
		close(c.ended)
	}()
	return c, nil
}

// environment is this program's without what would change the server's settings,
// and without a repository in a folder above the temporary one.
func environment() []string {
	var kept []string
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); !strings.HasPrefix(name, "BYLINE_") && name != "PORT" {
			kept = append(kept, entry)
		}
	}
	return append(kept, "GIT_CEILING_DIRECTORIES="+os.TempDir())
}

// freeAddress is one on loopback on which nobody listens.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// stop ends the server and waits for it.
func (c *child) stop() {
	c.cancel()
	<-c.ended
}

// explain adds to an error what the server wrote, if it is no longer there.
func (c *child) explain(err error) error {
	select {
	case <-c.ended:
		return fmt.Errorf("the server ended (%s) while it was measured; it wrote last:\n%s", c.command.ProcessState, c.log)
	default:
		return err
	}
}

// outcome is how the server ended, which it has; nil when it ended well.
func (c *child) outcome() error {
	if c.command.ProcessState.Success() {
		return nil
	}
	return c.explain(nil)
}

// tail keeps the last that was written to it. It is safe for concurrent use.
type tail struct {
	mu   sync.Mutex
	last []byte
}

const tailSize = 4 << 10

// Write implements io.Writer.
func (t *tail) Write(text []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, text[max(0, len(text)-tailSize):]...)
	if len(t.last) > 2*tailSize {
		t.last = append(t.last[:0], t.last[len(t.last)-tailSize:]...)
	}
	return len(text), nil
}

// String is the last lines, whole.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := t.last[max(0, len(t.last)-tailSize):]
	if _, whole, ok := bytes.Cut(last, []byte("\n")); ok && len(t.last) > tailSize {
		last = whole
	}
	return strings.TrimSpace(string(last))
}
