package render

import (
	"bytes"
	"compress/gzip"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
)

// Compression levels are fixed, so that every replica answers with the same
// bytes under the same ETag: one for what is kept and sent again, one for what is
// made for one request. That one takes a third of the time, and a fifth with brotli,
// for one byte more in twenty-five. What fits into the small window of brotli is
// compressed as well with it as with the large one, in a twentieth of the memory.
const (
	gzipLevel   = 9
	brotliLevel = 9
	quickLevel  = 4  // of both
	smallWindow = 16 // binary logarithm of its bytes
)

// compressors are encoders that have done their work and can do more: what they
// take to begin with is dearer than a page. The zero value has none yet.
type compressors struct {
	quick        bool // for what is made for one request
	gzip, brotli sync.Pool
}

func (c *compressors) level(kept int) int {
	if c.quick {
		return quickLevel
	}
	return kept
}

// compress writes a body in an encoding other than identity. Which encoder does it
// makes no difference to the bytes.
func (c *compressors) compress(plain []byte, e Encoding) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(plain) / 3)
	if e == Gzip {
		w, ok := c.gzip.Get().(*gzip.Writer)
		if !ok {
			w, _ = gzip.NewWriterLevel(nil, c.level(gzipLevel)) // fails only for a level that there is not
		}
		defer c.gzip.Put(w)
		return finish(w, &out, plain)
	}
	if len(plain) > 1<<smallWindow { // few: not worth the memory of waiting for more
		return finish(brotli.NewWriterLevel(nil, c.level(brotliLevel)), &out, plain)
	}
	w, ok := c.brotli.Get().(*brotli.Writer)
	if !ok {
		w = brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: c.level(brotliLevel), LGWin: smallWindow})
	}
	defer c.brotli.Put(w)
	return finish(w, &out, plain)
}

// compressor is an encoder of some coding.
type compressor interface {
	Reset(w io.Writer)
	Write(plain []byte) (int, error)
	Close() error
}

func finish(w compressor, out *bytes.Buffer, plain []byte) ([]byte, error) {
	w.Reset(out)
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
