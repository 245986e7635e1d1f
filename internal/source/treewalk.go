package source

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"byline/internal/finding"
)

// treeWalk is one pass over the tree of a commit. Folders that the last revision
// had, too, are not read again.
type treeWalk struct {
	repository *Repository
	ctx        context.Context
	tree       Tree
	seen       known
	files      map[string]treeEntry // by path; links among them
	links      []string
}

func (w *treeWalk) folder(dir, id string) error {
	entries, err := w.repository.entries(w.ctx, id)
	if err != nil {
		return err
	}
	w.seen.trees[id] = entries
	for _, e := range entries {
		name := e.name
		if dir != "" {
			name = dir + "/" + e.name
		}
		if ignored(name) {
			continue
		}
		if fault := w.misnamed(name, e); fault != "" {
			w.report(strings.ToValidUTF8(name, "\uFFFD"), finding.NotSupported, fault, "rename it")
			continue
		}
		switch e.mode {
		case modeFolder:
			if err := w.folder(name, e.id); err != nil {
				return err
			}
		case modeModule:
			w.report(name, finding.NotSupported, "is a submodule and is left out", "put its files here")
		case modeLink:
			w.links = append(w.links, name)
			w.files[name] = e
		default:
			w.files[name] = e
			if err := w.file(name, e.id); err != nil {
				return err
			}
		}
	}
	return nil
}

// misnamed says why an entry cannot be served under its name; "" when it can. Git
// makes no such names, but whoever makes trees without it can.
func (w *treeWalk) misnamed(name string, e treeEntry) string {
	_, again := w.files[name]
	switch {
	case !utf8.ValidString(e.name):
		return "has a name that is not UTF-8 and is left out"
	case strings.Contains(e.name, "/") || !fs.ValidPath(e.name):
		return fmt.Sprintf("stands as %q, which is no name of a file, and is left out", e.name)
	case again:
		return "is there twice in the revision; the second one is left out"
	}
	return ""
}

// finish puts the file that it leads to in the place of every link.
func (w *treeWalk) finish() error {
	for _, name := range w.links {
		to, err := w.follow(name)
		if err != nil {
			return err
		}
		if to == "" {
			w.report(name, finding.OutsideTree, "is a symbolic link that leads out of the content folder or nowhere", "put the file itself here")
			continue
		}
		if err := w.file(name, to); err != nil {
			return err
		}
	}
	return nil
}

// follow returns the id of the file that a link leads to, "" for none.
func (w *treeWalk) follow(name string) (string, error) {
	for range 8 {
		entry, ok := w.files[name]
		if !ok {
			return "", nil
		}
		if entry.mode != modeLink {
			return entry.id, nil
		}
		target, err := w.repository.Blob(w.ctx, entry.id)
		if err != nil {
			return "", err
		}
		if strings.HasPrefix(string(target), "/") {
			return "", nil
		}
		name = path.Join(path.Dir(name), string(target))
	}
	return "", nil
}

// file adds a file. Of articles only the name is looked at here: their parser
// has a limit of its own, and asking for 10,000 sizes takes its time.
func (w *treeWalk) file(name, id string) error {
	name, id = strings.Clone(name), strings.Clone(id)
	f := File{Path: name, Hash: id, content: func() ([]byte, error) { return w.repository.Blob(context.Background(), id) }}
	if !strings.HasSuffix(name, ".md") {
		info, err := w.look(id)
		switch {
		case err != nil:
			return err
		case info.lfs:
			w.report(name, finding.LFSPointer, lfsMessage, "commit the file itself: a git repository holds only the pointer")
			return nil
		case info.size > MaxFile:
			w.report(name, finding.TooLarge, fmt.Sprintf("has %d bytes and is left out; the limit is %d", info.size, MaxFile), "")
			return nil
		}
		f.Size = info.size
	}
	w.tree.Files = append(w.tree.Files, f)
	return nil
}

// look asks how large a file is and whether it is the file itself.
func (w *treeWalk) look(id string) (blobInfo, error) {
	info, ok := w.repository.knownBlob(id)
	if !ok {
		found, err := w.repository.objects.info(w.ctx, id)
		if err != nil {
			return info, err
		}
		info = blobInfo{size: found.size}
		if found.size < maxPointer {
			content, err := w.repository.Blob(w.ctx, id)
			if err != nil {
				return info, err
			}
			info.lfs = bytes.HasPrefix(content, []byte(lfsMagic))
		}
	}
	w.seen.blobs[id] = info
	return info, nil
}

func (w *treeWalk) report(name string, rule finding.Rule, message, suggestion string) {
	w.tree.Findings = append(w.tree.Findings, finding.Finding{Rule: rule, File: name, Message: message, Suggestion: suggestion})
}
