package site

import (
	"fmt"
	"net/url"
	"strconv"

	"byline/internal/strict"
)

// Feed says what the feeds hold.
type Feed struct {
	Items FeedItems `yaml:"items"`
	Text  FeedText  `yaml:"text"`
}

// FeedItems is how many articles a feed has at most; 0 stands for the default.
type FeedItems int

const (
	defaultFeedItems = 20
	mostFeedItems    = 200
)

// DecodeScalar implements strict.Scalar.
func (n *FeedItems) DecodeScalar(text string) error {
	count, err := strconv.Atoi(text)
	if err != nil || count < 1 || count > mostFeedItems {
		return fmt.Errorf("%q is not a number from 1 to %d", text, mostFeedItems)
	}
	*n = FeedItems(count)
	return nil
}

// Count is how many articles a feed has at most.
func (n FeedItems) Count() int {
	if n == 0 {
		return defaultFeedItems
	}
	return int(n)
}

// FeedText says how much of an article's text the feeds have.
type FeedText string

// FeedSummary is the FeedText that leaves the text to the page.
const FeedSummary FeedText = "summary"

// DecodeScalar implements strict.Scalar.
func (t *FeedText) DecodeScalar(text string) error {
	if *t = FeedText(text); text != "" && text != "full" && *t != FeedSummary {
		return fmt.Errorf("%q is not one of full and summary", text)
	}
	return nil
}

// hub checks the address of the WebSub hub.
func (c *settingsCheck) hub(hub strict.Text) {
	if hub.Value != "" && !wholeAddress(hub.Value, "https", "http") {
		c.bad(hub, fmt.Sprintf("hub: %q is not an http or https address", hub.Value), "write the hub's whole address, like https://hub.example.org/")
	}
}

// wholeAddress reports whether an address is one of the schemes, with a host
// where those have one, and nothing in it that a line of text cannot hold.
func wholeAddress(address string, schemes ...string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	for _, scheme := range schemes {
		if u.Scheme == scheme {
			return u.Host != "" || u.Opaque != ""
		}
	}
	return false
}
