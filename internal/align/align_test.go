package align

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPlaces: whatever comes, goes and moves, everything that is in both lists as
// often has a place of its own, and it is a place of that.
func TestPlaces(t *testing.T) {
	for seed := range uint64(2000) {
		dice := rand.New(rand.NewPCG(seed, 1))
		before := make([]int, dice.IntN(200))
		for i := range before {
			before[i] = dice.IntN(300)
		}
		now := slices.Clone(before)
		for range dice.IntN(6) {
			at := dice.IntN(len(now) + 1)
			switch dice.IntN(4) {
			case 0:
				for range dice.IntN(50) {
					now = slices.Insert(now, at, 1000+dice.IntN(50))
				}
			case 1:
				now = slices.Delete(now, at, min(len(now), at+dice.IntN(50)))
			case 2:
				if at < len(now) {
					now[at] = dice.IntN(2000)
				}
			case 3:
				if dice.IntN(4) == 0 {
					dice.Shuffle(len(now), func(i, j int) { now[i], now[j] = now[j], now[i] })
				}
			}
		}
		check(t, seed, now, before)
	}
}

func check(t *testing.T, seed uint64, now, before []int) {
	t.Helper()
	places, given := Places(now, before), map[int32]bool{}
	common := map[int]int{}
	for _, v := range before {
		common[v]++
	}
	want, got := 0, 0
	for i, v := range now {
		if common[v] > 0 {
			common[v]--
			want++
		}
		if place := places[i]; place >= 0 {
			got++
			if before[place] != v || given[place] {
				t.Fatalf("seed %d: %d has place %d, where %d is; given before: %v", seed, v, place, before[place], given[place])
			}
			given[place] = true
		}
	}
	if got != want {
		t.Fatalf("seed %d: %d have a place, want %d", seed, got, want)
	}
}

// TestFewAreLookedUp: where a few come and go, the others keep their order and
// none needs to be looked up: each step of the walk finds its match.
func TestFewAreLookedUp(t *testing.T) {
	before := make([]int, 1000)
	for i := range before {
		before[i] = i
	}
	now := slices.Concat([]int{-1, -2, -3}, before[:300], before[310:500], []int{-4}, before[501:], []int{-5})
	places := Places(now, before)
	if !InOrder(places) {
		t.Error("the order is not kept")
	}
	if come, gone := gap([]int{-1, -2, 7, 8}, []int{7, 8}); come != 2 || gone != 0 {
		t.Errorf("%d come and %d go, want 2 and 0", come, gone)
	}
	if InOrder(Places([]int{2, 1}, []int{1, 2})) {
		t.Error("two that changed places are in order")
	}
}
