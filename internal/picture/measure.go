package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // registers the format
	_ "image/jpeg" // registers the format
	_ "image/png"  // registers the format
	"io"
	"path"
	"strconv"
	"strings"

	_ "golang.org/x/image/webp" // registers the format
)

// Size is a picture's size in CSS pixels, as it is shown.
type Size struct{ Width, Height int }

// Info is what the header and the structure of a picture tell.
type Info struct {
	Size
	Format    Format
	Resizable bool  // smaller variants can be made of it; see TooLarge
	Memory    int64 // bytes that decoding it takes, at most
}

// MaxSide, MaxPixels and MaxMemory (bytes) are what a picture may have and take to
// be decoded. A side is no longer than WebP can have it (RFC 9649, section 2.6):
// shrinking holds whole rows, and weights for every row. MaxMemory is also what all
// decoding at one time takes together.
const (
	MaxSide   = 1<<14 - 1
	MaxPixels = 40_000_000
	MaxMemory = 256 << 20
)

// TooLarge reports whether a picture is over the limits: it is never decoded,
// and served as it is.
func (i Info) TooLarge() bool {
	return i.Resizable && (max(i.Width, i.Height) > MaxSide || int64(i.Width)*int64(i.Height) > MaxPixels || i.Memory > MaxMemory)
}

// IsPicture reports whether a file is a picture by its name.
func IsPicture(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif":
		return true
	}
	return false
}

// ErrUnmeasured says that a picture is sound as far as can be told, but of a
// kind whose size cannot be read.
var ErrUnmeasured = errors.New("the size cannot be read")

// Measure reads a picture's header and follows its structure to the end, without
// decoding a pixel. name tells SVG and AVIF, which have no signature, from the
// rest. An error says what is wrong; the size is given beside it where it is
// known all the same.
func Measure(name string, content []byte) (Info, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".svg":
		size, err := measureSVG(content)
		return Info{Size: size, Format: SVG}, err
	case ".avif":
		return Info{Format: AVIF}, ErrUnmeasured
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return Info{}, fmt.Errorf("not readable as a picture: %w", err)
	}
	if config.Width <= 0 || config.Height <= 0 {
		return Info{}, fmt.Errorf("a picture of %d by %d pixels", config.Width, config.Height)
	}
	info := Info{Size: Size{config.Width, config.Height}, Format: Format(format)}
	switch info.Format {
	case JPEG:
		err = measureJPEG(content, &info)
	case PNG:
		err = measurePNG(content, &info)
	case WebP:
		err = measureWebP(content, &info)
	case GIF:
		err = measureGIF(content)
	}
	return info, err
}

// measureSVG reads width and height, else the view box, of the root element.
func measureSVG(content []byte) (Size, error) {
	d := xml.NewDecoder(bytes.NewReader(content))
	d.Strict = false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return Size{}, errors.New("not readable as SVG: it has no <svg> element")
		}
		if err != nil {
			return Size{}, fmt.Errorf("not readable as SVG: %w", err)
		}
		if start, ok := token.(xml.StartElement); ok {
			if start.Name.Local != "svg" {
				return Size{}, fmt.Errorf("not readable as SVG: it begins with <%s>", start.Name.Local)
			}
			return svgSize(start.Attr)
		}
	}
}

func svgSize(attributes []xml.Attr) (Size, error) {
	var width, height float64
	var box []string
	for _, a := range attributes {
		switch a.Name.Local {
		case "width":
			width = length(a.Value)
		case "height":
			height = length(a.Value)
		case "viewBox":
			box = strings.FieldsFunc(a.Value, func(r rune) bool { return r == ' ' || r == ',' })
		}
	}
	if (width <= 0 || height <= 0) && len(box) == 4 {
		width, height = length(box[2]), length(box[3])
	}
	if width < 1 || height < 1 {
		return Size{}, ErrUnmeasured
	}
	return Size{int(width + 0.5), int(height + 0.5)}, nil
}

func length(text string) float64 {
	f, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(text), "px"), 64)
	if err != nil || f > 1e6 {
		return 0
	}
	return f
}
