package search

import (
	"math"
	"math/bits"
)

// level is how many documents have a term, in steps that widen: each number by
// itself at first, then sixteen steps to a doubling. One article more or less seldom
// makes a term another level, so that what was worked out of it still holds; what
// a step makes of a rarity is less than any two texts differ in their words.
type level uint16

// stepBits is the logarithm of how many steps there are to a doubling.
const stepBits = 4

func levelOf(n int) level {
	shift := max(0, bits.Len(uint(n))-1-stepBits)
	return level(shift<<stepBits + n>>shift)
}

// least is the lowest number of a level.
func (l level) least() int {
	shift := max(0, int(l)>>stepBits-1)
	return (int(l) - shift<<stepBits) << shift
}

// most is the highest number of a level.
func (l level) most() int { return (l + 1).least() - 1 }

// middle stands for all numbers of a level.
func (l level) middle() int { return (l.least() + l.most()) / 2 }

// commonShare is the share of documents from which on a term says nothing.
const commonShare = 0.6

// rarities says, by level, how rare a term is among n documents. In one it says
// nothing about others, in most of them nothing at all.
func rarities(n int) []int64 {
	last := levelOf(n)
	n = last.middle()
	all := make([]int64, last+1)
	most := max(2, int(commonShare*float64(n)))
	for l := range all {
		i := min(level(l).middle(), n)
		if i >= 2 && (i <= most || n <= 4) {
			all[l] = int64(math.Round(unit * math.Log(1+(float64(n-i)+0.5)/(float64(i)+0.5))))
		}
	}
	return all
}
