package move

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"byline/internal/article"
	"byline/internal/edit"
	"byline/internal/strict"
)

// aliases keeps the former address in the front matter where nothing else knows
// it, and takes the new one out if it was a former one.
func (r *renaming) aliases() error {
	a := r.articles[r.From]
	var old, now []string
	for _, alias := range a.Meta.Aliases {
		old = append(old, alias.Value)
		if r.Former == "" || !strings.EqualFold(alias.Value, r.Address) {
			now = append(now, alias.Value)
		}
	}
	if r.Former != "" && r.Public && !r.History {
		now = append(now, r.Former)
		r.Alias = true
	}
	if slices.Equal(old, now) {
		return nil
	}
	src := r.sources[r.From]
	e, ok := setAliases(src, a, now)
	if ok {
		text, err := edit.Change(src, []edit.Edit{e})
		again, _ := article.Parse(r.From, "", text)
		ok = err == nil && again != nil && slices.EqualFunc(again.Meta.Aliases, now, func(alias strict.Text, want string) bool { return alias.Value == want })
	}
	if !ok {
		return errors.New("the aliases of " + r.From + " are written in a form that cannot be changed here; write them as\naliases: [" + strings.Join(now, ", ") + "]\nand run this again")
	}
	r.Edits = append(r.Edits, e)
	return nil
}

// setAliases replaces the lines of the key, or adds one at the end of the front
// matter.
func setAliases(src []byte, a *article.Article, list []string) (edit.Edit, bool) {
	end := "\n"
	if i := bytes.IndexAny(src, "\r\n"); i >= 0 && src[i] == '\r' {
		end = "\r\n"
	}
	line, col := a.Meta.Place("aliases")
	if line == 0 {
		at, ok := edit.Offset(src, a.Line-1, 1)
		return edit.Edit{File: a.Path, Offset: at, New: "aliases: [" + strings.Join(list, ", ") + "]" + end}, ok
	}
	from, ok := edit.Offset(src, line, 1)
	to, there := edit.Offset(src, line+1, 1)
	for next := line + 1; ok && there && goesOn(src[to:]); {
		next++
		to, there = edit.Offset(src, next, 1)
	}
	if !ok || !there || col != 1 {
		return edit.Edit{}, false
	}
	old, fresh := string(src[from:to]), ""
	switch {
	case strings.Contains(old, "#"):
		return edit.Edit{}, false // a remark would be lost
	case len(list) == 0:
	case strings.Contains(strings.TrimSpace(old), "\n") && !strings.Contains(old, "["):
		fresh = "aliases:" + end
		for _, alias := range list {
			fresh += "  - " + alias + end
		}
	default:
		fresh = "aliases: [" + strings.Join(list, ", ") + "]" + end
	}
	return edit.Edit{File: a.Path, Offset: from, Old: old, New: fresh}, true
}

// goesOn reports whether a line of YAML belongs to the key above it.
func goesOn(text []byte) bool {
	return bytes.HasPrefix(text, []byte(" ")) || bytes.HasPrefix(text, []byte("- ")) || bytes.HasPrefix(text, []byte("\t"))
}
