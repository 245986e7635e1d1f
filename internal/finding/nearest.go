package finding

import "byline/internal/edits"

// Nearest returns the candidate that is the fewest edits from the word, if it
// is at most limit edits away; ties go to the earlier candidate; see package
// edits for what an edit is.
func Nearest(word string, candidates []string, limit int) (string, bool) {
	best, found := "", false
	r := edits.From(word)
	for _, c := range candidates {
		if d := r.Distance(c, limit); d <= limit {
			best, found, limit = c, true, d-1
		}
	}
	return best, found
}

// Only returns the nearest candidate, as Nearest does, if no other is as near.
func Only(word string, candidates []string, max int) (string, bool) {
	best, found := "", false
	r := edits.From(word)
	for _, c := range candidates {
		switch d := r.Distance(c, max); {
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
