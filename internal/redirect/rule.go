package redirect

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"byline/internal/finding"
)

// star is the end of an address that stands for all at and below it.
const star = "/*"

// rule reads a row of the site at an origin; it returns what is wrong with one that
// cannot be used.
func (r Row) rule(origin string) (*Rule, *finding.Finding) {
	r.From.Value = withoutOrigin(r.From.Value, origin)
	rule := &Rule{Row: r}
	for _, part := range []func() *finding.Finding{rule.readFrom, rule.readStatus, rule.readTo} {
		if fault := part(); fault != nil {
			return nil, fault
		}
	}
	return rule, nil
}

// withoutOrigin is the path of an address of the site, as exports name it whole,
// whether it was http or https then; any other address stays as it is.
func withoutOrigin(address, origin string) string {
	_, host, known := strings.Cut(origin, "://")
	scheme, rest, whole := strings.Cut(address, "://")
	if !known || !whole || !strings.EqualFold(scheme, "https") && !strings.EqualFold(scheme, "http") {
		return address
	}
	end := strings.IndexAny(rest+"/", "/?#")
	if !strings.EqualFold(rest[:end], host) {
		return address
	}
	return "/" + strings.TrimPrefix(rest[end:], "/")
}

// hidden reports whether a text has what nobody sees or what ends an address.
func hidden(text string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, func(c rune) bool { return unicode.IsControl(c) || c == '\\' })
}

func (r *Rule) readFrom() *finding.Finding {
	text := r.From.Value
	written, query, asks := strings.Cut(text, "?")
	address, prefix := strings.CutSuffix(written, star)
	r.Prefix = prefix
	switch {
	case text == "":
		return r.bad(r.From, "the redirect does not say what it is from", "write from: /old/address")
	case !strings.HasPrefix(text, "/"), strings.HasPrefix(text, "//"), strings.Contains(text, "#"), hidden(Unescape(text)):
		return r.bad(r.From, fmt.Sprintf("%q is not a path of this site", text), "write the old address without scheme and host, like /blog/old-name")
	case strings.Contains(address, "*"):
		return r.bad(r.From, fmt.Sprintf("%q has a * in its midst", text), "a * stands alone at the end, like /blog/*")
	case prefix && asks && query != "":
		return r.bad(r.From, fmt.Sprintf("%q has both a * and a query", text), "write one of the two")
	}
	r.Path = Key("/" + strings.Trim(address, "/"))
	if prefix && r.Path == "/" {
		r.Path = ""
	}
	return r.readAsked(query)
}

// readAsked reads the parameters that a request must have.
func (r *Rule) readAsked(query string) *finding.Finding {
	if query == "" {
		return nil
	}
	if strings.Contains(query, "*") {
		return r.bad(r.From, fmt.Sprintf("%q has a * in its query, which is matched as it is and carries nothing over", r.From.Value), "write a row for each query, like /?p=123; %2A is the sign itself")
	}
	values, err := url.ParseQuery(query)
	if err != nil || len(values) == 0 {
		return r.bad(r.From, fmt.Sprintf("%q has a query that cannot be read", r.From.Value), "write one like /?p=123")
	}
	for name, all := range values {
		if len(all) > 1 {
			return r.bad(r.From, fmt.Sprintf("%q names the parameter %q twice", r.From.Value, name), "keep one of the two")
		}
		r.names = append(r.names, name)
	}
	slices.Sort(r.names)
	r.query = askedKey(r.names, values)
	return nil
}

// askedKey is the form under which a rule for certain parameters is found: their
// first values, by name.
func askedKey(names []string, values url.Values) string {
	var key strings.Builder
	for _, name := range names {
		key.WriteString(url.QueryEscape(name) + "=" + url.QueryEscape(values.Get(name)) + "&")
	}
	return key.String()
}

func (r *Rule) readStatus() *finding.Finding {
	switch text := r.Row.Status.Value; text {
	case "":
		r.Status = 308
	case "301", "302", "307", "308", "410":
		r.Status, _ = strconv.Atoi(text)
	default:
		return r.bad(r.Row.Status, fmt.Sprintf("%q is not a status that a redirect has", text), "write 301 or 308 (for good), 302 or 307 (for a time) or 410 (gone), or leave it out for 308")
	}
	return nil
}

func (r *Rule) readTo() *finding.Finding {
	text := r.To.Value
	switch {
	case r.Status == Gone && text != "":
		return r.bad(r.To, "what is gone (410) leads nowhere", "take out \"to\", or the status")
	case r.Status == Gone:
		return nil
	case text == "":
		return r.bad(r.To, fmt.Sprintf("the redirect from %q does not say where it leads", r.From.Value), "write where to, or the status 410 for what is gone")
	case hidden(text) || strings.HasPrefix(text, "//"):
		return r.badTo()
	}
	text, fragment, _ := strings.Cut(text, "#")
	text, query, _ := strings.Cut(text, "?")
	r.Target.Query, r.Target.Fragment = query, Unescape(fragment)
	text, r.Target.Carry = strings.CutSuffix(text, star)
	switch {
	case strings.Contains(text, "*"):
		return r.bad(r.To, fmt.Sprintf("%q has a * in its midst", r.To.Value), "a * stands alone at the end, like /media/*")
	case r.Target.Carry && !r.Prefix:
		return r.bad(r.To, fmt.Sprintf("%q has a *, and %q has none that it could stand for", r.To.Value, r.From.Value), "write \"from\" with /* at its end, too")
	case r.Prefix && strings.Contains(query, "*"):
		return r.bad(r.To, fmt.Sprintf("%q has a * in its query, to which nothing is carried over", r.To.Value), "let * stand at the end of the path; %2A is the sign itself")
	case r.Target.Carry && query+fragment != "":
		return r.bad(r.To, fmt.Sprintf("%q has something behind its *", r.To.Value), "a * stands at the end; the query of the request is kept")
	case strings.HasPrefix(text, "/") || text == "":
		return r.readPath(text)
	case !strings.Contains(text, ":"):
		return r.readFile(text)
	}
	return r.readOutside(text)
}

func (r *Rule) badTo() *finding.Finding {
	return r.bad(r.To, fmt.Sprintf("%q is no place that a redirect can lead to", r.To.Value), "write a path like /articles/name, the file of an article like name.md, or a whole address like https://example.org/")
}

func (r *Rule) readPath(text string) *finding.Finding {
	if text == "" && !r.Target.Carry || hidden(Unescape(text)) {
		return r.badTo()
	}
	if r.Target.Path = path.Clean("/" + Unescape(text)); r.Target.Carry && r.Target.Path == "/" {
		r.Target.Path = ""
	}
	return nil
}

// readFile is for a path from the content folder.
func (r *Rule) readFile(text string) *finding.Finding {
	file := strings.TrimPrefix(path.Clean("/"+Unescape(text)), "/")
	if r.Target.Carry || file == "" || hidden(Unescape(text)) || strings.HasPrefix(text, "..") {
		return r.badTo()
	}
	r.Target.File = file
	return nil
}

// hostName is the name of a host with a port if need be; one in other letters is
// written in its ASCII form (xn--…).
var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`)

func (r *Rule) readOutside(text string) *finding.Finding {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || !hostName.MatchString(strings.ToLower(u.Host)) {
		return r.badTo()
	}
	r.Target.Outside = u.Scheme + "://" + strings.ToLower(u.Host) + "/" + strings.TrimPrefix(u.EscapedPath(), "/")
	return nil
}
