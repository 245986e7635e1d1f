package site

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"byline/internal/article"
	"byline/internal/redirect"
)

// permanent is the status of a redirect that is for good (RFC 9110, section
// 15.4.9).
const permanent = 308

// Lead is what answers at an address at which nothing is today.
type Lead struct {
	Status   int            // 301, 302, 307 or 308; 410 when what was there is gone
	Target   Target         // where it leads: ToPage, ToFile, ToPath or ToOutside
	Markdown bool           // the page's text was asked for
	Gone     Gone           // what was there, when that is known
	Rule     *redirect.Rule // that says so; nil when it is an alias or the history
}

// Lead returns what answers at an address at which nothing is: what an article
// declares (aliases), else what the table of redirects says, else what the
// history tells. An address may come in more than one form, the one that was
// asked for first. What it leads to is there today, and not by another redirect.
func (s *Site) Lead(forms ...string) (Lead, bool) {
	lead, err := s.lead(forms, nil)
	return lead, err == nil
}

// Asked returns what answers at an address, whatever is there, if it is asked for
// with such a query, and what of the query is handed on.
func (s *Site) Asked(address, query string) (lead Lead, rest string, ok bool) {
	rule, rest := s.table.Asked(address, query)
	if rule == nil {
		return Lead{}, query, false
	}
	lead, err := s.apply(rule, "", nil)
	return lead, rest, err == nil
}

func (s *Site) lead(forms []string, through trail) (Lead, error) {
	for _, form := range forms {
		if p, ok := s.alias(form); ok {
			return toPage(p), nil
		}
	}
	err := error(astray{errNowhere, through})
	for _, form := range forms {
		if rule := s.table.Exact(form); rule != nil {
			lead, fault := s.apply(rule, "", through)
			if fault == nil {
				return lead, nil
			}
			err = fault
			break
		}
	}
	if rule, rest := s.table.Below(forms[0]); rule != nil && redirect.Fold(forms[len(forms)-1]) != "/" {
		lead, fault := s.apply(rule, rest, through)
		if fault == nil {
			return lead, nil
		}
		err = fault
	}
	for _, form := range forms {
		if lead, ok := s.past(redirect.Fold(form)); ok {
			return lead, nil
		}
	}
	return Lead{}, err
}

// alias returns the page that declares an address.
func (s *Site) alias(address string) (*Page, bool) {
	if len(s.aliases) == 0 {
		return nil, false
	}
	p, ok := s.aliases[redirect.Fold(address)]
	return p, ok
}

func toPage(p *Page) Lead {
	return Lead{Status: permanent, Target: Target{Kind: ToPage, Page: p}}
}

// past is what the history tells of an address, where the site hangs now or hung
// before, in the form that addresses have or had.
func (s *Site) past(key string) (Lead, bool) {
	if key == "/" {
		return Lead{}, false
	}
	if lead, ok := s.pastBelow(key); ok {
		return lead, true
	}
	for _, base := range s.Bases {
		rest, below := strings.CutPrefix(key, base)
		if !below || rest != "" && rest[0] != '/' {
			continue
		}
		now := cmp.Or(s.Path+strings.TrimSuffix(rest, "/"), "/")
		if t, ok := s.today(now); ok {
			return Lead{Status: permanent, Target: t, Markdown: t.Kind == ToPage && strings.HasSuffix(now, ".md")}, true
		}
		if p, ok := s.aliases[now]; ok {
			return toPage(p), true
		}
		if lead, ok := s.pastBelow(now); ok {
			return lead, true
		}
	}
	return Lead{}, false
}

// pastBelow is past for where the site hangs now.
func (s *Site) pastBelow(key string) (Lead, bool) {
	if f, ok := s.former[key]; ok {
		return toPage(f.Page), true
	}
	if g, ok := s.gone[key]; ok {
		return Lead{Status: redirect.Gone, Gone: g}, true
	}
	rest, below := strings.CutPrefix(key, s.Path+"/")
	if !below {
		return Lead{}, false
	}
	rest, markdown := strings.CutSuffix(rest, ".md")
	for _, form := range s.forms {
		slug, ok := form.slug(rest)
		if !ok {
			continue
		}
		if lead, ok := s.named(slug); ok {
			lead.Markdown = markdown
			return lead, true
		}
		return Lead{}, false // each form has the same slug
	}
	return Lead{}, false
}

