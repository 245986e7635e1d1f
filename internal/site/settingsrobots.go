package site

import (
	"fmt"
	"regexp"
	"strings"

	"byline/internal/finding"
	"byline/internal/strict"
)

// Robots is what crawlers are asked to do.
type Robots struct {
	AI       AIPolicy           `yaml:"ai"`
	Crawlers map[string]Crawler `yaml:"crawlers"` // by the name that they look for in robots.txt
	Disallow []strict.Text      `yaml:"disallow"` // for all: paths, with * and $
}

// AIPolicy says which of the crawlers that work for language models are let in.
type AIPolicy string

// The AIPolicies beside the default, which lets all in.
const (
	AISearchOnly AIPolicy = "search-only" // those that answer with links, or fetch what a person asks for
	AIDeny       AIPolicy = "deny"
)

// DecodeScalar implements strict.Scalar.
func (p *AIPolicy) DecodeScalar(text string) error {
	if *p = AIPolicy(text); text != "" && text != "allow" && *p != AISearchOnly && *p != AIDeny {
		return fmt.Errorf("%q is not one of allow, search-only and deny", text)
	}
	return nil
}

// Crawler is what one crawler is asked to do, whatever the policy is.
type Crawler struct {
	Deny bool
	Place
}

// DecodeScalar implements strict.Scalar.
func (c *Crawler) DecodeScalar(text string) error {
	if c.Deny = text == "deny"; !c.Deny && text != "allow" {
		return fmt.Errorf("%q is not one of allow and deny", text)
	}
	return nil
}

// The crawlers that work for language models, as their makers name them.
// https://platform.openai.com/docs/bots · https://support.claude.com/en/articles/8896518
// https://developers.google.com/search/docs/crawling-indexing/google-common-crawlers
// https://support.apple.com/en-us/119829 · https://commoncrawl.org/ccbot
// https://docs.perplexity.ai/guides/bots · https://developer.amazon.com/amazonbot
// https://developers.facebook.com/docs/sharing/webmasters/web-crawlers
// https://docs.mistral.ai/robots · https://cohere.com/cohere-command/webcrawler
const (
	// They gather texts to make models of, or say whether gathered ones may be used so.
	aiTraining = "AI2Bot Amazonbot anthropic-ai Applebot-Extended Bytespider CCBot ClaudeBot cohere-training-data-crawler Google-Extended GPTBot meta-externalagent"
	// They make the index of which an answer with links is made, or fetch what a
	// person asks for.
	aiSearch = "Amzn-SearchBot Amzn-User ChatGPT-User Claude-SearchBot Claude-User DuckAssistBot meta-externalfetcher meta-webindexer MistralAI-User OAI-SearchBot Perplexity-User PerplexityBot"
)

// Denied lists the crawlers that are asked to stay away, in the order of their
// names without regard to case.
func (r Robots) Denied() []string {
	denied := map[string]bool{}
	deny := func(names string) {
		for name := range strings.FieldsSeq(names) {
			denied[name] = true
		}
	}
	if r.AI == AISearchOnly || r.AI == AIDeny {
		deny(aiTraining)
	}
	if r.AI == AIDeny {
		deny(aiSearch)
	}
	for _, name := range keys(r.Crawlers) {
		for known := range denied {
			if strings.EqualFold(known, name) {
				delete(denied, known)
			}
		}
		if r.Crawlers[name].Deny {
			denied[name] = true
		}
	}
	return folded(keys(denied))
}

// Blocks reports whether all crawlers are asked to stay away from a path, as it
// stands in a URL (RFC 9309, section 2.2.2).
func (r Robots) Blocks(path string) bool {
	for _, pattern := range r.Disallow {
		exact := strings.HasSuffix(pattern.Value, "$")
		parts := strings.Split(strings.TrimSuffix(pattern.Value, "$"), "*")
		for i, part := range parts {
			parts[i] = regexp.QuoteMeta(part)
		}
		rule := "^" + strings.Join(parts, ".*")
		if exact {
			rule += "$"
		}
		if ok, err := regexp.MatchString(rule, path); err == nil && ok {
			return true
		}
	}
	return false
}

// crawlerName is a name that crawlers look for (RFC 9309, section 2.2.1), with
// the digits and dots that some have in theirs.
var crawlerName = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

func (c *settingsCheck) robots(r Robots) {
	known := strings.Fields(aiTraining + " " + aiSearch)
	for _, name := range keys(r.Crawlers) {
		at := r.Crawlers[name].at()
		near, slip := finding.Nearest(name, known, 2)
		switch {
		case !crawlerName.MatchString(name):
			c.bad(at, fmt.Sprintf("robots.crawlers: %q is not the name of a crawler", name), "write one like GPTBot; what holds for all stands under \"disallow\"")
		case slip && !strings.EqualFold(near, name):
			c.add(at, finding.UnknownKey, fmt.Sprintf("robots.crawlers: no crawler is known by the name %q", name), fmt.Sprintf("did you mean %q?", near))
		}
	}
	for _, path := range r.Disallow {
		if !strings.HasPrefix(path.Value, "/") && !strings.HasPrefix(path.Value, "*") || strings.ContainsAny(path.Value, " #\t\r\n") {
			c.bad(path, fmt.Sprintf("robots.disallow: %q is not a path of this site", path.Value), "write one like /internal/, with * for anything and $ for the end")
		}
	}
}
