package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"time"

	"byline/internal/article"
	"byline/internal/move"
	"byline/internal/source"
)

type moveCommand struct {
	content
	Old string `arg:"" help:"The article: its slug, or its path, with or without .md and the content folder."`
	New string `arg:"" help:"A name alone stays in the same folder; folder/name and name.md are paths from the content folder; folder/ moves into one."`
}

// Help is what --help says beside the flags.
func (moveCommand) Help() string {
	return "Mends the links to the article in all others, in pins and in site.yaml, and its own where its folder changes; code is left alone. Readers of the old address are led to the new one: by the history of the commits, and where there is none by an entry under \"aliases\". Either all is done or nothing."
}

// Run renames and says what it changed.
func (c *moveCommand) Run(ctx context.Context, io streams) error {
	dir, err := c.directory()
	if err != nil {
		return err
	}
	tree, err := dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	content := move.Content{Now: time.Now(), History: source.InWorkTree(ctx, c.Content) == nil, Read: func(name string) ([]byte, error) {
		f, ok := tree.Find(name)
		if !ok {
			return nil, errors.New("there is no " + name + " in the content folder")
		}
		return f.Read()
	}}
	for _, f := range tree.Files {
		content.Files = append(content.Files, f.Path)
	}
	result, err := move.Rename(content, c.below(c.Old), c.below(c.New))
	if err == nil {
		err = result.Apply(c.Content)
	}
	if err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	return c.tell(io, result)
}

// below takes the content folder off a path, as a shell completes it.
func (c *moveCommand) below(name string) string {
	name = filepath.ToSlash(name)
	if rest, ok := strings.CutPrefix(name, filepath.ToSlash(filepath.Clean(c.Content))+"/"); ok {
		return rest
	}
	return strings.TrimPrefix(name, "./")
}

func (c *moveCommand) tell(io streams, r move.Result) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%s → %s\n", r.From, r.To)
	for _, l := range r.Links {
		fmt.Fprintf(&out, "  %s:%d:%d: %s → %s\n", path.Join(filepath.ToSlash(c.Content), l.File), l.Line, l.Col, l.Old, l.New)
	}
	switch {
	case r.Former == "":
		fmt.Fprintf(&out, "Its address stays %s.\n", r.Address)
		if article.FileSlug(r.To) != path.Base(r.Address) {
			fmt.Fprintf(&out, "The key \"slug\" in its front matter says so.\n")
		}
	case !r.Public:
		fmt.Fprintf(&out, "Its address is %s; %s was never public.\n", r.Address, r.Former)
	case r.Alias:
		fmt.Fprintf(&out, "Its address is %s. The content is not in git, so %s is written under \"aliases\" and leads there.\n", r.Address, r.Former)
	default:
		fmt.Fprintf(&out, "Its address is %s. Once this is committed, %s leads there by the history.\n", r.Address, r.Former)
	}
	for _, file := range r.Unread {
		fmt.Fprintf(&out, "%s has errors and was not looked at for links.\n", file)
	}
	_, err := io.out.Write([]byte(out.String()))
	return err
}
