package site

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"byline/internal/edits"
	"byline/internal/finding"
)

// names are the slugs of a site, ordered, with what it takes to find those that
// are like one that is not among them: for links and pins that lead nowhere, and
// for whoever asks for a page that is not there. They stay from build to build
// while no slug comes or goes, and are safe for concurrent use.
type names struct {
	slugs []string

	once     sync.Once
	sketches []edits.Sketch     // by slug
	words    map[string][]int32 // the slugs that have a word

	mu    sync.Mutex
	found map[wanted]string // "" for none
}

type wanted struct {
	slug  string
	limit int // of edits
}

// among returns n, or new ones if the slugs of the pages, which are ordered by
// them, are others.
func (n *names) among(pages []*Page) *names {
	same := n != nil && len(n.slugs) == len(pages)
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
	return &names{slugs: slugs, found: map[wanted]string{}}
}

// nearestSlug is the slug of a page that is at most limit edits from another.
func (w *build) nearestSlug(slug string, limit int) (string, bool) {
	n, key := w.site.names, wanted{slug, limit}
	n.mu.Lock()
	defer n.mu.Unlock()
	near, known := n.found[key]
	if !known {
		near, _ = finding.Nearest(slug, n.like(slug, limit), limit)
		n.found[key] = near
	}
	return near, near != ""
}

// learn looks at every slug once.
func (n *names) learn() {
	n.once.Do(func() {
		n.sketches, n.words = make([]edits.Sketch, len(n.slugs)), map[string][]int32{}
		for i, slug := range n.slugs {
			n.sketches[i] = edits.SketchOf(slug)
			for word := range longWords(slug) {
				if list := n.words[word]; len(list) == 0 || list[len(list)-1] != int32(i) {
					n.words[word] = append(list, int32(i))
				}
			}
		}
	})
}

// longWords yields the words of a slug that tell something.
func longWords(slug string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for word := range strings.SplitSeq(slug, "-") {
			if len(word) > 2 && !yield(word) {
				return
			}
		}
	}
}

// like are the slugs that may be at most limit edits from another.
func (n *names) like(slug string, limit int) []string {
	n.learn()
	var all []string
	asked := edits.SketchOf(slug)
	for i, other := range n.sketches {
		if other.Within(asked, limit) {
			all = append(all, n.slugs[i])
		}
	}
	return all
}

// longestAsked is how many bytes of an unknown slug are compared with those that
// there are: anybody can ask for anything.
const longestAsked = 200

// slips is how many edits away a page can be that was asked for wrongly. More are
// another name, of which the words may still tell what was meant.
const slips = 3

// Nearest returns up to n pages whose slugs are like the one asked for, for the
// page that says that there is none: those that are few edits away, then those
// that share most words with it.
func (s *Site) Nearest(slug string, n int) []*Page {
	slug = slug[:min(len(slug), longestAsked)]
	limit := min(max(2, len(slug)/3), slips)
	slugs := s.names.like(slug, limit)
	var near []*Page
	for len(near) < n {
		best, ok := finding.Nearest(slug, slugs, limit)
		if !ok {
			break
		}
		p, _ := s.bySlug.find(best)
		near = append(near, p)
		slugs = slices.DeleteFunc(slugs, func(c string) bool { return c == best })
	}
	return s.nearestByWords(slug, near, n)
}

// nearestByWords fills up with pages whose slugs share words with slug, the newest
// of equals first.
func (s *Site) nearestByWords(slug string, near []*Page, n int) []*Page {
	s.names.learn()
	shared := map[int32]int{}
	for word := range longWords(slug) {
		for _, i := range s.names.words[word] {
			shared[i]++
		}
	}
	better := func(a, b *Page, as, bs int) int { return cmp.Or(bs-as, a.number-b.number) }
	var best []*Page
	var counts []int
	for i, count := range shared {
		p := s.bySlug.pages[i]
		if slices.Contains(near, p) || len(best) >= n && better(best[n-1], p, counts[n-1], count) < 0 {
			continue
		}
		at := 0
		for at < len(best) && better(best[at], p, counts[at], count) < 0 {
			at++
		}
		best, counts = slices.Insert(best, at, p), slices.Insert(counts, at, count)
		best, counts = best[:min(len(best), n)], counts[:min(len(counts), n)]
	}
	return append(near, best[:min(len(best), n-len(near))]...)
}
