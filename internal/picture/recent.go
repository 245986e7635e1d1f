package picture

import (
	"container/list"
	"sync"
)

// recentBytes is how much of what was made is kept in memory, where there is no
// store.
const recentBytes = 64 << 20

// recent keeps what was made and asked for last. The zero value is empty; it is
// safe for concurrent use.
type recent struct {
	mu    sync.Mutex
	bytes int
	order *list.List // of *entry, the last asked for first
	byKey map[string]*list.Element
}

type entry struct {
	key     string
	content []byte
}

func (r *recent) get(key string) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.byKey[key]
	if !ok {
		return nil, false
	}
	r.order.MoveToFront(e)
	return e.Value.(*entry).content, true
}

func (r *recent) put(key string, content []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.order == nil {
		r.order, r.byKey = list.New(), map[string]*list.Element{}
	}
	if e, ok := r.byKey[key]; ok {
		r.remove(e)
	}
	r.byKey[key] = r.order.PushFront(&entry{key, content})
	for r.bytes += len(content); r.bytes > recentBytes; {
		r.remove(r.order.Back())
	}
}

func (r *recent) remove(e *list.Element) {
	gone := r.order.Remove(e).(*entry)
	delete(r.byKey, gone.key)
	r.bytes -= len(gone.content)
}
