package picture

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"byline/internal/store"
)

// MakerOptions are what a Maker is made with.
type MakerOptions struct {
	Store    *store.Store // where what was made is kept; nil, or as long as it cannot be written: some of it in memory
	Programs Programs
	FontDirs []string // where fonts are that may stand in on cards
	Log      *slog.Logger
}

// Maker makes variants of pictures and cards, each once. It is safe for
// concurrent use.
type Maker struct {
	store    *store.Store
	programs Programs
	log      *slog.Logger

	flight singleflight.Group
	memory *semaphore.Weighted // bytes of pictures being decoded
	least  int64               // that the smallest piece of work counts for, so that few go on at once
	recent recent
	faces  faces
	plans  plans

	failed failures
	made   atomic.Int64 // how much was made, for tests
}

// atOnce is how many pictures may be made at one time, at most: the machine is
// there for its readers first.
const atOnce = 2

// NewMaker returns a Maker that has made nothing yet.
func NewMaker(o MakerOptions) *Maker {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Store != nil {
		if err := o.Store.Prune(prefix, unused); err != nil {
			o.Log.Warn("cannot drop pictures that nobody has asked for in a long time", "error", err)
		}
	}
	return &Maker{
		store: o.Store, programs: o.Programs, log: o.Log,
		memory: semaphore.NewWeighted(MaxMemory), least: MaxMemory / int64(min(atOnce, max(1, runtime.GOMAXPROCS(0)/2))),
		faces: faces{dirs: o.FontDirs},
	}
}

// prefix begins the names of all that is kept in the store, and unused is after
// how long without a request it is dropped from there.
const (
	prefix = "picture-"
	unused = 60 * 24 * time.Hour
)

// wait is how long a piece of work waits for its turn; the reader waits with it.
const wait = 10 * time.Second

// work is something to be made.
type work struct {
	key    string // names all that it is made of
	what   string // for the log
	memory int64  // bytes that it takes, at most
	make   func(context.Context) ([]byte, error)
	plain  func() ([]byte, error) // what serves as well if it is smaller; may be nil
}

// once returns what is kept under a key, else has it made, by one of those who
// ask.
func (m *Maker) once(w work) ([]byte, error) {
	w.key = prefix + w.key
	if kept, ok := m.kept(w.key); ok {
		return kept, nil
	}
	if why := m.failed.get(w.key); why != nil {
		return nil, why
	}
	made, err, _ := m.flight.Do(w.key, func() (any, error) {
		if kept, ok := m.kept(w.key); ok {
			return kept, nil // by one who has just gone
		}
		content, err := m.smallest(w)
		if err == nil {
			m.keep(w.key, content)
		} else if !ForNow(err) {
			m.failed.put(w.key, err)
			m.log.Warn("a picture cannot be made smaller; readers get it in another form", "picture", w.what, "why", err)
		}
		return content, err
	})
	if err != nil {
		return nil, err
	}
	return made.([]byte), nil
}

// smallest makes something, and takes what is plain where that is smaller.
func (m *Maker) smallest(w work) ([]byte, error) {
	if w.plain == nil {
		return m.inTurn(w)
	}
	plain, err := w.plain()
	if err != nil {
		return nil, passing{err} // and reported where it was made
	}
	content, err := m.inTurn(w)
	if err == nil && len(plain) < len(content) {
		return plain, nil
	}
	return content, err
}

// inTurn does a piece of work when there is room for it. A panic in a decoder is
// the failure of one picture.
func (m *Maker) inTurn(w work) (content []byte, err error) {
	weight := min(max(w.memory, m.least), MaxMemory)
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	if m.memory.Acquire(ctx, weight) != nil {
		return nil, passing{errors.New("too much else is being made")}
	}
	defer m.memory.Release(weight)
	defer func() {
		if fault := recover(); fault != nil {
			err = broken{fmt.Errorf("panic: %v", fault)}
		}
	}()
	m.made.Add(1)
	return w.make(context.Background())
}

// passing is a failure that says nothing of what was to be made: the next who
// asks may have more luck.
type passing struct{ error }

// ForNow reports whether an error says nothing of what was to be made: too much
// else is being made, or a file cannot be read. Another form of the picture would
// fare no better at the moment.
func ForNow(err error) bool { return errors.As(err, new(passing)) }

// broken is the failure of a picture itself, whatever is to be made of it.
type broken struct{ error }

// failures remembers what could not be made, so that it is not tried again and
// again. The zero value is empty; it is safe for concurrent use.
type failures struct {
	mu    sync.Mutex
	byKey map[string]error
}

// mostFailures bounds them; beyond it all are forgotten.
const mostFailures = 10_000

func (f *failures) get(key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.byKey[key]
}

func (f *failures) put(key string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byKey == nil || len(f.byKey) >= mostFailures {
		f.byKey = map[string]error{}
	}
	f.byKey[key] = err
}

// kept returns what was made before.
func (m *Maker) kept(key string) ([]byte, bool) {
	if m.store != nil {
		if content, ok := m.store.Get(key); ok {
			m.store.Touch(key)
			return content, true
		}
	}
	return m.recent.get(key)
}

func (m *Maker) keep(key string, content []byte) {
	if m.store != nil {
		err := m.store.Put(key, content)
		if err == nil {
			return
		}
		m.log.Error("cannot write to the data folder; what was made is kept in memory for now", "error", err)
	}
	m.recent.put(key, content)
}

// keyOf names a thing by all that it is made of.
func keyOf(inputs ...any) string {
	sum := sha256.New()
	if err := json.NewEncoder(sum).Encode(inputs); err != nil {
		panic(fmt.Sprintf("picture: inputs cannot be hashed: %v", err)) // they are plain data; this would show in the first test
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}
