//go:build unix

package bench

import (
	"os"
	"runtime"
	"syscall"
)

// maxResident is the most memory that an ended process has held, in bytes; 0: not
// known. The system tells it in bytes on Darwin and in kilobytes elsewhere:
// getrusage(2).
func maxResident(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	switch {
	case !ok:
		return 0
	case runtime.GOOS == "darwin":
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}
