package edit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Apply carries out the plan in a folder. An error says what was in the way; the
// folder is then as it was.
func (p Plan) Apply(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("open the content folder: %w", err)
	}
	defer root.Close()
	w := &work{root: root}
	if err := w.do(p); err != nil {
		return errors.Join(err, w.undo())
	}
	for _, file := range w.kept {
		_ = root.Remove(p.moved(file)) // the old text, which nobody needs any more
	}
	for _, m := range p.Moves {
		_ = root.Remove(path.Dir(m.From)) // if nothing is left in it
	}
	return nil
}

// moved is where a file is after the moves.
func (p Plan) moved(file string) string {
	for _, m := range p.Moves {
		if rest, below := strings.CutPrefix(file, m.From+"/"); below {
			file = m.To + "/" + rest
		}
	}
	return file
}

// work is a plan being carried out.
type work struct {
	root  *os.Root
	undos []func() error
	kept  []string
}

func (w *work) do(p Plan) error {
	staged, err := w.stage(p.Edits)
	if err != nil {
		return err
	}
	for _, s := range staged {
		if err := w.replace(s.fresh, s.file); err != nil {
			return fmt.Errorf("write %s: %w", s.file, cause(err))
		}
	}
	for _, m := range p.Moves {
		if err := w.move(m); err != nil {
			return err
		}
	}
	return nil
}

type staged struct{ file, fresh string }

// stage writes every edited file beside the old one.
func (w *work) stage(edits []Edit) ([]staged, error) {
	byFile := map[string][]Edit{}
	var files []string
	for _, e := range edits {
		if byFile[e.File] == nil {
			files = append(files, e.File)
		}
		byFile[e.File] = append(byFile[e.File], e)
	}
	var all []staged
	for _, file := range files {
		fresh := beside(file, "new")
		if err := w.write(file, fresh, byFile[file]); err != nil {
			return nil, err
		}
		all = append(all, staged{file, fresh})
	}
	return all, nil
}

// beside is a name in the same folder that the content passes over.
func beside(file, what string) string {
	return path.Join(path.Dir(file), fmt.Sprintf(".%s.byline-%d-%s", path.Base(file), os.Getpid(), what))
}

func (w *work) write(file, fresh string, edits []Edit) error {
	if err := Usable(w.root, file); err != nil {
		return err
	}
	src, err := w.root.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, cause(err))
	}
	text, err := Change(src, edits)
	if err != nil {
		return fmt.Errorf("%s was changed meanwhile (%w); run it again", file, err)
	}
	info, err := w.root.Stat(file)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, cause(err))
	}
	f, err := w.root.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return fmt.Errorf("write %s: %w", fresh, cause(err))
	}
	w.undos = append(w.undos, func() error { return ignoreMissing(w.root.Remove(fresh)) })
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(info.Mode().Perm()), f.Sync(), f.Close())
	if err != nil {
		return fmt.Errorf("write %s: %w", fresh, cause(err))
	}
	return nil
}

// replace puts a new file in the place of the old one, which is kept under a
// third name until all is done.
func (w *work) replace(fresh, file string) error {
	old := beside(file, "old")
	if err := w.root.Link(file, old); err != nil {
		// A file system without links: a copy does.
		if err := w.copy(file, old); err != nil {
			return err
		}
	}
	w.kept = append(w.kept, old)
	w.undos = append(w.undos, func() error {
		err := w.root.Rename(old, file) // which does nothing where both are one file still
		return errors.Join(err, ignoreMissing(w.root.Remove(old)))
	})
	return w.root.Rename(fresh, file)
}

func (w *work) copy(file, to string) error {
	text, err := w.root.ReadFile(file)
	if err != nil {
		return err
	}
	info, err := w.root.Stat(file)
	if err != nil {
		return err
	}
	return w.root.WriteFile(to, text, info.Mode().Perm())
}

// move never takes the place of anything.
func (w *work) move(m Move) error {
	if _, err := w.root.Lstat(m.To); err == nil {
		return fmt.Errorf("%s is there already", m.To)
	}
	if err := w.makeFolders(path.Dir(m.To)); err != nil {
		return fmt.Errorf("make the folder %s: %w", path.Dir(m.To), cause(err))
	}
	if err := w.root.Rename(m.From, m.To); err != nil {
		return fmt.Errorf("move %s to %s: %w", m.From, m.To, cause(err))
	}
	w.undos = append(w.undos, func() error { return w.root.Rename(m.To, m.From) })
	return nil
}

func (w *work) makeFolders(dir string) error {
	if dir == "." {
		return nil
	}
	if err := w.makeFolders(path.Dir(dir)); err != nil {
		return err
	}
	err := w.root.Mkdir(dir, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		w.undos = append(w.undos, func() error { return w.root.Remove(dir) })
	}
	return err
}

// undo takes back what was done, the last first.
func (w *work) undo() error {
	var faults []error
	for _, undo := range slices.Backward(w.undos) {
		if err := undo(); err != nil {
			faults = append(faults, fmt.Errorf("undo: %w", err))
		}
	}
	return errors.Join(faults...)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
