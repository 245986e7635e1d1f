package main

import (
	"fmt"
	"log/slog"
	"slices"
	"time"

	"byline/internal/admin"
	"byline/internal/purge"
	"byline/internal/store"
)

// purgeFlags say which caches are told of changes.
type purgeFlags struct {
	PurgeVarnish    []string      `help:"Varnish caches that drop what a publish changes, like http://10.0.0.5:6081; all that stand before the site." placeholder:"URL"`
	PurgeSecretFile string        `help:"File with the secret that they ask for; or put it into BYLINE_PURGE_SECRET." placeholder:"FILE"`
	SharedCache     time.Duration `help:"How long they may keep a page that does not change." default:"1h"`
}

// purger is who tells caches; nil when none is to be told.
func (f purgeFlags) purger(kept *store.Store, log *slog.Logger) (*purge.Worker, error) {
	secret, err := flagSecret("--purge-secret-file", "BYLINE_PURGE_SECRET", f.PurgeSecretFile)
	if err != nil {
		return nil, err
	}
	if f.SharedCache < 0 || f.SharedCache > maxSharedCache {
		return nil, fmt.Errorf("--shared-cache: %v is not a time for which a page can be kept; write one up to 720h, like 1h", f.SharedCache)
	}
	var caches []purge.Purger
	for _, address := range f.PurgeVarnish {
		cache, err := purge.NewVarnish(address, secret)
		if err != nil {
			return nil, fmt.Errorf("--purge-varnish: %w", err)
		}
		if slices.ContainsFunc(caches, func(c purge.Purger) bool { return c.Name() == cache.Name() }) {
			return nil, fmt.Errorf("--purge-varnish: %s is named twice", cache.Name())
		}
		caches = append(caches, cache)
	}
	if caches == nil {
		return nil, nil
	}
	return purge.New(purge.Options{Caches: caches, Keep: f.SharedCache, Store: kept, Log: log}), nil
}

// maxSharedCache bounds how long a purge that was lost can matter.
const maxSharedCache = 30 * 24 * time.Hour

// caches hands on to the private listener how it is with the caches.
func (o *operations) caches() []admin.Cache {
	var all []admin.Cache
	if o.purger != nil {
		for _, s := range o.purger.Status() {
			all = append(all, admin.Cache(s))
		}
	}
	return all
}
