package source

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// ErrNoObject says that a repository has no object of that name.
var ErrNoObject = errors.New("there is no such commit or file in the repository")

// ErrTooLarge says that an object is over MaxFile.
var ErrTooLarge = errors.New("the file is too large")

var errClosed = errors.New("read from the repository: it was closed")

// object is one thing out of the object store: a commit, a tree or a blob.
type object struct {
	id, kind string
	size     int64
	data     []byte
}

// objects reads out of a repository's object store through git cat-file
// processes that stay, so that an object costs two writes and not a process. It
// is safe for concurrent use.
type objects struct {
	git   *git
	asked atomic.Int64 // for tests: how many objects were asked for

	mu       sync.Mutex
	idle     []*reader
	restarts int
	closed   bool
}

// reader is one git cat-file process.
type reader struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	errs    *said
	restart int // that it was started after
}

// read returns the object that a name ("main:articles/a.md", an id) stands for.
func (o *objects) read(ctx context.Context, name string) (object, error) {
	return o.ask(ctx, "contents", name)
}

// info is read without the data.
func (o *objects) info(ctx context.Context, name string) (object, error) {
	return o.ask(ctx, "info", name)
}

func (o *objects) ask(ctx context.Context, command, name string) (object, error) {
	if strings.ContainsAny(name, "\n\x00") {
		return object{}, fmt.Errorf("%q: %w", name, ErrNoObject)
	}
	o.asked.Add(1)
	r, err := o.take()
	if err != nil {
		return object{}, err
	}
	stop := context.AfterFunc(ctx, func() { _ = r.cmd.Process.Kill() })
	found, err := r.ask(command, name)
	switch {
	case !stop():
		r.end()
		return object{}, context.Cause(ctx)
	case err != nil && !errors.Is(err, ErrNoObject):
		r.end()
		if errors.Is(err, ErrTooLarge) {
			return object{}, err
		}
		return object{}, o.git.fault(ctx, []string{"cat-file"}, fmt.Errorf("read %s: %w", name, err), r.errs.String())
	}
	o.give(r)
	return found, err
}

// take returns a process that waits, or a new one.
func (o *objects) take() (*reader, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, errClosed
	}
	if n := len(o.idle); n > 0 {
		r := o.idle[n-1]
		o.idle = o.idle[:n-1]
		return r, nil
	}
	// The process outlives the call that starts it.
	cmd := o.git.command(context.Background(), "cat-file", "--batch-command")
	r := &reader{cmd: cmd, errs: &said{}, restart: o.restarts}
	cmd.Stderr = r.errs
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start git cat-file: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start git cat-file: %w", err)
	}
	if err := cmd.Start(); errors.Is(err, exec.ErrNotFound) {
		return nil, ErrNoGit
	} else if err != nil {
		return nil, fmt.Errorf("start git cat-file: %w", err)
	}
	r.in, r.out = in, bufio.NewReaderSize(out, 64<<10)
	return r, nil
}

// give keeps a process for the next call, as many as there are cores.
func (o *objects) give(r *reader) {
	o.mu.Lock()
	keep := !o.closed && r.restart == o.restarts && len(o.idle) < runtime.GOMAXPROCS(0)
	if keep {
		o.idle = append(o.idle, r)
	}
	o.mu.Unlock()
	if !keep {
		r.end()
	}
}

// restart ends the processes, those that are at work when they are done: they
// may hold on to files of a repository that was replaced.
func (o *objects) restart() {
	o.mu.Lock()
	idle := o.idle
	o.idle = nil
	o.restarts++
	o.mu.Unlock()
	for _, r := range idle {
		r.end()
	}
}

// close ends all processes; calls after it fail.
func (o *objects) close() {
	o.mu.Lock()
	o.closed = true
	o.mu.Unlock()
	o.restart()
}

func (r *reader) end() {
	_ = r.in.Close()
	_ = r.cmd.Process.Kill() // it may hang on a broken disk
	_ = r.cmd.Wait()         // it was killed: the error says that
}

func (r *reader) ask(command, name string) (object, error) {
	if _, err := io.WriteString(r.in, command+" "+name+"\n"); err != nil {
		return object{}, err
	}
	line, err := r.out.ReadString('\n')
	if err != nil {
		return object{}, err
	}
	found, err := parseHead(strings.TrimSuffix(line, "\n"))
	if err != nil {
		return object{}, fmt.Errorf("%.200q: %w", name, err)
	}
	if command == "info" {
		return found, nil
	}
	if found.size > MaxFile {
		return object{}, fmt.Errorf("%w: it has %d bytes, and the limit is %d", ErrTooLarge, found.size, MaxFile)
	}
	found.data = make([]byte, found.size)
	if _, err := io.ReadFull(r.out, found.data); err != nil {
		return object{}, err
	}
	if end, err := r.out.ReadByte(); err != nil || end != '\n' {
		return object{}, errors.New("the answer has another length than it says")
	}
	return found, nil
}

// parseHead reads the line "id kind size" before an object; what else git prints
// there ends in missing or ambiguous.
func parseHead(line string) (object, error) {
	if strings.HasSuffix(line, " missing") || strings.HasSuffix(line, " ambiguous") {
		return object{}, ErrNoObject
	}
	fields := strings.Split(line, " ")
	if len(fields) != 3 || !isID(fields[0]) {
		return object{}, fmt.Errorf("git cat-file answered %.200q", line)
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil || size < 0 {
		return object{}, fmt.Errorf("git cat-file answered %.200q", line)
	}
	return object{id: fields[0], kind: fields[1], size: size}, nil
}

// isID reports whether text is the whole id of an object, SHA-1 or SHA-256.
func isID(text string) bool {
	return (len(text) == 40 || len(text) == 64) && strings.Trim(text, "0123456789abcdef") == ""
}
