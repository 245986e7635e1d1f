package site

// At returns the page that is at an address today, in the one form in which
// addresses are served.
func (s *Site) At(address string) (*Page, bool) {
	return s.byAddress.find(address)
}
