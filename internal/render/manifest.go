package render

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"byline/templates"
)

const (
	manifestPath = "/manifest.webmanifest"
	manifestType = "application/manifest+json"
	touchPath    = "/apple-touch-icon.png"
	touchFile    = "root" + touchPath
)

// manifest is what devices that keep a link to the site call it by
// (w3.org/TR/appmanifest).
type manifest struct {
	Name        string         `json:"name"`
	ShortName   string         `json:"short_name,omitempty"`
	Description string         `json:"description,omitempty"`
	Lang        string         `json:"lang"`
	Dir         string         `json:"dir"`
	ID          string         `json:"id"`
	Start       string         `json:"start_url"`
	Scope       string         `json:"scope"`
	Display     string         `json:"display"`
	Background  string         `json:"background_color,omitempty"`
	Theme       string         `json:"theme_color,omitempty"`
	Icons       []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Type    string `json:"type"`
	Sizes   string `json:"sizes"`
	Purpose string `json:"purpose,omitempty"`
}

// shortName is how many characters of a name devices show below an icon.
const shortName = 12

// manifestDocument is the manifest. The site stays what it is, pages in a browser.
func (b *Bundle) manifestDocument() *Resource {
	if b.options.Preview != nil {
		return nil
	}
	r := b.document(manifestType, func() []byte {
		s := b.site.Settings
		m := manifest{
			Name: s.Title, Description: cmp.Or(s.Description, s.Tagline), Lang: s.Lang.Value, Dir: direction(s.Lang.Value),
			ID: b.urlOf(b.home()), Start: b.urlOf(b.home()), Scope: "/", Display: "browser", Background: b.paper(), Theme: b.paper(), Icons: []manifestIcon{},
		}
		if utf8.RuneCountInString(s.Title) <= shortName {
			m.ShortName = s.Title
		}
		for _, icon := range b.icons() {
			m.Icons = append(m.Icons, manifestIcon{icon.url, icon.kind, icon.sizes(), icon.purpose})
		}
		return asJSON(m)
	})
	r.Fields = map[string]string{"X-Robots-Tag": "noindex", "Access-Control-Allow-Origin": "*"}
	return r
}

var paperColour = regexp.MustCompile(`--paper:\s*var\(--light,\s*(#[0-9a-fA-F]{3,8})`)

// paper is the ground of the pages, as the style sheet has it for light.
func (b *Bundle) paper() string {
	sheet, _ := b.options.Assets.Get("site.css")
	if m := paperColour.FindSubmatch(sheet.Content); m != nil {
		return string(m[1])
	}
	return ""
}

// icon is a picture that stands for the site.
type icon struct {
	url, kind, purpose string
	width, height      int // 0 for any size
}

// pixels is a length, "" when it is not known.
func pixels(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (i icon) sizes() string {
	if i.width == 0 {
		return "any"
	}
	return pixels(i.width) + "x" + pixels(i.height)
}

// icons are those of the site: the one that site.yaml names and the one for
// Apple's devices under root/, and no other beside them, else Byline's own in the
// sizes that devices ask for.
func (b *Bundle) icons() []icon {
	var own []icon
	name := strings.TrimPrefix(b.site.Settings.Favicon.Value, "/")
	if f, ok := b.site.Files[name]; ok {
		own = append(own, b.ownIcon(name, mediaURL(f)))
	}
	if _, ok := b.site.Files[touchFile]; ok {
		own = append(own, b.ownIcon(touchFile, touchPath))
	}
	if own != nil {
		return own
	}
	asset := b.options.Assets.URL
	return []icon{
		{url: asset("icon.svg"), kind: mediaType(".svg")},
		{url: asset("icon-192.png"), kind: mediaType(".png"), width: 192, height: 192},
		{url: asset("icon-512.png"), kind: mediaType(".png"), width: 512, height: 512},
		{url: asset("icon-512.png"), kind: mediaType(".png"), width: 512, height: 512, purpose: "maskable"},
	}
}

func (b *Bundle) ownIcon(file, path string) icon {
	own := icon{url: b.urlOf(path), kind: mediaType(file)}
	if size, ok := b.options.Size(file); ok && own.kind != mediaType(".svg") {
		own.width, own.height = size.Width, size.Height
	}
	return own
}

// rasterIcon is the URL of the site's icon as a PNG, which is all that some
// programs show; "" when the site's own is another kind of picture.
func (b *Bundle) rasterIcon() string {
	for _, i := range b.icons() {
		if i.kind == mediaType(".png") {
			return i.url
		}
	}
	return ""
}

// touchIcon is the URL of the icon for the home screens of Apple's devices, which
// show PNG alone; "" when the site's own is none.
func (b *Bundle) touchIcon() string {
	if _, ok := b.site.Files[touchFile]; ok {
		return b.urlOf(touchPath)
	}
	if b.site.Settings.Favicon.Value != "" {
		return b.rasterIcon()
	}
	return b.options.Assets.URL("apple-touch-icon.png")
}

// appleIcon answers where those devices ask without being told, as iconFile does
// for browsers.
func (b *Bundle) appleIcon() *Resource {
	name := strings.TrimPrefix(b.site.Settings.Favicon.Value, "/")
	if own, ok := b.site.Files[name]; ok {
		if mediaType(name) == mediaType(".png") {
			return b.file(own, PageCache)
		}
		return nil
	}
	return b.assetFile("apple-touch-icon.png")
}

// announce fills in what the head of every page says of the site's documents.
func (b *Bundle) announce(f *templates.Frame) {
	f.Assets.Touch = b.touchIcon()
	if f.Feeds = b.feedLinks(list{}); f.Feeds != nil {
		f.Feed = f.Feeds[0].URL
	}
	if b.serves(manifestPath) {
		f.Manifest = b.urlOf(manifestPath)
	}
	if b.serves(openSearchPath) {
		f.OpenSearch = b.urlOf(openSearchPath)
	}
}
