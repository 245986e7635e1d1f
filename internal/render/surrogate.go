package render

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Kind is what sort of thing a resource is. It is one of the surrogate keys of
// its responses, so that operators can have caches drop all of one kind.
type Kind string

// The kinds of resources. One that does not say what it is is a document.
const (
	KindArticle  Kind = "article"
	KindList     Kind = "list"     // of articles: all, an author's, a category's, a tag's
	KindFeed     Kind = "feed"     // RSS, Atom, JSON Feed
	KindDocument Kind = "document" // what else is made from the content: sitemap.xml, robots.txt, Markdown
	KindFile     Kind = "file"     // of the content folder: pictures, what is below root/
	KindAsset    Kind = "asset"    // of the program: styles, scripts, the typeface
	KindRedirect Kind = "redirect"
	KindMessage  Kind = "message" // why there is nothing: 404, 410
)

// SiteKey is the surrogate key of every response of the live site.
const SiteKey = "site"

// of says what sort of thing a resource is, where it is made.
func (r *Resource) of(k Kind) *Resource {
	r.Kind = k
	return r
}

// maxKey is how long the key of a path can be. Akamai takes tags of 128
// characters, Cloudflare and Fastly longer ones.
const maxKey = 120

// PathKey is the surrogate key of a path: the path itself, with all escaped but
// letters, digits and -._~/, because spaces and commas part the keys of a field.
// A long one is "/~" and a hash. No other key begins with a slash.
func PathKey(p string) string {
	var key strings.Builder
	for i := range len(p) {
		if c := p[i]; strings.IndexByte(needsNoEscape, c) >= 0 {
			key.WriteByte(c)
		} else {
			fmt.Fprintf(&key, "%%%02X", c)
		}
	}
	if key.Len() <= maxKey {
		return key.String()
	}
	sum := sha256.Sum256([]byte(p))
	return "/~" + hex.EncodeToString(sum[:16])
}

// SurrogateKeys are the names by which caches can be told to drop an answer with
// the resource to a request for a path: the whole site, its kind, its path. There
// are none in a preview, which no cache keeps. Where nothing is, asked is the path
// that is named; "": none.
func (b *Bundle) SurrogateKeys(r *Resource, asked string) []string {
	if b.options.Preview != nil {
		return nil
	}
	keys := []string{SiteKey, string(KindDocument)}
	if r.Kind != "" {
		keys[1] = string(r.Kind)
	}
	switch {
	case r.address != "":
		keys = append(keys, PathKey(r.address))
	case asked != "":
		keys = append(keys, PathKey(asked))
	}
	return keys
}

// StaleFor is how long a shared cache may answer with what it has while it asks
// for something newer.
const StaleFor = 30 * time.Second

// sharedSeconds are both times of SharedCache; ok is false where it is nil.
func (b *Bundle) sharedSeconds(r *Resource, now time.Time, keep time.Duration) (fresh, stale int, ok bool) {
	if r.Status != http.StatusOK || r.CacheControl != PageCache {
		return 0, 0, false
	}
	after := StaleFor
	if r.address == "" {
		keep = 0
	}
	if next := b.site.NextChange; !next.IsZero() {
		keep = max(0, min(keep, next.Sub(now)))
		after = max(0, min(after, next.Sub(now)-keep))
	}
	return int(keep.Seconds()), int(after.Seconds()), true
}
