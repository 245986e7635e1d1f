package render

import (
	"fmt"
	"net/http"
	"path"
	"strings"

	"byline/internal/picture"
	"byline/internal/site"
)

// assetAt is the asset at a path.
func (b *Bundle) assetAt(p string) *Resource {
	asset, ok := b.options.Assets.At(p)
	if !ok {
		return nil
	}
	return &Resource{
		Status: http.StatusOK, Kind: KindAsset, Type: asset.Type, CacheControl: b.caching(assetCache), Modified: b.site.Modified,
		Compress: compressible(asset.Type), key: b.fileKey(asset.Type, asset.URL), held: true,
		make: func() ([]byte, error) { return asset.Content, nil },
	}
}

// fileAt is the file at a path: a picture, or what is under root/. Of two the
// order of their names decides.
func (b *Bundle) fileAt(p string) *Resource {
	name, cache := "", PageCache
	if plain := strings.TrimPrefix(p, "/"); strings.HasPrefix(plain, "media/") && b.served(plain) {
		name = plain
	}
	if addressed := b.addressedFile(p); addressed != "" && (name == "" || addressed < name) {
		name, cache = addressed, assetCache
	}
	if own := "root" + p; (name == "" || own < name) && b.served(own) {
		name, cache = own, PageCache
	}
	if name == "" {
		return nil
	}
	return b.file(b.site.Files[name], cache)
}

// served reports whether there is a file that is for readers.
func (b *Bundle) served(name string) bool {
	_, ok := b.site.Files[name]
	return ok && name != site.SettingsFile && name != b.site.Settings.RedirectsFile.Value
}

// fileAddresses are the paths at which a file is, see fileAt.
func (b *Bundle) fileAddresses(f site.File) []string {
	switch {
	case !b.served(f.Path):
		return nil
	case strings.HasPrefix(f.Path, "root/"):
		return []string{strings.TrimPrefix(f.Path, "root")}
	case strings.HasPrefix(f.Path, "media/"):
		return []string{"/" + f.Path, mediaURL(f)}
	}
	return []string{mediaURL(f)}
}

const iconPath = "/favicon.ico"

// iconFile answers at the address that browsers ask without being told, with the
// file that site.yaml names, else Byline's own.
func (b *Bundle) iconFile() *Resource {
	if own, ok := b.site.Files[strings.TrimPrefix(b.site.Settings.Favicon.Value, "/")]; ok {
		return b.file(own, PageCache)
	}
	return b.assetFile("favicon.ico")
}

// assetFile is an asset in the place of a file that the site does not have.
func (b *Bundle) assetFile(name string) *Resource {
	asset, ok := b.options.Assets.Get(name)
	if !ok {
		return nil
	}
	return &Resource{
		Status: http.StatusOK, Kind: KindFile, Type: asset.Type, CacheControl: b.caching(PageCache), Modified: b.site.Modified,
		key: b.fileKey(asset.Type, asset.URL), held: true, make: func() ([]byte, error) { return asset.Content, nil },
	}
}

// fileKey is the key of a file with the content that id names. What another
// build of the program may compress into other bytes is of that build.
func (b *Bundle) fileKey(kind, id string) string {
	if compressible(kind) {
		return keyOf(b.options.Program, kind, id)
	}
	return keyOf(kind, id)
}

// filePolicy keeps a file that is opened by itself from running anything: an
// SVG can hold script. Its own style is what it is drawn with.
const filePolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"

// file is the resource of a file of the tree. Pictures and other large files
// are read for every request: the system keeps what is asked for often.
func (b *Bundle) file(f site.File, cache string) *Resource {
	kind := mediaType(f.Path)
	r := &Resource{
		Status: http.StatusOK, Kind: KindFile, Type: kind, CacheControl: b.caching(cache), Modified: b.site.Modified,
		Compress: compressible(kind) && f.Size < 1<<20, key: b.fileKey(kind, f.Hash),
		make: func() ([]byte, error) { return b.options.Open(f.Path) },
	}
	if picture.IsRaster(f.Path) { // nobody is told where a picture was taken
		r.key = keyOf(kind, f.Hash, picture.Edition)
		r.make = func() ([]byte, error) {
			content, err := b.options.Open(f.Path)
			return picture.Strip(content), err
		}
	}
	r.fresh = !r.Compress
	if picture.IsPicture(f.Path) || strings.Contains(kind, "xml") || strings.HasPrefix(kind, "text/html") {
		r.Fields = map[string]string{"Content-Security-Policy": filePolicy}
	}
	return r
}

// mediaType is the media type of a file by its name. The list is our own: the
// system's differs from machine to machine.
func mediaType(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".gif":
		return "image/gif"
	case ".webp":
		return "image/webp"
	case ".avif":
		return "image/avif"
	case ".svg":
		return "image/svg+xml"
	case ".ico":
		return "image/vnd.microsoft.icon"
	case ".html", ".htm":
		return htmlType
	case ".txt", ".md", ".asc", "":
		return "text/plain; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".json":
		return "application/json"
	case ".xml":
		return "application/xml"
	case ".csv":
		return "text/csv; charset=utf-8"
	case ".pdf":
		return "application/pdf"
	case ".mp4":
		return "video/mp4"
	case ".webm":
		return "video/webm"
	case ".mp3":
		return "audio/mpeg"
	case ".zip":
		return "application/zip"
	case ".woff2":
		return "font/woff2"
	case ".ttf":
		return "font/ttf"
	case ".otf":
		return "font/otf"
	}
	return "application/octet-stream"
}

func compressible(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.Contains(kind, "json") || strings.Contains(kind, "xml")
}

// siteHeader are the fields that every response carries.
func (b *Bundle) siteHeader() map[string]string {
	hosts := func(list []site.Host) string {
		var all strings.Builder
		for _, h := range list {
			fmt.Fprintf(&all, " https://%s", h)
		}
		return all.String()
	}
	policy := "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
	if len(b.site.Settings.Pictures) > 0 {
		policy += "; img-src 'self'" + hosts(b.site.Settings.Pictures)
	}
	if len(b.site.Settings.Embeds) > 0 {
		policy += "; frame-src" + hosts(b.site.Settings.Embeds)
	}
	header := map[string]string{
		"Content-Security-Policy":    policy,
		"X-Content-Type-Options":     "nosniff",
		"Referrer-Policy":            "strict-origin-when-cross-origin",
		"Permissions-Policy":         "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
		"Cross-Origin-Opener-Policy": "same-origin",
		"X-Content-Revision":         b.site.Revision,
	}
	switch {
	case b.options.Preview != nil: // how the host is reached is for the live site to say
		header["Referrer-Policy"] = "no-referrer" // the address is a secret
		header["X-Robots-Tag"] = "noindex, nofollow"
	case b.options.HSTS, strings.HasPrefix(b.site.Origin, "https://") && b.site.Path == "":
		header["Strict-Transport-Security"] = "max-age=31536000"
	}
	return header
}
