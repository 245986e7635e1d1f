package site

import (
	"sync"

	"byline/internal/finding"
)

// nearest remembers which of a list of slugs are nearest to those that links and
// pins name in vain: looking through ten thousand costs as much as the rest of
// what is done for a page, and most edits change no slug.
type nearest struct {
	slugs []string
	mu    *sync.Mutex
	found map[wanted]string // "" for none
}

type wanted struct {
	slug  string
	limit int // of edits
}

// among returns n, or a new one if the slugs of the pages, which are ordered by
// them, are others.
func (n nearest) among(pages []*Page) nearest {
	same := n.found != nil && len(n.slugs) == len(pages)
	for i := 0; same && i < len(pages); i++ {
		same = n.slugs[i] == pages[i].Slug
	}
	if same {
		return n
	}
	slugs := make([]string, len(pages))
	for i, p := range pages {
		slugs[i] = p.Slug
	}
	return nearest{slugs, &sync.Mutex{}, map[wanted]string{}}
}

// nearestSlug is the slug of a page that is at most limit edits from another.
func (w *build) nearestSlug(slug string, limit int) (string, bool) {
	n, key := w.builder.nearest, wanted{slug, limit}
	n.mu.Lock()
	defer n.mu.Unlock()
	near, known := n.found[key]
	if !known {
		near, _ = finding.Nearest(slug, n.slugs, limit)
		n.found[key] = near
	}
	return near, near != ""
}
