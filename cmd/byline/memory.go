package main

import (
	"bufio"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"

	"byline/internal/render"
)

// memoryFlags say how much memory the program may take.
type memoryFlags struct {
	Memory string `help:"Memory to get along with, like 512MB or 1GiB; default: what the container or else the machine has." placeholder:"SIZE"`
}

const (
	// leastMemory is what a small site takes to be served at all.
	leastMemory = 32 << 20
	// cacheShare is the part of the memory that finished pages may take, and
	// mostUnasked the most that they take where nobody has named the memory.
	cacheShare  = 4
	mostUnasked = 1 << 30
	// leastShare is the part that is theirs however much the content takes.
	leastShare = 32
)

// memory keeps what finished pages take within what there is.
type memory struct {
	size  int64 // 0 when it is not known
	named bool  // by the operator
	cache *render.Cache

	garbage *garbage
}

// memory reads the flag, or else what there is, and keeps the program within it:
// from nine tenths on, garbage is collected before anything else is done. A limit
// that the operator has set with GOMEMLIMIT stays.
func (f memoryFlags) memory(log *slog.Logger) (*memory, error) {
	m := &memory{named: f.Memory != "", garbage: &garbage{}}
	if m.named {
		size, err := parseSize(f.Memory)
		if err != nil {
			return nil, fmt.Errorf("--memory: %w", err)
		}
		m.size = size
	} else {
		m.size = memoryOf(os.DirFS("/"))
	}
	m.cache = render.NewCache(m.budget(0))
	if m.size > 0 && (m.named || debug.SetMemoryLimit(-1) == math.MaxInt64) {
		debug.SetMemoryLimit(m.size / 10 * 9)
	}
	log.Info("memory", "bytes", m.size, "for_finished_pages", m.budget(0))
	return m, nil
}

// budget is what finished pages may take beside so many bytes of all else: a
// quarter of the memory, but no more than half of what is left of it.
func (m *memory) budget(content int64) int64 {
	if m.size == 0 {
		return render.DefaultBudget
	}
	budget := max(min(m.size/cacheShare, (m.size/10*9-content)/2), m.size/leastShare)
	if !m.named {
		budget = min(budget, mostUnasked)
	}
	return budget
}

// swapped looks after every swap what the content takes, and hands the bundle on.
func (m *memory) swapped(next func(*render.Bundle)) func(*render.Bundle) {
	return func(b *render.Bundle) {
		m.garbage.allow(leastServing)
		m.cache.SetBudget(m.budget(liveHeap() - m.cache.Held().Bytes))
		if next != nil {
			next(b)
		}
	}
}

// parseSize reads a size in bytes as people write it: 512MB, 1.5 GiB, 800Mi.
func parseSize(text string) (int64, error) {
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
	unit, known := unitOf(strings.TrimSpace(text[len(digits):]))
	number, err := strconv.ParseFloat(digits, 64)
	switch size := number * unit; {
	case err != nil || !known || !(number >= 0) || strings.ContainsAny(digits, "xXpP_+"):
		return 0, fmt.Errorf("%q is not a size; write one like 512MB or 1GiB", text)
	case size < leastMemory:
		return 0, fmt.Errorf("%s is too little; write at least %dMiB", text, leastMemory>>20)
	case size > 1<<60:
		return 0, fmt.Errorf("%s is more than any machine has; write a size like 512MB or 1GiB", text)
	default:
		return int64(size), nil
	}
}

// unitOf is what a unit stands for, in bytes.
func unitOf(unit string) (float64, bool) {
	unit = strings.TrimSuffix(strings.ToLower(unit), "b")
	base := 1000.0
	if prefix, binary := strings.CutSuffix(unit, "i"); binary && prefix != "" {
		unit, base = prefix, 1024
	}
	power := strings.Index("kmgt", unit)
	if unit == "" {
		return 1, true
	}
	return math.Pow(base, float64(power+1)), power >= 0 && len(unit) == 1
}

// memoryOf is the memory that a container is held to, or else that the machine
// has; 0 when it is not known. files are those of the machine.
//
// https://docs.kernel.org/admin-guide/cgroup-v2.html
func memoryOf(files fs.FS) int64 {
	least := machineMemory(files)
	for _, file := range limitFiles(files) {
		text, err := fs.ReadFile(files, file)
		if err != nil {
			continue
		}
		limit, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64) // "max" is no limit
		if err == nil && limit > 0 && (least == 0 || limit < least) {
			least = limit
		}
	}
	return least
}

// limitFiles are where limits stand: of the control group of this process and of
// all that it is in, in both versions.
func limitFiles(files fs.FS) []string {
	all := []string{"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"} // as a container sees its own
	text, err := fs.ReadFile(files, "proc/self/cgroup")
	if err != nil {
		return all
	}
	for line := range strings.Lines(string(text)) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, group, _ := strings.Cut(rest, ":")
		folder, name := "sys/fs/cgroup", "memory.max"
		if controllers != "" {
			folder, name = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		}
		if controllers != "" && controllers != "memory" {
			continue
		}
		for group = path.Clean("/" + group); group != "/"; group = path.Dir(group) {
			all = append(all, path.Join(folder, group, name))
		}
	}
	return all
}

func machineMemory(files fs.FS) int64 {
	file, err := files.Open("proc/meminfo")
	if err != nil {
		return 0
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) == 3 && fields[0] == "MemTotal:" {
			kibibytes, _ := strconv.ParseInt(fields[1], 10, 64)
			return kibibytes << 10
		}
	}
	return 0
}
