package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"byline/internal/bench"
)

type benchCommand struct {
	Articles int     `help:"How many articles the site has that is made for it." default:"10000" placeholder:"10000"`
	Content  string  `help:"Measure with a copy of this content folder instead." placeholder:"DIR"`
	Edits    int     `help:"How often each kind of edit is made." default:"20" placeholder:"20"`
	Seconds  float64 `help:"How long each kind of load lasts." default:"5" placeholder:"5"`
	JSON     bool    `name:"json" help:"Print one JSON document."`
	Keep     bool    `help:"Leave the temporary folder with the content, and say where it is."`
}

// Help is shown below the command's one line.
func (benchCommand) Help() string {
	return "Makes a site in a temporary folder, starts this program on a loopback port to serve it, and measures from outside: how long a start takes, " +
		"how soon readers see an edit, how many pages a second they get, how fast a search is, and what a page weighs. " +
		"Nothing leaves the machine, and nothing is left behind."
}

// Run measures and prints what it found.
func (c *benchCommand) Run(ctx context.Context, io streams) error {
	switch {
	case c.Articles < 1 || c.Articles > maxBenchArticles:
		return fmt.Errorf("--articles: %d is not between 1 and %d", c.Articles, maxBenchArticles)
	case c.Edits < 1 || c.Edits > 1000:
		return fmt.Errorf("--edits: %d is not between 1 and 1000", c.Edits)
	case !(c.Seconds > 0 && c.Seconds <= 600):
		return fmt.Errorf("--seconds: %v is not between 0 and 600, like 0.5", c.Seconds)
	}
	if c.Content != "" {
		if _, err := (content{c.Content}).directory(); err != nil {
			return err
		}
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program, to start it: %w", err)
	}
	screen := newScreen(io.err)
	tell := func(doing string) { fmt.Fprintln(io.err, doing) }
	if screen != nil {
		tell = func(doing string) { screen.show(doing + " …") }
	}
	report, err := bench.Run(ctx, bench.Options{
		Program: program, Version: version(), Articles: c.Articles, Content: c.Content, Edits: c.Edits,
		Load: time.Duration(c.Seconds * float64(time.Second)), Keep: c.Keep,
		Tell: tell,
	})
	screen.show("")
	if errors.Is(err, context.Canceled) {
		return errors.New("stopped before the end")
	}
	if err != nil {
		return err
	}
	if c.JSON {
		out := json.NewEncoder(io.out)
		out.SetIndent("", "  ")
		return out.Encode(report)
	}
	return report.Print(io.out)
}

// maxBenchArticles is what a site on one machine can sensibly be.
const maxBenchArticles = 1_000_000
