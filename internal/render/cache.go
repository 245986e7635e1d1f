package render

import (
	queue "container/list"
	"errors"
	"sync"
	"sync/atomic"
)

// Cache keeps bodies from one bundle to the next, within a budget of bytes. What
// it keeps is named by what it is made of, so that an edit leaves the bodies of
// all pages that do not show it where they are, and a preview takes them over from
// the live site.
//
// When a body needs room, those that nobody has asked for lately go: each that is
// next in line goes, unless it was given out since its turn came last; then it
// waits for another (second chance, as in clock algorithms). A body that only was
// made on the way to another is next in line.
//
// What a bundle remembers of an address that was asked for takes its room, too, and
// goes in the same way (shelf.go): a crawl through a large site fills no more memory
// than that.
//
// It is safe for concurrent use. Giving out what is kept takes no lock: a Resource
// knows where its bodies are.
type Cache struct {
	compressors compressors
	quick       compressors             // for what is not kept
	media       atomic.Pointer[mediaOf] // of the last bundle that had need of it

	mu      sync.Mutex
	budget  int64
	entries map[cacheKey]*entry
	line    queue.List // of what is kept, each a tenant; the next to go is in front
	held    Held
}

// cacheKey names a body by the hash of what it is made of and its form.
type cacheKey struct {
	key  string
	form form
}

// form is what is made of the inputs that a key names: an Encoding of a body, or
// a part of one.
type form uint8

// codeForm is a block of code, with its colours.
const codeForm = form(encodings)

// tenant is what takes room in a cache. Its methods are called by the cache, under
// its lock.
type tenant interface {
	claims() bool // it was asked for since its turn to go came last
	leave() int64 // it goes, and gives back that much room
}

// Held is what a Cache holds and what it has been asked for so far.
type Held struct {
	Entries int   // bodies
	Bytes   int64 // never more than Budget
	Budget  int64
	Found   uint64 // bodies that an earlier bundle or another address had made
	Made    uint64
	Evicted uint64 // to make room
}

// DefaultBudget is the budget of a Cache in bytes where nobody names one.
const DefaultBudget = 64 << 20

// overhead is what an entry takes in bytes beside its body, roughly.
const overhead = 400

// largestShare is the part of the budget over which a body is not kept: it would
// take the room of too many others.
const largestShare = 8

// NewCache returns an empty cache that holds no more than budget bytes.
func NewCache(budget int64) *Cache {
	return &Cache{budget: max(0, budget), entries: map[cacheKey]*entry{}, quick: compressors{quick: true}}
}

// Held returns what the cache holds now.
func (c *Cache) Held() Held {
	c.mu.Lock()
	defer c.mu.Unlock()
	held := c.held
	held.Budget = c.budget
	return held
}

// entry is a body that is kept, or is being made.
type entry struct {
	body atomic.Pointer[[]byte] // nil when it is not there, or not any more
	used atomic.Bool            // since its turn to go came last

	// Guarded by the cache.
	cache  *Cache
	key    cacheKey
	making *making // nil when nobody makes it
}

// making is what those wait for who ask for a body that is being made.
type making struct {
	done chan struct{}
	body []byte
	err  error
}

// use returns the body, if it is still there, and notes that it was asked for.
func (e *entry) use() ([]byte, bool) {
	body := e.body.Load()
	if body == nil {
		return nil, false
	}
	if !e.used.Load() { // a line of memory that all read and few write
		e.used.Store(true)
	}
	return *body, true
}

// get returns a body and where it is kept, or makes it while others who ask for it
// wait. What cannot be made is not kept. spare is for a body that only another is
// made of.
func (c *Cache) get(key cacheKey, spare bool, produce func() ([]byte, error)) ([]byte, *entry, error) {
	c.mu.Lock()
	e := c.entries[key]
	if e == nil {
		e = &entry{cache: c, key: key}
		c.entries[key] = e
	}
	if body := e.body.Load(); body != nil {
		c.held.Found++
		c.mu.Unlock()
		if !spare {
			e.used.Store(true)
		}
		return *body, e, nil
	}
	if m := e.making; m != nil {
		c.held.Found++
		c.mu.Unlock()
		<-m.done
		return m.body, e, m.err
	}
	m := &making{done: make(chan struct{}), err: errUnmade}
	e.making = m
	c.held.Made++
	c.mu.Unlock()
	func() {
		defer c.settle(e, m, spare) // whatever becomes of it, nobody waits for ever
		m.body, m.err = produce()
	}()
	return m.body, e, m.err
}

// errUnmade is what those are told who have waited for a maker that has panicked.
var errUnmade = errors.New("make the page: its maker has failed")

// settle keeps what was made, if it can be kept, and tells those who wait.
func (c *Cache) settle(e *entry, m *making, spare bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e.making = nil
	if size := weight(m.body); m.err == nil && size <= c.budget/largestShare {
		c.makeRoom(size)
		c.held.Bytes += size
		c.held.Entries++
		kept := trimmed(m.body)
		m.body = kept
		e.body.Store(&kept)
		if spare {
			c.line.PushFront(e)
		} else {
			c.line.PushBack(e)
		}
	} else {
		delete(c.entries, e.key)
	}
	close(m.done)
}

// SetBudget gives the cache another budget. What does not find room in it goes at
// once.
func (c *Cache) SetBudget(budget int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.budget = max(0, budget)
	c.makeRoom(0)
}

// makeRoom has what is kept go until there is room for so many bytes.
func (c *Cache) makeRoom(size int64) {
	for c.held.Bytes+size > c.budget {
		front := c.line.Front()
		t := front.Value.(tenant)
		if t.claims() {
			c.line.MoveToBack(front)
			continue
		}
		c.line.Remove(front)
		c.held.Bytes -= t.leave()
	}
}

func (e *entry) claims() bool { return e.used.Swap(false) }

func (e *entry) leave() int64 {
	delete(e.cache.entries, e.key)
	e.cache.held.Entries--
	e.cache.held.Evicted++
	return weight(*e.body.Swap(nil))
}

// weight is what a body takes of the budget.
func weight(body []byte) int64 { return int64(len(body)) + overhead }

// trimmed is a body without the room behind it that its maker did not need.
func trimmed(body []byte) []byte {
	if cap(body) <= len(body)+len(body)/16 {
		return body
	}
	return append(make([]byte, 0, len(body)), body...)
}
