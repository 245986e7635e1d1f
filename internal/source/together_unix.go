//go:build unix

package source

import (
	"os/exec"
	"syscall"
)

// endTogether makes the end of a call that of all processes which git started
// for it: a transport that waits for its remote outlives git otherwise. They are
// a session of their own, without a terminal that one of them could ask at.
func endTogether(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
