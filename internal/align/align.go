// Package align finds in a list what another had already. Lists of a site's
// articles differ little from one revision to the next: some are new or gone, the
// others keep their order. So the two are walked side by side, and only what does
// not match there is looked up.
package align

// window is how many neighbours that come or go the walk sees past.
const window = 32

// Places returns for each of now its place in before, or -1; no place is given
// twice. Where few differ it takes a step for each of the two lists and no more.
func Places[T comparable](now, before []T) []int32 {
	places := make([]int32, len(now))
	var lost, found []int32 // places in before, and in now, that did not match
	skip := func(i, come, j, gone int) {
		for n := range come {
			found = append(found, int32(i+n))
		}
		for n := range gone {
			lost = append(lost, int32(j+n))
		}
	}
	i, j := 0, 0
	for i < len(now) && j < len(before) {
		if now[i] == before[j] {
			places[i] = int32(j)
			i, j = i+1, j+1
			continue
		}
		come, gone := gap(now[i:], before[j:])
		skip(i, come, j, gone)
		i, j = i+come, j+gone
	}
	skip(i, len(now)-i, j, len(before)-j)
	lookUp(places, now, before, found, lost)
	return places
}

// gap is how many come and how many go before two lists go on alike.
func gap[T comparable](now, before []T) (come, gone int) {
	for n := 1; n <= window; n++ {
		here, there := n < len(now), n < len(before)
		switch {
		case here && there && now[n] == before[n]:
			return n, n
		case there && now[0] == before[n]:
			return 0, n
		case here && now[n] == before[0]:
			return n, 0
		}
	}
	return 1, 1
}

// lookUp gives places to those found at places of now among those lost from
// before.
func lookUp[T comparable](places []int32, now, before []T, found, lost []int32) {
	where := make(map[T][]int32)
	if len(found) > 0 {
		for _, j := range lost {
			where[before[j]] = append(where[before[j]], j)
		}
	}
	for _, i := range found {
		places[i] = -1
		if free := where[now[i]]; len(free) > 0 {
			places[i], where[now[i]] = free[0], free[1:]
		}
	}
}

// InOrder reports whether what is in both lists has the same order in both.
func InOrder(places []int32) bool {
	last := int32(-1)
	for _, place := range places {
		if place >= 0 {
			if place < last {
				return false
			}
			last = place
		}
	}
	return true
}
