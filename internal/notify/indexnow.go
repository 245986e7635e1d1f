package notify

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// IndexNowURL is where search engines share what they are told
// (https://www.indexnow.org/documentation).
const IndexNowURL = "https://api.indexnow.org/indexnow"

// mostIndexNow is how many addresses one message may hold.
const mostIndexNow = 10_000

// submission is a message of IndexNow.
type submission struct {
	Host        string   `json:"host"`
	Key         string   `json:"key"`
	KeyLocation string   `json:"keyLocation"`
	URLs        []string `json:"urlList"`
}

// newIndexNow is the search engines that take IndexNow.
func newIndexNow(address string) (target, error) {
	u, err := endpoint(address)
	if err != nil {
		return target{}, fmt.Errorf("the address of IndexNow: %w; write one like %s", err, IndexNowURL)
	}
	return target{
		kind: "indexnow", name: u.Host,
		advice: func(status int) string {
			switch status {
			case http.StatusForbidden:
				return "the engine does not find the key; see that /KEY.txt of the site can be read from outside and is \"indexnow\" in site.yaml"
			case http.StatusUnprocessableEntity:
				return "addresses and key are not of one host; see that the site's url in site.yaml or --base-url is the one that readers use"
			case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed:
				return "this may be no address of IndexNow; see --indexnow-url"
			}
			return ""
		},
		news: &bulletin{
			key: "announced-indexnow", most: mostIndexNow, gone: true,
			says: func(n *News) map[string]string {
				if n.IndexNow == "" {
					return nil
				}
				return n.Pages
			},
			compose: func(n *News, addresses []string) (message, error) {
				origin, err := url.Parse(n.Origin)
				if err != nil {
					return message{}, err
				}
				body, err := json.Marshal(submission{origin.Host, n.IndexNow, n.Origin + "/" + n.IndexNow + ".txt", addresses})
				return message{url: address, kind: "application/json; charset=utf-8", body: body}, err
			},
		},
	}, nil
}
