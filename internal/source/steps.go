package source

import (
	"context"
	"slices"
	"strings"
)

// fewCommits is how many commits are compared here, object by object. Of more, git
// tells faster, though it is a process or two that must be started.
const fewCommits = 32

// followed is Steps for what most pushes are: a few commits that go on from where
// the branch was, and move no file. ok is false for all else, and whenever git may
// tell something that is not told here.
func (r *Repository) followed(ctx context.Context, from, to string) (steps []Step, ok bool) {
	line := r.lineTo(ctx, from, to)
	for i := 1; i < len(line); i++ {
		changes, ok := r.changes(ctx, line[i-1], line[i])
		if !ok || line[i].odd {
			return nil, false
		}
		steps = append(steps, Step{Commit: line[i].ID, Time: line[i].Time, Changes: changes})
	}
	return steps, len(steps) > 0
}

// GoesOn reports whether a commit follows another on its own line, a few commits
// later at most.
func (r *Repository) GoesOn(ctx context.Context, from, to string) bool {
	return r.lineTo(ctx, from, to) != nil
}

// lineTo is the first parents from one commit to another, the oldest first; nil
// when they do not lead there in a few steps.
func (r *Repository) lineTo(ctx context.Context, from, to string) []Commit {
	var line []Commit
	for id := to; id != "" && len(line) <= fewCommits; {
		c, err := r.Resolve(ctx, id)
		if err != nil {
			return nil
		}
		line = append(line, c)
		if c.ID == from {
			slices.Reverse(line)
			return line
		}
		id = c.parent
	}
	return nil
}

// changes are what one commit did to what the history is read for, by path. ok is
// false when files came and others went: it is for git to tell which was renamed.
func (r *Repository) changes(ctx context.Context, before, after Commit) (all []Change, ok bool) {
	was, err := r.root(ctx, before)
	if err != nil {
		return nil, false
	}
	now, err := r.root(ctx, after)
	if err != nil {
		return nil, false
	}
	came, went := false, false
	d := treeDiff{
		entries: func(id string) ([]treeEntry, error) { return r.entries(ctx, id) },
		skip:    ignored,
		file: func(name string, was, now treeEntry) error {
			if !strings.HasSuffix(name, ".md") && name != "site.yaml" {
				return nil
			}
			c := Change{Kind: Modified, Path: strings.Clone(name), Blob: strings.Clone(now.id)}
			switch {
			case now.id == "":
				c.Kind, went = Deleted, true
			case was.id == "":
				c.Kind, came = Added, true
			}
			if now.mode == modeModule { // there is no file
				c.Kind, c.Blob = Deleted, ""
			}
			all = append(all, c)
			return nil
		},
	}
	if d.folders("", was, now) != nil || came && went {
		return nil, false
	}
	slices.SortFunc(all, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return all, true
}
