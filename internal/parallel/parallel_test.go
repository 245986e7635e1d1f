package parallel

import "testing"

// Every number is done once, whatever the count.
func TestEachDoesEveryNumberOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		done := make([]int, n)
		Each(n, func(i int) { done[i]++ })
		for i, times := range done {
			if times != 1 {
				t.Errorf("of %d: number %d was done %d times", n, i, times)
			}
		}
	}
}
