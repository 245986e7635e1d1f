package source

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Changes are the files of a content folder that differ from a commit.
type Changes struct {
	Base   string // the commit's full id
	now    map[string]bool
	before []File // as they were, those that were there
}

// Changed returns what differs between a folder of a git work tree and the
// commit where the work on it began: the last one that ref and HEAD have in
// common. Whether a change is committed, staged or only on disk does not matter;
// new files that git has not been told of count, ignored ones do not.
func Changed(ctx context.Context, dir, ref string) (Changes, error) {
	g := &git{dir: dir}
	c := Changes{now: map[string]bool{}}
	var err error
	if c.Base, err = base(ctx, g, ref); err != nil {
		return c, err
	}
	raw, err := g.run(ctx, "diff", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--ignore-submodules", "--relative", c.Base, "--", ".")
	if err != nil {
		return c, err
	}
	// Each is ":oldmode newmode oldid newid status", then the path.
	fields := strings.Split(string(raw), "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		was, path := strings.Fields(fields[i]), fields[i+1]
		c.now[path] = true
		if len(was) < 5 || !strings.HasPrefix(was[0], ":100") {
			continue // it was not there, or was no regular file
		}
		content, err := g.run(ctx, "cat-file", "blob", was[2])
		if err != nil {
			return c, err
		}
		c.before = append(c.before, NewFile(path, content))
	}
	fresh, err := g.run(ctx, "ls-files", "-z", "--others", "--exclude-standard")
	for path := range strings.SplitSeq(string(fresh), "\x00") {
		if path != "" {
			c.now[path] = true
		}
	}
	return c, err
}

func base(ctx context.Context, g *git, ref string) (string, error) {
	if err := InWorkTree(ctx, g.dir); err != nil {
		return "", err
	}
	commit, err := g.line(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil || commit == "" {
		return "", fmt.Errorf("git knows no commit %q; write a branch, a tag or a commit like HEAD~1 or origin/main (a shallow clone has only the last ones)", ref)
	}
	if common, err := g.line(ctx, "merge-base", commit, "HEAD"); err == nil && common != "" {
		return common, nil
	}
	return commit, nil
}

// ErrNoWorkTree says that a folder is not in a git work tree.
var ErrNoWorkTree = errors.New("is not in a git work tree")

// InWorkTree returns nil when a folder is in a git work tree, ErrNoGit or
// ErrNoWorkTree when not.
func InWorkTree(ctx context.Context, dir string) error {
	inside, err := (&git{dir: dir}).line(ctx, "rev-parse", "--is-inside-work-tree")
	switch {
	case errors.Is(err, ErrNoGit):
		return ErrNoGit
	case err != nil && !strings.Contains(err.Error(), "not a git repository"):
		return err
	case err != nil || inside != "true":
		return fmt.Errorf("the folder %s %w", dir, ErrNoWorkTree)
	}
	return nil
}

// Prefix is the path of a folder from the top of its git work tree, with a slash
// at its end: "articles/"; "" at the top.
func Prefix(ctx context.Context, dir string) (string, error) {
	out, err := (&git{dir: dir}).run(ctx, "rev-parse", "--show-prefix")
	return strings.TrimSuffix(string(out), "\n"), err
}

// Has reports whether a file differs.
func (c Changes) Has(path string) bool { return c.now[path] }

// Before is the folder as it was, made of what has not changed since and what
// was in the place of the rest.
func (c Changes) Before(now Tree) Tree {
	before := Tree{Time: now.Time}
	for _, f := range now.Files {
		if !c.now[f.Path] {
			before.Files = append(before.Files, f)
		}
	}
	for _, f := range c.before {
		if !ignoredPath(f.Path) {
			before.Files = append(before.Files, f)
		}
	}
	for _, f := range now.Findings {
		if !c.now[f.File] {
			before.Findings = append(before.Findings, f)
		}
	}
	before.finish()
	return before
}

// ignoredPath reports whether a name, or that of a folder above it, is not
// content.
func ignoredPath(path string) bool {
	for i := range len(path) {
		if path[i] == '/' && ignored(path[:i]) {
			return true
		}
	}
	return ignored(path)
}
