package main

import (
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"byline/internal/render"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"512MB": 512e6, "512 mb": 512e6, "512M": 512e6, "1GiB": 1 << 30, "1.5GiB": 3 << 29, "800Mi": 800 << 20, "67108864": 64 << 20, "67108864B": 64 << 20, "2T": 2e12,
	} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", text, got, err, want)
		}
	}
	for text, says := range map[string]string{
		"much": "not a size", "": "not a size", "-1GB": "not a size", "12QB": "not a size", "1MMB": "not a size", "0x10GB": "not a size", "1e400GB": "not a size", "i": "not a size", "GB": "not a size",
		"NaN": "not a size", "1 2GB": "not a size",
		"512": "at least 32MiB", "1e300": "more than any machine has",
	} {
		if _, err := parseSize(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want it to say %q", text, err, says)
		}
	}
}

// What a container is held to counts, not what the machine has; the least of all
// limits that the process is under.
func TestMemoryOf(t *testing.T) {
	const machine = "MemTotal:       2097152 kB\nMemFree: 1 kB\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"a machine":            {map[string]string{"proc/meminfo": machine}, 2 << 30},
		"nothing known":        {nil, 0},
		"a container, v2":      {map[string]string{"proc/meminfo": machine, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "536870912\n"}, 512 << 20},
		"without a limit":      {map[string]string{"proc/meminfo": machine, "sys/fs/cgroup/memory.max": "max\n"}, 2 << 30},
		"a container, v1":      {map[string]string{"proc/meminfo": machine, "sys/fs/cgroup/memory/memory.limit_in_bytes": "268435456\n"}, 256 << 20},
		"v1 without a limit":   {map[string]string{"proc/meminfo": machine, "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 2 << 30},
		"a service, v2":        {map[string]string{"proc/meminfo": machine, "proc/self/cgroup": "0::/system.slice/byline.service\n", "sys/fs/cgroup/system.slice/byline.service/memory.max": "1073741824\n"}, 1 << 30},
		"what it is in counts": {map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/memory.max": "1073741824\n", "sys/fs/cgroup/a/b/memory.max": "max\n"}, 1 << 30},
		"a service, v1":        {map[string]string{"proc/self/cgroup": "7:cpu:/c\n6:memory:/m\n", "sys/fs/cgroup/memory/m/memory.limit_in_bytes": "1073741824\n", "sys/fs/cgroup/memory/c/memory.limit_in_bytes": "1\n"}, 1 << 30},
	} {
		files := fstest.MapFS{}
		for file, text := range c.files {
			files[file] = &fstest.MapFile{Data: []byte(text)}
		}
		if got := memoryOf(files); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// Finished pages take a quarter, less where the content leaves less, and never
// nothing; and no more than a gigabyte of a machine that nobody has set apart.
func TestMemoryBudget(t *testing.T) {
	for _, c := range []struct {
		m             memory
		content, want int64
	}{
		{memory{size: 1000 << 20, named: true}, 0, 250 << 20},
		{memory{size: 1000 << 20, named: true}, 700 << 20, 100 << 20},
		{memory{size: 1024 << 20, named: true}, 5000 << 20, 32 << 20},
		{memory{size: 64 << 30}, 0, 1 << 30},
		{memory{size: 64 << 30, named: true}, 0, 16 << 30},
		{memory{}, math.MaxInt32, render.DefaultBudget},
	} {
		if got := c.m.budget(c.content); got != c.want {
			t.Errorf("%+v beside %d: %d, want %d", c.m, c.content, got, c.want)
		}
	}
}
