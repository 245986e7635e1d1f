package source

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ChangeKind tells what a commit did to a file.
type ChangeKind byte

// What a commit can do to a file.
const (
	Added    ChangeKind = 'A'
	Modified ChangeKind = 'M'
	Deleted  ChangeKind = 'D'
	Renamed  ChangeKind = 'R' // and perhaps edited
)

// Change is what a commit did to one file. Paths are relative to the content
// folder.
type Change struct {
	Kind ChangeKind
	From string // the former path, of a renamed file
	Path string
	Blob string // id of the content; "" of a deleted file
}

// Step is one commit on the branch's own line, with what it did to articles and
// settings, which may be nothing. A merge is one step: what was on the other branch
// was never live by itself.
type Step struct {
	Commit  string
	Time    time.Time
	Changes []Change
}

// likeness is the share of its lines that a renamed file must keep, in percent;
// renameLimit the number of files up to which git compares all with all.
const (
	likeness    = "-M50%"
	renameLimit = "-l10000"
)

// Steps returns the commits after from (all, when it is "") up to the commit to,
// the oldest first. Where from is not on the line of first parents of to (the
// branch was forced elsewhere, or goes on from a merge that has it second), one
// step leads straight from the one to the other.
func (r *Repository) Steps(ctx context.Context, from, to string) ([]Step, error) {
	if from != "" && from != to {
		if steps, ok := r.followed(ctx, from, to); ok {
			return steps, nil
		}
	}
	return r.told(ctx, from, to)
}

// told is Steps, as git tells them.
func (r *Repository) told(ctx context.Context, from, to string) ([]Step, error) {
	shared := []string{"--raw", "-z", likeness, renameLimit, "--no-abbrev", "--no-color", "--no-ext-diff", "--no-textconv"}
	shown := []string{"log", "--first-parent", "--sparse", "--diff-merges=first-parent", "--no-show-signature", "--reverse", "--format=tformat:" + stepFormat}
	var args []string
	switch {
	case from == "":
		args = append(shown, to)
	case from == to:
		return nil, nil
	case r.onLine(ctx, from, to):
		args = append(shown, from+".."+to)
	default:
		args = []string{"diff-tree", "-r", from, to}
	}
	args = slices.Insert(args, 1, shared...)
	out, err := r.git.run(ctx, append(append(args, "--"), r.pathspecs()...)...)
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	if args[0] == "log" {
		return r.parse(out)
	}
	c, err := r.Resolve(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	return r.parse(append(fmt.Appendf(nil, "\x01%s %d\x00", c.ID, c.Time.Unix()), out...))
}

func (r *Repository) parse(out []byte) ([]Step, error) {
	steps, err := parseSteps(string(out))
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	for i := range steps {
		steps[i].Changes = r.within(steps[i].Changes)
	}
	return steps, nil
}

// onLine reports whether the first parents of to lead back to from. A commit that
// is not there any more is on no line.
func (r *Repository) onLine(ctx context.Context, from, to string) bool {
	out, err := r.git.line(ctx, "rev-list", "--first-parent", "--parents", from+".."+to)
	if err != nil {
		return false
	}
	oldest := strings.Fields(out[strings.LastIndexByte(out, '\n')+1:]) // the commit and its parents
	return len(oldest) > 1 && oldest[1] == from
}

// Has reports whether the commit is in the repository.
func (r *Repository) Has(ctx context.Context, commit string) bool {
	found, err := r.objects.info(ctx, commit)
	return err == nil && found.kind == "commit"
}

// pathspecs limit the history to what it is read for.
func (r *Repository) pathspecs() []string {
	escape := strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)
	prefix := ""
	if r.path != "" {
		prefix = escape.Replace(r.path) + "/"
	}
	return []string{":(glob)" + prefix + "**/*.md", ":(glob)" + prefix + "site.yaml"}
}

