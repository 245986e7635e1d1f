package main

import (
	"context"
	"log/slog"

	"byline/internal/picture"
	"byline/internal/store"
)

// fontDirs are where fonts are installed, on the systems that servers run on.
func fontDirs() []string { return []string{"/usr/local/share/fonts", "/usr/share/fonts"} }

// servedPictures makes the pictures of a server, with the programs that are there.
func servedPictures(ctx context.Context, kept *store.Store, log *slog.Logger) *picture.Maker {
	return picture.NewMaker(picture.MakerOptions{Store: kept, Programs: picture.FindPrograms(ctx, log), FontDirs: fontDirs(), Log: log})
}

// checkedPictures knows what a server can draw, and makes nothing.
func checkedPictures() *picture.Maker {
	return picture.NewMaker(picture.MakerOptions{FontDirs: fontDirs()})
}
