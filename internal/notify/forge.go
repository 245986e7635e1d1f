package notify

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// statusContext names our status among those of other programs.
const statusContext = "byline"

// ForgeOptions say where commit statuses go.
type ForgeOptions struct {
	Repository string // the git URL
	Kind       string // github, gitlab or gitea; "": told from a host that is known
	API        string // "": where the kind has it on the repository's host
	Token      string
	Link       string // that a status leads to; "": Outcome.URL
}

// Forge sets commit statuses.
type Forge struct {
	kind  kind
	api   string
	path  string // of the repository
	token string
	link  string
}

// kind is how a sort of forge takes a commit status.
type kind struct {
	api      string // below the host
	tokens   func(token string) http.Header
	statuses func(path string) string // below the API, before the commit
	failure  string                   // the state's name
	nested   bool                     // a repository may lie deeper than its owner
	naming   string                   // the field that names the status
	accepts  func(status int, body string) bool
}

// kindOf has the documented shapes: GitHub, REST API, "Create a commit status";
// GitLab, Commits API, "Set commit pipeline status"; Gitea and Forgejo, API,
// "Create a commit status".
func kindOf(name string) (kind, bool) {
	owned := func(path string) string { return "/repos/" + path + "/statuses/" }
	switch name {
	case "github":
		return kind{api: "/api/v3", statuses: owned, failure: "failure", naming: "context", tokens: func(token string) http.Header {
			return http.Header{"Authorization": {"Bearer " + token}, "Accept": {"application/vnd.github+json"}, "X-Github-Api-Version": {"2022-11-28"}}
		}}, true
	case "gitea":
		return kind{api: "/api/v1", statuses: owned, failure: "failure", naming: "context", tokens: func(token string) http.Header {
			return http.Header{"Authorization": {"token " + token}}
		}}, true
	case "gitlab":
		return kind{
			api: "/api/v4", failure: "failed", naming: "name", nested: true,
			statuses: func(path string) string { return "/projects/" + url.PathEscape(path) + "/statuses/" },
			tokens:   func(token string) http.Header { return http.Header{"Private-Token": {token}} },
			// It refuses to set the state that is set already, as after a restart.
			accepts: func(status int, body string) bool {
				return status == http.StatusBadRequest && strings.Contains(body, "Cannot transition status")
			},
		}, true
	}
	return kind{}, false
}

// known tells the kind of the public forges.
func known(host string) string {
	switch host {
	case "github.com":
		return "github"
	case "gitlab.com":
		return "gitlab"
	case "codeberg.org", "gitea.com":
		return "gitea"
	}
	return ""
}

// NewForge returns where statuses go, or says what is missing.
func NewForge(o ForgeOptions) (*Forge, error) {
	r, err := ParseRepository(o.Repository)
	if err != nil {
		return nil, err
	}
	name := cmp.Or(o.Kind, known(r.Host))
	k, ok := kindOf(name)
	switch {
	case name == "":
		return nil, fmt.Errorf("%s is no forge that is known; say which kind it is: github, gitlab or gitea (Forgejo, too)", r.Host)
	case !ok:
		return nil, fmt.Errorf("%q is no kind of forge; write github, gitlab or gitea (Forgejo, too)", name)
	}
	f := &Forge{kind: k, path: r.Path, token: o.Token, link: o.Link}
	before := ""
	if !k.nested {
		before, f.path = r.owner()
	}
	switch {
	case o.API != "":
		f.api = o.API
	case r.Host == "github.com":
		f.api = "https://api.github.com"
	default:
		f.api = strings.TrimSuffix(r.origin()+"/"+before, "/") + k.api
	}
	f.api = strings.TrimSuffix(f.api, "/")
	return f, f.check()
}

func (f *Forge) check() error {
	u, err := url.Parse(f.api)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("the address of the forge's API is not a plain https address; write one like https://git.example.org/api/v4")
	}
	if !safe(u) {
		return fmt.Errorf("the token would be sent to %s readable by all on the way; name an https address of the forge's API", u.Host)
	}
	if f.link != "" {
		if l, err := url.Parse(f.link); err != nil || l.Host == "" || l.Scheme != "http" && l.Scheme != "https" {
			return fmt.Errorf("the link of the status, %q, is not an http or https address", f.link)
		}
	}
	return nil
}

func (f *Forge) target() target {
	u, _ := url.Parse(f.api) // checked
	return target{
		kind: "status", name: u.Host + "/" + f.path, header: f.kind.tokens(f.token), compose: f.compose, accepts: f.kind.accepts,
	}
}

// compose makes an outcome a commit status. A source that cannot be read says
// nothing about a commit.
func (f *Forge) compose(o Outcome) (message, bool) {
	if o.Commit == "" || o.Fault != nil {
		return message{}, false
	}
	state := "success"
	if !good(o) {
		state = f.kind.failure
	}
	says := describe(o)
	status := map[string]string{"state": state, "description": says, f.kind.naming: statusContext}
	if link := cmp.Or(f.link, o.URL); link != "" {
		status["target_url"] = link
	}
	body, err := json.Marshal(status)
	o.Took, o.Published = 0, false // what need not be told twice
	return message{
		url: f.api + f.kind.statuses(f.path) + o.Commit, about: o.Commit, says: says, topic: o.Commit, same: state + " " + describe(o), body: body,
	}, err == nil
}
