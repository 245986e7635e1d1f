package source

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Repository reads revisions out of a git repository's object store, never out
// of a work tree. It is safe for concurrent use. Close ends its processes.
type Repository struct {
	git     *git
	objects *objects
	path    string // of the content folder in the repository; "" for all of it
	heads   string // where its branches are: "refs/heads/"
	id      string // see ID

	unread atomic.Bool // something that a revision has could not be read

	mu    sync.Mutex
	cut   string   // the file that says where the history is cut off, see Shallow
	known [2]known // from the last two revisions that were read: the live one and a preview take turns
}

// treeEntry is one line of a tree object. Its words are parts of the whole object:
// what is kept for longer is a copy.
type treeEntry struct{ mode, name, id string }

func newRepository(g *git, contentPath, heads string) *Repository {
	contentPath = strings.Trim(path.Clean("/"+contentPath), "/")
	return &Repository{
		git: g, objects: &objects{git: g}, path: contentPath, heads: heads, id: shortHash(g.dir + "\x00" + contentPath),
	}
}

// ErrNotInGit says that a folder is in no git work tree.
var ErrNotInGit = errors.New("the folder is not in a git work tree")

// Enclosing returns the repository whose work tree the folder dir is in, with
// dir as the content folder, or ErrNotInGit.
func Enclosing(ctx context.Context, dir string) (*Repository, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, fmt.Errorf("open the content folder: %w", err)
	}
	g := &git{dir: dir}
	out, err := g.line(ctx, "rev-parse", "--show-toplevel", "--show-prefix")
	switch {
	case errors.Is(err, ErrNoGit):
		return nil, err
	case err != nil && strings.Contains(err.Error(), "not a git repository"):
		return nil, ErrNotInGit
	case err != nil:
		return nil, fmt.Errorf("find the git repository of %s: %w", dir, err)
	}
	top, prefix, _ := strings.Cut(out, "\n")
	return newRepository(&git{dir: top}, prefix, heads), nil
}

// ID names the repository and its content folder, for what is kept about them.
func (r *Repository) ID() string { return r.id }

// Close ends the processes that read. Reads after it fail.
func (r *Repository) Close() { r.objects.close() }

// Commit is one commit that a revision is made of.
type Commit struct {
	ID   string
	Time time.Time // of the committer
	Tree string    // id of the whole repository's tree

	parent string // the first; "" for none
	odd    bool   // its time is not written as git writes it
}

// Resolve returns the commit that a name stands for: a branch, a tag, or an id,
// shortened to no less than four digits.
func (r *Repository) Resolve(ctx context.Context, name string) (Commit, error) {
	found, err := r.objects.read(ctx, name+"^{commit}")
	if err != nil {
		return Commit{}, err
	}
	c := Commit{ID: found.id}
	for line := range strings.SplitSeq(string(found.data), "\n") {
		key, value, _ := strings.Cut(line, " ")
		switch key {
		case "tree":
			c.Tree = value
		case "parent":
			c.parent = cmp.Or(c.parent, value)
		case "committer":
			c.Time, c.odd = committed(value), !plainTime.MatchString(value)
		case "":
			return c, nil
		}
	}
	return c, nil
}

// heads is where a repository has its own branches.
const heads = "refs/heads/"

// Named returns the commit that somebody means by a name: a branch, a tag, or a
// commit by at least four digits of its id; else ErrNoObject. "refs/heads/NAME"
// is a branch even where NAME could be something else.
func (r *Repository) Named(ctx context.Context, name string) (Commit, error) {
	if branch, ok := strings.CutPrefix(name, heads); ok {
		return r.Resolve(ctx, r.heads+branch)
	}
	for _, prefix := range []string{r.heads, "refs/tags/"} {
		if c, err := r.Resolve(ctx, prefix+name); !errors.Is(err, ErrNoObject) {
			return c, err
		}
	}
	if len(name) < 4 || strings.Trim(name, "0123456789abcdef") != "" {
		return Commit{}, fmt.Errorf("%.80q: %w", name, ErrNoObject)
	}
	return r.Resolve(ctx, name)
}

// Names lists the branches and tags, those of the remote too where the repository
// is somebody's clone.
func (r *Repository) Names(ctx context.Context) ([]string, error) {
	out, err := r.git.line(ctx, "for-each-ref", "--format=%(refname)", r.heads, branches, "refs/tags/")
	if err != nil {
		return nil, err
	}
	var names []string
	for full := range strings.FieldsSeq(out) {
		for _, prefix := range []string{r.heads, branches, "refs/tags/"} {
			if name, ok := strings.CutPrefix(full, prefix); ok {
				names = append(names, name)
				break
			}
		}
	}
	return names, nil
}

// plainTime is how a committer's line ends.
var plainTime = regexp.MustCompile(`> [0-9]{1,11} [+-][0-9]{4}$`)

// committed reads the time out of "A U Thor <a@example.org> 1700000000 +0100".
func committed(value string) time.Time {
	fields := strings.Fields(value[strings.LastIndexByte(value, '>')+1:])
	if len(fields) == 0 {
		return time.Time{}
	}
	seconds, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return time.Time{}
	}
	return moment(seconds)
}

// moment is a commit's time, within what a date can be written for (RFC 3339): a
// commit may say anything.
func moment(seconds int64) time.Time {
	return time.Unix(min(max(seconds, 0), 253402300799), 0).UTC() // the end of the year 9999
}

