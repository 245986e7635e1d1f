package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"byline/internal/preview"
	"byline/internal/site"
)

// previewFlags are the server's part of preview links.
type previewFlags struct {
	PreviewKeyFile string `help:"File with the key that preview links are signed with; or the variable BYLINE_PREVIEW_KEY holds it. Default: preview.key in --data." env:"BYLINE_PREVIEW_KEY_FILE" placeholder:"FILE"`
}

// previewKey is the key for previews; nil when there can be none.
func (f previewFlags) previewKey(data string, inGit bool) ([]byte, error) {
	if !inGit {
		return nil, nil
	}
	key, err := preview.FindKey(os.Getenv("BYLINE_PREVIEW_KEY"), f.PreviewKeyFile, data)
	if errors.Is(err, preview.ErrNoKey) {
		return nil, nil
	}
	return key, err
}

type previewCommand struct {
	content
	What    string        `arg:"" name:"ref" help:"A branch, a tag or a commit; or a draft in the content folder, by slug or path."`
	Expires time.Duration `help:"How long the link is good; 720h (30 days) at most." default:"48h" placeholder:"48h"`
	BaseURL string        `name:"base-url" help:"Public origin of the server; default: url in site.yaml." placeholder:"URL"`
	Branch  string        `help:"Branch that a draft is on." default:"main" placeholder:"main"`
	Data    string        `help:"The server's data folder, where the key is kept in preview.key; made if it is not there." placeholder:"DIR"`
	Key     string        `help:"The server's key, as a text; better as the variable, which no list of processes shows." env:"BYLINE_PREVIEW_KEY" placeholder:"TEXT"`
	KeyFile string        `help:"File that holds the server's key." env:"BYLINE_PREVIEW_KEY_FILE" placeholder:"FILE"`
}

// Help implements kong.HelpProvider.
func (c *previewCommand) Help() string {
	return `Prints a signed link. Until it expires, the running server shows whoever has it that branch, tag or commit whole, under /-/preview/, with a page of what differs from the live site.

A draft is given by its slug or its path: the link then leads to its page on the branch named by --branch, once it is pushed there. A branch whose name is also a draft's is given as refs/heads/NAME.

The server must read its content from git and have the same key: BYLINE_PREVIEW_KEY for both, or the same data folder.`
}

// Run prints the link, and a warning if it is known to lead nowhere.
func (c *previewCommand) Run(ctx context.Context, io streams) error {
	switch {
	case c.Expires < time.Second:
		return fmt.Errorf("--expires: %v is over before it begins; write a time like 48h", c.Expires)
	case c.Expires > preview.MaxAge:
		return fmt.Errorf("--expires: %v is longer than a link may live; write 720h (30 days) or less", c.Expires)
	}
	ref, page, err := c.target(ctx)
	if err != nil {
		return err
	}
	origin, err := c.origin()
	if err != nil {
		return err
	}
	key, err := preview.FindKey(c.Key, c.KeyFile, c.Data)
	if errors.Is(err, preview.ErrNoKey) {
		return fmt.Errorf("%w: set BYLINE_PREVIEW_KEY to the server's key, or name its data folder with --data", err)
	}
	if err != nil {
		return err
	}
	if absent := c.absent(ctx, ref); absent != "" {
		fmt.Fprintln(io.err, "byline:", absent)
	}
	token := preview.Sign(key, preview.Claim{Ref: ref, Expires: time.Now().Add(c.Expires)})
	_, err = fmt.Fprintf(io.out, "%s/-/preview/%s%s\n", origin, token, page)
	return err
}

// target is the ref to show and the path on the site that the link leads to.
func (c *previewCommand) target(ctx context.Context) (ref, page string, err error) {
	draft, err := c.draft(ctx)
	if err != nil {
		return "", "", err
	}
	ref, page = c.What, "/"
	if draft != nil {
		ref, page = c.Branch, (&url.URL{Path: draft.Address}).EscapedPath()
	}
	return ref, page, preview.CheckRef(ref)
}

// draft is the article that was asked for, if it is one that is not public.
// Where the content cannot be read, only what looks like a file must be one.
func (c *previewCommand) draft(ctx context.Context) (*site.Page, error) {
	file := strings.HasSuffix(c.What, ".md")
	s, err := load(ctx, c.content, true)
	if err != nil {
		if file {
			return nil, err
		}
		return nil, nil
	}
	for _, p := range s.Pages {
		switch named := c.names(p); {
		case named && p.State != site.Public:
			return p, nil
		case named && file:
			return nil, fmt.Errorf("%s is no draft: it is public at %s; name a branch to preview", c.What, p.Address)
		}
	}
	if !file {
		return nil, nil
	}
	hint := ""
	if near := s.Nearest(strings.TrimSuffix(filepath.Base(c.What), ".md"), 1); len(near) > 0 {
		hint = fmt.Sprintf("; did you mean %s?", near[0].Path)
	}
	return nil, fmt.Errorf("there is no article %s in %s%s", c.What, c.Content, hint)
}

// names reports whether what was typed is an article: its slug, or its path in
// the content folder or from here.
func (c *previewCommand) names(p *site.Page) bool {
	typed := filepath.ToSlash(filepath.Clean(c.What))
	return c.What == p.Slug || typed == p.Path || typed == filepath.ToSlash(filepath.Join(c.Content, p.Path))
}

// origin is where the server is: what --base-url says, else site.yaml.
func (c *previewCommand) origin() (string, error) {
	if c.BaseURL != "" {
		origin, err := site.ParseOrigin(c.BaseURL)
		if err != nil {
			return "", fmt.Errorf("--base-url: %w", err)
		}
		return origin, nil
	}
	file := filepath.Join(c.Content, site.SettingsFile)
	src, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the settings: %w", err)
	}
	settings, found := site.ReadSettings(src)
	switch {
	case err != nil:
		return "", fmt.Errorf("where the server is cannot be told: there is no %s; say it with --base-url, like https://example.org", file)
	case found.HasErrors():
		return "", fmt.Errorf("where the server is cannot be told: %s has errors; say it with --base-url, like https://example.org\n%w", file, found)
	case settings.URL.Value == "":
		return "", fmt.Errorf("where the server is cannot be told: %s has no \"url\"; add it, or say it with --base-url, like https://example.org", file)
	}
	return settings.URL.Value, nil
}
