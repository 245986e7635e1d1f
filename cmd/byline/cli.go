package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"byline/internal/source"
)

// commands is the command line. Every flag has an environment variable: BYLINE_
// and its name. A flag counts more than a variable, a variable more than the
// default.
type commands struct {
	Serve     serveCommand     `cmd:"" help:"Serve the site and publish every change of its content."`
	Check     checkCommand     `cmd:"" help:"Check the content: what to mend, where, and how."`
	New       newCommand       `cmd:"" help:"Begin an article."`
	Mv        moveCommand      `cmd:"" help:"Rename or move an article, and mend the links to it."`
	Init      initCommand      `cmd:"" help:"Make a content folder with a first article."`
	List      listCommand      `cmd:"" help:"List the articles, newest first."`
	Related   relatedCommand   `cmd:"" help:"Explain which articles stand beside one, and why."`
	Redirects redirectsCommand `cmd:"" help:"List the addresses that articles had, and what answers there."`
	Preview   previewCommand   `cmd:"" help:"Print a link that shows a branch, a commit or a draft."`
	Publish   publishCommand   `cmd:"" help:"Have the server look at its source now."`
	Rollback  rollbackCommand  `cmd:"" help:"Have the server serve an earlier revision."`
	Bench     benchCommand     `cmd:"" help:"Measure how fast Byline is on this machine."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

// streams are where a command writes.
type streams struct{ out, err io.Writer }

// exit is what kong asks for after it has printed its help.
type exit struct{ code int }

func run(ctx context.Context, args []string, out, errs io.Writer) (err error) {
	// kong ends the program after --help; here it ends this call instead.
	defer func() {
		if e, ok := recover().(exit); ok && e.code != 0 {
			err = errors.New("the command line could not be read")
		}
	}()
	unsetEmpty()
	var c commands
	parser, err := kong.New(&c,
		kong.Name("byline"),
		kong.Description("A server-rendered content website in one program. Editors commit Markdown; Byline checks it, renders it and serves it.\n\nWithout a flag, \"byline serve\" serves ./articles at http://localhost:8080."),
		kong.Writers(out, errs),
		kong.DefaultEnvars("BYLINE"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 90}),
		kong.Exit(func(code int) { panic(exit{code}) }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(streams{out, errs}),
	)
	if err != nil {
		return fmt.Errorf("command line: %w", err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		// What Go says about a duration is not for people.
		text, _, _ := strings.Cut(err.Error(), ": time: ")
		return fmt.Errorf("%s; see \"byline --help\"", text)
	}
	return chosen.Run()
}

// unsetEmpty makes an empty variable one that is not set: containers are often
// started with variables that are there for want of a way to leave them out.
func unsetEmpty() {
	for _, entry := range os.Environ() {
		if name, value, _ := strings.Cut(entry, "="); value == "" && strings.HasPrefix(name, "BYLINE_") {
			_ = os.Unsetenv(name) // fails only for names that cannot be there
		}
	}
}

// content is the flag that most commands share.
type content struct {
	Content string `help:"Folder with the articles and site.yaml; default articles." default:"articles" placeholder:"DIR"`
}

// directory is the content folder, if there is one.
func (c content) directory() (*source.Directory, error) {
	info, err := os.Stat(c.Content)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no folder %s; make one with \"byline init %s\", or name another with --content", c.Content, c.Content)
	case err != nil:
		return nil, fmt.Errorf("open the content folder: %w", err)
	case !info.IsDir():
		return nil, fmt.Errorf("%s is not a folder; name one that holds site.yaml and articles", c.Content)
	}
	return source.NewDirectory(c.Content), nil
}

// logger writes lines for people on a terminal, above what stands on the screen, if
// there is one; else JSON.
func logger(w io.Writer, screen *screen) *slog.Logger {
	switch {
	case screen != nil:
		return slog.New(newConsole(screen))
	case isTerminal(w):
		return slog.New(newConsole(w))
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}

// serverLog is logger for who answers requests. Their lines are for lines, unless
// that is nil; end writes what waits there.
func serverLog(w io.Writer, screen *screen) (log *slog.Logger, lines io.Writer, end func()) {
	if screen != nil || isTerminal(w) {
		return logger(w, screen), nil, func() {}
	}
	kept := newLogLines(w)
	return logger(kept, nil), requestLines{kept}, kept.flush
}

// program identifies the running program: the hash of its file, so that every
// replica of one build makes the same ETags.
func program() string {
	name, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	f, err := os.Open(name)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "unknown"
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}
