package picture

// Edition changes with whatever changes the bytes that this package makes of a
// picture. It is part of the addresses of pictures and of what is kept.
const Edition = "1"

// Strip takes out of a picture what it is not drawn with: where and when it was
// taken, by whom and with what, words, thumbnails. The pixels stay as they are,
// bit for bit, and so do the colour profile and the orientation. What is not a
// JPEG, PNG, WebP or GIF by its first bytes is returned as it is. A broken file
// stays as broken as it was.
//
// The result may share memory with content.
func Strip(content []byte) []byte {
	switch FormatOf(content) {
	case JPEG:
		return stripJPEG(content)
	case PNG:
		return stripPNG(content)
	case WebP:
		return stripWebP(content)
	case GIF:
		return stripGIF(content)
	}
	return content
}
