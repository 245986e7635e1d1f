package notify

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// Repository is where a git URL leads, as a forge knows it.
type Repository struct {
	Host string // with the port of an http address
	Path string // "owner/name", or more levels at GitLab
	http bool   // the URL was one of plain http
}

// scpLike is git's short form of an ssh address, user@host:path.
var scpLike = regexp.MustCompile(`^(?:[^@/]+@)?(\[[0-9A-Fa-f:.]+\]|[^:/@\[]+):(.+)$`)

// ParseRepository reads the forms of a git URL that name a host (git-clone(1),
// GIT URLS). User and password are left behind.
func ParseRepository(address string) (Repository, error) {
	var r Repository
	if u, err := url.Parse(address); err == nil && u.Scheme != "" && u.Host != "" {
		switch u.Scheme {
		case "https", "http":
			r = Repository{Host: u.Host, Path: u.Path, http: u.Scheme == "http"}
		case "ssh", "git", "git+ssh", "ssh+git":
			r = Repository{Host: bracketed(u.Hostname()), Path: u.Path} // its port is not the API's
		}
	} else if m := scpLike.FindStringSubmatch(address); m != nil && !strings.Contains(address, "://") {
		r = Repository{Host: m[1], Path: m[2]}
	}
	r.Host = strings.ToLower(r.Host)
	r.Path = strings.TrimSuffix(strings.Trim(r.Path, "/"), ".git")
	if r.Host == "" || r.Path == "" || !strings.Contains(r.Path, "/") {
		return Repository{}, fmt.Errorf("the git URL names no repository of a forge; it should be like https://host/owner/name.git or git@host:owner/name.git")
	}
	return r, nil
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// origin is where the host's web pages are.
func (r Repository) origin() string {
	if r.http {
		return "http://" + r.Host
	}
	return "https://" + r.Host
}

// owner splits the path into what stands before the owner (where a forge hangs
// below a path), the owner and the name.
func (r Repository) owner() (before, name string) {
	parts := strings.Split(r.Path, "/")
	cut := len(parts) - 2
	return strings.Join(parts[:cut], "/"), strings.Join(parts[cut:], "/")
}

// safe reports whether a secret may be sent there: nobody can read it on the way.
func safe(u *url.URL) bool {
	if u.Scheme == "https" || u.Hostname() == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.IsLoopback()
}
