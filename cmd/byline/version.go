package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
)

type versionCommand struct{}

// Run prints the version and what it was built from.
func (versionCommand) Run(io streams) error {
	_, err := fmt.Fprintf(io.out, "byline %s, %s\n", version(), runtime.Version())
	return err
}

// version is the program's version and what it was built from.
func version() string {
	version, revision := "unreleased", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := info.Main.Version; v != "" && v != "(devel)" {
			version = v
		}
		if r := setting(info, "vcs.revision"); r != "" {
			revision = " (" + r[:min(12, len(r))] + ")"
		}
		version += revision
	}
	return version
}

func setting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

// buildTime is when the program's source was committed; zero when not known.
func buildTime() time.Time {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, setting(info, "vcs.time"))
	if err != nil {
		return time.Time{}
	}
	return t
}
