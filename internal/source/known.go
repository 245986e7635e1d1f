package source

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
)

// known is what was read of a revision, so that the next one costs what differs.
// Its maps are guarded by the repository; they are only a help: what is not there
// is read again.
type known struct {
	trees map[string][]treeEntry // tree objects, by id
	blobs map[string]blobInfo    // files that are no articles, by id
	gone  [2][]string            // ids that the revision has not any more, nor had the one before

	root  string // id of the content folder
	files []File // of its Tree
	plain bool   // it has no findings and no links: every file stands for itself
}

type blobInfo struct {
	size int64
	lfs  bool
}

func newKnown() known { return known{trees: map[string][]treeEntry{}, blobs: map[string]blobInfo{}} }

func (r *Repository) knownTree(id string) (entries []treeEntry, ok bool) {
	return knownOf(r, id, func(k known) map[string][]treeEntry { return k.trees })
}

func (r *Repository) knownBlob(id string) (info blobInfo, ok bool) {
	return knownOf(r, id, func(k known) map[string]blobInfo { return k.blobs })
}

func knownOf[T any](r *Repository, id string, of func(known) map[string]T) (thing T, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.known {
		if thing, ok = of(k)[id]; ok {
			break
		}
	}
	return thing, ok
}

// errDoubt says that a Tree is to be made from everything.
var errDoubt = errors.New("what differs does not tell all")

// again makes the Tree of a content folder from the last one, by what differs in
// the tree objects. ok is false where that does not tell all: for links, for what is
// reported, and where something cannot be read.
func (r *Repository) again(ctx context.Context, root string) (tree Tree, ok bool) {
	r.mu.Lock()
	base := r.known[0]
	r.mu.Unlock()
	if !base.plain {
		return tree, false
	}
	w := &treeWalk{repository: r, ctx: ctx, seen: newKnown(), files: map[string]treeEntry{}}
	edits := map[string]*File{}
	d := treeDiff{
		entries: func(id string) ([]treeEntry, error) { return r.entries(ctx, id) }, seen: w.seen.trees,
		skip: ignored, strange: func(name string, e treeEntry) bool { return w.misnamed(name, e) != "" },
		file: func(name string, was, now treeEntry) error { return w.edit(edits, name, was, now) },
	}
	if d.folders("", base.root, root) != nil || clashes(base.files, edits) {
		return tree, false
	}
	tree.Files = merged(base.files, edits)
	r.mu.Lock()
	defer r.mu.Unlock()
	if k := &r.known[0]; k.root == base.root && k.plain { // nobody was quicker
		k.turn(root, tree.Files, w.seen, d.left)
	}
	return tree, true
}

// edit notes what became of a file.
func (w *treeWalk) edit(edits map[string]*File, name string, was, now treeEntry) error {
	if now.mode == modeLink || now.mode == modeModule {
		return errDoubt
	}
	if now.id == "" {
		edits[name] = nil
		return nil
	}
	w.tree = Tree{}
	if err := w.file(name, now.id); err != nil {
		return err
	}
	if len(w.tree.Findings) > 0 {
		return errDoubt
	}
	edits[w.tree.Files[0].Path] = &w.tree.Files[0]
	return nil
}

// clashes reports whether a file that came differs only in case from another.
func clashes(files []File, edits map[string]*File) bool {
	came := map[string]string{}
	for name, f := range edits {
		if _, there := (Tree{Files: files}).Find(name); f == nil || there {
			continue
		}
		key := strings.ToLower(name)
		if came[key] != "" {
			return true
		}
		came[key] = name
	}
	return len(came) > 0 && slices.ContainsFunc(files, func(f File) bool { return came[strings.ToLower(f.Path)] != "" })
}

// turn makes what is known that of another revision. What only this one had is
// kept for one turn more: the history is read from here to there.
func (k *known) turn(root string, files []File, seen known, left []string) {
	for _, id := range k.gone[1] {
		delete(k.trees, id)
		delete(k.blobs, id)
	}
	maps.Copy(k.trees, seen.trees)
	maps.Copy(k.blobs, seen.blobs)
	k.gone = [2][]string{left, k.gone[0]}
	k.root, k.files = root, files
}
