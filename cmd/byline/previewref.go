package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"byline/internal/finding"
	"byline/internal/site"
	"byline/internal/source"
)

// absent says that a ref is in no repository that can be looked into: the copies
// in the data folder, else the one that the content folder is in. It is "" when
// the ref is there, and when that cannot be known: there is no repository, or its
// history is cut off, or git cannot read it.
func (c *previewCommand) absent(ctx context.Context, ref string) string {
	repositories := source.Copies(c.Data)
	if c.Data == "" || len(repositories) == 0 {
		around, err := source.Enclosing(ctx, c.Content)
		if err != nil {
			return ""
		}
		repositories = []*source.Repository{around}
	}
	var names []string
	known := true
	for _, r := range repositories {
		here, missing := lookUp(ctx, r, ref)
		known = known && missing
		names = append(names, here...)
		r.Close()
	}
	if !known {
		return ""
	}
	text := fmt.Sprintf("there is no branch, tag, commit or draft %q here; the link will answer 404 until there is", ref)
	if near, ok := finding.Nearest(ref, append(names, c.drafts(ctx)...), max(2, len(ref)/3)); ok {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return text
}

// lookUp returns the names that a repository has, and whether a ref is certainly
// not in it.
func lookUp(ctx context.Context, r *source.Repository, ref string) (names []string, missing bool) {
	if cut, err := r.Shallow(ctx); err != nil || cut {
		return nil, false
	}
	names, err := r.Names(ctx)
	if err != nil || slices.Contains(names, strings.TrimPrefix(ref, "refs/heads/")) {
		return names, false
	}
	_, err = r.Named(ctx, ref)
	return names, errors.Is(err, source.ErrNoObject)
}

// drafts are the slugs of the articles that are not public; none where the content
// cannot be read.
func (c *previewCommand) drafts(ctx context.Context) []string {
	s, err := load(ctx, c.content, true)
	if err != nil {
		return nil
	}
	var slugs []string
	for _, p := range s.Pages {
		if p.State != site.Public {
			slugs = append(slugs, p.Slug)
		}
	}
	return slugs
}
