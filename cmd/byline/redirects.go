package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"byline/internal/site"
)

type redirectsCommand struct {
	content
	Format string `help:"How to print them: text or json." enum:"text,json" default:"text" placeholder:"text"`
}

// Help implements kong.HelpProvider.
func (redirectsCommand) Help() string {
	return `Lists the addresses that articles had: those that lead on (308), with where they lead, and those that are gone (410). They come from the aliases in front matter, from the redirects in site.yaml and its CSV file, and from the git history of the content folder; of the latter the commit is named that took the article away from there. Redirects that never apply are left out; byline check tells why. {category} stands for any, and in the lines of other forms of addresses so do {year} and the like.`
}

// former is a former address as it is printed.
type former struct {
	From   string     `json:"from"`
	Status int        `json:"status"`
	To     string     `json:"to,omitempty"`
	Title  string     `json:"title,omitempty"` // of what is gone
	By     string     `json:"by"`              // alias, expired, a commit, or file:line
	Since  *time.Time `json:"since,omitempty"`
}

// Run prints the former addresses.
func (c *redirectsCommand) Run(ctx context.Context, io streams) error {
	s, err := load(ctx, c.content, false)
	if err != nil {
		return err
	}
	past, end := historyOf(ctx, c.content)
	defer end()
	cut := false
	if past != nil {
		if cut, err = past.Shallow(ctx); err != nil {
			return err
		}
	}
	list := []former{}
	for _, r := range s.Redirects() {
		list = append(list, formerOf(r))
	}
	if c.Format == "json" {
		out := json.NewEncoder(io.out)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		return out.Encode(list)
	}
	table := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
	for _, f := range list {
		by := f.By
		if f.Since != nil {
			by = f.Since.In(s.Zone).Format(time.DateOnly) + "  " + by
		}
		if f.Status == http.StatusGone {
			f.To = strings.TrimSuffix("gone: "+f.Title, ": ")
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\n", f.Status, f.From, f.To, by)
	}
	for _, base := range s.Bases {
		fmt.Fprintf(table, "%d\t%s/…\t%s/…\tthe site's former path\n", http.StatusPermanentRedirect, base, s.Path)
	}
	for _, form := range s.Forms() {
		fmt.Fprintf(table, "%d\t%s%s\t%s%s\tanother form of addresses\n", http.StatusPermanentRedirect, s.Path, form, s.Path, s.Settings.Permalink.Value)
	}
	if n := s.Idle(); n > 0 {
		fmt.Fprintf(io.err, "Redirects that never apply, and are left out: %d. \"byline check\" tells why.\n", n)
	}
	switch {
	case cut:
		fmt.Fprintln(io.err, "The git history is cut off, and so it is not used: only what articles and site.yaml declare is listed. Fetch it whole: git fetch --unshallow")
	case past == nil:
		fmt.Fprintln(io.err, c.Content, "is in no git repository: only what articles and site.yaml declare is listed.")
	case len(list)+len(s.Bases)+len(s.Forms()) == 0:
		fmt.Fprintln(io.err, "There is no former address: in the history of", c.Content, "no article that was live was renamed or removed, and none declares an alias.")
	}
	return table.Flush()
}

func formerOf(r site.Redirect) former {
	f := former{From: r.From, Status: r.Status, Title: r.Title, By: "alias"}
	if r.To != nil {
		f.To = r.To.Address
	}
	if !r.Time.IsZero() {
		f.Since = &r.Time
	}
	switch {
	case r.Rule != nil:
		f.By = r.Rule.Place()
		f.To = cmp.Or(f.To, r.Rule.To.Value)
	case r.Commit != "":
		f.By = r.Commit[:12]
	case r.Status == http.StatusGone:
		f.By = "expired"
	}
	return f
}
