package notify

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// News is what a site says: its pages and feeds by their whole addresses, with
// something that is another whenever what stands there is another in substance.
// The maps must not be changed any more.
type News struct {
	Origin   string // of the site
	Revision string
	Pages    map[string]string
	Feeds    map[string]string
	IndexNow string // the site's key; "": search engines are not told
	Hub      string // of its feeds; "": there is none
}

// NewsOptions say how news is announced.
type NewsOptions struct {
	IndexNow string // address of the search engine that is told, and tells the others
	Keep     Keeper // what was told last; nil: it is forgotten when the program ends
}

// Keeper keeps bytes by name.
type Keeper interface {
	Get(key string) (data []byte, ok bool)
	Put(key string, data []byte) error
}

// bulletin is what one target is told of news. Run's goroutine has it, but for
// news, which is guarded by the Notifier's mu.
type bulletin struct {
	key     string                        // under which it is kept
	most    int                           // addresses in one message
	gone    bool                          // what is no more is told, too
	says    func(*News) map[string]string // nil: nobody is to be told
	compose func(n *News, addresses []string) (message, error)

	first, news *News // with which the telling can begin, and the newest; nil: nothing is to be told

	told    *told             // what was told last; nil until that is looked up
	sending map[string]string // of the message under way; "" for what is gone
	fault   string            // why the last message did not arrive
}

// told is what was told last, as it is kept.
type told struct {
	Form   int
	Origin string
	Says   map[string]string
}

// toldForm changes with the form of told, and with the rules by which a substance
// is named: another program must not take all for changed.
const toldForm = 1

// Announce has all whom it concerns told what is another now than it was when they
// were told last. The first news ever is told to nobody: it is where the telling
// begins. nil takes back what is not told yet, as when the site went back to what
// it was.
func (n *Notifier) Announce(news *News) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range n.targets {
		if t := &n.targets[i]; t.news != nil {
			t.news.news = news
			if first := t.news.first; news != nil && t.news.says(news) != nil && (first == nil || first.Origin != news.Origin) {
				t.news.first = news
			}
			if news != nil {
				n.put(&parcel{target: t, due: time.Now()})
			}
		}
	}
	n.rouse()
}

func (n *Notifier) addNews(options NewsOptions) error {
	engine, err := newIndexNow(options.IndexNow)
	if err != nil {
		return err
	}
	n.targets = append(n.targets, engine, newHub())
	return nil
}

// compose is the next message of a bulletin; ok is false when there is nothing to
// say.
func (n *Notifier) compose(b *bulletin) (m message, ok bool) {
	n.mu.Lock()
	first, news := b.first, b.news
	n.mu.Unlock()
	if news == nil || b.says(news) == nil {
		return m, false
	}
	n.begin(b, first)
	says := b.says(news)
	addresses := b.changed(says)
	if len(addresses) == 0 {
		return m, false
	}
	addresses = addresses[:min(len(addresses), b.most)]
	b.sending = map[string]string{}
	for _, address := range addresses {
		b.sending[address] = says[address]
	}
	m, err := b.compose(news, addresses)
	if err != nil {
		n.options.Log.Error("cannot write news", "error", err)
		return m, false
	}
	many := "1 address"
	if len(addresses) > 1 {
		many = fmt.Sprintf("%d addresses", len(addresses))
	}
	m.about, m.says = news.Revision, clip(many+": "+strings.Join(addresses, " "), 4*maxDescription)
	return m, true
}

// begin finds out what was told last. Where that is not known, or was of a site
// elsewhere, the telling begins with the first news.
func (n *Notifier) begin(b *bulletin, first *News) {
	if b.told == nil && n.options.News.Keep != nil {
		var kept told
		if data, ok := n.options.News.Keep.Get(b.key); ok && json.Unmarshal(data, &kept) == nil && kept.Form == toldForm && kept.Says != nil {
			b.told = &kept
		}
	}
	if b.told != nil && b.told.Origin == first.Origin {
		return
	}
	n.options.Log.Info("changes are announced from now on", "what", b.key, "revision", first.Revision, "addresses", len(b.says(first)))
	b.told = &told{toldForm, first.Origin, maps.Clone(b.says(first))}
	n.keep(b)
}

// changed are the addresses that say something else than was told, in order.
func (b *bulletin) changed(says map[string]string) []string {
	var all []string
	for address, now := range says {
		if was, known := b.told.Says[address]; !known || was != now {
			all = append(all, address)
		}
	}
	for address := range b.told.Says {
		if _, there := says[address]; !there && b.gone {
			all = append(all, address)
		}
	}
	slices.Sort(all)
	return all
}

// arrived notes that a message has arrived.
func (n *Notifier) arrived(b *bulletin) {
	for address, now := range b.sending {
		if now == "" {
			delete(b.told.Says, address)
		} else {
			b.told.Says[address] = now
		}
	}
	b.sending, b.fault = nil, ""
	n.keep(b)
}

// keep keeps what was told, so that it is not told again.
func (n *Notifier) keep(b *bulletin) {
	if n.options.News.Keep == nil {
		return
	}
	data, err := json.Marshal(b.told)
	if err == nil {
		err = n.options.News.Keep.Put(b.key, data)
	}
	if err != nil {
		n.options.Log.Error("cannot write to the data folder; a restart will announce changes again", "error", err)
	}
}

// unlikeBefore reports whether a fault is another than the last one.
func (b *bulletin) unlikeBefore(f *fault) bool {
	before := b.fault
	b.fault = f.Error()
	return before != b.fault
}

// endpoint checks an address that news is sent to.
func endpoint(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("it is not an http or https address")
	}
	if u.User != nil {
		return nil, fmt.Errorf("it has a user or a password in it, and %s needs none", u.Host)
	}
	return u, nil
}
