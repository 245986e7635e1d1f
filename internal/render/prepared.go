package render

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Prepared is what the header of every answer with a resource in an encoding
// says, ready to be sent: no field is formatted twice. It is kept as it stands on
// the wire, and what a map of header fields is given is read from that, so that both
// ways of sending say the same. It holds no body, so that it may live longer than
// one. It is safe for concurrent use; the values that it hands out are shared and
// must not be changed.
type Prepared struct {
	ETag string // "" when there is none

	resource *Resource
	site     lines // of every response, but for what the resource has in its place
	own      lines // of the resource; those that tell of the body come first
	body     int   // where they end
	length   atomic.Pointer[preparedLength]
}

// preparedLength is the Content-Length of the body that was sent last.
type preparedLength struct {
	bytes int
	value []string
}

// alone is a value as net/http keeps it. Nothing can be appended to it in place.
func alone(value string) []string { return []string{value} }

// Prepare returns the header fields for a resource of this bundle in an encoding.
// They are kept with a resource that has an address, some 600 bytes an encoding.
// asked is as for SurrogateKeys.
func (b *Bundle) Prepare(r *Resource, e Encoding, asked string) *Prepared {
	if r.address == "" || r.bundle != b {
		return b.prepared(r, e, asked)
	}
	if p := r.prepared[e].Load(); p != nil {
		return p
	}
	p := b.prepared(r, e, asked)
	if r.prepared[e].Swap(p) == nil { // who comes at the same time stores the same
		b.options.Cache.grow(r, preparedSize+int64(cap(p.own)))
	}
	return p
}

func (b *Bundle) prepared(r *Resource, e Encoding, asked string) *Prepared {
	p := &Prepared{resource: r, site: b.without(r.Fields)}
	var own lines
	if r.Location == "" {
		if !r.sniffed {
			own = own.add("Content-Type", r.Type)
		}
		if e != Identity {
			own = own.add("Content-Encoding", e.String())
		}
		p.body = len(own)
		if p.ETag = r.ETag(e); p.ETag != "" {
			own = own.add("ETag", p.ETag)
		}
		own = own.add("Last-Modified", r.Modified.UTC().Format(http.TimeFormat))
	} else {
		own = own.add("Location", r.Location) // there is nothing to validate
	}
	own = own.add("Cache-Control", r.CacheControl).add("Vary", "Accept-Encoding")
	if keys := b.SurrogateKeys(r, asked); keys != nil {
		own = own.add("Surrogate-Key", strings.Join(keys, " ")).add("Cache-Tag", strings.Join(keys, ","))
	}
	p.own = bytes.Clone(own.addAll(r.Fields)) // in no more room than it takes
	return p
}

// Lines are the fields as they stand on the wire, "Name: value" and a line's end each:
// those of the site and those of the resource, with the ones that tell of the
// body where it is sent. ok is false when Last-Modified would be a time to come: then
// only WriteHeader knows what to say.
func (p *Prepared) Lines(now time.Time, withBody bool) (site, own []byte, ok bool) {
	own = p.own
	if !withBody {
		own = own[p.body:]
	}
	return p.site, own, p.resource.Location != "" || !now.Before(p.resource.Modified)
}

// WriteHeader sets the fields of Lines. Last-Modified never names a time to come (RFC
// 9110, section 8.8.2.1), as the clock of another machine does.
func (p *Prepared) WriteHeader(h http.Header, now time.Time, withBody bool) {
	site, own, ok := p.Lines(now, withBody)
	lines(site).writeTo(h)
	lines(own).writeTo(h)
	if !ok {
		h["Last-Modified"] = alone(now.UTC().Format(http.TimeFormat))
	}
}

// ContentType is the value of that field for a body, where it depends on the bytes;
// else nil: then it is one of Lines.
func (p *Prepared) ContentType(body []byte) []string {
	if p.resource.sniffed {
		return alone(p.resource.ContentType(body))
	}
	return nil
}

// ContentLength is the value of that field for a body.
func (p *Prepared) ContentLength(body []byte) []string {
	if known := p.length.Load(); known != nil && known.bytes == len(body) {
		return known.value
	}
	value := alone(strconv.Itoa(len(body)))
	p.length.Store(&preparedLength{len(body), value})
	return value
}

// WriteHeader sets the fields that every response of the site carries.
func (b *Bundle) WriteHeader(h http.Header) { b.everywhere.writeTo(h) }

// without is what every response of the site carries, but for fields that a resource
// has in their place. Few combinations are ever asked for, and each is kept.
func (b *Bundle) without(fields map[string]string) lines {
	name := ""
	for _, f := range slices.Sorted(maps.Keys(fields)) {
		if _, ok := b.header[f]; ok {
			name += f + "\n"
		}
	}
	if name == "" {
		return b.everywhere
	}
	if kept, ok := b.partly.Load(name); ok {
		return kept.(lines)
	}
	rest := maps.Clone(b.header)
	for f := range fields {
		delete(rest, f)
	}
	kept := lines(nil).addAll(rest)
	b.partly.Store(name, kept)
	return kept
}

// shared is a CDN-Cache-Control that was sent last.
type shared struct {
	keep, stale int // seconds
	value       []string
}

// SharedCache is the CDN-Cache-Control (RFC 9213), as a value of the field, of an
// answer with the resource at the moment now, when caches that answer many may keep
// it for a time; nil for what they may not keep, or may keep for good. Together both
// times never reach past the next timed change of the content. What Changed knows
// nothing of, because it was made for one request, is not kept without asking.
func (b *Bundle) SharedCache(r *Resource, now time.Time, keep time.Duration) []string {
	fresh, stale, ok := b.sharedSeconds(r, now, keep)
	if !ok {
		return nil
	}
	if last := b.lastShared.Load(); last != nil && last.keep == fresh && last.stale == stale {
		return last.value
	}
	last := &shared{fresh, stale, alone(fmt.Sprintf("max-age=%d, stale-while-revalidate=%d", fresh, stale))}
	b.lastShared.Store(last)
	return last.value
}
