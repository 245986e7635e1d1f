package render

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"

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

	key     string // hash of all inputs
	sniffed bool   // the type is told by the bytes, see ContentType
	fresh   bool   // make the body for every request and keep nothing
	make    func() ([]byte, error)
	prepare func() (key string, make func() ([]byte, error)) // for those two, when they are put off
	once    sync.Once
	forms   [encodings]form

	summing sync.Mutex
	summed  string
}

// ready fills in what was put off until the resource is asked for.
func (r *Resource) ready() {
	r.once.Do(func() {
		if r.prepare == nil {
			return
		}
		r.make = func() ([]byte, error) { return nil, errors.New("make the page: its view could not be made") }
		r.key, r.make = r.prepare()
	})
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

// form is a body in one encoding, once it was asked for.
type form struct {
	sync.Mutex
	made bool
	body []byte
}

// ETag is the strong validator of the resource in an encoding (RFC 9110,
// section 8.8.3), or "" when the resource has none.
func (r *Resource) ETag(e Encoding) string {
	r.ready()
	switch {
	case r.key == "":
		return ""
	case e == Identity:
		return `"` + r.key + `"`
	}
	return `"` + r.key + "-" + e.String() + `"`
}

// Compression levels are fixed, so that every replica answers with the same
// bytes under the same ETag.
const (
	gzipLevel   = 9
	brotliLevel = 9
)

// Body returns the bytes in an encoding. The first call makes them; concurrent
// callers wait for it. A failure is returned and not kept. The result must not
// be changed.
func (r *Resource) Body(e Encoding) ([]byte, error) {
	if r.fresh {
		return r.encode(e)
	}
	f := &r.forms[e]
	f.Lock()
	defer f.Unlock()
	if f.made {
		return f.body, nil
	}
	body, err := r.encode(e)
	if err != nil {
		return nil, err
	}
	f.body, f.made = body, true
	return body, nil
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
	r.ready()
	switch {
	case r.make == nil:
		return nil, nil
	case e == Identity:
		return r.make()
	}
	plain, err := r.Body(Identity)
	if err != nil {
		return nil, err
	}
	return compress(plain, e)
}

func compress(plain []byte, e Encoding) ([]byte, error) {
	var b bytes.Buffer
	if e == Brotli {
		w := brotli.NewWriterLevel(&b, brotliLevel)
		_, err := w.Write(plain)
		if err == nil {
			err = w.Close()
		}
		return b.Bytes(), err
	}
	w, err := gzip.NewWriterLevel(&b, gzipLevel)
	if err != nil {
		return nil, err
	}
	if _, err = w.Write(plain); err == nil {
		err = w.Close()
	}
	return b.Bytes(), err
}

// keyOf hashes the inputs of a resource: anything that JSON can write.
func keyOf(inputs ...any) string {
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

// PageCache is the Cache-Control of what has one address through all its
// changes: caches may keep it and ask back.
const (
	PageCache  = "public, no-cache"
	assetCache = "public, max-age=31536000, immutable"
)