// RevisionOf is how the revision of a commit is named: the first twelve digits.
func RevisionOf(commit string) string { return commit[:min(len(commit), 12)] }

// Tree returns the revision of a commit.
func (r *Repository) Tree(ctx context.Context, c Commit) (Tree, error) {
	root, err := r.root(ctx, c)
	if err == nil && root == "" {
		return Tree{}, r.noFolder(ctx, c)
	}
	var tree Tree
	if err == nil {
		tree, err = r.read(ctx, root)
	}
	if err != nil {
		r.note(ctx, err)
		return Tree{}, fmt.Errorf("read revision %s: %w", RevisionOf(c.ID), err)
	}
	tree.Revision, tree.Commit, tree.Time = RevisionOf(c.ID), c.ID, c.Time
	return tree, nil
}

// read makes the Tree of a content folder: from the last one, where what differs
// tells all, else from everything.
func (r *Repository) read(ctx context.Context, root string) (Tree, error) {
	if tree, ok := r.again(ctx, root); ok {
		return tree, nil
	}
	w := &treeWalk{repository: r, ctx: ctx, seen: newKnown(), files: map[string]treeEntry{}}
	if err := w.folder("", root); err != nil {
		return Tree{}, err
	}
	if err := w.finish(); err != nil {
		return Tree{}, err
	}
	w.tree.finish()
	w.seen.root, w.seen.files = root, w.tree.Files
	w.seen.plain = len(w.links) == 0 && len(w.tree.Findings) == 0
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known = [2]known{w.seen, r.known[0]}
	return w.tree, nil
}

// root returns the id of the content folder in a commit; "" when there is none.
// What is there and cannot be read is another thing.
func (r *Repository) root(ctx context.Context, c Commit) (id string, err error) {
	id = c.Tree
	for name := range strings.SplitSeq(r.path, "/") {
		if name == "" {
			return id, nil // the top
		}
		entries, err := r.entries(ctx, id)
		if err != nil {
			return "", err
		}
		at := slices.IndexFunc(entries, func(e treeEntry) bool { return e.name == name && e.mode == modeFolder })
		if at < 0 {
			return "", nil
		}
		id = entries[at].id
	}
	return id, nil
}

// noFolder says what the repository has instead of the content folder.
func (r *Repository) noFolder(ctx context.Context, c Commit) error {
	var names []string
	if entries, err := r.entries(ctx, c.Tree); err == nil {
		for _, e := range entries {
			if e.mode == modeFolder {
				names = append(names, e.name)
			}
		}
	}
	has := "it has no folder at all"
	if len(names) > 0 {
		has = "it has " + strings.Join(names[:min(len(names), 8)], ", ")
	}
	return fmt.Errorf("there is no folder %s in the repository at %s; %s. Name the content folder with --git-path, or . for the top", r.path, RevisionOf(c.ID), has)
}

// Blob returns the content of a file by its id.
func (r *Repository) Blob(ctx context.Context, id string) ([]byte, error) {
	found, err := r.objects.read(ctx, id)
	r.note(ctx, err)
	return found.data, err
}

// note remembers that what must be there could not be read.
func (r *Repository) note(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil && !errors.Is(err, ErrTooLarge) && !errors.Is(err, errClosed) {
		r.unread.Store(true)
	}
}

// Modes of the entries of a tree.
const (
	modeFolder = "40000"
	modeLink   = "120000"
	modeModule = "160000"
)

// entries returns the lines of a tree object.
func (r *Repository) entries(ctx context.Context, id string) ([]treeEntry, error) {
	if entries, ok := r.knownTree(id); ok {
		return entries, nil
	}
	found, err := r.objects.read(ctx, id)
	if err != nil {
		return nil, err
	}
	return parseTree(found.data, len(found.id)/2)
}

// parseTree reads a tree object: "mode name\0" and the id in idSize bytes, again
// and again (git's documentation, "Git Internals: Git Objects").
func parseTree(data []byte, idSize int) ([]treeEntry, error) {
	text, digits := string(data), hex.EncodeToString(data)
	var all []treeEntry
	for at := 0; at < len(text); {
		head, _, ok := strings.Cut(text[at:], "\x00")
		mode, name, ok2 := strings.Cut(head, " ")
		at += len(head) + 1
		if !ok || !ok2 || name == "" || len(text) < at+idSize {
			return nil, errors.New("a tree object is broken")
		}
		mode = strings.TrimLeft(mode, "0") // some programs have written 040000
		all = append(all, treeEntry{mode, name, digits[2*at : 2*(at+idSize)]})
		at += idSize
	}
	return all, nil
}

// Shallow reports whether the history is cut off: git then keeps a file that says
// where (gitrepository-layout(5), "shallow").
func (r *Repository) Shallow(ctx context.Context) (bool, error) {
	name, err := r.shallowFile(ctx)
	if err != nil {
		return false, err
	}
	_, err = os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// shallowFile asks git once where that file is.
func (r *Repository) shallowFile(ctx context.Context) (string, error) {
	r.mu.Lock()
	name := r.cut
	r.mu.Unlock()
	if name != "" {
		return name, nil
	}
	name, err := r.git.line(ctx, "rev-parse", "--git-path", "shallow")
	if err != nil {
		return "", err
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(r.git.dir, name)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cut = name
	return name, nil
}
