package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"byline/internal/publish"
	"byline/internal/source"
	"byline/internal/store"
)

// gitFlags say where the content is, when it is not a folder.
type gitFlags struct {
	Git          string `help:"Repository to publish from, in place of a folder: anything that git can fetch." placeholder:"URL"`
	Branch       string `help:"Branch that is live; default main." default:"main" placeholder:"NAME"`
	GitPath      string `help:"Content folder in the repository, . for the top; default articles." default:"articles" placeholder:"PATH"`
	GitTokenFile string `help:"File with the token for an https repository; or the variable BYLINE_GIT_TOKEN holds it." placeholder:"FILE"`
	Data         string `help:"Folder to keep what is dear to make again: the copy of the repository, what the history told, forms of pictures, and what caches and search engines were told; without it all begins anew at every start." placeholder:"DIR"`
}

// opened is the content, ready to be published.
type opened struct {
	source     publish.Source
	mirror     *source.Mirror
	repository *source.Repository
	store      *store.Store
	close      func()
}

// open opens the repository that --git names, else the content folder.
func (g gitFlags) open(ctx context.Context, c content, log *slog.Logger) (opened, error) {
	kept, err := g.openStore()
	if err != nil {
		return opened{}, err
	}
	if g.Git != "" {
		return g.openMirror(ctx, kept, log)
	}
	dir, err := c.directory()
	if err != nil {
		return opened{}, err
	}
	o := opened{source: dir, store: kept, close: func() {}}
	o.repository, err = source.Enclosing(ctx, c.Content)
	switch {
	case err == nil:
		o.close = o.repository.Close
	case !errors.Is(err, source.ErrNotInGit):
		log.Warn("no redirects, removals and dates of change are read from the history", "why", err)
	}
	return o, nil
}

func (g gitFlags) openStore() (*store.Store, error) {
	if g.Data == "" {
		return nil, nil
	}
	kept, err := store.Open(filepath.Join(g.Data, "kept"))
	if err != nil {
		return nil, fmt.Errorf("--data: %w", err)
	}
	return kept, nil
}

func (g gitFlags) openMirror(ctx context.Context, kept *store.Store, log *slog.Logger) (opened, error) {
	token, err := flagSecret("--git-token-file", "BYLINE_GIT_TOKEN", g.GitTokenFile)
	if err != nil {
		return opened{}, err
	}
	dir, clean := g.Data, func() {}
	if dir == "" {
		if dir, err = os.MkdirTemp("", "byline-"); err != nil {
			return opened{}, fmt.Errorf("make a folder for the copy of the repository: %w; name one with --data", err)
		}
		clean = func() { _ = os.RemoveAll(dir) }
		log.Warn("without --data the repository is copied anew at every start, and a restart needs the remote", "folder", dir)
	}
	mirror, err := source.OpenMirror(ctx, source.MirrorOptions{URL: g.Git, Branch: g.Branch, Path: g.GitPath, Dir: dir, Token: token})
	if err != nil {
		clean()
		return opened{}, fmt.Errorf("--git: %w", err)
	}
	return opened{source: mirror, mirror: mirror, repository: mirror.Repository, store: kept, close: func() { mirror.Close(); clean() }}, nil
}
