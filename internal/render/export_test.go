package render

// Prepared lists the paths of the pages whose views were made.
func (b *Bundle) Prepared() []string {
	var paths []string
	b.made.Range(func(path, made any) bool {
		if r := made.(*Resource); r.prepare != nil && r.key != "" {
			paths = append(paths, path.(string))
		}
		return true
	})
	return paths
}

// Answers is how many answers of the change feed are kept.
func (b *Bundle) Answers() int { return len(b.answers.kept) }

// Header is the fields that every response of the site carries.
func (b *Bundle) Header() map[string]string { return b.header }

// Remembered is how many addresses are remembered.
func (b *Bundle) Remembered() (n int) {
	b.made.Range(func(any, any) bool { n++; return true })
	return n
}

// ResourceSize is what an address takes of the budget, at the least.
const ResourceSize = resourceSize
