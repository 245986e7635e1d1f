package bench

import (
	"cmp"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Machine is what was measured on.
type Machine struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Memory int64  `json:"memory_bytes,omitempty"` // 0: not known
	OS     string `json:"os"`
	Go     string `json:"go"`
	Byline string `json:"byline"`
}

// describe asks the system what it is. What it does not tell is left out.
func describe(version string) Machine {
	m := Machine{CPU: runtime.GOARCH, Cores: runtime.NumCPU(), OS: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), Byline: version}
	if model := field("/proc/cpuinfo", "model name", ":"); model != "" {
		m.CPU = model
	}
	if kilobytes, err := strconv.ParseInt(strings.TrimSuffix(field("/proc/meminfo", "MemTotal", ":"), " kB"), 10, 64); err == nil {
		m.Memory = kilobytes << 10
	}
	if name := strings.Trim(field("/etc/os-release", "PRETTY_NAME", "="), `"`); name != "" {
		m.OS = name + ", " + m.OS
	}
	return m
}

// field is the value of a name in a file of lines; "" when there is none.
func field(file, name, separator string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, separator); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// Usage is what a process has taken so far.
type Usage struct {
	CPU        float64 `json:"cpu_seconds"`       // 0: the system does not tell of one that runs
	PeakMemory int64   `json:"peak_memory_bytes"` // resident; 0: likewise
}

// tick is the unit of the times in /proc, for every program on Linux: USER_HZ.
const tick = time.Second / 100

// total is what the server took in all, once it has ended. before is what it had
// taken shortly before: of its memory Linux says more while it runs.
func (c *child) total(before Usage) Usage {
	state := c.command.ProcessState
	return Usage{CPU: (state.UserTime() + state.SystemTime()).Seconds(), PeakMemory: cmp.Or(before.PeakMemory, maxResident(state))}
}

// usage is what the running server has taken so far, as far as there is a /proc.
func (c *child) usage() Usage {
	folder := "/proc/" + strconv.Itoa(c.command.Process.Pid)
	var u Usage
	if kilobytes, err := strconv.ParseInt(strings.TrimSuffix(field(folder+"/status", "VmHWM", ":"), " kB"), 10, 64); err == nil {
		u.PeakMemory = kilobytes << 10
	}
	if text, err := os.ReadFile(folder + "/stat"); err == nil {
		u.CPU = processorTime(string(text)).Seconds()
	}
	return u
}

// processorTime reads utime and stime, the fields 14 and 15 of proc_pid_stat(5). The
// second field is a name in parentheses, which may hold anything.
func processorTime(stat string) time.Duration {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64) // 0 when the line is none
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick
}