// named is what has or had a slug.
func (s *Site) named(slug string) (Lead, bool) {
	if p, ok := s.bySlug.find(slug); ok {
		return toPage(p), true
	}
	if f, ok := s.renamed[slug]; ok {
		return toPage(f.Page), true
	}
	g, ok := s.ended[slug]
	return Lead{Status: redirect.Gone, Gone: g}, ok
}

// inTree returns what a path of the tree leads to: a file, a folder that is an
// article, or an article by its name, from whatever folder.
func (s *Site) inTree(file string) (Target, bool) {
	if p, ok := s.byPath.find(file); ok {
		return Target{Kind: ToPage, Page: p}, true
	}
	if p, ok := s.byPath.find(file + "/index.md"); ok {
		return Target{Kind: ToPage, Page: p}, true
	}
	if _, ok := s.Files[file]; ok {
		return Target{Kind: ToFile, File: file}, true
	}
	if strings.HasPrefix(file, "media/") {
		return Target{}, false
	}
	slug := article.FileSlug(file)
	if p, ok := s.bySlug.find(slug); ok {
		return Target{Kind: ToPage, Page: p}, true
	}
	former := s.Path + "/" + slug
	if p, ok := s.alias(former); ok {
		return Target{Kind: ToPage, Page: p, Former: former}, true
	}
	if f, ok := s.renamed[slug]; ok {
		return Target{Kind: ToPage, Page: f.Page, Former: former}, true
	}
	return Target{}, false
}

// today returns what is at a path from the root of the site's addresses: an
// article, a list or a file.
func (s *Site) today(address string) (Target, bool) {
	key := redirect.Fold(address)
	if p, ok := s.byAddress.find(strings.TrimSuffix(key, ".md")); ok {
		return Target{Kind: ToPage, Page: p}, true
	}
	if rest, ok := strings.CutPrefix(key, s.Path+"/"); ok && (s.isList(rest) || s.isDocument(rest)) {
		return Target{Kind: ToPath, Raw: address}, true
	}
	if key == "/" || key == redirect.Fold(s.Path) { // the root leads to the list of all articles
		return Target{Kind: ToPath, Raw: cmp.Or(s.Path, "/")}, true
	}
	if rootDocument(key) {
		return Target{Kind: ToPath, Raw: address}, true
	}
	file := strings.TrimPrefix(address, "/")
	if _, ok := s.Files[file]; ok && strings.HasPrefix(file, "media/") {
		return Target{Kind: ToFile, File: file}, true
	}
	if _, ok := s.Files["root/"+file]; ok {
		return Target{Kind: ToPath, Raw: address}, true
	}
	return Target{}, false
}

// isList reports whether a path below P is a page of a list.
func (s *Site) isList(rest string) bool {
	rest, number := cutNumber(rest)
	if rest == "" {
		return number <= ListPages(len(s.Pages))
	}
	g := s.groupAt(rest)
	return g != nil && number <= ListPages(len(g.Pages))
}

// groupAt is the group whose list is at a path below P; nil when there is none.
func (s *Site) groupAt(rest string) *Group {
	kind, id, _ := strings.Cut(rest, "/")
	var groups []*Group
	switch kind {
	case "authors":
		groups = s.Authors
	case "categories":
		groups = s.Categories
	case "tags":
		groups = s.Tags
	}
	if i := slices.IndexFunc(groups, func(g *Group) bool { return g.ID == id }); i >= 0 {
		return groups[i]
	}
	return nil
}

// cutNumber takes "page/2" off the end of a path; the number is 1 without it.
func cutNumber(rest string) (list string, number int) {
	at := strings.LastIndex("/"+rest, "/page/")
	if at < 0 {
		return rest, 1
	}
	number, err := strconv.Atoi(rest[at+len("page/"):])
	if err != nil || number < 1 {
		return rest, 1
	}
	return strings.TrimSuffix(rest[:at], "/"), number
}
