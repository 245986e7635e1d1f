// Package picture knows the bytes of pictures: it measures them, takes out what
// they are not drawn with, makes smaller forms of them, and draws the cards that
// stand for articles where these are shared.
//
//	publish ─► Measure ─► Info ─────────► render: which forms there are, how large
//	server  ─► Maker.Variant, DrawCard ─► store, or memory
//	                 └─► cwebp, avifenc
//
// Measure reads headers and follows the structure of a file to its end, without
// decoding a pixel: a file that claims to be huge costs nothing, and one that is
// cut off is found all the same. What Strip returns shows the same pixels, and
// tells nobody where or by whom they were taken.
//
// A Maker does what is dear: it decodes, shrinks, encodes and draws. It does so on
// the first request, once while others wait, and keeps the result under a name of
// all that it is made of (the content's hash, the width, the kind, what encoded
// it), so that nobody's asking changes an answer. AVIF and WebP are made by other
// projects' programs, where they are on PATH; JPEG and PNG here. How much may go
// on at a time is bounded by the memory that it takes, and what would take too
// much is not done: the picture is served as it is, and a finding says so.
//
// No form is larger than what it stands for: a variant in another format is
// measured against the one of the same width in the picture's own format, and that
// one against the file, and the smaller bytes are sent under either address. What
// cannot be made is a failure that leads to the next best form, never a broken
// picture.
//
// Colour profiles are kept in all forms. The orientation that a camera notes is
// applied to JPEG, as browsers do; PNG and WebP that have one, pictures that move,
// and JPEG in the colours of ink have no variants. Neither have GIF, SVG and AVIF;
// of the last the metadata stay, too.
//
// Cards are set in the site's own face, shaped and ordered as their script asks
// for; what it lacks is taken from the owner's fonts, then from those that are
// installed. The package is the home of golang.org/x/image and of go-text.
package picture

import (
	"bytes"
	"path"
	"strings"
)

// Format is a format of picture files, by the name that Go knows it by.
type Format string

// The formats.
const (
	JPEG Format = "jpeg"
	PNG  Format = "png"
	WebP Format = "webp"
	AVIF Format = "avif"
	GIF  Format = "gif"
	SVG  Format = "svg"
)

// Type is the media type of a format; "" of none.
func (f Format) Type() string {
	switch f {
	case "":
		return ""
	case SVG:
		return "image/svg+xml"
	}
	return "image/" + string(f)
}

// ext is how the names of files of the format end.
func (f Format) ext() string {
	if f == JPEG {
		return ".jpg"
	}
	return "." + string(f)
}

// IsRaster reports whether a file is of a kind that Strip knows, by its name.
// These are also what is shown where pages are shared.
func IsRaster(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp":
		return true
	}
	return false
}

// FormatOf tells the format of a raster picture by its first bytes; "" when it
// is none of these.
func FormatOf(content []byte) Format {
	begins := func(at int, magic string) bool {
		return len(content) >= at+len(magic) && string(content[at:at+len(magic)]) == magic
	}
	switch {
	case begins(0, "\xff\xd8"):
		return JPEG
	case begins(0, pngSignature):
		return PNG
	case begins(0, "RIFF") && begins(8, "WEBP"):
		return WebP
	case begins(0, "GIF87a"), begins(0, "GIF89a"):
		return GIF
	case begins(4, "ftyp") && bytes.Contains(content[:min(len(content), 64)], []byte("avif")):
		return AVIF
	}
	return ""
}
