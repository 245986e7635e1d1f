// Byline serves a content website out of a folder of Markdown files.
//
// The command's flags and their wiring live here, one file a command; what they
// do is in the packages under internal. See the README for how to use it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "byline:", err)
		os.Exit(1)
	}
}
