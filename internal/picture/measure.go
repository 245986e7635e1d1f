// Package picture measures pictures. (Variants and share cards come with the
// work that needs them.)
//
// render asks it for the size of every picture, so that pages reserve the room
// and nothing jumps while they load. It reads headers only: a file that claims
// to be huge costs nothing. It is the home of golang.org/x/image.
package picture

import (
	"bytes"
	"encoding/binary"
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

// Measure reads the size of a picture. name tells SVG and AVIF, which have no
// signature, from the rest.
func Measure(name string, content []byte) (Size, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".svg":
		return measureSVG(content)
	case ".avif":
		return Size{}, ErrUnmeasured
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return Size{}, fmt.Errorf("not readable as a picture: %w", err)
	}
	if config.Width <= 0 || config.Height <= 0 {
		return Size{}, fmt.Errorf("a picture of %d by %d pixels", config.Width, config.Height)
	}
	if format == "jpeg" && turned(content) {
		return Size{config.Height, config.Width}, nil
	}
	return Size{config.Width, config.Height}, nil
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

// turned reports whether a JPEG's EXIF orientation lays it on its side, as
// phones do (Exif 2.32, section 4.6.4, tag 0x0112); browsers turn it back.
func turned(jpeg []byte) bool {
	i := bytes.Index(jpeg[:min(len(jpeg), 64<<10)], []byte("Exif\x00\x00"))
	if i < 0 {
		return false
	}
	tiff := jpeg[i+6:]
	if len(tiff) < 8 {
		return false
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > len(tiff) {
		return false
	}
	entries := int(order.Uint16(tiff[at:]))
	for n := range entries {
		entry := at + 2 + 12*n
		if entry+12 > len(tiff) {
			return false
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			return order.Uint16(tiff[entry+8:]) >= 5
		}
	}
	return false
}
