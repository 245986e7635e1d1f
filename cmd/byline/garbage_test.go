package main

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// While little lives on the heap, garbage is looked for at the least size; when
// much lives, at twice that.
func TestGarbageIsLookedForAtTheLeastSize(t *testing.T) {
	for _, c := range []struct{ live, least, at int64 }{
		{10 << 20, 100 << 20, 100 << 20},
		{50 << 20, 100 << 20, 100 << 20},
		{80 << 20, 100 << 20, 160 << 20},
		{10 << 20, 0, 20 << 20},
		{0, 100 << 20, 100 << 20},
	} {
		live := max(c.live, 4<<20)
		if at := live + live*gcPercent(c.live, c.least)/100; at < c.at/100*99 || at > c.at {
			t.Errorf("%d live, at least %d: at %d, want %d", c.live, c.least, at, c.at)
		}
	}
}

// A small heap is collected a few times, where it would be dozens of times
// otherwise; once it is over, it is as before.
func TestASmallHeapIsSeldomCollected(t *testing.T) {
	t.Setenv("GOGC", "")
	collections := func() uint32 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for range 300 << 4 {
			runtime.KeepAlive(make([]byte, 64<<10))
		}
		runtime.ReadMemStats(&after)
		return after.NumGC - before.NumGC
	}
	usual := collections()
	var g garbage
	stop := g.start(0)
	if few := collections(); few*4 > usual {
		t.Errorf("%d collections, %d without it", few, usual)
	}
	g.memory = 80 << 20
	g.allow(leastLoading)
	if some := collections(); some*2 < usual/4 || some > usual {
		t.Errorf("%d collections where memory is short, %d without it", some, usual)
	}
	stop()
	if again := collections(); again*2 < usual {
		t.Errorf("%d collections afterwards, %d before", again, usual)
	}
}

// What the operator has set stays.
func TestGarbageLeavesGOGC(t *testing.T) {
	t.Setenv("GOGC", "50")
	before := debug.SetGCPercent(50)
	defer debug.SetGCPercent(before)
	var g garbage
	stop := g.start(1 << 30)
	g.allow(leastServing)
	if now := debug.SetGCPercent(50); now != 50 {
		t.Errorf("GOGC is %d, want the operator's 50", now)
	}
	stop()
}
