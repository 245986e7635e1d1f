package render

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"byline/internal/picture"
)

// Encoding is a content coding.
type Encoding int

// The content codings that resources come in.
const (
	Identity Encoding = iota
	Gzip
	Brotli
	encodings
)

// String returns the coding's name in Content-Encoding; "" for identity.
func (e Encoding) String() string { return [...]string{"", "gzip", "br"}[e] }

// Resource is what is at one URL, in all its encodings. It is immutable, but for
// when it was given out last, and safe for concurrent use.
type Resource struct {
	Status       int
	Kind         Kind
	Location     string // of a redirect
	Type         string // Content-Type
	CacheControl string
	Modified     time.Time
	Compress     bool              // whether it comes in other codings than identity
	Fields       map[string]string // header fields of its own, in the place of the site's; must not be changed

	address string       // path in its bundle; "" when it was made for one request
	given   atomic.Int64 // when it was given out last, see Given

	shelf     *shelved    // where its bundle remembers it
	forgotten atomic.Bool // its bundle does not any more
	keyed     atomic.Bool // the key is known

	key     string // hash of all inputs
	sniffed bool   // the type is told by the bytes, see ContentType
	fresh   bool   // make the body for every request and keep nothing
	held    bool   // the body is in memory anyway, and only its other encodings are kept
	make    func() ([]byte, error)
	prepare func() (key string, make func() ([]byte, error)) // for those two, when they are put off
	once    sync.Once
	bundle  *Bundle                                // that it is of; nil: nothing of it is kept
	pending atomic.Pointer[func() ([]byte, error)] // makes the body of the view that the key was made of
	kept    [encodings]atomic.Pointer[entry]       // where its bodies are, once they were asked for

	prepared [encodings]atomic.Pointer[Prepared] // header fields, once they were asked for

	summing sync.Mutex
	summed  string
}

// ready fills in the key that was put off until the resource is asked for. The
// view of which it is made waits a little for its body to be asked for, too.
func (r *Resource) ready() {
	r.once.Do(func() {
		defer r.keyed.Store(true)
		if r.prepare == nil {
			return
		}
		r.make = func() ([]byte, error) { return nil, errors.New("make the page: its view could not be made") }
		key, make := r.prepare()
		r.make = func() ([]byte, error) { // of what was dropped
			_, make := r.prepare()
			return make()
		}
		r.pending.Store(&make)
		if r.bundle != nil {
			r.bundle.views.wait(r)
		}
		r.key = key
	})
}

// views are the resources whose views wait for their bodies to be asked for. There
// are not more of them than that, so that who only asks whether pages have changed
// does not fill the memory.
type views struct {
	next    atomic.Uint32
	waiting [64]atomic.Pointer[Resource]
}

// wait takes a resource in, and drops the view of one that has waited longest.
func (v *views) wait(r *Resource) {
	if was := v.waiting[v.next.Add(1)%uint32(len(v.waiting))].Swap(r); was != nil {
		was.pending.Store(nil)
	}
}

// ContentType is the media type of a body of the resource. It is Type, but for a
// picture in whose place another form of it is sent, because that is smaller.
func (r *Resource) ContentType(body []byte) string {
	if r.sniffed {
		return cmp.Or(picture.FormatOf(body).Type(), r.Type)
	}
	return r.Type
}

// Instead is the error of a body that cannot be made while something else does
// as well, at Location.
type Instead struct {
	Location string
	Why      error
}

// Error tells why.
func (i *Instead) Error() string { return i.Why.Error() }

// ETag is the strong validator of the resource in an encoding (RFC 9110,
// section 8.8.3), or "" when the resource has none.
func (r *Resource) ETag(e Encoding) string {
	r.ready()
	return r.tag(e)
}

// tag is the ETag of a resource that is ready.
func (r *Resource) tag(e Encoding) string {
	switch {
	case r.key == "":
		return ""
	case e == Identity:
		return `"` + r.key + `"`
	}
	return `"` + r.key + "-" + e.String() + `"`
}

