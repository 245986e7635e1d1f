package notify

import (
	"fmt"
	"net/url"
)

// newHub is the WebSub hub that the feeds name. How a publisher tells its hub is
// not in WebSub itself ("the mechanism is out of scope", section 7); all hubs take
// what PubSubHubbub 0.4 had for it: a form with hub.mode=publish and the feed as
// hub.url. Some take several feeds in one form, all take one.
func newHub() target {
	return target{
		kind: "websub", name: "hub",
		advice: func(int) string {
			return "see that \"hub\" in site.yaml is the address of a WebSub hub that takes this site"
		},
		news: &bulletin{
			key: "announced-websub", most: 1,
			says: func(n *News) map[string]string {
				if n.Hub == "" {
					return nil
				}
				return n.Feeds
			},
			compose: func(n *News, feeds []string) (message, error) {
				u, err := endpoint(n.Hub)
				if err != nil {
					return message{}, fmt.Errorf("the hub in site.yaml: %w", err)
				}
				form := url.Values{"hub.mode": {"publish"}, "hub.url": feeds}
				return message{url: n.Hub, to: u.Host, kind: "application/x-www-form-urlencoded", body: []byte(form.Encode())}, nil
			},
		},
	}
}
