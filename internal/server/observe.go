package server

import (
	"path"
	"strings"
	"time"
)

// Observer counts requests. It must be safe for concurrent use and quick: it is
// asked within every request.
type Observer interface {
	Began()
	// Ended is called once for every Began. kind is one of Kinds, status what
	// was answered, bytes the size of the body that was sent.
	Ended(kind string, status, bytes int, took time.Duration)
}

// The kinds of requests, told by the path alone, so that there are never more of
// them than these.
const (
	kindPage    = "page"
	kindSearch  = "search"
	kindAsset   = "asset"   // /static/
	kindMedia   = "media"   // /media/
	kindFile    = "file"    // feeds, sitemap, robots.txt, Markdown
	kindService = "service" // /-/: the webhook, previews
	kindHealth  = "health"
)

// Kinds are all kinds that an Observer is told.
func Kinds() []string {
	return []string{kindPage, kindSearch, kindAsset, kindMedia, kindFile, kindService, kindHealth}
}

func kindOf(target string) string {
	switch {
	case strings.HasPrefix(target, "/static/"):
		return kindAsset
	case strings.HasPrefix(target, "/media/"):
		return kindMedia
	case strings.HasPrefix(target, "/-/"):
		return kindService
	case target == "/healthz", target == "/readyz":
		return kindHealth
	case strings.HasSuffix(target, "/search"), strings.HasSuffix(target, "/search.json"):
		return kindSearch // the slug is reserved: nothing else ends so
	case path.Ext(target) != "":
		return kindFile
	}
	return kindPage
}