// Body returns the bytes in an encoding. The first call makes them, unless the
// same were made for another bundle or address; concurrent callers wait for it. A
// failure is returned and not kept, and bytes that nobody has asked for in a while
// are made again. The result must not be changed.
func (r *Resource) Body(e Encoding) ([]byte, error) {
	if kept := r.kept[e].Load(); kept != nil {
		if body, ok := kept.use(); ok {
			return body, nil
		}
	}
	return r.obtain(e, false)
}

// hold keeps the body with the resource, whatever else is kept.
func (r *Resource) hold(body []byte) {
	r.held, r.prepare = true, nil
	r.make = func() ([]byte, error) { return body, nil }
}

// obtain is Body for bytes of which the resource does not know where they are.
// spare: only to make others of them.
func (r *Resource) obtain(e Encoding, spare bool) (body []byte, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("make the page: panic: %v", fault)
		}
	}()
	r.ready()
	if r.bundle == nil || r.key == "" || r.fresh || r.held && e == Identity {
		return r.encode(e)
	}
	body, kept, err := r.bundle.options.Cache.get(cacheKey{r.key, form(e)}, spare, func() ([]byte, error) { return r.encode(e) })
	if err == nil {
		r.kept[e].Store(kept)
		r.pending.Store(nil)
	}
	return body, err
}

// sum is the SHA-256 of the bytes as they are without an encoding, in digits. It is
// kept; bytes that nobody has asked for yet are not.
func (r *Resource) sum() (digits string, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("make the page: panic: %v", fault)
		}
	}()
	r.summing.Lock()
	defer r.summing.Unlock()
	if r.summed != "" {
		return r.summed, nil
	}
	var make func() ([]byte, error)
	if r.prepare != nil {
		_, make = r.prepare() // not r.make, which another may be setting
	} else {
		make = r.make
	}
	body, err := make()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	r.summed = hex.EncodeToString(sum[:])
	return r.summed, nil
}

// encode makes the body in an encoding. A panic in a template is the failure of
// one page, never of the program.
func (r *Resource) encode(e Encoding) (body []byte, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("make the page: panic: %v", fault)
		}
	}()
	switch {
	case r.make == nil:
		return nil, nil
	case e == Identity:
		if make := r.pending.Swap(nil); make != nil {
			return (*make)()
		}
		return r.make()
	}
	plain, err := r.obtain(Identity, true)
	if err != nil {
		return nil, err
	}
	switch {
	case r.bundle == nil:
		return new(compressors).compress(plain, e)
	case r.fresh:
		return r.bundle.options.Cache.quick.compress(plain, e)
	}
	return r.bundle.options.Cache.compressors.compress(plain, e)
}

// keyOf hashes the inputs of a resource: anything that JSON can write.
func keyOf(inputs ...any) string {
	if key, ok := keyOfWords(inputs); ok {
		return key
	}
	sum := sha256.New()
	encoder := json.NewEncoder(sum)
	encoder.SetEscapeHTML(false)
	for _, input := range inputs {
		if err := encoder.Encode(input); err != nil {
			// Views are plain data; this would show in the first test.
			panic(fmt.Sprintf("render: inputs cannot be hashed: %v", err))
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:10])
}

// keyOfWords is keyOf for a few short strings that JSON writes as they are, which
// the names of files and of their content are: there are many of them.
func keyOfWords(inputs []any) (string, bool) {
	var room [160]byte
	text := room[:0]
	for _, input := range inputs {
		word, ok := input.(string)
		if !ok || len(text)+len(word)+3 > len(room) || strings.ContainsFunc(word, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
			return "", false
		}
		text = append(append(append(text, '"'), word...), '"', '\n')
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:10]), true
}

// PageCache is the Cache-Control of what has one address through all its
// changes: caches may keep it and ask back.
const (
	PageCache  = "public, no-cache"
	assetCache = "public, max-age=31536000, immutable"
)