// within makes paths relative to the content folder and drops what is no
// content.
func (r *Repository) within(changes []Change) []Change {
	prefix := ""
	if r.path != "" {
		prefix = r.path + "/"
	}
	var all []Change
	for _, c := range changes {
		path, inside := strings.CutPrefix(c.Path, prefix)
		from, fromInside := strings.CutPrefix(c.From, prefix)
		inside = inside && !hidden(path)
		fromInside = c.Kind == Renamed && fromInside && !hidden(from)
		switch {
		case inside && c.Kind == Renamed && !fromInside:
			c = Change{Kind: Added, Path: path, Blob: c.Blob}
		case inside:
			c.Path, c.From = path, from
		case fromInside:
			c = Change{Kind: Deleted, Path: from}
		default:
			continue
		}
		all = append(all, c)
	}
	return all
}

// hidden reports whether a file or a folder above it is not content.
func hidden(name string) bool {
	for i := range len(name) {
		if name[i] == '/' && ignored(name[:i]) {
			return true
		}
	}
	return ignored(name)
}

// stepFormat is what git prints before the changes of a commit.
const stepFormat = "%x01%H %ct"

var errLog = errors.New("git printed something unexpected")

// parseSteps reads the output of git log --raw -z: fields that end in NUL, for a
// commit "\x01id time", then for every file ":mode mode id id status" and one
// path, or two of a renamed file (git-diff-tree(1), "Raw output format").
func parseSteps(out string) ([]Step, error) {
	var steps []Step
	next := func() (field string, ok bool) {
		field, out, ok = strings.Cut(out, "\x00")
		return field, ok
	}
	for out != "" {
		field, ok := next()
		field = strings.TrimLeft(field, "\n")
		switch {
		case !ok && field != "":
			return nil, fmt.Errorf("%w: it ends in the middle, at %.80q", errLog, field)
		case field == "":
		case field[0] == '\x01':
			step, err := parseStep(field[1:])
			if err != nil {
				return nil, err
			}
			if step.Time.IsZero() && len(steps) > 0 {
				step.Time = steps[len(steps)-1].Time
			}
			steps = append(steps, step)
		case field[0] == ':' && len(steps) > 0:
			change, err := parseChange(field, next)
			if err != nil {
				return nil, err
			}
			last := &steps[len(steps)-1]
			last.Changes = append(last.Changes, change)
		default:
			return nil, fmt.Errorf("%w: %.80q", errLog, field)
		}
	}
	return steps, nil
}

func parseStep(head string) (Step, error) {
	id, at, _ := strings.Cut(head, " ")
	seconds, err := strconv.ParseInt(at, 10, 64)
	switch {
	case !isID(id) || err != nil && at != "":
		return Step{}, fmt.Errorf("%w: %.80q is no commit", errLog, head)
	case err != nil: // the commit's committer line is broken
		return Step{Commit: id}, nil
	}
	return Step{Commit: id, Time: moment(seconds)}, nil
}

func parseChange(head string, next func() (string, bool)) (Change, error) {
	fields := strings.Split(head, " ")
	if len(fields) != 5 || fields[4] == "" || !isID(fields[3]) {
		return Change{}, fmt.Errorf("%w: %.200q is no change", errLog, head)
	}
	path, ok := next()
	c := Change{Kind: ChangeKind(fields[4][0]), Path: path, Blob: fields[3]}
	switch c.Kind {
	case Renamed:
		c.From = path
		c.Path, ok = next()
	case Deleted:
		c.Blob = ""
	case Added, Modified:
	case 'T': // the type changed: a file in the place of a link
		c.Kind = Modified
	default:
		return Change{}, fmt.Errorf("%w: the status %.20q", errLog, fields[4])
	}
	if fields[1] == modeModule { // there is no file
		c = Change{Kind: Deleted, Path: c.Path}
	}
	if !ok || c.Path == "" {
		return Change{}, fmt.Errorf("%w: %.200q has no path", errLog, head)
	}
	return c, nil
}
