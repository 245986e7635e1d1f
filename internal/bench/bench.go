// Package bench measures Byline as its readers and editors meet it: from the
// outside, over HTTP, on the machine that it runs on.
//
//	generated or copied content ─► a server of its own, on loopback ─► what is asked of it ─► Report
//
// The server is the program itself, started with "serve" as for readers: nothing
// is measured inside of it, and nothing is switched off for the occasion. It writes
// its log of requests as always, to this program, which reads it and drops it.
//
// The content is a copy in a temporary folder, never the one that is named, because
// it is edited. Without one, Byline makes its own: the same words on every machine,
// as unevenly used as those of a language, with headings, links, code and tables. It is
// not in git, so that the reading of a history is no part of a start.
//
// What is timed runs one after the other: the start, edits, load, search. A time is
// from just before the cause (the start of the program, the rename that puts a
// file's new version in its place) to the last byte of the first response that shows
// the effect, which is looked for about every millisecond. Whoever measures shares the
// machine's cores with who is measured; the report says so.
//
// Nothing outlives Run but what Options.Keep asks for: the server is told to stop and
// waited for, and the folder is removed, also when the context ends.
package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// Options say what is measured.
type Options struct {
	Program  string        // path of the byline to start
	Version  string        // of that program, for the report
	Articles int           // to generate, when there is no Content
	Content  string        // folder whose copy is served; "": generate one
	Edits    int           // of each kind: of texts, new articles, titles
	Load     time.Duration // for each row of load and of search
	Keep     bool          // leave the temporary folder
	Tell     func(string)  // told what is being done now, for people who wait; nil: nobody
}

// connections is how many readers ask at the same time under load: enough to keep
// the cores of a small machine busy, few enough that the time of an answer is not
// all waiting in line.
const connections = 16

// run is one measurement under way.
type run struct {
	Options
	content string // the folder that is served
	server  *child
	client  *client
	place   place
	random  *rand.Rand
	report  Report
}

// Run measures and returns what it found. The folder that Options.Keep leaves is in
// the report.
func Run(ctx context.Context, options Options) (report Report, err error) {
	if options.Tell == nil {
		options.Tell = func(string) {}
	}
	work, err := os.MkdirTemp("", "byline-bench-")
	if err != nil {
		return Report{}, fmt.Errorf("make a folder for the content: %w; name another place in the variable TMPDIR", err)
	}
	r := &run{Options: options, content: filepath.Join(work, "content"), random: rand.New(rand.NewPCG(2, 3))}
	if options.Keep {
		r.report.Folder = work
	} else {
		defer func() {
			if fault := os.RemoveAll(work); err == nil && fault != nil {
				err = fmt.Errorf("remove the temporary folder: %w", fault)
			}
		}()
	}
	err = r.all(ctx)
	if ctx.Err() != nil {
		return Report{}, fmt.Errorf("stopped before the end; nothing is left behind: %w", ctx.Err())
	}
	return r.report, err
}

// all takes the measurements, in the order of the report.
func (r *run) all(ctx context.Context) error {
	r.report.Machine = describe(r.Version)
	if err := r.prepare(ctx); err != nil {
		return err
	}
	r.Tell("Starting the server")
	defer r.stop()
	if err := r.start(ctx); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{r.look, r.edits, r.load, r.search} {
		if err := part(ctx); err != nil {
			return r.server.explain(err)
		}
	}
	before := r.server.usage()
	r.stop()
	r.report.End = r.server.total(before)
	return r.server.outcome()
}

// stop ends the server, if it runs, and waits for it.
func (r *run) stop() {
	if r.server != nil {
		r.server.stop()
	}
}

// prepare makes the content folder.
func (r *run) prepare(ctx context.Context) error {
	var err error
	if r.Content != "" {
		r.Tell("Copying " + r.Content)
		err = copyFolder(ctx, r.Content, r.content)
	} else {
		r.Tell(fmt.Sprintf("Writing %s articles", grouped(r.Articles)))
		err = generate(ctx, r.content, r.Articles)
	}
	if err != nil {
		return err
	}
	r.report.Site, err = survey(r.content)
	return err
}
