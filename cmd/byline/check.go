package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"byline/internal/check"
	"byline/internal/edit"
	"byline/internal/finding"
	"byline/internal/publish"
	"byline/internal/site"
	"byline/internal/source"
)

type checkCommand struct {
	content
	Format string `help:"How findings are printed: text, one a line; json, one document; github, as annotations of a workflow." enum:"text,json,github" default:"text" placeholder:"text|json|github"`
	Since  string `help:"Only what changed since this commit, branch or tag, files that are not committed among it, and what those changes broke elsewhere." placeholder:"REF"`
	Fix    bool   `help:"Mend what can be mended without judgement, then check again."`
	Strict bool   `help:"Exit with 1 for warnings too."`
	Rules  bool   `help:"Print the rules: id, severity, whether --fix mends it, and what it asks for."`
}

// Run checks the content and fails if there is an error in it.
func (c *checkCommand) Run(ctx context.Context, io streams) error {
	if c.Rules {
		return printRules(io)
	}
	found, err := c.find(ctx)
	if err != nil {
		return err
	}
	prefix := c.prefix(ctx)
	if c.Fix {
		if found, err = c.fix(ctx, io, found); err != nil {
			return err
		}
	}
	if err := c.print(io, check.Below(prefix, found)); err != nil {
		return err
	}
	if c.Format == "text" && found.Of(site.SettingsFile).HasErrors() {
		fmt.Fprintln(io.err, "byline: links, redirects and lists are looked at once site.yaml can be used")
	}
	counts := check.Count(found)
	if counts.Errors > 0 || c.Strict && len(found) > 0 {
		return errors.New(counts.String())
	}
	_, err = fmt.Fprintln(io.err, "byline:", counts)
	return err
}

func (c *checkCommand) find(ctx context.Context) (finding.List, error) {
	dir, err := c.directory()
	if err != nil {
		return nil, err
	}
	tree, err := dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	past, end := historyOf(ctx, c.content)
	defer end()
	found, err := inspect(ctx, tree, past)
	if err != nil || c.Since == "" {
		return found, err
	}
	changes, err := source.Changed(ctx, c.Content, c.Since)
	if errors.Is(err, source.ErrNoGit) {
		err = errors.New("the git program is not installed, which knows what changed")
	}
	if err != nil {
		return nil, fmt.Errorf("--since: %w", err)
	}
	return since(ctx, found, tree, changes, past)
}

// since leaves the findings in files that changed, and those that the changes
// caused in others: they were not there before.
func since(ctx context.Context, found finding.List, tree source.Tree, changes source.Changes, past *source.Repository) (finding.List, error) {
	before, err := inspect(ctx, changes.Before(tree), past)
	if err != nil && !errors.Is(err, publish.ErrHeld) {
		return nil, err
	}
	bare := func(f finding.Finding) finding.Finding { // what one may write instead changes with every name
		f.Suggestion, f.Fix = "", finding.Fix{}
		return f
	}
	old := map[finding.Finding]bool{}
	for _, f := range before {
		old[bare(f)] = true
	}
	return slices.DeleteFunc(found, func(f finding.Finding) bool { return !changes.Has(f.File) && old[bare(f)] }), nil
}

// fix mends what it can, says so, and returns what is left.
func (c *checkCommand) fix(ctx context.Context, io streams, found finding.List) (finding.List, error) {
	root, err := os.OpenRoot(c.Content)
	if err != nil {
		return nil, fmt.Errorf("open the content folder: %w", err)
	}
	defer root.Close()
	mends, refused := check.Fixes(found, func(file string) ([]byte, error) {
		if err := edit.Usable(root, file); err != nil {
			return nil, err
		}
		return root.ReadFile(file)
	})
	var plan edit.Plan
	for _, m := range mends {
		plan.Edits = append(plan.Edits, m.Edits...)
	}
	if err := plan.Apply(c.Content); err != nil {
		return nil, fmt.Errorf("nothing was mended: %w", err)
	}
	for _, m := range mends {
		m.Finding = check.Below(c.prefix(ctx), finding.List{m.Finding})[0]
		fmt.Fprintln(io.err, m)
	}
	for _, err := range refused {
		fmt.Fprintln(io.err, "byline: not mended:", err)
	}
	return c.find(ctx)
}

// prefix is what stands before the name of a file: the folder as it was named,
// or, for GitHub, its path from the top of the repository.
func (c *checkCommand) prefix(ctx context.Context) string {
	if c.Format == "github" {
		if prefix, err := source.Prefix(ctx, c.Content); err == nil {
			return prefix
		}
	}
	if dir := filepath.ToSlash(filepath.Clean(c.Content)); dir != "." {
		return strings.TrimSuffix(dir, "/") + "/"
	}
	return ""
}

func (c *checkCommand) print(io streams, found finding.List) error {
	switch c.Format {
	case "json":
		return check.JSON(io.out, found)
	case "github":
		return check.GitHub(io.out, found)
	}
	return check.Text(io.out, found)
}

// historyOf is the repository that the content folder lies in; nil when it lies
// in none.
func historyOf(ctx context.Context, c content) (past *source.Repository, end func()) {
	past, err := source.Enclosing(ctx, c.Content)
	if err != nil {
		return nil, func() {}
	}
	return past, past.Close
}

// inspect takes a tree through all stages, as serve would, and returns what was
// found on the way. The error says what is no finding.
func inspect(ctx context.Context, tree source.Tree, past *source.Repository) (finding.List, error) {
	p, err := publish.New(publish.Options{Source: once{tree}, Repository: past, Pictures: checkedPictures(), Thorough: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	err = p.Publish(ctx)
	found := p.Status().Findings
	if err != nil && !(errors.Is(err, publish.ErrHeld) && found.HasErrors()) {
		return nil, err
	}
	return found, nil
}

// once is a source of one tree.
type once struct{ tree source.Tree }

var _ publish.Source = once{}

// Snapshot implements publish.Source.
func (o once) Snapshot(context.Context) (source.Tree, error) { return o.tree, nil }

// Watch implements publish.Source: nothing ever changes.
func (o once) Watch(context.Context, time.Duration) (<-chan struct{}, error) { return nil, nil }

func printRules(io streams) error {
	table := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
	for _, r := range finding.Rules() {
		mends := ""
		if r.Mends {
			mends = "--fix"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.Rule, r.Severity, mends, r.Help)
	}
	return table.Flush()
}
