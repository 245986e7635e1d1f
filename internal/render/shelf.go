package render

import (
	"maps"
	"sync"
	"sync/atomic"
	"weak"
)

// shelved is a Resource that its bundle remembers, as a tenant of the cache. It holds
// the resource weakly: with its bundle it goes by itself, and what it took is counted
// until its turn comes.
type shelved struct {
	resource weak.Pointer[Resource]
	used     atomic.Bool // since its turn to go came last

	// Guarded by the cache.
	kept bool
	size int64
}

// What a Resource and a Prepared without its lines take in bytes, roughly, with what
// they are kept by.
const (
	resourceSize = 900
	preparedSize = 160
)

func (s *shelved) claims() bool { return s.used.Swap(false) }

func (s *shelved) leave() int64 {
	s.kept = false
	if r := s.resource.Value(); r != nil {
		r.forget()
	}
	return s.size
}

// use notes that the resource was asked for.
func (s *shelved) use() {
	if !s.used.Load() { // a line of memory that all read and few write
		s.used.Store(true)
	}
}

// shelve finds room for a resource that its bundle is to remember. Where there is
// none, it is forgotten at once.
func (c *Cache) shelve(r *Resource) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line.PushBack(r.shelf)
	r.shelf.kept = true
	c.take(r.shelf, resourceSize)
}

// grow finds room for more that is kept with a resource.
func (c *Cache) grow(r *Resource, size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.shelf != nil && r.shelf.kept {
		c.take(r.shelf, size)
	}
}

func (c *Cache) take(s *shelved, size int64) {
	s.size += size
	c.held.Bytes += size
	c.makeRoom(0)
}

// forget has the bundle forget the resource, but for what Changed must know: who
// asks for it again is given another one that is the same.
func (r *Resource) forget() {
	r.forgotten.Store(true) // from now on Given notes it with the bundle
	r.bundle.made.CompareAndDelete(r.address, r)
	r.bundle.outlived.note(r, r.given.Load())
}

// outlived is what Changed must know of resources that were given out and
// forgotten. It is safe for concurrent use.
type outlived struct {
	mu  sync.Mutex
	all map[string]trace // by path
}

// trace is what is left of a resource.
type trace struct {
	given int64  // when it was given out last
	tag   string // its ETag; "" when it has none, or when nobody has asked for it
}

// note remembers when a resource was given out last, if it was.
func (o *outlived) note(r *Resource, given int64) {
	if given == 0 {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	was := o.all[r.address]
	now := trace{max(given, was.given), was.tag}
	if r.keyed.Load() {
		now.tag = r.tag(Identity)
	}
	if o.all == nil {
		o.all = map[string]trace{}
	}
	o.all[r.address] = now
}

// traces returns what is left, by path.
func (o *outlived) traces() map[string]trace {
	o.mu.Lock()
	defer o.mu.Unlock()
	return maps.Clone(o.all)
}
