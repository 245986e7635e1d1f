package notify

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// reserved are the ends of names that mean nothing outside of a network: those of
// RFC 6761 (localhost, test, invalid, example and the example domains), RFC 6762
// (local), RFC 8375 (home.arpa), RFC 9476 (alt), RFC 7686 (onion), what ICANN has
// set aside for private use (internal), and what routers use (lan, home, corp).
var reserved = []string{
	"localhost", "test", "invalid", "example", "example.com", "example.net", "example.org", "local", "home.arpa", "alt", "onion",
	"internal", "lan", "home", "corp",
}

// Public reports whether a site with that origin is one for everybody, of which
// the world may be told: it is reached by https, under a name of the public tree,
// at the usual port.
func Public(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "https" || u.Port() != "" && u.Port() != "443" {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if _, err := netip.ParseAddr(host); err == nil || !strings.Contains(host, ".") {
		return false
	}
	return !slices.ContainsFunc(reserved, func(end string) bool { return host == end || strings.HasSuffix(host, "."+end) })
}
