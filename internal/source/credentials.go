package source

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// credentials are what opens a remote. Over http they go to git's own question
// for them (gitcredentials(7)), which names the host that asks: a remote that
// leads elsewhere takes no password along. They stand in the environment only:
// git hands addresses on as arguments, which every user of the machine can read.
type credentials struct {
	url            string // without a secret in it, where that can be
	host           string // "https://example.org" of an http remote; else ""
	user, password string
}

// credentialsOf takes the credentials out of an address.
func credentialsOf(options MirrorOptions) (credentials, error) {
	c := credentials{url: options.URL}
	scheme, _, _ := strings.Cut(options.URL, "://")
	if s := strings.ToLower(scheme); s != "https" && s != "http" {
		return c, nil
	}
	u, err := url.Parse(options.URL)
	if err != nil || u.Host == "" {
		return c, errors.New("the address cannot be read; what is special in a name or a password stands there as %40 for @, %2F for / and the like")
	}
	c.host, c.password = u.Scheme+"://"+u.Host, options.Token
	if u.User != nil {
		given, _ := u.User.Password()
		c.user, c.password = u.User.Username(), cmp.Or(options.Token, given)
	}
	if c.password != "" && u.Scheme == "http" && !onThisMachine(u.Hostname()) {
		return c, errors.New("a token or a password would go over the network for all to read; write https:// in place of http://")
	}
	if strings.ContainsAny(c.user+c.password, "\r\n\x00") {
		return c, errors.New("the token or the password has a line break in it")
	}
	if u.User != nil {
		u.User = nil
		c.url = u.String()
	}
	return c, nil
}

func onThisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// answer is what git runs to ask for a password: what it prints comes out of the
// environment.
const answer = `!f() { test "$1" = get && printf 'username=%s\npassword=%s\n' "$BYLINE_REMOTE_USER" "$BYLINE_REMOTE_PASSWORD"; }; f`

// settings are git's for the remote, and env is what they need.
func (c credentials) settings() (settings [][2]string, env []string) {
	settings = [][2]string{
		{"remote.origin.url", c.url},
		{"http.lowSpeedLimit", "1000"}, // bytes a second, for a minute
		{"http.lowSpeedTime", "60"},
	}
	key := "credential." + c.host + "."
	switch {
	case c.host == "" || c.user+c.password == "":
	case c.password == "":
		settings = append(settings, [2]string{key + "username", c.user})
	default: // and no helper of the user's keeps what is not its own
		settings = append(settings, [2]string{key + "helper", ""}, [2]string{key + "helper", answer})
		env = []string{"BYLINE_REMOTE_USER=" + cmp.Or(c.user, "byline"), "BYLINE_REMOTE_PASSWORD=" + c.password}
	}
	return settings, env
}

// secrets are what must not stand in an error.
func (c credentials) secrets() []string {
	secret := cmp.Or(c.password, c.user) // a name alone may be a token
	if secret == "" {
		return nil
	}
	return []string{secret, url.QueryEscape(secret), url.PathEscape(secret)}
}

// Redacted is an address without the secret in it.
func Redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return masked(address)
	}
	if u.User == nil {
		return address
	}
	if _, has := u.User.Password(); has || u.Scheme != "ssh" {
		u.User = url.User("…")
	}
	plain, err := url.PathUnescape(u.String())
	if err != nil {
		return u.String()
	}
	return plain
}

// masked is an address that cannot be read without all that may be a secret.
func masked(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	at := strings.LastIndexByte(rest, '@')
	if !ok || at < 0 {
		return address
	}
	return fmt.Sprintf("%s://…%s", scheme, rest[at:])
}
