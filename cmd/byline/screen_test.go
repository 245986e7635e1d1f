package main

import (
	"bytes"
	"os"
	"testing"
)

// A log that nobody can watch is lines of JSON, gathered: a file, a pipe and /dev/null,
// although that is a device as a terminal is one.
func TestWhatIsATerminal(t *testing.T) {
	end, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer end.Close()
	defer pipe.Close()
	for name, want := range map[string]bool{os.DevNull: false, t.TempDir() + "/log": false, "/dev/ptmx": true} {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil && want {
			t.Logf("no terminal can be made here: %v", err)
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if got := isTerminal(f); got != want {
			t.Errorf("%s: a terminal: %v, want %v", name, got, want)
		}
		if _, lines, _ := serverLog(f, nil); (lines == nil) != want {
			t.Errorf("%s: the lines of requests are gathered: %v, want %v", name, lines != nil, !want)
		}
	}
	if isTerminal(pipe) || isTerminal(&bytes.Buffer{}) {
		t.Error("a pipe or a buffer is taken for a terminal")
	}
}
