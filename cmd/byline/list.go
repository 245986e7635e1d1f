package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"text/tabwriter"

	"byline/internal/publish"
	"byline/internal/site"
)

// load builds the site once; with drafts and scheduled articles if all is set,
// else as readers see it.
func load(ctx context.Context, c content, all bool) (*site.Site, error) {
	log := slog.New(slog.DiscardHandler)
	from, err := gitFlags{}.open(ctx, c, log)
	if err != nil {
		return nil, err
	}
	defer from.close()
	p, err := publish.New(publish.Options{Source: from.source, Repository: from.repository, Dev: all, Log: log})
	if err != nil {
		return nil, err
	}
	if err := p.Publish(ctx); err != nil {
		if found := p.Status().Findings; found.HasErrors() {
			return nil, fmt.Errorf("%w\n%w", err, found)
		}
		return nil, err
	}
	return p.Live().Site(), nil
}

type listCommand struct {
	content
	Drafts    bool `help:"Only drafts."`
	Scheduled bool `help:"Only articles whose date is still to come."`
}

// Run lists the articles.
func (c *listCommand) Run(ctx context.Context, io streams) error {
	s, err := load(ctx, c.content, true)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
	for _, p := range s.Pages {
		if c.Drafts || c.Scheduled {
			wanted := c.Drafts && p.State == site.Draft || c.Scheduled && p.State == site.Scheduled
			if !wanted {
				continue
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", p.Date.Format("2006-01-02"), p.State, p.Slug, p.Title)
	}
	return table.Flush()
}

type relatedCommand struct {
	content
	Slug string `arg:"" help:"The article's slug."`
}

// Run explains the suggestions beside an article, as its readers meet them.
func (c *relatedCommand) Run(ctx context.Context, io streams) error {
	s, page, err := c.find(ctx)
	if err != nil {
		return err
	}
	related, recommended := s.Suggestions(page)
	fmt.Fprintf(io.out, "%s\n\nRelated Articles\n", page.Title)
	explain(io, related)
	fmt.Fprint(io.out, "\nRecommended for you\n")
	explain(io, recommended)
	return nil
}

// find looks among the public articles first: drafts are beside none of them.
func (c *relatedCommand) find(ctx context.Context) (*site.Site, *site.Page, error) {
	slug := strings.TrimSuffix(c.Slug, ".md")
	hint := ""
	for _, all := range []bool{false, true} {
		s, err := load(ctx, c.content, all)
		if err != nil {
			return nil, nil, err
		}
		if page, ok := s.Find(slug); ok {
			return s, page, nil
		}
		if near := s.Nearest(slug, 1); len(near) > 0 {
			hint = fmt.Sprintf("; did you mean %q?", near[0].Slug)
		}
	}
	return nil, nil, fmt.Errorf("there is no article %q in %s%s", c.Slug, c.Content, hint)
}

func explain(io streams, list []site.Suggestion) {
	for _, s := range list {
		reason := map[string]string{
			"pinned": "pinned by the editor", "author": "same author", "category": "same category", "newest": "among the newest",
			"text": fmt.Sprintf("likeness %.2f: %s", s.Score, strings.Join(s.Terms, ", ")),
		}[s.Reason]
		fmt.Fprintf(io.out, "  %s\n      %s\n", s.Title, cmp.Or(reason, s.Reason))
	}
	if len(list) == 0 {
		fmt.Fprintln(io.out, "  none")
	}
}
