package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"byline/internal/article"
	"byline/internal/site"
)

type newCommand struct {
	content
	Title string `arg:"" help:"The article's title, in quotes."`
}

// Run writes a draft with its front matter filled in.
func (c *newCommand) Run(io streams) error {
	slug := article.Slugify(c.Title)
	if slug == "" {
		return fmt.Errorf("the title %q has no letter or digit to make a file name of", c.Title)
	}
	if site.Reserved(slug) {
		return fmt.Errorf("the address %q is taken by something else; choose a longer title", slug)
	}
	name := filepath.Join(c.Content, slug+".md")
	text := fmt.Sprintf(`---
title: %s
date: %s
description:
tags: []
draft: true
---

The first paragraph says what the reader will know or be able to do at the end.

## A first section

`, strconv.Quote(c.Title), time.Now().Format(time.DateOnly))
	if err := create(name, text); err != nil {
		return err
	}
	_, err := fmt.Fprintf(io.out, "%s\nIt is a draft: \"byline serve --dev\" shows it. Remove the line \"draft: true\" to publish it.\n", name)
	return err
}

// create writes a file that must not be there yet.
func create(name, text string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already; nothing was changed", name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no folder %s; make one with \"byline init %s\", or name another with --content", filepath.Dir(name), filepath.Dir(name))
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

type initCommand struct {
	Dir string `arg:"" help:"The folder to make; default articles." default:"articles" optional:""`
}

// Run makes a content folder that can be served.
func (c *initCommand) Run(io streams) error {
	if info, err := os.Stat(c.Dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file; name a folder", c.Dir)
	}
	entries, err := os.ReadDir(c.Dir)
	if err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty; nothing was changed", c.Dir)
	}
	if err := os.MkdirAll(filepath.Join(c.Dir, "media"), 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	err = errors.Join(
		create(filepath.Join(c.Dir, site.SettingsFile), firstSettings),
		create(filepath.Join(c.Dir, "hello.md"), fmt.Sprintf(firstArticle, time.Now().Format(time.DateOnly))),
	)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.out, "%s is ready: site.yaml and a first article, hello.md.\nNext: byline serve --content %s --dev\n", c.Dir, c.Dir)
	return err
}

const firstSettings = `# What the whole site says. The README explains every key.
title: My site
tagline: What it is about, in a line
url: https://example.org
path: /articles
lang: en
timezone: UTC

authors:
  me:
    name: Your name
    tagline: What you do

categories:
  notes:
    name: Notes

navigation:
  - {label: Articles, url: /articles}

cta:
  heading: Ready to join?
  text: Say here what your reader gains.
  label: Join
  url: https://example.org/join
`

const firstArticle = `---
title: Hello
subtitle: The first article of a new site
description: A first article that shows how articles are written here, to be replaced by your own.
date: %s
author: me
category: notes
tags: [First steps]
---

This file is an article. Its name is its address; what stands between the
dashes above says who wrote it and when.

## Write

Change this text and save it: the page follows at once. Pictures lie beside the
article, and a link to another article is a link to its file.

> [!TIP]
> Run ` + "`byline serve --dev`" + ` while you write. It reloads the page and shows what
> to mend.

## Publish

Commit the file. What you have pushed is what your readers see.
`
