// Package parallel runs a loop on all cores. The stages of the flow use it where
// the work on one article does not depend on the others.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls do(0) … do(n-1) on as many goroutines as there are cores and
// returns when all have returned. The order of the calls is not fixed, so what
// they make must be kept by number.
func Each(n int, do func(int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	group.Wait()
}
