// Package testkit is what the tests of several packages share. It is imported
// by tests only.
package testkit

import (
	"os"
	"path/filepath"
	"testing"
)

// Shared returns the folder of shared test material: BYLINE_SHARED, else a
// folder "shared" beside the repository. Where there is none the test is
// skipped; in CI, where it must be there, the test fails.
func Shared(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("BYLINE_SHARED")
	if dir == "" {
		dir = filepath.Join(repository(t), "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(dir, "sites")); err == nil {
		return dir
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("no shared test material at %s: set BYLINE_SHARED", dir)
	}
	t.Skipf("no shared test material at %s: set BYLINE_SHARED to test with the real sites", dir)
	return ""
}

// repository returns the folder of go.mod; tests run in their package's folder.
func repository(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		t.Fatal("no go.mod above the test")
	}
}
