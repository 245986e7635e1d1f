package finding

// Nearest returns the candidate that is the fewest edits from the word, if it
// is at most max edits away; ties go to the earlier candidate. An edit is an
// insertion, deletion, substitution, or swap of neighbours (the optimal string
// alignment distance).
func Nearest(word string, candidates []string, max int) (string, bool) {
	best, found := "", false
	for _, c := range candidates {
		if d := distance(word, c, max); d <= max {
			best, found, max = c, true, d-1
		}
	}
	return best, found
}

// Only returns the nearest candidate, as Nearest does, if no other is as near.
func Only(word string, candidates []string, max int) (string, bool) {
	best, found := "", false
	for _, c := range candidates {
		switch d := distance(word, c, max); {
		case d < max || d == max && best == "":
			best, found, max = c, true, d
		case d == max:
			found = false
		}
	}
	if !found {
		return "", false
	}
	return best, true
}

func distance(a, b string, max int) int {
	s, t := []rune(a), []rune(b)
	if abs(len(s)-len(t)) > max {
		return max + 1
	}
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(t)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
