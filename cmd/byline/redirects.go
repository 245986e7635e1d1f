package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
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
	return `Lists the addresses that articles had: those that lead on (308), with where they lead, and those that are gone (410). They come from the aliases in front matter and from the git history of the content folder; of the latter the commit is named that took the article away from there.`
}

// former is a former address as it is printed.
type former struct {
	From   string     `json:"from"`
	Status int        `json:"status"`
	To     string     `json:"to,omitempty"`
	Title  string     `json:"title,omitempty"` // of what is gone
	By     string     `json:"by"`              // alias, expired, or a commit
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
		list = append(list, formerOf(s, r))
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
			f.To = fmt.Sprintf("gone: %s", f.Title)
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\n", f.Status, f.From, f.To, by)
	}
	for _, base := range s.Bases {
		fmt.Fprintf(table, "%d\t%s/…\t%s/…\tthe site's former path\n", http.StatusPermanentRedirect, base, s.Path)
	}
	switch {
	case cut:
		fmt.Fprintln(io.err, "The git history is cut off, and so it is not used: only what articles declare is listed. Fetch it whole: git fetch --unshallow")
	case past == nil:
		fmt.Fprintln(io.err, c.Content, "is in no git repository: only what articles declare is listed.")
	case len(list)+len(s.Bases) == 0:
		fmt.Fprintln(io.err, "There is no former address: in the history of", c.Content, "no article that was live was renamed or removed, and none declares an alias.")
	}
	return table.Flush()
}

func formerOf(s *site.Site, r site.Redirect) former {
	f := former{From: r.From, Status: http.StatusPermanentRedirect, By: "alias"}
	if r.To != nil {
		f.To = s.Path + "/" + r.To.Slug
	} else {
		f.Status, f.Title, f.By = http.StatusGone, r.Title, "expired"
	}
	if r.Commit != "" {
		f.By = r.Commit[:12]
	}
	if !r.Time.IsZero() {
		f.Since = &r.Time
	}
	return f
}
