package site

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"byline/internal/article"
	"byline/internal/finding"
	"byline/internal/strict"
)

// TargetKind tells what a slot refers to.
type TargetKind int

const (
	// ToNothing: what was meant is not there; Raw is where a link would lead and
	// what was written for a picture.
	ToNothing TargetKind = iota
	// ToPage is an article, with an optional fragment.
	ToPage
	// ToFragment is a heading on the same page.
	ToFragment
	// ToFile is a file of the tree.
	ToFile
	// ToPath is a path on this site that is no article.
	ToPath
	// ToOutside is an address elsewhere.
	ToOutside
	// ToForeign is a picture or frame from a host that site.yaml does not list:
	// it is shown as a link.
	ToForeign
)

// Target is what a slot refers to.
type Target struct {
	Kind     TargetKind
	Page     *Page
	Query    string // as written
	Fragment string
	File     string // path in the tree
	Raw      string // the address or path
	Former   string // the former address by which the page was found; "" when by its own
}

// resolveAll looks where the slots of every page lead, and the links that
// site.yaml puts on all of them.
func (w *build) resolveAll() {
	w.builder.shape.follow(w)
	for _, to := range w.Settings.links() {
		w.checkAddress(SettingsFile, to)
	}
	w.resolveRecords(w.site.Pages)
	for _, p := range w.site.Pages {
		links := &p.record.links
		p.Image = links.image
		if !w.kept[p.Path] { // else its lines are not those of the file any more
			w.found = append(w.found, links.found...)
		}
	}
}

// resolvePage looks where the slots of a page lead.
func (w *build) resolvePage(p *Page) resolution {
	links := resolution{shape: w.builder.shape.number, build: w.builder.number, state: p.State}
	for _, slot := range p.Slots {
		if t := w.resolve(p, slot); t.Page != nil && t.Page != p && !slices.Contains(links.leads, t.Page.record.lead) {
			links.leads = append(links.leads, t.Page.record.lead)
		}
	}
	if own := p.Meta.CTA; own != nil && !own.Off {
		w.checkAddress(p.Path, own.URL)
		w.loose = true
	}
	if image := p.Meta.Image; image != nil && image.Src.Value != "" {
		slot := article.Slot{Kind: article.PictureSlot, Target: image.Src.Value, Line: image.Src.Line, Col: image.Src.Col}
		if target := w.picture(p, slot); target.Kind != ToNothing {
			links.image = &Picture{target, image.Alt, article.Typeset(image.Caption)}
		}
	}
	links.found, links.read, links.loose = w.found, w.read, w.loose
	return links
}

// targets are what the slots of a page refer to, once they were asked for.
type targets struct {
	once sync.Once
	all  []Target
}

// Targets returns what the body's slots refer to, slot by slot. They are looked up
// when they are first asked for, and must not be changed.
func (p *Page) Targets() []Target {
	p.targets.once.Do(func() {
		w := &build{Input: Input{Settings: p.site.Settings}, site: p.site, silent: true, names: &fileNames{}}
		p.targets.all = make([]Target, len(p.Slots))
		for i, slot := range p.Slots {
			p.targets.all[i] = w.resolve(p, slot)
		}
	})
	return p.targets.all
}

// inspectUnpublished looks at the versions that are refused and at the articles
// that are not public yet as if they were, so that their editors see all
// findings at once, and before their readers do.
func (w *build) inspectUnpublished() {
	told := w.History.Told()
	for _, a := range w.refused {
		r := w.builder.record(a)
		if r.shown != w.builder.number { // else it is shown for want of a better one
			r.look(w.History, told(a.Path), w.zone)
			r.state = r.stateAt(w.Now)
		}
		own := *w
		own.found, own.read, own.loose = nil, nil, false
		p := w.page(new(Page), r)
		w.found = append(w.found, own.resolvePage(p).found...)
		w.pins(p)
	}
	w.resolveRecords(w.unshown)
	for _, p := range w.unshown {
		if !w.kept[p.Path] {
			w.found = append(w.found, p.record.links.found...)
			w.pins(p)
		}
	}
}

// markLinked notes which pages the others lead to.
func (w *build) markLinked() {
	number := w.builder.number
	for _, p := range w.site.Pages {
		for _, l := range p.record.links.leads {
			l.build = number
		}
		for _, pin := range p.Meta.Related {
			if other, ok := w.site.Find(pin.Value); ok && other != p {
				other.record.lead.build = number
			}
		}
	}
	for _, p := range w.site.Pages {
		p.Linked = p.record.lead.build == number
	}
}

