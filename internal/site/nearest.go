package site

import (
	"slices"

	"byline/internal/finding"
)

// nearest remembers which of a list of slugs are nearest to those that links and
// pins name in vain: looking through ten thousand costs as much as the rest of
// what is done for a page, and most edits change no slug.
type nearest struct {
	slugs []string
	found map[wanted]string // "" for none
}

type wanted struct {
	slug  string
	limit int // of edits
}

// among returns n, or a new one if the slugs are others.
func (n nearest) among(slugs []string) nearest {
	if n.found != nil && slices.Equal(n.slugs, slugs) {
		return n
	}
	return nearest{slugs, map[wanted]string{}}
}

// nearestSlug is the slug of a page that is at most limit edits from another.
func (w *build) nearestSlug(slug string, limit int) (string, bool) {
	n, key := w.builder.nearest, wanted{slug, limit}
	near, known := n.found[key]
	if !known {
		near, _ = finding.Nearest(slug, n.slugs, limit)
		n.found[key] = near
	}
	return near, near != ""
}
