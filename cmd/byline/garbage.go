package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

const (
	// leastLoading and leastServing are the sizes in bytes of a heap below which it
	// is not worth looking for garbage: while content is loaded, and afterwards.
	leastLoading = 192 << 20
	leastServing = 64 << 20
	// garbageShare is the part of the memory that such a heap may be.
	garbageShare = 8
	// usualPercent is Go's own GOGC.
	usualPercent = 100
)

// garbage sets how often the garbage collector runs. By itself it runs whenever
// the heap has doubled, which is all the time as long as there is little on it;
// so a heap may grow to a least size first. With much content that is nothing, and
// the heap doubles as ever. The zero value is ready; start must be called once.
type garbage struct {
	memory  int64        // bytes; 0 when it is not known
	least   atomic.Int64 // bytes; 0 before start, and after stop
	percent atomic.Int64 // that is set
}

// start begins to set it, for memory of a size in bytes (0: not known), until stop
// is called. Where the operator has set GOGC it does nothing.
func (g *garbage) start(memory int64) (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	g.percent.Store(usualPercent) // as it is without GOGC
	g.memory = memory
	g.least.Store(g.bounded(leastLoading))
	g.set()
	g.follow()
	return func() {
		g.least.Store(0)
		g.set()
	}
}

// allow says up to what size no garbage is looked for from now on, between start and
// stop.
func (g *garbage) allow(least int64) {
	if g.least.Load() > 0 {
		g.least.Store(g.bounded(least))
		g.set()
	}
}

// bounded is a least size that is not too much for the memory there is.
func (g *garbage) bounded(least int64) int64 {
	if g.memory > 0 {
		return min(least, g.memory/garbageShare)
	}
	return least
}

// follow sets the percentage anew after every run of the collector: what is to be
// cleaned up then is there for nothing else.
func (g *garbage) follow() {
	runtime.AddCleanup(new(*garbage), func(g *garbage) {
		if g.least.Load() > 0 {
			g.set()
			g.follow()
		}
	}, g)
}

// set sets the percentage for what lives on the heap.
func (g *garbage) set() {
	if percent := gcPercent(liveHeap(), g.least.Load()); g.percent.Swap(percent) != percent {
		debug.SetGCPercent(int(percent))
	}
}

// gcPercent is the GOGC with which the collector runs next at a heap of the least
// size, or of twice what lives, if that is more.
//
// https://go.dev/doc/gc-guide#GOGC
func gcPercent(live, least int64) int64 {
	const smallest = 4 << 20 // a heap's size at a GOGC of 100, if less lives
	live = max(live, smallest)
	return max(usualPercent, (least-live)*100/live)
}

// liveHeap is what the last run of the collector found to be in use, in bytes.
func liveHeap() int64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return int64(live[0].Value.Uint64())
}