// later reports whether a link from p to an article in that state is only ahead
// of its time: what is to be published may refer to what is, too.
func later(p *Page, state State) bool {
	return p.State != Public && (state == Draft || state == Scheduled)
}

// checkAddress reports a site-absolute path that leads nowhere.
func (w *build) checkAddress(file string, to strict.Text) {
	if !strings.HasPrefix(to.Value, "/") || strings.HasPrefix(to.Value, "//") {
		return
	}
	at := place{site: path.Clean(split(to.Value).path)}
	t, ok := w.at(at)
	if !ok {
		w.add(file, finding.BrokenLink, to.Line, to.Col, fmt.Sprintf("the link %q leads nowhere", to.Value), w.linkHint(at))
	}
	w.checkFormer(file, to, t)
}

func (w *build) resolve(p *Page, slot article.Slot) Target {
	switch slot.Kind {
	case article.LinkSlot:
		return w.link(p, slot)
	case article.PictureSlot:
		return w.picture(p, slot)
	case article.EmbedSlot:
		return w.embed(p, slot)
	}
	return Target{}
}

// outside returns the parsed target when it has a scheme or a host.
func outside(target string) (*url.URL, bool) {
	if !strings.Contains(target, ":") && !strings.HasPrefix(target, "//") {
		return nil, false // most links; there is no other place for either (RFC 3986, section 4.2)
	}
	u, err := url.Parse(target)
	if err != nil {
		// Addresses that people paste are not always clean; what begins with a
		// scheme is still meant for elsewhere.
		for _, scheme := range []string{"http://", "https://", "mailto:", "tel:"} {
			if strings.HasPrefix(strings.ToLower(target), scheme) {
				return &url.URL{Scheme: strings.TrimRight(scheme, ":/")}, true
			}
		}
		return nil, false
	}
	return u, u.Scheme != "" || u.Host != ""
}

func (w *build) picture(p *Page, slot article.Slot) Target {
	if u, ok := outside(slot.Target); ok {
		if u.Scheme != "http" && slices.Contains(w.Settings.Pictures, Host(strings.ToLower(u.Host))) {
			return Target{Kind: ToOutside, Raw: slot.Target}
		}
		if u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
			w.add(p.Path, finding.MissingPicture, slot.Line, slot.Col, fmt.Sprintf("the picture %q cannot be shown", Shorten(slot.Target, 60)), "put the file beside the article")
			return Target{}
		}
		w.add(p.Path, finding.RemotePicture, slot.Line, slot.Col, fmt.Sprintf("the picture is on %s and is shown as a link", u.Host), "put the file beside the article, or add the host under \"pictures\" in site.yaml (https only)")
		return Target{Kind: ToForeign, Raw: slot.Target}
	}
	at, inside := w.locate(p, split(slot.Target).path)
	file := at.tree
	if at.site != "" {
		file = strings.TrimPrefix(at.site, "/")
	}
	for _, candidate := range []string{file, "root/" + file} {
		if _, ok := w.site.Files[candidate]; ok && inside && file != "" {
			return Target{Kind: ToFile, File: candidate}
		}
	}
	if w.silent {
		return Target{Raw: slot.Target}
	}
	hint := cmp.Or(w.sameName(file), "put the file beside the article, or mend the path")
	w.add(p.Path, finding.MissingPicture, slot.Line, slot.Col, fmt.Sprintf("there is no picture %q", slot.Target), hint)
	return Target{Raw: slot.Target}
}

func (w *build) embed(p *Page, slot article.Slot) Target {
	u, ok := outside(slot.Target)
	switch {
	case ok && u.Scheme != "http" && slices.Contains(w.Settings.Embeds, Host(strings.ToLower(u.Host))):
		return Target{Kind: ToOutside, Raw: slot.Target}
	case ok && (u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https"):
		w.add(p.Path, finding.RemoteEmbed, slot.Line, slot.Col, fmt.Sprintf("the frame from %s is shown as a link", u.Host), "add the host under \"embeds\" in site.yaml (https only)")
		return Target{Kind: ToForeign, Raw: slot.Target}
	}
	if t := w.link(p, slot); t.Kind != ToFragment && t.Kind != ToOutside {
		return t
	}
	return Target{Kind: ToNothing}
}
