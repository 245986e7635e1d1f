package render

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Prepared is what the header of every answer with a resource in an encoding
// says, ready to be sent: no field is formatted twice. It holds no body, so that
// it may live longer than one. It is safe for concurrent use; the values that it
// hands out are shared and must not be changed.
type Prepared struct {
	ETag string // "" when there is none

	resource *Resource
	fields   []preparedField
	modified []string
	kind     []string // Content-Type, where it does not depend on the bytes
	encoding []string
	length   atomic.Pointer[preparedLength]
}

// preparedField is a field of a header, with its name in canonical form.
type preparedField struct {
	name  string
	value []string
}

// preparedLength is the Content-Length of the body that was sent last.
type preparedLength struct {
	bytes int
	value []string
}

// alone is a value as net/http keeps it. Nothing can be appended to it in place.
func alone(value string) []string { return []string{value} }

// Prepare returns the header fields for a resource of this bundle in an encoding.
// They are kept with a resource that has an address, some 500 bytes an encoding.
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
		b.options.Cache.grow(r, preparedSize)
	}
	return p
}

func (b *Bundle) prepared(r *Resource, e Encoding, asked string) *Prepared {
	p := &Prepared{resource: r}
	p.add("Cache-Control", r.CacheControl)
	p.add("Vary", "Accept-Encoding")
	if keys := b.SurrogateKeys(r, asked); keys != nil {
		p.add("Surrogate-Key", strings.Join(keys, " "))
		p.add("Cache-Tag", strings.Join(keys, ","))
	}
	for name, value := range r.Fields {
		p.add(name, value)
	}
	if r.Location != "" {
		return p // there is nothing to validate
	}
	if p.ETag = r.ETag(e); p.ETag != "" {
		p.add("ETag", p.ETag)
	}
	p.modified = alone(r.Modified.UTC().Format(http.TimeFormat))
	if e != Identity {
		p.encoding = alone(e.String())
	}
	if !r.sniffed {
		p.kind = alone(r.Type)
	}
	return p
}

func (p *Prepared) add(name, value string) {
	p.fields = append(p.fields, preparedField{http.CanonicalHeaderKey(name), alone(value)})
}

// Write sets the fields that do not depend on the body.
func (p *Prepared) Write(h http.Header) {
	for i := range p.fields {
		h[p.fields[i].name] = p.fields[i].value
	}
}

// LastModified is the value of that field at the moment now. It never names a
// time to come (RFC 9110, section 8.8.2.1), as the clock of another machine does.
func (p *Prepared) LastModified(now time.Time) []string {
	if now.Before(p.resource.Modified) {
		return alone(now.UTC().Format(http.TimeFormat))
	}
	return p.modified
}

// ContentType is the value of that field for a body.
func (p *Prepared) ContentType(body []byte) []string {
	if p.kind == nil {
		return alone(p.resource.ContentType(body))
	}
	return p.kind
}

// ContentEncoding is the value of that field; nil for identity.
func (p *Prepared) ContentEncoding() []string { return p.encoding }

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
func (b *Bundle) WriteHeader(h http.Header) {
	for i := range b.everywhere {
		h[b.everywhere[i].name] = b.everywhere[i].value
	}
}

// prepareHeader makes what WriteHeader sets.
func prepareHeader(fields map[string]string) []preparedField {
	var p Prepared
	for name, value := range fields {
		p.add(name, value)
	}
	return p.fields
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
