package render

import (
	"context"
	"crypto/sha256"
	"iter"
	"maps"
	"slices"
	"time"
)

// Given notes that the resource is being given out. It must be called before it
// is looked at whether its bundle is still the live one: who swaps bundles and
// then asks Changed finds all that was given out with the word that it is live.
func (r *Resource) Given(at time.Time) {
	now := at.Unix()
	for was := r.given.Load(); was < now && !r.given.CompareAndSwap(was, now); was = r.given.Load() {
	}
	if r.forgotten.Load() { // after it is noted here: who forgets it does so the other way round
		r.bundle.outlived.note(r, now)
	}
}

// Changed lists the paths whose bytes, status or header fields may be others in
// the bundle after than in the bundle before, so that a copy from before is
// wrong: those that are in one of them only, and of those in both the ones that
// were given out since a time and have other inputs. An input may change without
// a change of the bytes; the bytes never without one of the inputs.
//
// Making the view of a page to know its inputs takes long on a large site. So what
// nobody was given is not looked at; what was given counts as given out of the
// bundle after, too, whose view is known then: the next call compares with that.
// Bundles must be compared one after the other, in the order in which they were
// live, and all of the list be taken. It is cut short when ctx ends.
func Changed(ctx context.Context, before, after *Bundle, since time.Time) iter.Seq[string] {
	return func(yield func(string) bool) {
		told := map[string]bool{}
		tell := func(p string) bool {
			again := told[p]
			told[p] = true
			return again || yield(p)
		}
		if !before.onlyHere(ctx, after, tell) || !after.onlyHere(ctx, before, tell) {
			return
		}
		allOther, whole := !sameHeader(before.header, after.header), true
		before.made.Range(func(path, made any) bool {
			p, was := path.(string), made.(*Resource)
			if ctx.Err() != nil {
				return false
			}
			at := was.given.Load()
			if at < since.Unix() {
				return true
			}
			now := after.lookup(p)
			if now != nil {
				now.Given(time.Unix(at, 0))
			}
			whole = now != nil && !allOther && was.same(now, "") || tell(p)
			return whole
		})
		if !whole {
			return
		}
		before.forgottenNotIn(ctx, after, since, allOther, tell)
	}
}

// forgottenNotIn is the part of Changed for what was given out and is remembered only
// by its traces.
func (b *Bundle) forgottenNotIn(ctx context.Context, after *Bundle, since time.Time, allOther bool, tell func(string) bool) {
	for p, left := range b.outlived.traces() {
		if ctx.Err() != nil {
			return
		}
		if left.given < since.Unix() {
			continue
		}
		was, now := b.resolve(p), after.lookup(p)
		if now != nil {
			now.Given(time.Unix(left.given, 0))
		}
		if same := now != nil && was != nil && !allOther && was.same(now, left.tag); !same && !tell(p) {
			return
		}
	}
}

// sameHeader reports whether two bundles send the same header fields with every
// response, but for the name of the revision.
func sameHeader(a, b map[string]string) bool {
	a, b = maps.Clone(a), maps.Clone(b)
	delete(a, "X-Content-Revision")
	delete(b, "X-Content-Revision")
	return maps.Equal(a, b)
}

// same reports whether a copy of one resource is as good as the other. tag is its
// ETag, "" where that is not known. A view that cannot be made is like no other.
func (r *Resource) same(o *Resource, tag string) (same bool) {
	defer func() {
		if recover() != nil { // a fault in a view is the failure of one page
			same = false
		}
	}()
	if r.Status != o.Status || r.Location != o.Location || r.Type != o.Type || r.CacheControl != o.CacheControl || !maps.Equal(r.Fields, o.Fields) {
		return false
	}
	if tag == "" {
		tag = r.ETag(Identity)
	}
	return tag == o.ETag(Identity) && (tag != "" || r.Location != "")
}

// Fingerprint is the same for two bundles, of this program's run or of others',
// only when all that they answer is the same.
func (b *Bundle) Fingerprint() string {
	sum := sha256.New()
	var line []byte
	for _, p := range b.site.Pages {
		line = append(line[:0], p.Slug+" "+p.Hash+" "+p.First.Path+" "...)
		line = p.Updated.AppendFormat(line, time.RFC3339Nano)
		line = p.First.Date.AppendFormat(append(line, ' '), time.RFC3339Nano)
		sum.Write(append(line, ' ', byte(p.State), '\n'))
	}
	names := slices.Sorted(maps.Keys(b.site.Files))
	for _, name := range names {
		sum.Write(append(line[:0], name+" "+b.site.Files[name].Hash+"\n"...))
	}
	return b.site.Revision + "-" + keyOf(b.options.Program, b.site.Origin, b.site.Path, b.header, b.options.Dev, b.options.Findings, sum.Sum(nil))
}
