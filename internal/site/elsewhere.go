package site

import (
	"fmt"
	"strings"

	"byline/internal/finding"
	"byline/internal/redirect"
)

// elsewhere: what else answers on the host is named by paths.
func (c *settingsCheck) elsewhere(s *Settings) {
	for _, path := range s.Elsewhere {
		if !strings.HasPrefix(path.Value, "/") || strings.HasPrefix(path.Value, "//") || strings.ContainsAny(path.Value, "?#*") {
			c.add(path, finding.BadValue, fmt.Sprintf("elsewhere: %q is not a path of this host", path.Value), "write one like /shop; what is below it is meant, too")
		}
	}
}

// elsewhere reports whether something else answers at a path of this host: a
// program beside Byline, behind the same proxy.
func (s *Settings) elsewhere(address string) bool {
	key := redirect.Fold(address)
	for _, path := range s.Elsewhere {
		rest, below := strings.CutPrefix(key, redirect.Fold(path.Value))
		if below && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}
